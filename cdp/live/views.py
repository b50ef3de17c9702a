"""The event API. Answers are what Segment's clients look at: status, Retry-After, JSON with code and message."""

import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from .accept import arrival_add, unknown_key
from .known_keys import key_id
from .wire import KINDS, Refused, call_read

TAKEN = b'{"success":true}'
# Names of headers, as a browser lists those it wants to send.
_HEADERS = re.compile(r"[A-Za-z0-9, -]{1,500}")
_USUAL_HEADERS = "authorization, content-type"
Api = Callable[..., HttpResponse]


def api(*methods: str) -> Callable[[Api], Api]:
    """A view that pages of any site may call, without cookies, and that says in JSON what it refuses."""

    def decorate(view: Api) -> Api:
        @csrf_exempt
        @wraps(view)
        def wrapped(request: HttpRequest, **named: str) -> HttpResponse:
            if request.method == "OPTIONS":
                return _preflight(request, methods)
            try:
                if request.method not in methods:
                    raise Refused(405, "wrong_method", f"This address answers {' and '.join(methods)}.")
                answer = view(request, **named)
            except Refused as refused:
                answer = _refusal(refused)
                if refused.status == 405:
                    answer["Allow"] = ", ".join((*methods, "OPTIONS"))
            answer["Access-Control-Allow-Origin"] = "*"
            return answer

        return wrapped

    return decorate


@api("POST")
def take(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in KINDS:
        raise nothing_here()
    try:
        call = call_read(
            kind=KINDS[kind],
            read=_reader(request),
            length=_length(request),
            encoding=request.headers.get("Content-Encoding", ""),
            authorization=request.headers.get("Authorization", ""),
        )
    except UnreadablePostError:
        raise Refused(400, "unreadable", "The body broke off.")
    arrival_add(call=call)
    return HttpResponse(TAKEN, content_type="application/json")


@api("GET")
def settings(request: HttpRequest, key: str) -> HttpResponse:
    """What @segment/analytics-next asks for before it sends anything: that there is one place to send to, ours."""
    if key_id(key) is None:
        raise Refused(404, "unknown_key", unknown_key().text)
    here = {"apiKey": key, "apiHost": f"{request.get_host()}/v1", "protocol": request.scheme}
    everything = {"__default": {"enabled": True, "integrations": {}}}
    told = {
        "integrations": {"Segment.io": {**here, "unbundledIntegrations": [], "addBundledMetadata": False}},
        "plan": {"track": everything, "identify": everything, "group": everything},
        # Else one session in ten tells Segment about itself.
        "metrics": {"sampleRate": 0},
        "analyticsNextEnabled": True,
        "legacyVideoPluginsEnabled": False,
        "enabledMiddleware": {},
        "remotePlugins": [],
    }
    return _json(told)


@api("GET", "POST")
def nothing(request: HttpRequest, path: str = "") -> HttpResponse:
    raise nothing_here()


def nothing_here() -> Refused:
    known = ", ".join(sorted(set(KINDS.values())))
    return Refused(404, "not_found", f"There is nothing at this address. Under /v1 there are: {known}.")


def _reader(request: HttpRequest) -> Callable[[int], bytes]:
    """Django hands out as many bytes as were announced; a body in chunks announces none and ends by itself."""
    if "chunked" not in request.headers.get("Transfer-Encoding", "").lower():
        return request.read
    if not request.META.get("wsgi.input_terminated"):
        raise Refused(411, "no_length", "Send the body with Content-Length.")
    return request.META["wsgi.input"].read


def _length(request: HttpRequest) -> int | None:
    announced = request.META.get("CONTENT_LENGTH") or ""
    return int(announced) if announced.isdecimal() else None


def _preflight(request: HttpRequest, methods: tuple[str, ...]) -> HttpResponse:
    wanted = request.headers.get("Access-Control-Request-Headers", "")
    return HttpResponse(
        status=204,
        headers={
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Allow-Methods": ", ".join((*methods, "OPTIONS")),
            "Access-Control-Allow-Headers": wanted if _HEADERS.fullmatch(wanted) else _USUAL_HEADERS,
            "Access-Control-Max-Age": "86400",
        },
    )


def _refusal(refused: Refused) -> HttpResponse:
    answer = _json({"success": False, "code": refused.code, "message": refused.text}, refused.status)
    if refused.retry_after is not None:
        answer["Retry-After"] = str(refused.retry_after)
        answer["Access-Control-Expose-Headers"] = "Retry-After"
    return answer


def _json(told: dict[str, Any], status: int = 200) -> HttpResponse:
    return HttpResponse(json.dumps(told), content_type="application/json", status=status)
