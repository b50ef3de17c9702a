"""The newest question of a form is the one that is answered; those before it are called off."""

import math
import threading
import time

import pytest
from django.urls import reverse

from cdp.engine import Cancelled, engine
from cdp.store.lake import Lake, snapshot
from tags.live import MOST, RUNNING, Running
from tags.preview import tag_preview
from tests.engine.test_asking import ENDLESS
from tests.shop import bought, labels, lives_in
from tests.tags.test_views import form

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, analyst):
    client.force_login(analyst)
    return client


@pytest.fixture
def endless(shop, analyst):
    """Begins to count without end, for a form of somebody; gives what comes of it."""
    shop.people(3, "浙江省")
    with snapshot() as lake:
        name = lake.name
    threads, begun = [], []

    def begin(form, person=analyst.pk, at=math.inf):
        outcomes = []

        def count():
            try:
                with RUNNING.newest(person, form, at):
                    engine().ids(name, ENDLESS)
            except Cancelled:
                outcomes.append("called off")

        threads.append(threading.Thread(target=count))
        threads[-1].start()
        begun.append((person, form))
        while form not in RUNNING._of.get(person, {}):
            time.sleep(0.01)
        return outcomes

    yield begin
    for who, which in begun:
        with RUNNING.newest(who, which):
            pass
    for thread in threads:
        thread.join(20)


def ended(outcomes):
    until = time.monotonic() + 10
    while not outcomes and time.monotonic() < until:
        time.sleep(0.01)
    return outcomes == ["called off"]


def live_of(page):
    """The address of live counts, as the form asks it."""
    return page.get(reverse("tags:new")).context["live_url"]


def test_each_form_has_an_address_of_its_own(page):
    assert live_of(page) != live_of(page)


def test_a_newer_question_of_a_form_calls_off_the_one_before_and_is_answered(page, endless):
    url = live_of(page)
    older = endless(url.partition("form=")[2])
    answer = page.post(url, form())
    assert (answer.status_code, answer.context["preview"].everyone) == (200, 3)
    assert ended(older)


def test_a_question_that_was_overtaken_on_its_way_makes_way_for_the_newer_one(page, endless, analyst):
    url = live_of(page)
    newer = endless(url.partition("form=")[2], at=2000.5)
    assert page.post(url, form() | {"asked": "1999.5"}).status_code == 204
    assert newer == [], "the page waits for this one"
    assert page.post(url, form() | {"asked": "2001"}).status_code == 200
    assert ended(newer)


def test_another_form_and_another_person_are_let_be(page, endless):
    others = [endless("another form"), endless("form", person="another")]
    page.post(live_of(page), form())
    assert others == [[], []]


def test_a_question_that_was_overtaken_answers_nothing(page, shop, analyst, monkeypatch):
    """Overtaken while it is being answered, by the same form asking again."""
    url, universe = live_of(page), Lake.universe

    def overtaken(self):
        with RUNNING.newest(analyst.pk, url[-16:]):
            pass
        engine().ids(self.name, "SELECT 1 AS customer_id")
        return universe(self)

    monkeypatch.setattr(Lake, "universe", overtaken)
    answer = page.post(url, form())
    assert (answer.status_code, answer.content) == (204, b"")


def test_one_person_s_questions_do_not_pile_up(endless, analyst):
    outcomes = [endless(f"form {number}") for number in range(MOST + 2)]
    assert ended(outcomes[0])
    assert ended(outcomes[1])
    assert outcomes[2:] == [[]] * MOST


def test_nothing_is_remembered_of_what_has_ended():
    running = Running()
    with running.newest("me", "form"), running.newest("me", "other"):
        pass
    assert running._of == {}


@pytest.mark.parametrize("parts", range(3))
def test_what_was_stopped_on_the_way_is_counted_exactly_afterwards(shop, analyst, monkeypatch, parts):
    """Stopped after some parts of the events were read: half of them are never taken for all."""
    one, two = shop.people(2, "浙江省")
    months = [f"2026-0{month}-01 10:00" for month in (2, 3, 4, 5)]
    shop.buy(*((one, month, 10.0) for month in months), (two, months[0], 5.0))
    read, rows_of = [], Lake.rows_of

    def stopping(self, *args):
        if len(read) == parts:
            with RUNNING.newest("me", "form"):
                pass
        read.append(args)
        return rows_of(self, *args)

    definition = labels(("often", bought(3)), ("east", lives_in("浙江省")))
    with monkeypatch.context() as stopped:
        stopped.setattr(Lake, "rows_of", stopping)
        with pytest.raises(Cancelled), RUNNING.newest("me", "form"):
            tag_preview(analyst, "labels", definition)
    assert tag_preview(analyst, "labels", definition).values == {"often": 1, "east": 1}
