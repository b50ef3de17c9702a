"""Pages about which value counts: the rules, and one customer's values with whose word each is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from cdp.access.people import person_name
from cdp.access.viewer import Viewer, may, sees_personal
from cdp.naming import source_names
from cdp.store.heard import Heard, ValueOrigin, value_origins
from cdp.store.models import Attribute, Batch, Customer, GoldenRun, SourceTrust, Survivorship

from .pages import cell_text
from .resources import cell_of

MAY_CHANGE = "access.merge_customers"


@dataclass(frozen=True)
class Word:
    text: str
    source: str
    at: datetime


@dataclass(frozen=True)
class ValueLine:
    """One attribute: its value, whose word that is (None when set by hand) and what else was heard. `input` is the
    value as it can be typed in again, empty when it is masked."""

    attribute: Attribute
    text: str
    input: str
    word: Word | None
    set_by: str
    set_at: datetime | None
    note: str
    others: Sequence[Word]
    may_change: bool


@dataclass(frozen=True)
class ValuesPage:
    customer: Customer
    name: str
    lines: Sequence[ValueLine]
    may_change: bool

    @classmethod
    def of(cls, viewer: Viewer, customer: Customer) -> "ValuesPage":
        allowed = may(viewer, MAY_CHANGE)
        known = {origin.attribute.slug: origin for origin in value_origins(viewer, customer.pk)}
        heard = [word for origin in known.values() for word in (origin.heard, *origin.others) if word]
        names = source_names(word.source for word in heard)
        lines = [_line(origin, allowed, names) for origin in known.values()]
        if allowed:
            rest = Attribute.objects.exclude(slug__in=known)
            clear = sees_personal(viewer)
            lines += [ValueLine(row, "", "", None, "", None, "", (), clear or not row.personal) for row in rest]
        return cls(customer, f"#{customer.pk}", lines, allowed)


def _line(origin: ValueOrigin, allowed: bool, names: dict[str, str]) -> ValueLine:
    row, lock = origin.attribute, origin.lock
    return ValueLine(
        row,
        _text(row, origin.value, origin.hidden),
        "" if origin.hidden else str(cell_of(origin.value)),
        _word(row, origin.heard, origin.hidden, names) if origin.heard else None,
        (person_name(lock.by) if lock.by else _("a colleague")) if lock else "",
        lock.at if lock else None,
        lock.note if lock else "",
        [_word(row, word, origin.hidden, names) for word in origin.others],
        allowed and not origin.hidden,
    )


def _word(row: Attribute, word: Heard, hidden: bool, names: dict[str, str]) -> Word:
    return Word(_text(row, word.value, hidden), names[word.source], word.at)


def _text(row: Attribute, value: Any, hidden: bool) -> str:
    return str(value) if hidden else str(cell_text(row, value))


@dataclass(frozen=True)
class RulesPage:
    """`sources` are all that ever said something: slug, name and rank, the most trusted first."""

    attributes: Sequence[Attribute]
    rules: Sequence[tuple[str, Any]]
    sources: Sequence[tuple[str, str, int | None]]
    job: GoldenRun | None
    may_change: bool

    @classmethod
    def of(cls, viewer: Viewer) -> "RulesPage":
        ranks = dict(SourceTrust.objects.values_list("source", "rank"))
        slugs = set(Batch.objects.order_by().values_list("source", flat=True).distinct()) | set(ranks)
        sources = sorted(
            ((slug, name, ranks.get(slug)) for slug, name in source_names(slugs).items()),
            key=lambda one: (one[2] is None, one[2], one[1]),
        )
        return cls(
            list(Attribute.objects.all()),
            Survivorship.choices,
            sources,
            GoldenRun.objects.first(),
            may(viewer, MAY_CHANGE),
        )
