"""Stored customers who share no identifier: found alike, merged or asked about, and never asked about in vain."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from django.core.management import call_command

from benchmarks.people import chinese_customers
from cdp.cleaning.times import clean_wall_time
from cdp.identity.alike import ALIKE, matching_now, matching_request
from cdp.identity.models import Matching, Merge, Review, ReviewState
from cdp.identity.services import customers_keep_apart, identities_link, review_undo
from cdp.identity.verdicts import roots_by_row
from cdp.ledger.models import JobState
from cdp.store.services import attribute_register, batch_commit, batch_open, records_add

pytestmark = pytest.mark.django_db
SLUGS = {
    "姓名": "name",
    "性别": "gender",
    "生日": "birthday",
    "省份": "province",
    "城市": "city",
    "地址": "address",
}
LI = {
    "姓名": "欧阳浩然",
    "性别": "男",
    "生日": "1979-04-21",
    "省份": "四川省",
    "城市": "绵阳市",
    "地址": "高新区学院路77号3栋1204室",
}


def load(rows, start=0):
    """Every row is a customer of its own, by a number nobody else has."""
    attribute_register(slug="address", kind="text", personal=True)
    batch = batch_open(source="test")
    numbers = pa.array([f"m{start + place}" for place in range(len(rows))])
    linked = identities_link(batch=batch, identifiers=pa.table({"row": range(len(rows)), "member_no": numbers}))
    columns = {slug: [row.get(title) or None for row in rows] for title, slug in SLUGS.items()}
    columns["birthday"] = pa.array(map(day, columns["birthday"]), pa.timestamp("us"))
    records_add(batch=batch, records=pa.table({"origin_id": linked["origin_id"], **columns}))
    batch_commit(batch=batch)
    return linked["origin_id"].to_pylist()


def day(text):
    found = clean_wall_time(text or "", ZoneInfo("Asia/Shanghai"))
    return found if isinstance(found, datetime) else None


def is_one(one, other):
    roots = roots_by_row([one, other])
    return roots[one] == roots[other]


def test_those_alike_are_merged_with_a_reason_and_only_news_are_compared_again():
    people = chinese_customers(150, 31)
    rows = load(people.files[0])
    first = matching_now()
    assert first.state == JobState.DONE and first.customers == first.fresh == len(rows)
    true = people.pairs()
    merged = {(a, b) for a in range(len(rows)) for b in range(a + 1, len(rows)) if is_one(rows[a], rows[b])}
    assert first.merged > 15 and len(merged - true) == 0 and len(merged) >= 0.85 * len(true)
    assert set(Merge.objects.values_list("reason", flat=True)) == {ALIKE}
    assert Review.objects.filter(state=ReviewState.MERGED, score__gte=0.95).count() == first.merged

    twice = load([LI, LI | {"姓名": "欧陽浩然", "地址": "四川省绵阳市高新区学院路77号3幢1204室"}], start=1_000)
    second = matching_now()
    assert second.merged == 1 and is_one(*twice)
    assert second.fresh < first.fresh and second.compared < first.compared


def test_a_pair_kept_apart_is_never_proposed_again():
    people = chinese_customers(60, 32)
    load(people.files[0])
    one, other = load([LI, LI], start=1_000)
    matching_now()
    review = Review.objects.get(state=ReviewState.MERGED, one__in=(one, other))
    review_undo(review=review, by=None)
    customers_keep_apart(one=one, other=other, by=None)
    again = matching_now(whole=True)
    assert again.state == JobState.DONE and not is_one(one, other)
    assert not Review.objects.filter(state__in=(ReviewState.OPEN, ReviewState.ASKED), one__in=(one, other)).exists()


def test_one_run_at_a_time_and_the_command_tells_what_came_of_it(capsys):
    load([LI, LI])
    assert matching_request(by=None) == matching_request(by=None)
    Matching.objects.all().delete()
    call_command("match", stored=True, json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["customers"] == 2 and told["state"] == "done"
