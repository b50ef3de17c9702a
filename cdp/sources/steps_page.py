"""Page object of the steps of one line of the mapping form: what may be edited, and the preview."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from django.http import Http404
from django.utils.translation import gettext

from cdp.cleaning.columns import ATTRIBUTE_CLEANERS, CLEANERS, Cleaner
from cdp.cleaning.steps.parse import parse_steps
from cdp.cleaning.steps.registry import STEPS
from cdp.cleaning.steps.step import StepKind
from cdp.identity.models import IdentifierType
from cdp.store.models import Attribute

from .mapping_form import ColumnLine
from .models import Upload
from .posted_form import posted_form
from .preview import MOST_ROWS, Preview, preview_of
from .readers.head import column_head
from .selectors import Sample
from .step_form import StepLine, step_lines, steps_changed


@dataclass(frozen=True)
class StepsPage:
    upload: Upload
    line: ColumnLine
    lines: Sequence[StepLine]
    preview: Preview | None
    focus: str

    @property
    def choices(self) -> list[StepKind]:
        return list(STEPS.values())

    @property
    def moves(self) -> list[tuple[str, str, str]]:
        """(what is asked for, icon, words) of the buttons of a step."""
        return [
            ("up", "arrow_upward", gettext("Move up")),
            ("down", "arrow_downward", gettext("Move down")),
            ("remove", "close", gettext("Remove")),
        ]

    @property
    def counted(self) -> list[tuple[StepLine, tuple[int, int] | None]]:
        """Every step with how many rows of the preview it changed and refused."""
        counts = self.preview.counts if self.preview else ()
        return [(line, counts[line.place] if line.place < len(counts) else None) for line in self.lines]

    @classmethod
    def of(cls, upload: Upload, sample: Sample, post: Mapping[str, str], index: int) -> "StepsPage":
        """`do` in what was sent is the button pressed, `add-…` the step chosen; neither when a field was typed
        into."""
        form = posted_form(post, list(sample.columns), {})
        line = next((line for line in form.lines if line.index == index), None)
        if line is None:
            raise Http404
        do = post.get("do") or f"add:{post.get(f'add-{index}', '')}"
        steps = steps_changed(line.steps, do)
        parsed, problems = parse_steps(steps)
        at = index if line.of is None else line.of
        preview = None
        if not problems:
            cells = column_head(Path(upload.file.path), sample.shape, at, MOST_ROWS)
            preview = preview_of(cells, parsed, _cleaner(line), _zone(line))
        return cls(upload, line, step_lines(index, steps, problems), preview, _focus(do, len(steps)))


def _cleaner(line: ColumnLine) -> Cleaner:
    """What reads the texts after the steps, as far as the line is filled in."""
    if line.role == "identifier":
        known = IdentifierType.objects.filter(slug=line.slug).values_list("kind", flat=True).first()
        kind = known or (line.slug if line.slug in ("phone", "email") else "text")
        return CLEANERS["identifier" if kind == "text" else kind]
    if line.role == "attribute":
        known = Attribute.objects.filter(slug=line.slug).values_list("kind", flat=True).first()
        return CLEANERS[ATTRIBUTE_CLEANERS.get(line.slug, known or line.kind or "text")]
    named = {"time": "date", "key": "identifier", "property": line.kind or "text"}
    return CLEANERS[named.get(line.role, "text")]


def _zone(line: ColumnLine) -> ZoneInfo | None:
    return ZoneInfo(line.zone) if line.zone in available_timezones() else None


def _focus(do: str, count: int) -> str:
    """Where the keyboard goes on: with the step that was moved or added, or with the list of steps."""
    verb, _colon, what = do.partition(":")
    if verb == "add" and what:
        return str(count - 1)
    if verb in ("up", "down") and what.isdecimal():
        return str(min(max(0, int(what) + (1 if verb == "down" else -1)), count - 1))
    return "add" if verb == "remove" else ""
