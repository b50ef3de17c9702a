"""One load from file to store: read, clean, link, write. What fails or is cancelled leaves nothing behind."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.utils import translation

from cdp.engine import workspace
from cdp.errors import N_, user_error
from cdp.identity.services import identifier_type_register, identities_link, identities_preview
from cdp.ledger.services import job_progress
from cdp.store.models import Batch, BatchState
from cdp.store.services import (
    attribute_register,
    batch_replace,
    batch_undo,
    batch_writing,
    event_type_register,
    events_adding,
    events_repeated,
    property_register,
    records_add,
)

from . import report
from .days import day_of
from .event_names import event_names
from .models import Load, LoadStage, UpdateMode
from .plan import Plan, make_plan
from .quality import DEFAULT_DAYS, quality
from .quarantine.keeping import refused_again, refused_keep
from .quarantine.retrying import mended_rows_lay, mended_rows_only
from .readers import files
from .rejects import refusals, rejects_write
from .rows import Rows
from .staging import Staged, clean

READING, CLEANING = N_("reading the file"), N_("cleaning")
LINKING, STORING = N_("linking customers"), N_("storing")
WAITING = N_("waiting for another load to finish")
# Where each step begins, as a share of the whole.
_FROM = {READING: 0.0, CLEANING: 0.15, LINKING: 0.4, STORING: 0.65}


@dataclass
class _Work:
    load: Load
    connection: Any
    plan: Plan
    staged: Staged | None = None
    rows: int = 0

    @property
    def rows_of(self) -> Rows:
        return Rows(self.connection, self.plan)

    @property
    def replacing(self) -> str:
        """The source whose earlier batches count no more once this load is done; "" when they stay."""
        return self.load.source.slug if self.load.update == UpdateMode.REPLACE else ""

    def progress(self, step: str, share: float = 0.0) -> None:
        """`share` of the step that is done, from 0 to 1."""
        ends = [*sorted(_FROM.values()), 1.0]
        start = _FROM[step]
        end = ends[ends.index(start) + 1]
        done = int(self.rows * (start + (end - start) * share))
        job_progress(self.load, done=done, total=self.rows, step=step)

    def wait(self) -> None:
        """Another load is being written: say so, and let cancel be heard."""
        job_progress(self.load, done=int(self.rows * _FROM[LINKING]), total=self.rows, step=WAITING)


def run(load: Load) -> None:
    """Do a load or its dry run. Raises `UserError` for a file or mapping that cannot be used."""
    if _already_written(load):
        return
    _drop_leftovers(load)
    path = Path(load.upload.file.path)
    shape = files.look(path, load.upload.sheet)
    with workspace() as connection:
        work = _Work(load, connection, make_plan(load.mapping, shape, load.source.slug, day_of(load)))
        work.progress(READING)
        files.stage(connection, path, shape)
        work.rows = connection.execute("SELECT count(*) FROM raw").fetchall()[0][0]
        work.progress(CLEANING)
        is_retry = load.retry_of is not None
        if is_retry:
            mended_rows_lay(connection, load, shape)
        work.staged = clean(
            connection, work.plan, lambda done, of: work.progress(CLEANING, done / of), late=is_retry
        )
        if is_retry:
            mended_rows_only(connection, load, work.staged)
        _describe(work, work.staged)
        connection.execute("DROP TABLE raw").fetchall()  # the memory is wanted for sorting
        if load.stage == LoadStage.CHECK:
            _check(work)
        else:
            _write(work)


def _already_written(load: Load) -> bool:
    """A worker may die between the commit and its word of it."""
    return load.batch is not None and load.batch.state == BatchState.DONE


def _drop_leftovers(load: Load) -> None:
    if load.batch is not None and load.batch.state == BatchState.OPEN:
        batch_undo(batch=load.batch)
    if load.batch is not None:
        load.batch = None
        load.save(update_fields=["batch"])


def _describe(work: _Work, staged: Staged) -> None:
    """Counts, problems and the workbook of refused rows; kept even when nothing can be loaded."""
    load = work.load
    load.summary = report.summary(work.connection, staged)
    days = int(load.source.quality.get("days", DEFAULT_DAYS))
    load.summary["quality"] = quality(work.connection, staged, days)
    if load.summary["rejected"]:
        _keep_refused(work, staged)
    load.save(update_fields=["summary", "rejects"])
    if load.summary["rows"] == 0:
        raise user_error(N_("The file has a header and no rows"), N_("Export it again and check that it has rows"))


def _keep_refused(work: _Work, staged: Staged) -> None:
    """As rows in quarantine, unless nothing was to be loaded yet, and as a workbook."""
    load, columns = work.load, staged.plan.shape.columns
    if load.retry_of is not None:
        refused_again(retry=load, columns=columns, found=refusals(work.connection, staged))
        return
    if load.stage == LoadStage.WRITE:
        refused_keep(load=load, columns=columns, found=refusals(work.connection, staged))
    load.rejects = f"rejects/load-{load.pk}.xlsx"
    known = load.pk if load.stage == LoadStage.WRITE else None
    with translation.override(load.language or translation.get_language() or "zh-hans"):
        path = Path(default_storage.path(load.rejects))
        rejects_write(path, columns, refusals(work.connection, staged), known)


def _check(work: _Work) -> None:
    work.progress(LINKING)
    preview = identities_preview(identifiers=work.rows_of.identifiers())
    summary = work.load.summary | {
        "customers_known": preview.known,
        "customers_new": preview.new,
        "customers_merged": preview.merged,
        "reviews": preview.refused,
    }
    if work.plan.mapping.kind == "events":
        work.progress(STORING)
        stored = work.rows_of.events_maybe_stored()
        summary["repeated"] = events_repeated(events=stored, replacing=work.replacing)
        summary["events"] -= summary["repeated"]
    _keep(work.load, summary)


def _refuse_outlived(load: Load) -> None:
    """Mended rows whose file was taken back or replaced while they waited for their turn."""
    root = load.retry_of
    if root is None:
        return
    in_use = Batch.objects.filter(load=root, state=BatchState.DONE, replaced_by=None)
    if not in_use.exists():
        raise user_error(
            N_("The file these rows are of is no longer in use. Nothing was changed."),
            N_("A newer file has taken its place, or it was taken back; the rows wait in case it comes back"),
        )


def _write(work: _Work) -> None:
    if not work.load.summary["accepted"]:
        raise user_error(
            N_("No row of this file can be loaded. Nothing was changed."),
            N_("Look at the refused rows: each says what is wrong and what to do"),
        )
    load = work.load
    channel = work.plan.mapping.channel or load.source.channel
    with batch_writing(source=load.source.slug, channel=channel, waiting=work.wait) as batch:
        _refuse_outlived(load)
        load.batch = batch
        load.save(update_fields=["batch"])
        _fill(work, batch)
        work.progress(STORING, 1.0)


def _fill(work: _Work, batch: Batch) -> None:
    _register(work)
    work.progress(LINKING)
    rows = work.rows_of
    rows.link(identities_link(batch=batch, identifiers=rows.identifiers(), is_unblocked=True))
    summary = work.load.summary | report.customers(work.connection, batch)
    work.progress(STORING)
    if work.plan.mapping.kind == "events":
        with events_adding(batch=batch, events=rows.events(), replacing=work.replacing) as adding:
            _records_add(work, batch)
        summary |= {"events": adding.done().added, "repeated": adding.done().repeated}
    else:
        _records_add(work, batch)
    if work.replacing:
        batch_replace(batch=batch)
    _keep(work.load, summary)


def _records_add(work: _Work, batch: Batch) -> None:
    if work.plan.of("attribute"):
        records_add(batch=batch, records=work.rows_of.records())


def _keep(load: Load, summary: dict[str, Any]) -> None:
    load.summary = summary
    load.save(update_fields=["summary"])


def _register(work: _Work) -> None:
    for target in work.plan.of("identifier"):
        kind = "text" if target.cleaner.name == "identifier" else target.cleaner.name
        identifier_type_register(slug=target.slug, kind=kind, personal=kind != "text" or target.is_personal)
    for target in work.plan.of("attribute"):
        attribute_register(slug=target.slug, kind=work.plan.kinds[target.out], personal=target.is_personal)
    for slug, target in work.plan.properties().items():
        property_register(slug=slug, kind=work.plan.kinds[target.out])
    if work.plan.mapping.kind == "events":
        for (event,) in work.connection.execute("SELECT DISTINCT event FROM events ORDER BY 1").fetchall():
            label = work.plan.mapping.labels.get(event, "")
            event_type_register(slug=event, **event_names(label, work.load.language))
