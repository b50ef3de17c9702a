"""A client that asks what `cdp.wsgi` serves, where Django's own asks behind it."""

from typing import Any

from django.http import HttpResponse
from django.test import Client

from cdp.live.front import fronted


class FrontClient(Client):
    """`fronts` counts the requests that were answered before Django."""

    def __init__(self, **defaults: Any) -> None:
        super().__init__(**defaults)
        self.django, self.handler, self.fronts = self.handler, self._asked, 0

    def _asked(self, environ: dict[str, Any]) -> HttpResponse:
        behind: list[HttpResponse] = []
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def application(environ: dict[str, Any], _start: object) -> list[bytes]:
            behind.append(self.django(environ))
            return []

        body = b"".join(fronted(application)(environ, lambda *said: started.append(said)))
        if behind:
            return behind[0]
        self.fronts += 1
        ((line, headers),) = started
        answer = HttpResponse(body, status=int(line.split()[0]), headers=dict(headers))
        answer.wsgi_request = None
        return answer
