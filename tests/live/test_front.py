"""What is answered before Django, and what goes on to it. That both answer alike is in `test_accepting`."""

import io
import json

import pytest

from cdp.live import front
from cdp.live.models import Arrival
from tests.live.fronting import FrontClient

pytestmark = pytest.mark.django_db
JSON = "application/json"


def post(client, path, **headers):
    return client.post(path, '{"event":"purchase"}', content_type=JSON, headers=headers)


@pytest.mark.parametrize("path", ["/v1/track", "/v1/t", "/v1/track/"])
def test_an_event_does_not_reach_django(basic, path):
    client = FrontClient()
    assert post(client, path, **basic).status_code == 200
    assert post(client, path).status_code == 401
    assert client.fronts == 2
    assert Arrival.objects.count() == 1


def test_what_is_no_event_reaches_django(basic, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    client = FrontClient()
    answers = [
        post(client, "/v1/pixel", **basic),
        post(client, "/v1/track", **basic, **{"Transfer-Encoding": "gzip, chunked"}),
        post(client, "/v1/track", **basic, Host="elsewhere.example"),
        client.get("/v1/track"),
        client.get("/healthz"),
    ]
    assert [answer.status_code for answer in answers] == [404, 411, 400, 405, 200]
    assert client.fronts == 0


def test_who_is_refused_is_written_in_the_log(caplog, db):
    post(FrontClient(), "/v1/track")
    assert "401: /v1/track" in caplog.text


class Broken(io.RawIOBase):
    def read(self, size=-1):
        raise OSError("connection reset")


def test_a_body_that_breaks_off_is_refused(basic):
    said = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/v1/track",
        "CONTENT_LENGTH": "20",
        "HTTP_HOST": "testserver",
    }
    body = front.fronted(None)({**environ, "wsgi.input": Broken()}, lambda *told: said.append(told))
    assert said[0][0] == "400 Bad Request"
    assert json.loads(body[0])["message"] == "The body broke off."
