"""Events are taken before Django is: beside a request that takes a millisecond, sessions and languages are much.
Whatever is not the plain case goes on to Django and is answered by `views`."""

import logging
from collections.abc import Callable, Iterable
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import LimitedStream
from django.db import connection
from django.http.request import split_domain_port, validate_host

from .answers import Answer, answer_taken
from .wire import KINDS

log = logging.getLogger(__name__)
Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
_KIND_OF = {f"/v1/{name}{end}": kind for name, kind in KINDS.items() for end in ("", "/")}


def fronted(application: Application) -> Application:
    """The same application, with events taken in front of it."""

    def front(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not _is_plain(environ):
            return application(environ, start_response)
        answer = _taken(environ)
        if answer.status != 200:
            log.warning("%d: %s", answer.status, environ["PATH_INFO"])
        headers = [*answer.headers.items(), ("Content-Length", str(len(answer.body)))]
        headers.append(("X-Content-Type-Options", "nosniff"))
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", headers)
        return [answer.body]

    return front


def _is_plain(environ: Environ) -> bool:
    return (
        environ["REQUEST_METHOD"] == "POST"
        and environ["PATH_INFO"] in _KIND_OF
        and "HTTP_TRANSFER_ENCODING" not in environ
        and environ.get("CONTENT_LENGTH", "").isdecimal()
        and _is_ours(environ.get("HTTP_HOST", ""), tuple(settings.ALLOWED_HOSTS))
    )


@lru_cache(maxsize=100)
def _is_ours(host: str, allowed: tuple[str, ...]) -> bool:
    return validate_host(split_domain_port(host)[0], allowed)


def _taken(environ: Environ) -> Answer:
    length = int(environ["CONTENT_LENGTH"])
    _connection_mend()
    try:
        return answer_taken(
            kind=_KIND_OF[environ["PATH_INFO"]],
            read=LimitedStream(environ["wsgi.input"], length).read,
            length=length,
            encoding=environ.get("HTTP_CONTENT_ENCODING", ""),
            authorization=environ.get("HTTP_AUTHORIZATION", ""),
        )
    finally:
        _connection_mend()


def _connection_mend() -> None:
    """A connection to SQLite is kept by its thread, for opening one takes longer than what it is opened for; what
    Django's own requests do with theirs is left to them. One that met an error is not used again."""
    if connection.in_atomic_block:
        return
    if connection.vendor != "sqlite":
        connection.close_if_unusable_or_obsolete()
    elif connection.errors_occurred:
        connection.close()
