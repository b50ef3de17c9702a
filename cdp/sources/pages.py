"""Page objects of the data pages: sources, the mapping step, a load and its outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from cdp.access.viewer import Viewer, may
from cdp.cleaning.steps.registry import STEPS
from cdp.errors import N_, Problem
from cdp.identity.models import IdentifierType
from cdp.ledger.models import JobState
from cdp.store.models import Attribute, Batch, BatchState, EventType, ValueKind

from . import selectors
from .event_names import USUAL_EVENTS
from .forms import preset_choices
from .joining import Joined
from .mapping_form import EVENTS_ONLY, MOST_VALUES, ROLES, MappingForm
from .models import Feed, Load, LoadStage, Source, Upload
from .presets import Preset
from .proposal import Proposal
from .pulls.pages import pulls_failing
from .quarantine.selectors import open_rows
from .understanding import NO_PRESET

ZONES = (
    "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Tokyo", "Asia/Singapore", "Europe/London", "UTC",
)  # fmt: skip
MOST_COLUMNS = 200
KIND_LABELS = {
    "text": N_("as text"),
    "number": N_("as a number"),
    "boolean": N_("as yes or no"),
    "list": N_("as a list"),
    "geo": N_("as a place"),
    "identifier": N_("as an identifier"),
    "province": N_("as a province"),
    "gender": N_("as a gender"),
    "event": N_("as an event"),
    "filled": N_("as an event"),
}


@dataclass(frozen=True)
class SourcesPage:
    """A source's loads are its batches in use: those of files, and those a command brought without one.

    `failing`: source → the page of its pull that failed last time.
    """

    sources: list[Source]
    recent: list[Load]
    may_load: bool
    failing: dict[int, str]

    @property
    def lines(self) -> list[tuple[Source, str]]:
        return [(source, self.failing.get(source.pk, "")) for source in self.sources]

    @classmethod
    def of(cls, viewer: Viewer) -> "SourcesPage":
        done = Batch.objects.filter(source=OuterRef("slug"), state=BatchState.DONE).order_by()
        number = done.values("source").annotate(number=Count("pk")).values("number")
        sources = Source.objects.annotate(
            loads_done=Coalesce(Subquery(number), 0),
            last_load=Subquery(done.order_by("-created_at").values("created_at")[:1]),
        )
        may_load = may(viewer, "access.load_data")
        failing = pulls_failing() if may_load else {}
        return cls(list(sources), list(selectors.loads(viewer)[:8]), may_load, failing)


def batches_without_file(source: Source) -> list[Batch]:
    """What of it is in use that no file brought, such as the demo world; the newest first."""
    batches = Batch.objects.filter(source=source.slug, state=BatchState.DONE).order_by("-pk")
    return list(batches.exclude(pk__in=source.loads.filter(batch__isnull=False).values("batch")))


@dataclass(frozen=True)
class MappingPage:
    """Everything the mapping step shows; `options` are the lists its fields choose from."""

    upload: Upload
    source_name: str
    form: MappingForm
    is_saved: bool
    preset: Preset | None
    warnings: Sequence[Problem]
    sheets: Sequence[str]
    zones: Sequence[str] = ZONES
    business_zone: str = settings.CDP_TIME_ZONE

    @property
    def presets(self) -> list[tuple[str, str]]:
        return preset_choices()

    @property
    def preset_slug(self) -> str:
        """What the file is taken for, as the list of presets names it."""
        return self.preset.slug if self.preset else NO_PRESET

    @property
    def roles(self) -> list[tuple[str, str]]:
        """What a column can be; that of a customer is never an event's."""
        return [role for role in ROLES if self.form.kind == "events" or role[0] not in EVENTS_ONLY]

    @property
    def identifier_types(self) -> list[IdentifierType]:
        return list(IdentifierType.objects.all())

    @property
    def attributes(self) -> list[Attribute]:
        return list(Attribute.objects.all())

    @property
    def kinds(self) -> list[tuple[str, Any]]:
        return list(ValueKind.choices)

    @property
    def events(self) -> list[tuple[str, Any]]:
        known = {event.slug: event.name for event in EventType.objects.all()}
        return list({**USUAL_EVENTS, **known}.items())

    @classmethod
    def of(
        cls,
        upload: Upload,
        source: Source | None,
        name: str,
        form: MappingForm,
        sample: selectors.Sample,
        start: Proposal,
        warnings: Sequence[Problem] = (),
    ) -> "MappingPage":
        """`start` is what the form began with."""
        saved = bool(source and source.mapping and start.mapping is source.mapping)
        shown_name = source.name if source else name
        return cls(upload, shown_name, form, saved, start.preset, warnings, sample.shape.sheets)


def sample_values(sample: selectors.Sample) -> dict[str, list[str]]:
    """Column → its first different values, as they stand in the file."""
    return {column: sample.values(column, MOST_VALUES) for column in sample.columns[:MOST_COLUMNS]}


