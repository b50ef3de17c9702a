"""Which columns a file of customers has, what they are called and how their cells come about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext, pgettext

from cdp.access.masking import masked_sql
from cdp.identity.models import Identifier, IdentifierType
from cdp.identity.pages import GENDERS
from cdp.store.kinds import literal
from cdp.store.models import Attribute, ValueKind
from cdp.store.selectors import attributes_used

# Among the attributes of a file: the moment a customer changed last.
CHANGED = "@changed"
# How a kind of value stands in a cell: numbers and days as such, all else as text. First out of the lake, then out
# of the operational database, which has them as JSON's texts.
CELLS: dict[str, tuple[str, str]] = {
    ValueKind.TEXT: ("{0}", "{0}"),
    ValueKind.NUMBER: ("{0}", "TRY_CAST({0} AS DOUBLE)"),
    ValueKind.MONEY: ("{0}::DOUBLE", "TRY_CAST({0} AS DOUBLE)"),
    ValueKind.DATE: ("{0}::DATE", "TRY_CAST({0} AS TIMESTAMP)::DATE"),
    ValueKind.BOOLEAN: ("CASE {0} WHEN true THEN {1} WHEN false THEN {2} END",) * 2,
    ValueKind.LIST: ("array_to_string({0}, ', ')", "array_to_string(from_json({0}, '[\"VARCHAR\"]'), ', ')"),
    ValueKind.GEO: ("printf('%.4f, %.4f', {0}.lat, {0}.lon)", "{0}"),
}


@dataclass(frozen=True)
class Column:
    """Its heading, and the SQL of its cells over what is read of a stretch of customers."""

    heading: str
    sql: str


@dataclass
class Layout:
    """The columns of a file in the language it was made in. `types` are the identifier types that there are of
    anybody, of which `hidden` are masked; `own` the attributes that only the operational database has, `stored`
    those of the lake."""

    types: list[IdentifierType]
    hidden: frozenset[str]
    columns: list[Column] = field(default_factory=list)
    own: list[str] = field(default_factory=list)
    stored: list[str] = field(default_factory=list)
    changed: bool = False

    def add(self, heading: str, sql: str) -> None:
        """Headings are told apart, as a file's columns are known by them."""
        taken = {column.heading for column in self.columns}
        number = 2
        named = heading
        while named in taken:
            named, number = f"{heading} ({number})", number + 1
        self.columns.append(Column(named, sql))


def layout_of(attributes: Sequence[str], *, clear: bool) -> Layout:
    """Number and name of a customer, each type of identifier, then these attributes (one of them may be `CHANGED`).
    Unless `clear`, personal values are masked."""
    used = Identifier.objects.filter(type=OuterRef("slug"))
    types = list(IdentifierType.objects.filter(Exists(used)))
    made = Layout(types, frozenset(kind.slug for kind in types if kind.personal and not clear))
    made.add(gettext("Customer"), "wanted.customer_id")
    made.own.append("name")
    made.add(pgettext("person", "Name"), "own_0" if clear else masked_sql("own_0"))
    for kind in types:
        made.add(kind.name, f'held."{kind.slug}"')
    known = Attribute.objects.in_bulk(list(attributes), field_name="slug")
    for slug in attributes:
        if slug in known and slug != "name":
            _add(made, known[slug], clear)
    if CHANGED in attributes:
        made.changed = True
        moment = f"changed::TIMESTAMPTZ AT TIME ZONE {literal(settings.TIME_ZONE)}"
        made.add(gettext("Changed"), f"({moment})::TIMESTAMP_S")
    return made


def _add(made: Layout, attribute: Attribute, clear: bool) -> None:
    from_lake, from_own = CELLS[attribute.kind]
    yes, no = literal(gettext("yes")), literal(gettext("no"))
    if not attribute.personal:
        made.stored.append(attribute.slug)
        cell = f"stored_{len(made.stored) - 1}"
        made.add(attribute.name, _gender(cell) if attribute.slug == "gender" else from_lake.format(cell, yes, no))
        return
    made.own.append(attribute.slug)
    cell = f"own_{len(made.own) - 1}"
    made.add(attribute.name, from_own.format(cell, yes, no) if clear else masked_sql(cell))


def _gender(cell: str) -> str:
    cases = "".join(f" WHEN {literal(value)} THEN {literal(str(name))}" for value, name in GENDERS.items())
    return f"CASE {cell}{cases} ELSE {cell} END"


def attributes_all() -> list[str]:
    """Those that somebody has a value of; personal ones as far as they are registered."""
    used = attributes_used()
    rows: Iterable[tuple[str, bool]] = Attribute.objects.values_list("slug", "personal")
    return [slug for slug, personal in rows if personal or slug in used]
