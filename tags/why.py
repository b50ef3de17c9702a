"""Why a customer has a value of a tag or not: the run's own question asked again for one customer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cdp.access.viewer import SYSTEM, Viewer
from cdp.errors import N_, user_error
from cdp.identity.search import owners_of
from cdp.store.lake import Lake, snapshot
from cdp.store.models import Customer
from cdp.store.selectors import customers

from . import membership
from .kinds import Sentence
from .models import EmptyPolicy, Tag, TagRun, TagVersion, VersionState
from .moments import moment_of
from .rules.catalog import Catalog, name_in
from .rules.definition import Definition, Labels, MeasureTag, read_definition
from .rules.explain import Explained, Explainer
from .selectors import TagOf, catalog, sentences, tags, tags_of, value_labels
from .states import is_expired


@dataclass(frozen=True)
class LayerExplained:
    """One value of a tag of labels. `chosen`: it is what the rules give; an earlier one may have come first."""

    value: str
    label: str
    chosen: bool
    rule: Explained


@dataclass(frozen=True)
class TagExplained:
    """What a tag says of a customer as of a moment.

    `values` and `labels` are those of the run in use, or what the rules give when another moment was asked
    about. Tags of labels have `layers` and perhaps a `rest`, measures their `measure`; of the other kinds
    `sentences` say how values come about. `notes` say where the run and the data of now part.
    """

    tag: Tag
    customer_id: int
    as_of: datetime
    values: tuple[str, ...]
    labels: tuple[str, ...]
    detail: str
    layers: tuple[LayerExplained, ...]
    rest: str
    measure: Explained | None
    sentences: tuple[Sentence, ...]
    notes: tuple[str, ...]
    differs: bool


@dataclass(frozen=True)
class Compared:
    """What is kept of a run beside what the same question gives now; both as people call it."""

    kept: Sequence[str]
    now: Sequence[str]
    data_changed: bool
    keeps_last: bool = False

    @property
    def differs(self) -> bool:
        return list(self.kept) != list(self.now)

    def notes(self) -> tuple[str, ...]:
        if self.keeps_last and not self.now and self.kept:
            return (_("No condition holds now: the last value is kept, as the tag's settings say."),)
        if self.data_changed and not self.differs:
            return (_("The data has changed since this refresh; asked again, the answer is the same."),)
        if not self.differs:
            return ()
        reason = (
            _("The data has changed since this refresh.")
            if self.data_changed
            else _("What it is built on has been refreshed since.")
        )
        now = _(", ").join(self.now) or _("no value")
        again = _("Asked again as of the same moment, the answer is now: %(now)s.") % {"now": now}
        return (f"{reason} {again}",)


def customer_asked(viewer: Viewer, text: str | int) -> int:
    """The customer of a number, or of an identifier in full; whom they were merged into. `UserError`."""
    asked = str(text).strip().removeprefix("#")
    wanted = [int(asked)] if asked.isdecimal() and len(asked) < 11 else []
    merged = Customer.objects.filter(pk__in=wanted).values_list("pk", "merged_into_id")
    found = customers(viewer).filter(pk__in=[root or pk for pk, root in merged]).values_list("pk", flat=True)
    owners = list(found) or list(
        customers(viewer).filter(pk__in=owners_of(viewer, asked)).values_list("pk", flat=True)
    )
    if not owners:
        raise user_error(
            N_('There is no customer "%(asked)s" that you may see.'),
            N_("Give a customer's number, or a phone, e-mail or other identifier in full."),
            asked=asked,
        )
    return owners[0]


def explainer_of(lake: Lake, known: Catalog, customer_id: int, as_of: datetime) -> Explainer:
    """`UserError` for a customer whose data is not there yet."""
    if customer_id not in lake.universe():
        raise user_error(
            N_("The data of customer %(number)s is not in use yet."),
            N_("Wait for the load to be finished, then ask again."),
            number=customer_id,
        )
    return Explainer(
        customer_id=customer_id,
        lake=lake,
        moment=moment_of(as_of),
        members=membership.CurrentMembers(as_of),
        catalog=known,
        language=get_language() or "zh-hans",
    )


@dataclass(frozen=True)
class _Question:
    """Which version is asked about, as of when, and of which run, if of one."""

    version: TagVersion
    as_of: datetime
    run: TagRun | None

    @property
    def in_use(self) -> bool:
        return self.run is not None and self.run.pk == self.version.tag.run_id


def tag_explained(
    viewer: Viewer, slug: str, customer: str | int, run: TagRun | None = None, as_of: datetime | None = None
) -> TagExplained:
    """As of the run in use, of another run, or with `as_of` of any moment. Raises `Tag.DoesNotExist` and
    `UserError`."""
    tag = tags(viewer).get(slug=slug)
    asked, known = _question(tag, run, as_of), catalog(SYSTEM)
    definition = read_definition(tag.kind, asked.version.definition, known)
    with snapshot() as lake:
        explainer = explainer_of(lake, known, customer_asked(viewer, customer), asked.as_of)
        layers = layers_explained(definition, explainer)
        measured = explainer.measure(definition.measure) if isinstance(definition, MeasureTag) else None
        changed = asked.run is not None and asked.run.data_version not in ("", lake.version)
    own = _own(viewer, tag, explainer.customer_id) if asked.in_use else None
    now = _now(definition, layers)
    names = value_labels(tag)
    by_layers = isinstance(definition, Labels) and asked.in_use
    compared = _compared(tag, own, now, names, changed) if by_layers else None
    return TagExplained(
        tag=tag,
        customer_id=explainer.customer_id,
        as_of=asked.as_of,
        values=own.values if own else () if asked.in_use else now,
        labels=own.labels if own else () if asked.in_use else _called(now, names),
        detail=_detail(own),
        layers=layers,
        rest=_rest(definition, names),
        measure=measured,
        sentences=() if layers or measured else tuple(_read_out(viewer, tag, asked)),
        notes=_notes(tag, compared, changed),
        differs=compared is not None and compared.differs,
    )


def _question(tag: Tag, run: TagRun | None, as_of: datetime | None) -> _Question:
    run = run or (tag.run if as_of is None else None)
    if run is not None:
        return _Question(run.version, run.as_of, run)
    version = tag.versions.filter(state=VersionState.PUBLISHED).first()
    if version is None:
        raise user_error(
            N_('The tag "%(tag)s" has no published version.'), N_("Publish it first, then ask again."), tag=tag.slug
        )
    return _Question(version, as_of or timezone.now(), None)


def layers_explained(definition: Definition, explainer: Explainer) -> tuple[LayerExplained, ...]:
    """In order; the first that holds is chosen, or all that hold where a customer may have several values."""
    if not isinstance(definition, Labels):
        return ()
    explainer.prepare(layer.when for layer in definition.layers)
    found: list[LayerExplained] = []
    for layer in definition.layers:
        rule = explainer.node(layer.when)
        taken = not definition.multiple and any(one.chosen for one in found)
        label = name_in(layer.label.names, explainer.speaker.language, layer.label.value)
        found.append(LayerExplained(layer.label.value, label, rule.holds and not taken, rule))
    return tuple(found)


def _now(definition: Definition, layers: tuple[LayerExplained, ...]) -> tuple[str, ...]:
    """What the rules give."""
    chosen = tuple(layer.value for layer in layers if layer.chosen)
    if chosen or not isinstance(definition, Labels) or definition.rest is None:
        return chosen
    return (definition.rest.value,)


def _rest(definition: Definition, names: Mapping[str, str]) -> str:
    if not isinstance(definition, Labels) or definition.rest is None:
        return ""
    return names.get(definition.rest.value, definition.rest.value)


def _own(viewer: Viewer, tag: Tag, customer_id: int) -> TagOf | None:
    return next((one for one in tags_of(viewer, customer_id) if one.tag.pk == tag.pk), None)


def _compared(
    tag: Tag, own: TagOf | None, now: tuple[str, ...], names: Mapping[str, str], changed: bool
) -> Compared | None:
    """Nothing to compare where the values have expired."""
    if tag.run is None or is_expired(tag.run.as_of, tag.valid_days, timezone.now()):
        return None
    keeps_last = tag.empty_policy == EmptyPolicy.KEEP
    return Compared(own.labels if own else (), _called(now, names), changed, keeps_last)


def _called(values: tuple[str, ...], names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(names.get(value, value) for value in values)


def _notes(tag: Tag, compared: Compared | None, changed: bool) -> tuple[str, ...]:
    if tag.run and is_expired(tag.run.as_of, tag.valid_days, timezone.now()):
        return (_("The values have expired since this refresh, so nobody has one now."),)
    if compared is not None:
        return compared.notes()
    return (_("The data has changed since this refresh."),) if changed else ()


def _detail(own: TagOf | None) -> str:
    """The number behind the value, or the kind's own words."""
    if own is None:
        return ""
    return own.note or ("" if own.number is None else f"{round(Decimal(str(own.number)), 2).normalize():,f}")


def _read_out(viewer: Viewer, tag: Tag, asked: _Question) -> list[Sentence]:
    facts = asked.run.facts if asked.run else None
    return sentences(viewer, tag.kind, asked.version.definition, asked.as_of, facts)
