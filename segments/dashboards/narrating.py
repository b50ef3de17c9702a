"""From a dashboard's answers to its sentences, each with its figures as a page and files show them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from segments.personas.apart import Standout
from segments.personas.evidence import mean_beside
from segments.personas.narrative.judging import Average, Seen, judged
from segments.personas.narrative.sentences import NUMBERS, Facts, Sentence, Size, Written, sentences
from segments.personas.spend import spends, worth
from segments.personas.statistics import Base, Distribution, Share

from .figures.heat import Week
from .figures.numerals import decimal, index, percent, short, whole
from .group import Group
from .queries.answer import Answer
from .queries.behaviour import active
from .wording import value_text, words

WHO = ("gender", "age_band", "age", "province")
MOST_WHO = 3
ACTIVE = "active"


def narrative_of(
    group: Group, drawn: Mapping[str, tuple[Any, Answer]], found: Sequence[Standout]
) -> list[dict[str, Any]]:
    """`drawn`: chart and answer by the slug of the chart; `found`: what sets the group apart."""
    written = Written(percent, whole, decimal, lambda value: "¥" + short(value, group.language), _day)
    return [_json(one, written) for one in sentences(_facts(group, drawn, found), written)]


def _facts(group: Group, drawn: Mapping[str, tuple[Any, Answer]], found: Sequence[Standout]) -> Facts:
    seen, averages = judged(_seen(group, drawn), _averages(group))
    by_chart: dict[str, list[Seen]] = {}
    for one in seen:
        by_chart.setdefault(one.chart, []).append(one)
    most = {chart: max(of, key=lambda one: one.share.group) for chart, of in by_chart.items()}
    goods = (slug for slug in most if slug.startswith("goods-"))
    return Facts(
        everyone=_("“%(name)s”") % {"name": group.against} if group.against else _("everyone"),
        least=group.least,
        size=Size(group.base.group, group.base.everyone, _part(group)),
        spend=averages[0] if averages else None,
        who=tuple(_who(most, drawn)),
        active=most.get(ACTIVE),
        channel=most.get("channel-channel"),
        hour=most.get("week-week"),
        goods=most.get(next(goods, "")),
        apart=tuple(
            Seen(one.subject, _subject(drawn[one.subject]), one.share, one.base, one.q)
            for one in sorted(found, key=lambda one: -abs(one.effect))
        ),
        since=group.since,
    )


def _seen(group: Group, drawn: Mapping[str, tuple[Any, Answer]]) -> Iterator[Seen]:
    """Every share a sentence may be about: all are looked at, so chance is corrected for all."""
    did = active(group)
    if did.everyone:
        yield Seen(ACTIVE, "", did, group.base)
    for slug, of in drawn.items():
        subject, base = of[1].subject, getattr(of[1].data, "base", group.base)
        for share in _shares(of[1].data):
            if share.value and share.group:
                ruled = bool(group.defined_by & {subject, f"{subject}={share.value}"})
                yield Seen(slug, _subject(of), share, base, ruled=ruled)


def _shares(data: Any) -> Iterator[Share]:
    if isinstance(data, Distribution):
        yield from data.shares
    elif isinstance(data, Week):
        for day, name in enumerate(words().weekdays):
            for hour, (ours, theirs) in enumerate(zip(data.group[day], data.everyone[day], strict=True)):
                label = _("%(day)s at %(from)s–%(to)s") % {
                    "day": name,
                    "from": f"{hour:02}:00",
                    "to": f"{hour + 1:02}:00",
                }
                yield Share(f"{day}-{hour}", ours, theirs, label)


def _subject(of: tuple[Any, Answer]) -> str:
    chart, answer = of
    return answer.name or _(chart.title)


def _who(most: Mapping[str, Seen], drawn: Mapping[str, tuple[Any, Answer]]) -> Iterator[Seen]:
    """Sex, age and place where they are known, else what is first known of who they are."""
    people = [slug for slug, (chart, of) in drawn.items() if chart.section_of(of).slug == "who" and slug in most]
    subjects = {slug: drawn[slug][1].subject for slug in people}
    ranked = sorted(people, key=lambda slug: WHO.index(subjects[slug]) if subjects[slug] in WHO else len(WHO))
    for slug in ranked[:MOST_WHO]:
        yield most[slug]


def _averages(group: Group) -> Iterator[Average]:
    buyers = group.buyers
    if buyers is None or _hidden(buyers.base) or (values := spends(buyers)) is None:
        return
    if mean := mean_beside(values, buyers.inside):
        yield Average("spend-spend", mean, ruled="spend" in group.defined_by)


def _hidden(base: Base) -> bool:
    return base.too_small or base.too_alike


def _part(group: Group) -> float | None:
    """The members' part of what everyone spent."""
    if group.buyers is None or _hidden(group.buyers.base):
        return None
    ours, theirs = (worth(group.buyers, group=whose).spend for whose in (True, False))
    return ours / theirs if ours is not None and theirs else None


def _day(day: Any) -> str:
    return value_text("", "date", day)


def _json(sentence: Sentence, written: Written) -> dict[str, Any]:
    figures = [_figure(one, written) for one in sentence.figures]
    place = sentence.place or (figures[0]["place"] if figures else "")
    return {"slug": sentence.slug, "text": sentence.text, "place": place, "figures": figures}


def _figure(one: Seen | Average, written: Written) -> dict[str, Any]:
    """As written, and as `counts`: members with it, members, customers with it, customers."""
    between = f"{index(one.interval.low)}–{index(one.interval.high)}" if one.interval else ""
    place = NUMBERS if one.chart == ACTIVE else f"chart-{one.chart}"
    told = {"tgi": index(one.tgi), "between": between, "way": one.way.value, "place": place}
    if isinstance(one, Average):
        ours, theirs = written.money(one.mean.ours), written.money(one.mean.everyone)
        return told | {"share": ours, "everyone": theirs, "n": whole(one.mean.n), "counts": None, "label": ""}
    share, base = one.share, one.base
    return told | {
        "label": f"{one.subject} {share.label or share.value}" if one.subject else "",
        "share": percent(share.group_share(base)),
        "everyone": percent(share.everyone_share(base)),
        "n": whole(share.group),
        "counts": [share.group, base.group, share.everyone, base.everyone],
    }
