"""The event API, as Django asks it; `front` takes what is plain before."""

import re
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from .accept import unknown_key
from .answers import Answer, answer_json, answer_refused, answer_taken
from .known_keys import key_id
from .wire import KINDS, Refused

# Names of headers, as a browser lists those it wants to send.
_HEADERS = re.compile(r"[A-Za-z0-9, -]{1,500}")
_USUAL_HEADERS = "authorization, content-type"
Api = Callable[..., Answer]


def api(*methods: str) -> Callable[[Api], Callable[..., HttpResponse]]:
    """A view that pages of any site may call, without cookies, and that says in JSON what it refuses."""

    def decorate(view: Api) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def wrapped(request: HttpRequest, **named: str) -> HttpResponse:
            if request.method == "OPTIONS":
                return _preflight(request, methods)
            if request.method not in methods:
                refused = Refused(405, "wrong_method", f"This address answers {' and '.join(methods)}.")
                return _told(answer_refused(refused), Allow=", ".join((*methods, "OPTIONS")))
            try:
                return _told(view(request, **named))
            except Refused as refused:
                return _told(answer_refused(refused))

        return wrapped

    return decorate


@api("POST")
def take(request: HttpRequest, kind: str) -> Answer:
    if kind not in KINDS:
        raise nothing_here()
    return answer_taken(
        kind=KINDS[kind],
        read=_reader(request),
        length=_length(request),
        encoding=request.headers.get("Content-Encoding", ""),
        authorization=request.headers.get("Authorization", ""),
    )


@api("GET")
def settings(request: HttpRequest, key: str) -> Answer:
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
    return answer_json(told)


@api("GET", "POST")
def nothing(request: HttpRequest, path: str = "") -> Answer:
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


def _told(answer: Answer, **more: str) -> HttpResponse:
    return HttpResponse(answer.body, status=answer.status, headers=answer.headers | more)
