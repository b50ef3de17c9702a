"""A mapping laid over one file and the registries: which column is cleaned how, and becomes what."""

from collections.abc import Mapping as Dict
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from cdp.cleaning.columns import ATTRIBUTE_CLEANERS, CLEANERS, Cleaner
from cdp.cleaning.steps.step import Context, Step
from cdp.errors import N_, Problem, UserError
from cdp.identity.models import IdentifierType
from cdp.store.models import Attribute, Property

from .column_steps import PLACES, Place
from .mapping import EVENT_SLUG, Column, Mapping, Name, parse
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
        """Where the mapping speaks of it."""
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

    def of(self, role: str) -> tuple[Target, ...]:
        return tuple(target for target in self.targets if target.role == role)

    def one(self, role: str) -> Target | None:
        return next(iter(self.of(role)), None)


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
        builder.add("identifier", slug, Column(column), builder.identifier_cleaner(slug))
    for slug, spec in mapping.attributes.items():
        kind = builder.kind("attributes", slug, spec, builder.attribute_kinds)
        builder.add("attribute", slug, spec, CLEANERS[ATTRIBUTE_CLEANERS.get(slug, kind)])
    for slug, spec in mapping.properties.items():
        builder.add(
            "property", slug, spec, CLEANERS[builder.kind("properties", slug, spec, builder.property_kinds)]
        )
    if mapping.name and mapping.name.column:
        builder.add_name(mapping.name)
    if mapping.time:
        zone = mapping.time.zone_or(settings.CDP_TIME_ZONE)
        builder.add("time", "time", Column(mapping.time.column), CLEANERS["date"], zone)
    if mapping.key:
        builder.add("key", "key", Column(mapping.key), CLEANERS["identifier"])
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
        self.business_zone = ZoneInfo(settings.CDP_TIME_ZONE)

    def identifier_cleaner(self, slug: str) -> Cleaner:
        kind = self.identifier_kinds.get(slug, slug if slug in ("phone", "email") else "text")
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

    def add(
        self,
        role: str,
        slug: str,
        spec: Column,
        cleaner: Cleaner,
        zone: ZoneInfo | None = None,
        closed: bool = False,
    ) -> None:
        out, index = f"f{len(self.targets)}", self.shape.columns.index(spec.column)
        self.targets.append(
            Target(out, role, slug, spec.column, index, cleaner, zone or self.business_zone, spec.values, closed)
        )
