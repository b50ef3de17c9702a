"""A steward decides pairs of customers by keyboard, takes one back, and sees both as before."""

import pyarrow as pa
import pytest

from cdp.identity.models import Review
from cdp.identity.services import identities_link, reviews_open
from cdp.identity.verdicts import roots_by_row
from cdp.ledger.services import job_run
from cdp.store.services import attribute_register, batch_commit, batch_open, records_add
from segments.models import Segment, SegmentRun
from segments.runs import segment_run
from segments.services import segment_runs_create, segment_save
from tags.models import TagRun
from tags.runs import tag_run
from tags.services import tag_runs_create
from tests.shop import AS_OF, Shop, bought, labels, tag_make

NAMES = ("张伟", "李娜", "王芳", "刘洋", "陈静")


def refresh(tag):
    """The tag, and the segments there are."""
    (run,) = tag_runs_create(tags=[tag], as_of=AS_OF)
    job_run(TagRun, run.pk, tag_run)
    for run in segment_runs_create(segments=list(Segment.objects.all()), as_of=AS_OF):
        job_run(SegmentRun, run.pk, segment_run)


def loaded(prefix, cities):
    batch = batch_open(source="crm")
    numbers = pa.array([f"{prefix}{place}" for place in range(len(NAMES))])
    linked = identities_link(batch=batch, identifiers=pa.table({"row": range(len(NAMES)), "member_no": numbers}))
    records_add(batch=batch, records=pa.table({"origin_id": linked["origin_id"], "name": NAMES, "city": cities}))
    batch_commit(batch=batch)
    return linked["origin_id"].to_pylist()


@pytest.fixture
def pairs(wang, db):
    """Five pairs of the same name, a tag and a segment of those who bought."""
    attribute_register(slug="city", kind="text")
    ones, others = loaded("a", ["杭州"] * 5), loaded("b", ["杭州", "宁波"] + ["杭州"] * 3)
    Shop().buy((ones[0], "2026-06-02 10:00:00", 5))
    tag = tag_make("buyers", labels(("yes", bought(1)), rest="no"), wang, names={"en": "Buyers"})
    segment_save(slug="spenders", rule=bought(1), actor=wang, names={"en": "Spenders"})
    refresh(tag)
    evidence = '{"weights": {"name": 12.4, "city": 3.1, "birthday": -2.5}}'
    reviews_open(
        pairs=pa.table(
            {
                "one": ones,
                "other": others,
                "kind": ["score"] * 5,
                "score": [0.9, 0.8, 0.7, 0.6, 0.5],
                "evidence": [evidence] * 5,
            }
        )
    )
    return list(zip(ones, others, strict=True)), tag


def seen(tab, pk, tag):
    """What the customer's page says: identifiers, attributes, tags, timeline; not who looked at it."""
    tab.goto(f"/customers/{pk}/")
    refresh(tag)
    tab.reload()
    parts = tab.locator(".p-customer > div > section:not(#identity, #looks)").all_inner_texts()
    return [text for text in parts if text]


def is_one(pair):
    roots = roots_by_row(pair)
    return roots[pair[0]] == roots[pair[1]]


def test_five_pairs_are_merged_by_keyboard_and_one_is_taken_back(visit, pairs, picture):
    together, tag = pairs
    first = together[0]
    tab = visit("/customers/reviews/", language="en")
    before = [seen(tab, pk, tag) for pk in first]
    assert any("Buyers yes" in text.replace("\n", " ") for text in before[0])
    assert [any("Spenders" in text for text in one) for one in before] == [True, False]
    tab.goto("/customers/reviews/")
    assert "5 to decide" in tab.inner_text("main")
    picture(tab, "queue")
    tab.keyboard.press("d")
    for place, pair in enumerate(together):
        tab.wait_for_selector(f".r-facts thead >> text=#{pair[0]}")
        tab.wait_for_function("document.activeElement.dataset.key === 'm'")
        picture(tab, f"pair-{place}")
        tab.keyboard.press("m")
        tab.wait_for_selector(f"form.q-note >> text=#{pair[0]} · #{pair[1]}: merged.")
    assert all(map(is_one, together))
    tab.wait_for_url("**/customers/reviews/?undo=*")

    tab.goto(f"/customers/{first[0]}/")
    picture(tab, "together")
    assert "Un-merge" in tab.inner_text("#identity")
    tab.goto(f"/customers/reviews/{Review.objects.get(one=first[0]).pk}/")
    tab.keyboard.press("u")
    tab.wait_for_selector("text=as they were")
    assert not is_one(first) and all(map(is_one, together[1:]))
    assert [seen(tab, pk, tag) for pk in first] == before


def test_what_differs_is_marked_and_a_pair_is_kept_apart_for_good(visit, pairs, picture):
    together, _tag = pairs
    review = Review.objects.get(one=together[1][0])
    tab = visit(f"/customers/reviews/{review.pk}/", language="zh-hans", width=390)
    assert "宁波" in tab.inner_text(".r-facts .is-different")
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    picture(tab, "phone")
    tab.keyboard.press("k")
    tab.wait_for_selector("form.q-note [data-key=u]")
    review.refresh_from_db()
    assert review.state == "apart" and review.decided_by.username == "wang"
    tab.keyboard.press("u")
    tab.wait_for_selector("[role=status]")
    review.refresh_from_db()
    assert review.state == "open"
