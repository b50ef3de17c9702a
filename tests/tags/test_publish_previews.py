"""A long preview of publishing is work of a worker: with progress, an outcome, and whose it is."""

import pytest
from django.test import Client
from django.urls import reverse

from cdp.ledger.services import job_cancel, job_run
from cdp.store.models import Attribute
from segments.services import segment_save
from tags import publish_previews, trial
from tags.dependencies import TAG, Ref
from tags.effects import effects_of
from tags.effects_kept import effects_read, effects_write
from tags.models import PublishPreview, Tag
from tags.publish_previews import publish_preview_request, publish_preview_run
from tags.rules.answers import Answers
from tags.services import tag_save
from tests.shop import labels, lives_in
from tests.tags.test_version_pages import WIDER, address, page, region

__all__ = ["page", "region"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def long(monkeypatch):
    """Nothing is quick enough for a page to wait for, and nothing has been asked before."""
    monkeypatch.setattr(publish_previews, "AT_ONCE", 0)
    monkeypatch.setattr(trial, "ANSWERS", Answers(most_bytes=0))


@pytest.fixture
def asked(region, analyst, long):
    """A preview of the waiting draft, asked for and not begun."""
    return publish_preview_request(by=analyst, ref=Ref(TAG, "region"), definition=WIDER)


def worked_out(job):
    job_run(PublishPreview, job.pk, publish_preview_run)
    job.refresh_from_db()
    return job


def shown(page, **asked):
    return page.get(address("effects"), asked).content.decode()


def test_what_is_kept_is_what_was_found(region, analyst):
    found = effects_of(analyst, Ref(TAG, "region"), WIDER)
    assert len(found.own.moved) == 12
    assert effects_read(effects_write(found), {}) == found


def test_a_long_one_is_handed_over_and_its_outcome_is_what_a_quick_one_tells(page, region, long, monkeypatch):
    with monkeypatch.context() as patient:
        patient.setattr(publish_previews, "AT_ONCE", 60)
        quick = shown(page)
    waiting = shown(page, again="1")
    assert 'role="progressbar"' in waiting and "Cancel" in waiting and "Publish" not in waiting
    job = worked_out(PublishPreview.objects.get())
    assert (job.state, job.steps_done, job.steps_total, job.step) == ("done", 2, 3, "east")
    told = shown(page)
    assert [line for line in told.splitlines() if "csrf" not in line] == [
        line for line in quick.splitlines() if "csrf" not in line
    ]


def test_coming_back_finds_the_same_work(page, asked):
    for _ in range(2):
        assert 'role="progressbar"' in shown(page)
    assert PublishPreview.objects.get() == asked


def test_one_that_was_cancelled_says_so_and_is_asked_again(page, asked):
    job_cancel(asked)
    assert worked_out(asked).state == "cancelled"
    said = shown(page)
    assert "Work it out again" in said and 'role="progressbar"' not in said
    assert 'role="progressbar"' in shown(page, again="1")


def test_cancelled_on_the_way_it_keeps_nothing(asked):
    def cancelled_meanwhile(job):
        PublishPreview.objects.update(cancel_asked=True)
        publish_preview_run(job)

    job_run(PublishPreview, asked.pk, cancelled_meanwhile)
    asked.refresh_from_db()
    assert (asked.state, asked.found) == ("cancelled", None)


def test_one_that_cannot_be_told_says_why(page, region, analyst, long):
    Attribute.objects.filter(slug="province").delete()
    job = publish_preview_request(by=analyst, ref=Ref(TAG, "region"), definition=WIDER)
    assert worked_out(job).state == "failed"
    assert "province" in shown(page)


def test_another_draft_is_another_question(page, asked, analyst):
    worked_out(asked)
    tag_save(slug="region", kind="labels", definition=labels(("east", lives_in("江苏省"))), actor=analyst)
    assert 'role="progressbar"' in shown(page)


def test_new_data_makes_it_be_asked_again(page, asked, shop):
    worked_out(asked)
    assert "Would change value" in shown(page)
    shop.people(1, "江苏省")
    assert 'role="progressbar"' in shown(page)


def test_nobody_is_shown_what_was_worked_out_for_another(page, asked, django_user_model):
    worked_out(asked)
    other = Client(headers={"accept-language": "en"})
    other.force_login(django_user_model.objects.create_superuser("wang"))
    assert "Would change value" in shown(page)
    assert 'role="progressbar"' in shown(other)


def test_a_segment_is_handed_over_too(page, region, long):
    segment_save(slug="east", rule=lives_in("江苏省"), actor=Tag.objects.get().owner, publish=False)
    url = reverse("segments:effects", args=["east"])
    assert 'role="progressbar"' in page.get(url).content.decode()
    worked_out(PublishPreview.objects.get())
    assert "Would leave" in page.get(url).content.decode()
