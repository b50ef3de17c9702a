"""`GET /api/profiles/by/<type>/<value>`: who a customer is and what is known of them, for other systems."""

from difflib import get_close_matches
from typing import Any

from django.urls import path
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import NotFound, ParseError, PermissionDenied
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cdp.access.key_authentication import IsKeyOrColleague, KeyAuthentication, viewer_of
from cdp.access.viewer import Viewer, may_look_up
from cdp.errors import Problem
from cdp.identity.lookup import customer_of, identifier_cleaned
from cdp.identity.models import IdentifierType
from cdp.identity.selectors import identifier_types
from cdp.templatetags.quanxi import problem_hint, problem_text

from .reading import profile_json
from .schema import EXAMPLES, PARAMETERS, RESPONSES


class ProfileBy(APIView):
    """The customer who has this identifier: attributes, tags and segments, each with its moment, as far as the key
    or the colleague who asks may see them."""

    authentication_classes = (KeyAuthentication, SessionAuthentication)
    permission_classes = (IsKeyOrColleague,)
    renderer_classes = (JSONRenderer,)

    @extend_schema(
        operation_id="profile_by_identifier",
        summary="Who a customer is, by any identifier",
        parameters=PARAMETERS,
        responses=RESPONSES,
        examples=EXAMPLES,
    )
    def get(self, request: Request, type: str, value: str) -> Response:
        viewer, types = viewer_of(request), identifier_types()
        kind = _kind(viewer, type, types)
        clean = identifier_cleaned(kind, value.removesuffix("/"))
        customer = customer_of(viewer, kind, clean) if isinstance(clean, str) else None
        if customer is None:
            raise NotFound(_nobody(clean))
        return Response(profile_json(viewer, customer, types))

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Cache-Control"] = "no-store"
        # Django would write the address of what was not found, and so somebody's phone, into the log.
        answer._has_been_logged = True
        return answer


def _kind(viewer: Viewer, slug: str, types: list[IdentifierType]) -> IdentifierType:
    kind = next((row for row in types if row.slug == slug), None)
    if kind is None:
        raise ParseError(_unknown(slug, [row.slug for row in types]))
    if not may_look_up(viewer, kind.slug, personal=kind.personal):
        allowed = [row.slug for row in types if may_look_up(viewer, row.slug, personal=row.personal)]
        hint = gettext("Allowed are: %(types)s.") % {"types": ", ".join(allowed)} if allowed else ""
        detail = gettext("Customers may not be looked up by “%(type)s” here.") % {"type": slug}
        raise PermissionDenied(_told(detail, hint))
    return kind


def _unknown(slug: str, slugs: list[str]) -> dict[str, str]:
    detail = gettext("There is no type of identifier called “%(type)s”.") % {"type": slug}
    near = get_close_matches(slug.lower(), slugs, n=3) or slugs
    return _told(detail, gettext("There are: %(types)s.") % {"types": ", ".join(near)} if near else "")


def _nobody(clean: str | Problem | None) -> dict[str, str]:
    """The same for nobody and for somebody who may not be seen."""
    detail = gettext("There is no customer with this identifier.")
    if isinstance(clean, Problem):
        return _told(detail, f"{problem_text(clean)} {problem_hint(clean)}".strip())
    return _told(detail, "")


def _told(detail: str, hint: str) -> dict[str, str]:
    return {"detail": detail, "hint": hint} if hint else {"detail": detail}


urlpatterns = [path("profiles/by/<str:type>/<path:value>", ProfileBy.as_view(), name="api-profile")]