@dataclass(frozen=True)
class LoadPage:
    load: Load
    may_load: bool
    numbers: list[tuple[str, Any, str]]
    problems: list[dict[str, Any]]
    first: datetime | None
    last: datetime | None

    @property
    def cleaning(self) -> list[dict[str, Any]]:
        """A line for every step, and for what the kind of the column did after them."""
        return [
            {"column": found["column"], "field": found["field"], **step, "step": _step_label(step["step"])}
            for found in self.load.summary.get("cleaning", [])
            for step in found["steps"]
        ]

    @classmethod
    def of(cls, viewer: Viewer, load: Load) -> "LoadPage":
        return cls(
            load,
            may(viewer, "access.load_data"),
            _numbers(load),
            load.summary.get("problems", []),
            _moment(load.summary.get("first_time")),
            _moment(load.summary.get("last_time")),
        )

    @property
    def in_quarantine(self) -> bool:
        """Whether rows of it wait to be mended."""
        return self.may_load and open_rows().filter(load=self.load).exists()

    @property
    def is_check(self) -> bool:
        return self.load.stage == LoadStage.CHECK

    @property
    def is_done(self) -> bool:
        return self.load.state == JobState.DONE

    @property
    def is_told(self) -> bool:
        """Whether there are numbers to show: a load that failed after reading has some too."""
        return not self.load.is_open and bool(self.load.summary)

    @property
    def can_write(self) -> bool:
        return self.may_load and self.is_check and self.is_done and bool(self.load.count("accepted"))

    @property
    def can_undo(self) -> bool:
        return self.may_load and not self.is_check and self.is_done and not self.load.undone_at

    @property
    def sampled_by(self) -> Feed | None:
        """The pull whose first rows these are: they are tried only, it brings them in itself."""
        return self.load.upload.sampled.first()

    @property
    def brought_by(self) -> Feed | None:
        """The pull that brought it."""
        return Feed.objects.filter(pulls__load=self.load).first()

    @property
    def later(self) -> Load | None:
        """The load that followed this dry run, if it was confirmed already and stands."""
        if not self.is_check:
            return None
        same = Load.objects.filter(upload=self.load.upload, source=self.load.source, pk__gt=self.load.pk)
        standing = same.exclude(state__in=(JobState.FAILED, JobState.CANCELLED)).filter(undone_at=None)
        return standing.filter(stage=LoadStage.WRITE).order_by("pk").first()


def _numbers(load: Load) -> list[tuple[str, Any, str]]:
    """(label, number, note) of what the dry run or load found."""
    check = load.stage == LoadStage.CHECK
    events = load.mapping.get("kind") == "events"
    shown = [
        (gettext("Rows"), load.count("rows"), ""),
        (gettext("Usable") if check else gettext("Brought in"), load.count("accepted"), ""),
        (gettext("Rejected"), load.count("rejected"), gettext("come back as a workbook with the reasons")),
        (gettext("New customers"), load.count("customers_new"), ""),
        (gettext("Known customers"), load.count("customers_known"), ""),
    ]
    if merged := load.count("customers_merged"):
        shown.append((gettext("Merged"), merged, gettext("customers found to be one person")))
    if reviews := load.count("reviews"):
        shown.append((gettext("To decide"), reviews, gettext("pairs that may be one person; nothing was merged")))
    if blocked := load.count("blocked"):
        shown.append((gettext("Blocked identifiers"), blocked, gettext("say nothing about who it is; left out")))
    if events:
        shown.append((gettext("New events"), load.count("events"), ""))
        shown.append((gettext("Already there"), load.count("repeated"), gettext("are not counted twice")))
    if identical := load.count("identical"):
        shown.append((gettext("Identical rows"), identical, gettext("true repeats in the file; all are kept")))
    return [(label, number, note if number else "") for label, number, note in shown]


def _step_label(name: str) -> str:
    """The words of a step, or of a kind, which come last."""
    return STEPS[name].label if name in STEPS else KIND_LABELS.get(name, name)


def _moment(text: Any) -> datetime | None:
    return parse_datetime(text) if isinstance(text, str) else None


def joined_text(joined: Joined) -> str:
    """How two files came together, with what found no partner."""
    text = gettext(
        "Joined by %(column)s: lines without an order: %(lines)s, orders without lines: %(heads)s. Both are kept;"
        " what they lack is told with the rows."
    )
    told = text % {"column": joined.on[0], "lines": joined.lines_alone, "heads": joined.heads_alone}
    if not joined.heads_again:
        return told
    again = gettext("Rows left out because an order of the same number stands before them: %(again)s.")
    return f"{told} {again % {'again': joined.heads_again}}"


def again_text(later: Load) -> str:
    """What to do about a load that left out events because an undone one had brought them."""
    text = gettext(
        "Load #%(number)s found %(count)s events stored already, some perhaps by this load. Load its file again."
    )
    return text % {"number": later.pk, "count": f"{later.count('repeated'):,}"}
