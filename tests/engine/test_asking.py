"""Whoever asks may call it off: the engine stops, and what is told is that and nothing else."""

import threading
import time
from contextvars import copy_context

import pytest

from cdp.engine import Asking, Cancelled, asked_as, engine

# Takes minutes.
ENDLESS = (
    "SELECT count(*) AS customer_id FROM range(10000000) a, range(1000000) b WHERE (a.range * b.range) % 7 = 3"
)


@pytest.fixture
def views():
    engine().attach("views", {"one": "SELECT 1 AS customer_id"})
    yield "views"
    engine().detach("views")


def asked(asking, *questions):
    """Ask in a thread; gives it, and where its outcomes will be."""
    outcomes = []

    def ask():
        with asked_as(asking):
            for question in questions:
                try:
                    outcomes.append(engine().ids("views", question).tolist())
                except Exception as error:
                    outcomes.append(type(error))

    thread = threading.Thread(target=ask)
    thread.start()
    return thread, outcomes


def test_a_question_that_is_called_off_ends_at_once_and_nothing_more_of_it_begins(views):
    asking = Asking()
    thread, outcomes = asked(asking, ENDLESS, "FROM one")
    time.sleep(0.3)
    started = time.monotonic()
    asking.cancel()
    thread.join(20)
    assert time.monotonic() - started < 10
    assert outcomes == [Cancelled, Cancelled]


def test_one_that_is_only_just_beginning_is_stopped_too(views):
    for _ in range(20):
        asking = Asking()
        thread, outcomes = asked(asking, ENDLESS)
        asking.cancel()
        thread.join(20)
        assert outcomes == [Cancelled]


def test_others_go_on(views):
    asking, other = Asking(), Asking()
    asked(asking, ENDLESS)
    slower = "SELECT count(*) AS customer_id FROM range(2000) a, range(10000) b WHERE (a.range * b.range) % 7 = 3"
    thread, outcomes = asked(other, slower)
    asking.cancel()
    thread.join(60)
    assert outcomes == [engine().ids("views", slower).tolist()]


def test_threads_on_the_way_belong_to_it(views):
    asking, outcomes = Asking(), []

    def ask():
        with pytest.raises(Cancelled):
            engine().ids("views", "FROM one")
        outcomes.append("called off")

    with asked_as(asking):
        context = copy_context()
    asking.cancel()
    thread = threading.Thread(target=context.run, args=(ask,))
    thread.start()
    thread.join(20)
    assert outcomes == ["called off"]
    assert engine().ids("views", "FROM one").tolist() == [1]
