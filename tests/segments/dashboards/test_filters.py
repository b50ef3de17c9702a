"""What a dashboard counts in a time and on a channel, beside the same count in plain Python over the cast."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import translation

from cdp.access.viewer import SYSTEM
from cdp.errors import UserError
from cdp.store.lake import snapshot
from segments.dashboards.content import rule_of
from segments.dashboards.filters import Filters, cut, filters_of, filters_read
from segments.dashboards.models import Render
from segments.dashboards.opening import group_open
from segments.dashboards.queries import behaviour, shopping
from segments.dashboards.queries.numbers import key_numbers
from segments.dashboards.registry import CHARTS
from segments.dashboards.services import KEPT_CUT, render_request
from segments.editions.services import edition_make
from segments.personas.services import persona_create
from segments.personas.statistics import Distribution
from tags.selectors import rule_count
from tests.segments.settled import segment_of
from tests.world import AS_OF, DEEDS, HAN_MEIMEI, JIM, LI_LEI, LUCY

GROUP = {LI_LEI, HAN_MEIMEI, LUCY, JIM}
DAY = AS_OF.date()
TIMES = [
    Filters(),
    Filters(last=30),
    Filters(last=365),
    Filters(since=date(2026, 10, 22), until=date(2026, 11, 11)),
    Filters(since=date(2026, 11, 1)),
    Filters(until=date(2026, 6, 18)),
]
CUTS = [replace(time, channel=channel) for time, channel in product(TIMES, ("", "app", "tmall", "nowhere"))]


def meant(filters):
    """The deeds a filter lets through."""
    first, last = date.min, date.max
    if filters.last:
        first, last = DAY - timedelta(days=filters.last - 1), DAY
    first, last = filters.since or first, filters.until or last
    return [
        deed
        for deed in DEEDS
        if first <= deed.time.date() <= last and (not filters.channel or deed.channel == filters.channel)
    ]


def counted(shares):
    return {share.value: (share.group, share.everyone) for share in shares if share.everyone}


def doing(deeds, value_of):
    found = defaultdict(set)
    for deed in deeds:
        if (value := value_of(deed)) not in (None, ""):
            found[value].add(deed.customer_id)
    return {value: (len(who & GROUP), len(who)) for value, who in found.items()}


@pytest.fixture
def group(settled):
    """The same group, cut."""
    segment = segment_of("friends", GROUP)

    def opened(filters):
        found = group_open(segment, lake, "en", None, filters)
        return replace(found, buyers=shopping.buyers_of(found))

    with translation.override("en"), snapshot() as lake:
        yield opened


@pytest.mark.parametrize("filters", CUTS, ids=lambda one: one.text or "whole")
def test_every_cut_counts_what_was_done_in_it(group, filters):
    deeds, cut_group = meant(filters), group(filters)
    (events,), (channels,), (week,) = (
        f(cut_group) for f in (behaviour.event_types, behaviour.channels, behaviour.week)
    )
    assert counted(events.data.shares) == doing(deeds, lambda deed: deed.event)
    assert counted(channels.data.shares) == doing(deeds, lambda deed: deed.channel)
    hours = doing(deeds, lambda deed: (deed.time.weekday(), deed.time.hour))
    assert week.data.everyone == [[hours.get((d, h), (0, 0))[1] for h in range(24)] for d in range(7)]
    assert week.data.group == [[hours.get((d, h), (0, 0))[0] for h in range(24)] for d in range(7)]
    (months,) = behaviour.months(cut_group)
    known = doing(deeds, lambda deed: f"{deed.time:%Y-%m}")
    for name, ours, theirs in zip(months.data.months, months.data.group, months.data.everyone, strict=True):
        assert (ours, theirs) == known.get(name, (0, 0))
    orders = [deed for deed in deeds if deed.event == "purchase"]
    (goods,) = shopping.goods(cut_group)
    assert counted(goods.data.shares) == doing(orders, lambda deed: deed.properties.get("category"))
    spent = defaultdict(list)
    for deed in orders:
        spent[deed.customer_id].append(float(deed.properties["amount"]))
    buyers = cut_group.buyers
    found = sorted(zip(buyers.orders.tolist(), buyers.spend.round(2).tolist(), buyers.inside.tolist(), strict=True))
    assert found == sorted((len(all_), round(sum(all_), 2), who in GROUP) for who, all_ in spent.items())


@pytest.mark.parametrize(
    "filters", [cut for cut in CUTS if cut.channel != "nowhere"], ids=lambda one: one.text or "whole"
)
def test_a_bar_of_a_cut_chart_is_a_rule_for_those_who_were_counted(group, filters):
    cut_group, later = group(filters), AS_OF + timedelta(days=3_650)
    for chart in CHARTS:
        if chart.from_events and chart.condition:
            for answer in chart.query(cut_group):
                for share in answer.data.shares if isinstance(answer.data, Distribution) else ():
                    if share.value and share.everyone:
                        rule = rule_of(cut_group, chart, answer, share)
                        assert rule_count(SYSTEM, rule, as_of=later).count == share.everyone, (rule, share)


def test_within_a_time_the_active_are_those_who_did_anything_in_it(group):
    filters = Filters(since=date(2026, 10, 22), until=date(2026, 11, 11))
    number = next(one for one in key_numbers(group(filters)) if one.slug == "active")
    assert number.label == "Active in this time"
    assert number.value == len({deed.customer_id for deed in meant(filters)} & GROUP) / len(GROUP)


def test_filters_are_read_from_an_address_and_what_is_none_is_left_out():
    assert filters_read({"last": "30", "channel": "app"}) == Filters(last=30, channel="app")
    assert filters_read({"last": "7", "since": "2026-02-30", "until": "x"}) == Filters()
    late, early = date(2026, 5, 2), date(2026, 5, 1)
    assert filters_read({"since": f"{late}", "until": f"{early}"}) == Filters(since=early, until=late)
    for one in CUTS:
        assert filters_of(one.text) == one
        assert len(one.text) <= 120


def test_what_is_known_of_customers_is_not_cut():
    rule = {"all": [{"attribute": "gender", "op": "is", "value": "f"}, {"event": "visit"}]}
    assert cut(rule, Filters(channel="app"), DAY)["all"][0] == rule["all"][0]


@pytest.fixture
def draw(settled, django_capture_on_commit_callbacks):
    def drawn(segment, **more):
        with django_capture_on_commit_callbacks(execute=True):
            asked = render_request(segment=segment, language="en", **more)
        return Render.objects.get(pk=asked.pk)

    return drawn


def test_each_cut_is_drawn_once_and_the_whole_stays_beside_them(draw):
    friends = segment_of("friends", GROUP)
    whole, app = draw(friends), draw(friends, filters=Filters(channel="app"))
    assert draw(friends, filters=Filters(channel="app")).pk == app.pk != whole.pk
    for days in range(1, KEPT_CUT + 3):
        draw(friends, filters=Filters(since=date(2026, 11, days)))
    assert Render.objects.exclude(filters="").count() == KEPT_CUT
    assert Render.objects.filter(pk=whole.pk).exists()


def test_charts_that_are_not_cut_say_so(draw):
    content = draw(segment_of("friends", GROUP), filters=Filters(last=30)).content
    notes = {section["slug"]: section["charts"][0]["note"] for section in content["sections"]}
    assert "at any time, on any channel" in notes["who"] and "at any time" not in notes["doing"]


def test_the_page_has_the_filters_and_shows_the_cut(client, draw, django_capture_on_commit_callbacks):
    client.force_login(User.objects.create_user("anna", password="x", is_staff=True))
    client.cookies["django_language"] = "en"
    segment_of("friends", GROUP)
    url = reverse("personas:segment", args=["friends"])
    for _time in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            page = client.get(url, {"last": "30", "channel": "tmall"}).content.decode()
    assert '<option value="30" selected>Last 30 days</option>' in page
    assert '<option value="tmall" selected>' in page
    assert Render.objects.get().filters == "last=30&channel=tmall"
    assert "Active in this time" in page


def test_a_cut_picture_is_no_edition(draw, admin_user):
    friends = segment_of("friends", GROUP)
    persona = persona_create(segment=friends, name="P", description="", language="en", actor=admin_user)
    cut_one = draw(friends, filters=Filters(last=30))
    with pytest.raises(UserError, match="cut by time or channel"):
        edition_make(persona=persona, render=cut_one, title="", actor=admin_user)
