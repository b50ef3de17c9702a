"""The sentences, in the language that is active. Nothing that chance may explain is told as a difference."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from cdp.errors import N_

from .judging import Average, Seen, Way

MOST = 12
NUMBERS, STANDOUTS = "numbers", "standouts"

COMPARED = {
    Way.OVER: N_("%(what)s, more than the %(theirs)s of %(everyone)s."),
    Way.UNDER: N_("%(what)s, less than the %(theirs)s of %(everyone)s."),
    Way.CLOSE: N_("%(what)s, hardly different from the %(theirs)s of %(everyone)s."),
    Way.UNSURE: N_("%(what)s; the figure of %(everyone)s is %(theirs)s, and the difference may be chance."),
    Way.RULED: N_("%(what)s (%(everyone)s %(theirs)s); its rule is built on this."),
}


@dataclass(frozen=True)
class Size:
    """Members among how many customers, and their part of everyone's spend where spend is known."""

    members: int
    customers: int
    spend: float | None = None


@dataclass(frozen=True)
class Since:
    """What changed since the run before: how many there were, who entered and who left, and whether the rule is
    another one."""

    day: date
    before: int
    entered: int
    left: int
    other_rule: bool = False


@dataclass(frozen=True)
class Facts:
    """What is to be told. `who` are the most frequent values of who they are, `apart` what sets them apart, the
    farthest first; `hour` and the others are the most frequent of their kind. `everyone` is whom the group is
    compared with, as a word in a sentence."""

    everyone: str
    least: int
    size: Size
    spend: Average | None = None
    who: tuple[Seen, ...] = ()
    active: Seen | None = None
    channel: Seen | None = None
    hour: Seen | None = None
    goods: Seen | None = None
    apart: tuple[Seen, ...] = ()
    since: Since | None = None


@dataclass(frozen=True)
class Written:
    """How numbers are written."""

    percent: Callable[[float | None], str]
    whole: Callable[[float], str]
    decimal: Callable[[float], str]
    money: Callable[[float], str]
    day: Callable[[date], str]


@dataclass(frozen=True)
class Sentence:
    """`place` is the part of the page it rests on where that is not the chart of its figures."""

    slug: str
    text: str
    figures: tuple[Seen | Average, ...] = ()
    place: str = ""


def sentences(facts: Facts, written: Written) -> list[Sentence]:
    """At most MOST, in reading order; of what sets them apart, as many as there is room for."""
    told = [_size(facts, written), *_spend(facts, written), *_who(facts, written), *_shares(facts, written)]
    changed = list(_changed(facts, written))
    said = {(one.chart, one.share.value) for one in _differences(told)}
    rest = [one for one in facts.apart if (one.chart, one.share.value) not in said]
    room = MOST - len(told) - len(changed)
    apart = [_apart(one, facts, written) for one in rest[:room]]
    return [*told, *(apart or _nothing(facts)), *changed]


def _differences(told: Sequence[Sentence]) -> Iterator[Seen]:
    for sentence in told:
        for one in sentence.figures:
            if isinstance(one, Seen) and sentence.slug != "who" and one.way in (Way.OVER, Way.UNDER):
                yield one


def _size(facts: Facts, written: Written) -> Sentence:
    size = facts.size
    share = size.members / size.customers if size.customers else None
    given = {
        "members": written.whole(size.members),
        "share": written.percent(share),
        "customers": written.whole(size.customers),
        "everyone": facts.everyone,
    }
    text = _("The group has %(members)s members: %(share)s of %(everyone)s (%(customers)s customers).")
    if size.spend is not None:
        given["spend"] = written.percent(size.spend)
        text = _(
            "The group has %(members)s members: %(share)s of %(everyone)s (%(customers)s customers), "
            "and %(spend)s of the spend."
        )
    return Sentence("size", text % given, place=NUMBERS)


def _spend(facts: Facts, written: Written) -> Iterator[Sentence]:
    if one := facts.spend:
        what = _("A buyer among them spent %(ours)s on average") % {"ours": written.money(one.mean.ours)}
        text = _compared(what, one.way, written.money(one.mean.everyone), facts)
        yield Sentence("spend", text, (one,))


def _who(facts: Facts, written: Written) -> Iterator[Sentence]:
    if facts.who:
        most = [
            _("%(subject)s %(value)s (%(ours)s; %(everyone)s %(theirs)s)")
            % {"subject": one.subject, "value": _value(one), "everyone": facts.everyone, **_both(one, written)}
            for one in facts.who
        ]
        text = _("The most frequent among them: %(values)s.") % {"values": _(", ").join(most)}
        yield Sentence("who", text, facts.who)


def _shares(facts: Facts, written: Written) -> Iterator[Sentence]:
    told = (
        ("active", facts.active, _("%(ours)s were active in the last 30 days")),
        ("channel", facts.channel, _("They are met most on %(value)s, %(ours)s of them")),
        ("hour", facts.hour, _("They are most active on %(value)s, %(ours)s of them")),
        ("goods", facts.goods, _("Most bought is %(value)s (%(subject)s), by %(ours)s of the buyers")),
    )
    for slug, one, stem in told:
        if one is not None:
            what = stem % {"value": _value(one), "subject": one.subject, **_both(one, written)}
            text = _compared(what, one.way, _both(one, written)["theirs"], facts)
            yield Sentence(slug, text, (one,), NUMBERS if slug == "active" else "")


def _compared(what: str, way: Way, theirs: str, facts: Facts) -> str:
    return _(COMPARED[way]) % {"what": what, "theirs": theirs, "everyone": facts.everyone}


def _apart(one: Seen, facts: Facts, written: Written) -> Sentence:
    given = {"subject": one.subject, "value": _value(one), "everyone": facts.everyone, **_both(one, written)}
    if (one.tgi or 0) > 100:
        given["times"] = written.decimal((one.tgi or 0) / 100)
        text = _(
            "%(value)s (%(subject)s) sets them apart: %(ours)s against %(theirs)s of %(everyone)s, "
            "%(times)s times as common."
        )
    else:
        text = _("%(value)s (%(subject)s) is less common among them: %(ours)s against %(theirs)s of %(everyone)s.")
    return Sentence("apart", text % given, (one,))


def _nothing(facts: Facts) -> list[Sentence]:
    if facts.apart:
        return []
    text = _("Of what was compared, nothing is so far from %(everyone)s that chance would not explain it.")
    return [Sentence("apart", text % {"everyone": facts.everyone})]


def _changed(facts: Facts, written: Written) -> Iterator[Sentence]:
    if (since := facts.since) is None:
        return
    given = {
        "day": written.day(since.day),
        "before": written.whole(since.before),
        "now": written.whole(facts.size.members),
        "entered": _few(since.entered, facts, written),
        "left": _few(since.left, facts, written),
    }
    if since.other_rule:
        text = _("Since %(day)s its rule was changed; it had %(before)s members then, and has %(now)s now.")
    elif not since.entered and not since.left:
        text = _("Since %(day)s nobody entered or left.")
    else:
        text = _("Since %(day)s %(entered)s entered and %(left)s left: from %(before)s members to %(now)s.")
    yield Sentence("changed", text % given, place=NUMBERS)


def _few(count: int, facts: Facts, written: Written) -> str:
    return f"<{facts.least}" if 0 < count < facts.least else written.whole(count)


def _both(one: Seen, written: Written) -> dict[str, str]:
    share, base = one.share, one.base
    return {"ours": written.percent(share.group_share(base)), "theirs": written.percent(share.everyone_share(base))}


def _value(one: Seen) -> str:
    return one.share.label or one.share.value
