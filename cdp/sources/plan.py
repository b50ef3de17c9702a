"""A mapping laid over one file and the registries: which column is cleaned how, and becomes what."""

from collections.abc import Mapping as Dict
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from cdp.cleaning.columns import ATTRIBUTE_CLEANERS, CLEANERS, UNMASKED_PHONE, Cleaner
from cdp.cleaning.steps.step import Context, Step
from cdp.cleaning.text import normal
from cdp.errors import N_, Problem, UserError
from cdp.identity.models import IdentifierType
from cdp.store.models import Attribute, Property

from .column_steps import PLACES, Place
from .mapping import EVENT_SLUG, Also, Column, Mapping, Name, parse
from .readers.shape import Shape


@dataclass(frozen=True)
class Target:
    """One thing made of one column: `out` is its column in the workspace, `role` what it is for."""

    out: str
    role: str
    slug: str
    column: str
    index: int
    cleaner: Cleaner
    zone: ZoneInfo
    values: Dict[str, str | None] | None = None
    closed: bool = False  # a value not in `values` is refused
    also: int | None = None  # the place of the further event it belongs to
    steps: tuple[Step, ...] = ()

    @property
    def raw(self) -> str:
        return f"c{self.index}"

    @property
    def reason(self) -> str:
        return f"{self.out}_reason"

    @property
    def is_personal(self) -> bool:
        """Whether its steps say that the values tell who somebody is."""
        return any(step.is_personal for step in self.steps)

    @property
    def place(self) -> Place:
        """Where the mapping speaks of it. Further events of a row have no steps of their own."""
        if self.also is not None:
            return ("also",)
        return (PLACES[self.role], self.slug) if self.role in PLACES else (self.role,)


@dataclass(frozen=True)
class Plan:
    """`kinds`: `out` of an attribute or a property → the kind it is registered with. Ages are as of `today`."""

    mapping: Mapping
    shape: Shape
    source: str
    targets: tuple[Target, ...]
    kinds: Dict[str, str]
    today: date

    def context(self, target: Target) -> Context:
        return Context(target.zone, self.today)

    def of(self, role: str, also: int | None = None) -> tuple[Target, ...]:
        """Targets of the row itself, or of one of its further events."""
        return tuple(target for target in self.targets if (target.role, target.also) == (role, also))

    def one(self, role: str, also: int | None = None) -> Target | None:
        return next(iter(self.of(role, also)), None)

    def properties(self) -> dict[str, Target]:
        """Every property an event of the file can have, and the target that stands for it in view `events`."""
        found = {target.slug: target for target in self.of("property")}
        for place in range(len(self.mapping.also)):
            found = {target.slug: target for target in self.of("property", place)} | found
        return found


# What is left of a hidden phone. Where the same column is the phone too, hidden ones are no reason to refuse a row.
PHONE_HINT = "phone_hint"


def _event_slug(text: str) -> str | Problem:
    if EVENT_SLUG.fullmatch(text):
        return text
    return Problem(
        (),
        N_("This cannot be the name of an event"),
        N_('Say in the mapping which event it means: {"values": {"the value": "purchase"}}'),
    )


EVENT_NAME = Cleaner("event", "VARCHAR", _event_slug)


def make_plan(mapping_json: dict, shape: Shape, source: str, today: date | None = None) -> Plan:
    """`today` is the business day of the load. Raises `UserError` with everything wrong between mapping, file
    and registries."""
    mapping = parse(mapping_json, shape.columns)
    builder = _Builder(shape)
    for slug, column in mapping.identifiers.items():
        builder.add("identifier", slug, Column(column), builder.identifier_cleaner(slug, column, mapping))
    for slug, spec in mapping.attributes.items():
        kind = builder.kind("attributes", slug, spec, builder.attribute_kinds)
        builder.add("attribute", slug, spec, CLEANERS[ATTRIBUTE_CLEANERS.get(slug, kind)])
    for slug, spec in mapping.properties.items():
        builder.add_property(slug, spec)
    if mapping.name and mapping.name.column:
        builder.add_name(mapping.name)
    if mapping.time:
        zone = builder.mapping_zone = mapping.time.zone_or(settings.CDP_TIME_ZONE)
        builder.add("time", "time", Column(mapping.time.column), CLEANERS["date"], zone)
    for column in mapping.key:
        builder.add("key", "key", Column(column), CLEANERS["identifier"])
    for place, also in enumerate(mapping.also):
        builder.add_also(place, also)
    if builder.problems:
        raise UserError(*builder.problems)
    targets = (replace(target, steps=mapping.steps.get(target.place, ())) for target in builder.targets)
    today = today or datetime.now(builder.business_zone).date()
    return Plan(mapping, shape, source, tuple(targets), builder.kinds, today)


