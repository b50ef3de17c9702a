"""Who would enter and leave is found out by a worker where it takes long; the page shows it once it is known."""

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from tags import publish_previews, trial
from tags.rules.answers import Answers
from tags.services import tag_save
from tests.shop import labels, lives_in, tag_make


@pytest.fixture
def draft(transactional_db, shop, wang, monkeypatch):
    """Region says east of two people; a draft would say it of three more. No page waits for that."""
    shop.people(2, "浙江省")
    shop.people(3, "江苏省")
    tag_make("region", labels(("east", lives_in("浙江省"))), wang, names={"en": "Region", "zh-hans": "地区"})
    call_command("refresh")
    wider = labels(("east", lives_in("浙江省", "江苏省")))
    tag_save(slug="region", kind="labels", definition=wider, actor=wang)
    monkeypatch.setattr(publish_previews, "AT_ONCE", 0)
    monkeypatch.setattr(trial, "ANSWERS", Answers(most_bytes=0))


@pytest.mark.parametrize(
    ("language", "width"), [pytest.param("en", 1280, marks=pytest.mark.deep), ("zh-hans", 390)]
)
def test_the_page_shows_how_far_it_is_and_then_what_was_found(visit, draft, picture, language, width):
    tab = visit("/tags/region/publish/", language=language, width=width)
    expect(tab.locator("#effects [role=progressbar]")).to_be_visible()
    picture(tab, f"publish-working-{language}")
    entering = tab.locator("#effects .q-stat").nth(2)
    expect(entering).to_contain_text("3")
    expect(tab.locator("#effects form button.is-main")).to_be_visible()
    picture(tab, f"publish-found-{language}")
