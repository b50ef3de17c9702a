"""What clients of every make send, and what it means."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cdp.live.messages import Message, Refused, messages_read

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def read(kind: str, body: Any) -> list[Message | Refused]:
    return [found for _raw, found in messages_read(kind, body, NOW, "arrival-7")]


def one(kind: str = "track", **body: Any) -> Message:
    given = {"userId": "u1", "event": "Bought", **body}
    (found,) = read(kind, {name: value for name, value in given.items() if value is not ...})
    assert isinstance(found, Message), found
    return found


@pytest.mark.parametrize("kind", ["track", "page", "identify", "screen", "group"])
def test_the_path_says_what_a_message_is(kind: str) -> None:
    assert one(kind, type="nothing").kind == kind


def test_what_a_batch_says_counts_for_each_that_does_not_say_it_itself() -> None:
    batch = {
        "sentAt": "2026-11-21T11:00:00Z",
        "context": {"campaign": {"name": "double 11"}, "page": {"url": "a"}},
        "batch": [
            {"type": "track", "event": "Bought", "userId": "u1", "timestamp": "2026-11-21T10:50:00Z"},
            {"type": "page", "anonymousId": "c1", "userId": None, "context": {"page": {"url": "b"}}},
        ],
    }
    bought, looked = read("batch", batch)
    assert isinstance(bought, Message) and isinstance(looked, Message)
    assert bought.time == NOW - timedelta(minutes=10)
    assert bought.properties == {"utm_campaign": "double 11"}
    assert (looked.user_id, looked.anonymous_id, looked.properties["url"]) == ("", "c1", "b")


@pytest.mark.parametrize(
    ("given", "minutes_ago"),
    [
        ({}, 0),
        ({"timestamp": "2026-11-21T11:45:00Z"}, 15),
        ({"timestamp": "2026-11-21T19:45:00+08:00"}, 15),
        ({"timestamp": "2026-11-21T11:45:00.123456789Z", "sentAt": "2026-11-21T11:45:00.123456789Z"}, 0),
        # Clocks that are years off, and sure of the time in between.
        ({"timestamp": "2031-01-01T00:00:00Z", "sentAt": "2031-01-01T00:20:00Z"}, 20),
        ({"timestamp": "1999-01-01T00:00:00Z", "sentAt": "1999-01-01T00:20:00Z"}, 20),
        ({"originalTimestamp": "2026-11-21T10:00:00Z", "timestamp": "x", "sentAt": "2026-11-21T10:05:00Z"}, 5),
        # Nobody does anything in the future.
        ({"timestamp": "2030-01-01T00:00:00Z"}, 0),
        ({"timestamp": "2026-11-21T10:05:00Z", "sentAt": "2026-11-21T10:00:00Z"}, 0),
        ({"timestamp": 1795261500000}, 15),
    ],
)
def test_when_it_happened_is_told_by_the_time_between_doing_and_sending(given: Any, minutes_ago: int) -> None:
    assert one(**given).time == NOW - timedelta(minutes=minutes_ago)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"userId": "u1"}, ("event",)),
        ({"userId": "u1", "event": ["x"]}, ("event",)),
        ({"event": "Bought"}, ("userId",)),
        ({"event": "Bought", "anonymousId": None, "userId": {"id": 1}}, ("userId",)),
        ({"event": "Bought", "userId": "u1", "timestamp": "yesterday"}, ("timestamp",)),
        ({"event": "Bought", "userId": "u1", "timestamp": "1875-01-01"}, ("timestamp",)),
        (
            {"event": "Bought", "userId": "u1", "timestamp": "0001-01-01", "sentAt": "9999-12-31T23:59:59Z"},
            ("timestamp",),
        ),
        ({"event": "Bought", "userId": "u1", "timestamp": True}, ("timestamp",)),
        (["track"], ()),
        ("track", ()),
    ],
)
def test_what_says_nothing_is_refused_with_the_place(body: Any, place: tuple) -> None:
    (found,) = read("track", body)
    assert isinstance(found, Refused)
    assert found.problem.path == place


def test_a_type_nobody_knows_is_refused_and_those_there_are_are_named() -> None:
    (found,) = read("batch", {"batch": [{"type": "delete", "userId": "u1"}]})
    assert isinstance(found, Refused)
    assert "identify, track, page" in found.problem.hint


def test_a_message_without_an_id_is_called_by_its_place_and_the_same_each_time() -> None:
    batch = {
        "batch": [{"type": "track", "event": "A", "userId": 7}, {"type": "track", "event": "B", "userId": 7.0}]
    }
    first, again = read("batch", batch), read("batch", batch)
    assert [found.message_id for found in first] == ["arrival-7-0", "arrival-7-1"]
    assert [found.message_id for found in again] == ["arrival-7-0", "arrival-7-1"]
    assert [found.user_id for found in first if isinstance(found, Message)] == ["7", "7"]


def test_ids_of_messages_that_differ_only_at_their_end_are_different() -> None:
    first, second = read(
        "batch", {"batch": [{"userId": "u", "type": "page", "messageId": "m" * 300 + one} for one in "ab"]}
    )
    assert first.message_id != second.message_id


def test_what_says_more_of_a_person_than_anybody_is_told_is_refused() -> None:
    context = {"traits": {f"t{number}": 1 for number in range(501)}}
    (told,) = read("batch", {"batch": [{"userId": "u", "type": "page"}], "context": context})
    assert isinstance(told, Refused) and told.problem.path == ("traits",)


def test_an_alias_and_a_group_keep_both_names() -> None:
    alias, group = one("alias", previousId="c1"), one("group", groupId="g1", traits={"name": "Acme", "size": 7})
    assert (alias.user_id, alias.previous_id, alias.event) == ("u1", "c1", "")
    assert (group.event, group.properties) == ("group", {"group_id": "g1", "name": "Acme", "size": 7})
