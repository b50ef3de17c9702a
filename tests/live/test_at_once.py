"""The event API with connections and transactions as they are in earnest."""

import json
import threading

import pytest
from django.db import OperationalError, connection

from cdp.live import accept, known_keys
from cdp.live.models import Arrival, WriteKey
from cdp.live.wire import Call
from tests.live.fronting import FrontClient

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
JSON = "application/json"


def post(client, path, **headers):
    return client.post(path, '{"event":"purchase"}', content_type=JSON, headers=headers)


def kept():
    return [(arrival.kind, json.loads(arrival.body)) for arrival in Arrival.objects.order_by("pk")]


def locked(*arguments, **named):
    raise OperationalError("database is locked")


def test_sqlite_waits_for_the_disk_and_only_here(web_shop):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL waits by itself")
    known_keys.key_id(web_shop.key)

    def synchronous():
        with connection.cursor() as cursor:
            return cursor.execute("PRAGMA synchronous").fetchone()[0]

    usual = synchronous()
    during = []
    with connection.execute_wrapper(lambda run, sql, *rest: _noted(during, run, sql, rest)):
        accept.arrival_add(call=Call("track", web_shop.key, 1, b"{}"))
    first = next(place for place, sql in enumerate(during) if sql.startswith("INSERT"))
    assert "PRAGMA synchronous=2" in during[:first]
    assert synchronous() == usual


def _noted(during, run, sql, rest):
    during.append(sql)
    return run(sql, *rest)


class TestTogether:
    """Requests of several threads; each has a connection of its own."""

    def arrive(self, keys):
        outcomes = {}
        gate = threading.Barrier(len(keys))

        def one(number, key):
            gate.wait()
            try:
                accept.arrival_add(call=Call("track", key, 1, b'{"n":%d}' % number))
                outcomes[number] = 200
            except accept.Refused as refused:
                outcomes[number] = refused.status
            finally:
                connection.close()

        threads = [threading.Thread(target=one, args=pair) for pair in enumerate(keys)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return outcomes

    def test_everybody_is_answered_and_every_row_is_there_once(self, web_shop):
        assert set(self.arrive([web_shop.key] * 12).values()) == {200}
        assert sorted(body["n"] for _, body in kept()) == list(range(12))

    def test_when_the_writer_fails_nobody_is_told_that_it_was_kept(self, web_shop, monkeypatch):
        assert self.arrive([web_shop.key]) == {0: 200}
        monkeypatch.setattr(accept, "rows_write", locked)
        assert set(self.arrive([web_shop.key] * 6).values()) == {503}
        assert len(kept()) == 1

    def test_a_key_that_is_gone_spoils_no_request_of_others(self, web_shop):
        gone = WriteKey.objects.create(source=web_shop.source, key="gone")
        assert (known_keys.key_id("gone"), known_keys.key_id(web_shop.key)) == (gone.pk, web_shop.pk)
        gone.delete()
        outcomes = self.arrive([web_shop.key, "gone"] * 4)
        assert outcomes == {number: 401 if number % 2 else 200 for number in range(8)}
        assert len(kept()) == 4


class TestConnection:
    """Opening one takes longer than what it is opened for."""

    def asked(self, client, basic):
        assert post(client, "/v1/track", **basic).status_code in (200, 503)
        return connection.connection

    def test_it_is_kept_from_event_to_event(self, basic):
        client = FrontClient()
        first = self.asked(client, basic)
        assert first and self.asked(client, basic) is first

    def test_one_that_met_an_error_is_not_used_again(self, basic, monkeypatch):
        if connection.vendor != "sqlite":
            pytest.skip("PostgreSQL's is asked whether it still works")
        closed = []
        monkeypatch.setattr(connection, "close", lambda: closed.append(True))
        self.asked(FrontClient(), basic)
        assert not closed

        def fails(rows):
            connection.errors_occurred = True
            raise OperationalError("disk I/O error")

        monkeypatch.setattr(accept, "rows_write", fails)
        self.asked(FrontClient(), basic)
        assert closed
