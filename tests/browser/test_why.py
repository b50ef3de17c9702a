"""Asking why in a real browser: beside a customer's page, and on the tag's own."""

import pytest

from cdp.ledger.services import job_run
from tags.models import TagRun
from tags.runs import tag_run
from tags.services import tag_runs_create
from tests.shop import AS_OF, Shop, bought, labels, tag_make

LAYERS = labels(
    ("often", {"all": [bought(2), {"attribute": "province", "op": "is", "value": "浙江省"}]}), rest="rare"
)


@pytest.fixture
def bo(wang, db):
    """Bo bought once, so does not do so often."""
    shop = Shop()
    (bo,) = shop.people(1, "浙江省")
    shop.buy((bo, "2026-06-02 10:00:00", 5))
    tag = tag_make("buyers", LAYERS, wang, names={"en": "Buyers", "zh-hans": "买家"})
    (run,) = tag_runs_create(tags=[tag], as_of=AS_OF)
    job_run(TagRun, run.pk, tag_run)
    return bo


@pytest.mark.parametrize(
    ("language", "width", "advice"),
    [
        pytest.param("en", 1440, "1 more “Purchase”", marks=pytest.mark.deep),
        ("zh-hans", 390, "再有 1 次"),
    ],
)
def test_why_opens_beside_the_customer_and_closes_again(visit, bo, picture, language, width, advice):
    tab = visit(f"/customers/{bo}/", language=language, width=width)
    tab.click(".p-tag .q-why-link")
    drawer = tab.locator("dialog#why-drawer[open]")
    drawer.wait_for()
    assert advice in drawer.inner_text()
    drawer.locator("summary").first.click()
    picture(tab, f"drawer-{language}")
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab.keyboard.press("Escape")
    tab.locator("dialog#why-drawer").wait_for(state="hidden")


def test_a_tags_page_answers_for_the_customer_typed_in(visit, bo, picture):
    tab = visit("/tags/buyers/", language="en")
    tab.fill("#why-customer", str(bo))
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#why-here .q-why-change")
    assert "1 more “Purchase”" in tab.inner_text("#why-here")
    picture(tab, "answer")
    tab.fill("#why-customer", "999999")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#why-here [role=alert]")
    assert "There is no customer" in tab.inner_text("#why-here")
