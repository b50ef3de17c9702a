"""The forms of a segment: by rule, and by a list of identifiers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import QueryDict
from django.utils.timezone import localdate, localtime
from django.utils.translation import get_language

from cdp.access.viewer import Viewer
from cdp.errors import Problem, UserError
from cdp.identity.models import IdentifierType
from tags.builder.definitions import new_segment
from tags.conflicts import Conflict, Stored, conflict_of
from tags.forms import About, about_posted, about_saved, slug_taken, version_open
from tags.gallery.begin import about_begin
from tags.gallery.files import ReadyRule
from tags.models import Schedule
from tags.preview import Preview
from tags.selectors import rule_count, rule_sentence
from tags.uploads import file_values, pasted_values
from tags.versions import draft_of
from tags.workbench import RULE, Work, said, work_posted, work_saved

from .models import Segment, SegmentKind
from .services import ListReport, segment_from_list, segment_refresh_request, segment_save, segment_snapshot

EDIT = "access.edit_segments"
FIELDS = ("description", "department", "schedule")


@dataclass
class SegmentForm:
    """`base` and `over`: see `conflict_of`."""

    viewer: Viewer
    segment: Segment | None
    about: About
    work: Work
    tried: bool = False
    kept: tuple[()] = ()
    base: str = ""
    over: str = ""
    conflict: Conflict | None = None

    def begin(self, ready: ReadyRule) -> None:
        """Fill a new form in with a ready rule."""
        about_begin(self.about, ready, is_taken=Segment.objects.filter(slug=ready.slug).exists())
        self.work = work_saved(self.viewer, RULE, dict(ready.rule))

    def begin_with(self, rule: Any) -> None:
        """Fill a new form in with a rule that was found somewhere. `UserError` for what is none."""
        rule_sentence(self.viewer, rule)
        self.work = work_saved(self.viewer, RULE, rule)

    @property
    def problems(self) -> list[Problem]:
        return [*self.work.blanks, *self.work.wrong] if self.tried else []

    @property
    def board(self):
        return self.work.board(self.problems)

    @property
    def choices(self) -> dict[str, Any]:
        return {"schedule": Schedule.choices}

    @transaction.atomic
    def save(self) -> Segment | None:
        """The saved segment, its run asked for; or None with every problem in its place.

        A change of the rule in force stays a draft: what it does is looked at first."""
        self.tried = True
        try:
            problems = [*self.about.blanks(), *_taken(self.segment, self.about.slug)]
            if problems or self.problems:
                raise UserError(*problems, *self.problems)
            self.conflict = self._conflict()
            if self.conflict:
                return None
            values = self.about.values
            segment = segment_save(
                slug=self.about.slug,
                rule={"v": 1, **self.work.definition},
                actor=self.viewer,
                names=self.about.names,
                description=values["description"],
                department=values["department"],
                schedule=values["schedule"] or Schedule.DAILY,
                publish=False,
                form=self.work.as_form,
            )
            if draft_of(segment) is None:
                segment_refresh_request(segments=[segment], by=self.viewer)
        except UserError as error:
            transaction.set_rollback(True)
            self.about.tell(error.problems)
            return None
        return segment

    def _conflict(self) -> Conflict | None:
        if self.segment is None or not self.base:
            return None
        segment = Segment.objects.select_for_update().defer("bitmap").get(pk=self.segment.pk)
        version = version_open(segment)
        texts = {**self.about.names, **self.about.values}
        mine = Stored(RULE, {"v": 1, **self.work.definition}, texts)
        who = version.created_by if version else None
        return conflict_of(self.base, self.over, stored_of(segment), mine, self._read_out, who)

    def _read_out(self, kind: str, definition: Any) -> list[str]:
        return [rule_sentence(self.viewer, definition)]


def stored_of(segment: Segment) -> Stored:
    version, about = version_open(segment), about_saved(segment, FIELDS)
    definition = version.definition if version else segment.definition
    return Stored(RULE, definition, {**about.names, **about.values})


def _taken(segment: Segment | None, slug: str) -> list[Problem]:
    return [slug_taken(slug)] if segment is None and Segment.objects.filter(slug=slug).exists() else []


def new_saved(about: About, problems: Sequence[Problem], make: Callable[[], Segment]) -> Segment | None:
    """What `make` makes under a name that is not taken; None with every problem in its place. In a transaction."""
    try:
        if wrong := [*about.blanks(), *_taken(None, about.slug), *problems]:
            raise UserError(*wrong)
        return make()
    except UserError as error:
        transaction.set_rollback(True)
        about.tell(error.problems)
        return None


def rule_preview(work: Work) -> Preview:
    count = rule_count(work.viewer, work.definition)
    return Preview({}, count.count, count.universe, count.as_of, count.seconds)


def segment_form_posted(viewer: Viewer, segment: Segment | None, posted: QueryDict) -> SegmentForm:
    about = about_posted(posted, FIELDS)
    about.slug = segment.slug if segment else about.slug
    work, tried = work_posted(viewer, RULE, posted), posted.get("tried") == "1"
    base, over = posted.get("base", ""), posted.get("over", "")
    return SegmentForm(viewer, segment, about, work, tried, base=base, over=over)


def segment_form_new(viewer: Viewer) -> SegmentForm:
    return SegmentForm(viewer, None, About(values=dict.fromkeys(FIELDS, "")), Work(viewer, RULE, new_segment()))


def segment_form_of(viewer: Viewer, segment: Segment) -> SegmentForm:
    """The draft if there is one, else the rule in force."""
    version = version_open(segment)
    rule = (version.form or version.definition) if version else segment.definition
    work, base = work_saved(viewer, RULE, rule), stored_of(segment).json
    return SegmentForm(viewer, segment, about_saved(segment, FIELDS), work, base=base)


MOST_SHOWN = 200


@dataclass
class ListForm:
    """`report` is there once the list is saved: what matched and what did not."""

    viewer: Viewer
    segment: Segment | None
    about: About
    type: str = ""
    pasted: str = ""
    report: ListReport | None = None
    tried: bool = False
    types: list[IdentifierType] = field(default_factory=lambda: list(IdentifierType.objects.all()))

    @staticmethod
    def report_shown(report: ListReport) -> dict[str, Any]:
        """What the page after saving says, kept with the session of whoever saved it."""
        shown = [(one.row, one.value, said(one.problem)) for one in report.unmatched[:MOST_SHOWN]]
        numbers = {"given": report.given, "customers": report.customers, "repeated": report.repeated}
        return {"slug": report.segment.slug, **numbers, "unmatched": len(report.unmatched), "shown": shown}

    @transaction.atomic
    def save(self, file: UploadedFile | None) -> ListReport | None:
        self.tried = True
        try:
            problems = [*self.about.blanks(), *_taken(self.segment, self.about.slug)]
            values = file_values(file, file.name or "", file.size or 0) if file else pasted_values(self.pasted)
            if problems:
                raise UserError(*problems)
            self.report = segment_from_list(
                slug=self.about.slug,
                values=values,
                actor=self.viewer,
                type=self.type,
                names=self.about.names,
                description=self.about.values["description"],
                department=self.about.values["department"],
            )
        except UserError as error:
            transaction.set_rollback(True)
            self.about.tell(error.problems)
            return None
        return self.report


def list_form_of(viewer: Viewer, segment: Segment | None) -> ListForm:
    if segment is None:
        return ListForm(viewer, None, About(values=dict.fromkeys(FIELDS, "")))
    return ListForm(
        viewer, segment, about_saved(segment, FIELDS), segment.definition.get("list", {}).get("type", "")
    )


def list_form_posted(viewer: Viewer, segment: Segment | None, posted: QueryDict) -> ListForm:
    about = about_posted(posted, FIELDS)
    about.slug = segment.slug if segment else about.slug
    return ListForm(viewer, segment, about, posted.get("type", ""), posted.get("pasted", ""))


def is_list(segment: Segment) -> bool:
    return segment.kind == SegmentKind.LIST


@dataclass
class SnapshotForm:
    """The members of a segment kept as they are now, under a name of their own."""

    viewer: Viewer
    segment: Segment
    about: About
    tried: bool = False

    @transaction.atomic
    def save(self) -> Segment | None:
        self.tried = True
        return new_saved(self.about, (), self._made)

    def _made(self) -> Segment:
        return segment_snapshot(
            segment=self.segment,
            slug=self.about.slug,
            actor=self.viewer,
            names=self.about.names,
            description=self.about.values["description"],
            department=self.about.values["department"],
        )


def snapshot_form(viewer: Viewer, segment: Segment, posted: QueryDict | None) -> SnapshotForm:
    if posted is not None:
        return SnapshotForm(viewer, segment, about_posted(posted, FIELDS))
    as_of = localtime(segment.run.as_of).date() if segment.run else localdate()
    about = About(values=dict.fromkeys(FIELDS, ""))
    about.names[get_language() or "zh-hans"] = f"{segment.name} {as_of}"
    return SnapshotForm(viewer, segment, about)