class _Builder:
    def __init__(self, shape: Shape):
        self.shape = shape
        self.targets: list[Target] = []
        self.problems: list[Problem] = []
        self.kinds: dict[str, str] = {}
        self.attribute_kinds = dict(Attribute.objects.values_list("slug", "kind"))
        self.property_kinds = dict(Property.objects.values_list("slug", "kind"))
        self.identifier_kinds = dict(IdentifierType.objects.values_list("slug", "kind"))
        self.business_zone = self.mapping_zone = ZoneInfo(settings.CDP_TIME_ZONE)

    def identifier_cleaner(self, slug: str, column: str, mapping: Mapping) -> Cleaner:
        kind = self.identifier_kinds.get(slug, slug if slug in ("phone", "email") else "text")
        hint = mapping.attributes.get(PHONE_HINT)
        if kind == "phone" and hint is not None and hint.column == column:
            return UNMASKED_PHONE
        return CLEANERS["identifier" if kind == "text" else kind]

    def kind(self, group: str, slug: str, spec: Column, known: dict[str, str]) -> str:
        kind = known.get(slug)
        if kind and spec.kind and kind != spec.kind:
            self.problems.append(
                Problem(
                    (group, slug),
                    N_("%(slug)s is of the kind %(known)s everywhere; it cannot be %(kind)s here"),
                    N_("Use the kind %(known)s, or another name"),
                    {"slug": slug, "known": kind, "kind": spec.kind},
                )
            )
        kind = kind or spec.kind or "text"
        self.kinds[f"f{len(self.targets)}"] = kind
        return kind

    def add_name(self, name: Name) -> None:
        if name.empty:
            values: dict[str, str | None] | None = None
            cleaner = Cleaner("filled", "VARCHAR", lambda text: name.filled, minus_one_is_missing=True)
        else:
            values, cleaner = dict(name.values) if name.values else None, EVENT_NAME
        self.add("name", "name", Column(name.column, values), cleaner, closed=name.values is not None)

    def add_property(self, slug: str, spec: Column, also: int | None = None) -> None:
        kind = self.kind("properties", slug, spec, self.property_kinds)
        # A name has one kind, in this file too.
        self.property_kinds.setdefault(slug, kind)
        self.add("property", slug, spec, CLEANERS[kind], also=also)

    def add_also(self, place: int, also: Also) -> None:
        if also.values is None:
            self.add("when", "when", Column(also.when), CLEANERS["filled"], also=place)
        else:
            said: dict[str, str | None] = dict.fromkeys(also.values, "1")
            self.add("when", "when", Column(also.when, said), CLEANERS["never"], also=place)
        if also.time:
            zone = self.mapping_zone
            self.add("time", "time", Column(also.time), CLEANERS["date"], zone, also=place)
        for slug, spec in also.properties.items():
            self.add_property(slug, spec, place)

    def add(
        self,
        role: str,
        slug: str,
        spec: Column,
        cleaner: Cleaner,
        zone: ZoneInfo | None = None,
        closed: bool = False,
        also: int | None = None,
    ) -> None:
        out, index = f"f{len(self.targets)}", self.shape.columns.index(spec.column)
        values = None if spec.values is None else {normal(text): meant for text, meant in spec.values.items()}
        zone = zone or self.business_zone
        self.targets.append(Target(out, role, slug, spec.column, index, cleaner, zone, values, closed, also))
