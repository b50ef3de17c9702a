"""What all of `/api/` has in common: who may ask, problems as data, and how an operation is told of."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from .access.viewer import require
from .errors import Problem, UserError

PROBLEM = {
    "path": ["layers", 0, "when", "attribute"],
    "reason": "没有属性“provinz”。",
    "fix": "相近的有：province。",
}


class ProblemSerializer(serializers.Serializer):
    path = serializers.ListField(
        child=serializers.JSONField(), help_text="Where: fields, and places in lists from 0."
    )
    reason = serializers.CharField(help_text="What is wrong, in the caller's language.")
    fix = serializers.CharField(help_text="How to mend it, in the caller's language; may be empty.")


class ProblemsSerializer(serializers.Serializer):
    problems = ProblemSerializer(many=True)


def problem_json(problem: Problem) -> dict[str, Any]:
    def text(message: str) -> str:
        if not message:
            return ""
        return gettext(message) % problem.params if problem.params else gettext(message)

    return {"path": list(problem.path), "reason": text(problem.message), "fix": text(problem.hint)}


def answer_to(error: Exception, context: dict[str, Any]) -> Response | None:
    """A `UserError` is 422 with every problem; the rest is as usual."""
    if isinstance(error, UserError):
        return Response({"problems": [problem_json(one) for one in error.problems]}, status=422)
    return exception_handler(error, context)


class IsColleague(BasePermission):
    """Whoever may open the pages."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user and request.user.is_active and request.user.is_staff)


class ColleagueView(APIView):
    # A docstring here would be told of every operation that has none. `needs`: HTTP method → the permission its
    # form's page asks for.
    permission_classes = (IsColleague,)
    needs: Mapping[str, str] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if wanted := self.needs.get(request.method or ""):
            if not IsColleague().has_permission(request, self):
                self.permission_denied(request)
            require(request.user, wanted)


def read(serializer: type[serializers.Serializer], request: Request) -> dict[str, Any]:
    """What was sent. Fields of the wrong kind are problems like all others."""
    sent = serializer(data=request.data)
    if not sent.is_valid():
        raise UserError(*_field_problems(sent.errors, ()))
    return sent.validated_data


def _field_problems(errors: Any, path: tuple[str | int, ...]) -> list[Problem]:
    if isinstance(errors, Mapping):
        return [one for key, inner in errors.items() for one in _field_problems(inner, (*path, key))]
    if isinstance(errors, list):
        found = []
        for place, one in enumerate(errors):
            nested = isinstance(one, Mapping | list)
            found += (
                _field_problems(one, (*path, place)) if nested else [Problem(path, str(one).replace("%", "%%"))]
            )
        return found
    return [Problem(path, str(errors))]


def told(
    summary: str,
    example: Any = None,
    *,
    sent: Any = None,
    request: Any = None,
    answer: Any = OpenApiTypes.OBJECT,
    status: int = 200,
    parameters: Sequence[OpenApiParameter] = (),
    operation: str | None = None,
    media: str = "application/json",
) -> Callable[[Any], Any]:
    """An operation in the schema: one line, what it takes and gives, each with an example."""
    examples = []
    if example is not None:
        examples.append(
            OpenApiExample(
                "answer", value=example, response_only=True, status_codes=[str(status)], media_type=media
            )
        )
    if sent is not None:
        examples.append(OpenApiExample("request", value=sent, request_only=True))
    responses: dict[Any, Any] = {(status, media): answer}
    if request is not None:
        examples.append(
            OpenApiExample("problems", value={"problems": [PROBLEM]}, response_only=True, status_codes=["422"])
        )
        responses[422] = ProblemsSerializer
    return extend_schema(
        summary=summary,
        request=request,
        responses=responses,
        examples=examples,
        parameters=list(parameters),
        operation_id=operation,
    )
