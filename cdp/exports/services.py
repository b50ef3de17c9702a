"""Files of customers: made at once when they are few, else by a job, and removed after some days."""

import shutil
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.utils import timezone, translation
from pyroaring import BitMap

from cdp.access.viewer import Viewer, require, sees_personal
from cdp.bitmaps import ids_of_bitmap
from cdp.errors import N_
from cdp.ledger.models import JobState
from cdp.ledger.services import JobLost, job_beat, job_progress, job_send

from .keeping import export_files_remove, folder_of, writing_folder
from .layout import Layout, layout_of
from .models import Export, Form
from .people import people_rows
from .writing import csv_write, xlsx_write

PERMISSION = "access.export_customers"
# More customers than this are written in the background.
AT_ONCE = 20_000
WRITING = N_("writing rows")


def people_write(
    *, viewer: Viewer, members: BitMap, attributes: Sequence[str], form: str, title: str, path: Path
) -> None:
    """A file of customers the viewer may see, here and now, in the active language."""
    require(viewer, PERMISSION)
    layout = layout_of(attributes, clear=sees_personal(viewer))
    ids = ids_of_bitmap(members)
    _write(path, form, title, len(ids), people_rows(ids, layout) if len(ids) else iter([_nobody(layout)]))


def export_make(
    *, by: Viewer, members: BitMap, attributes: Sequence[str], form: str, title: str, back: str, language: str
) -> Export:
    """The row of a file that is to be made. `members`: customers whom `by` may see."""
    require(by, PERMISSION)
    return Export.objects.create(
        requested_by_id=getattr(by, "pk", None),
        title=title[:200],
        back=back[:400],
        form=Form(form),
        attributes=list(attributes),
        members=members.serialize(),
        count=len(members),
        clear=sees_personal(by),
        language=language,
        steps_total=len(members),
    )


def export_ask(**asked: Any) -> Export:
    """Have a file made; `asked` as of `export_make`."""
    return job_send(export_make(**asked))


def export_run(job: Export) -> None:
    """The work of a claimed job. The file is offered when it is whole; what an attempt before left is removed."""
    export_files_remove(job.pk)
    folder = writing_folder(job.pk)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{job.claim}.{job.form}"
    try:
        with translation.override(job.language):
            layout = layout_of(job.attributes, clear=job.clear)
            ids = ids_of_bitmap(BitMap.deserialize(bytes(job.members)))
            _write(path, job.form, job.title, len(ids), _told(job, ids, layout))
        _keep(job, path)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _keep(job: Export, path: Path) -> None:
    size = path.stat().st_size
    with path.open("rb") as stream:
        saved = default_storage.save(f"{folder_of(job.pk)}/{path.name}", File(stream))
    try:
        job_beat(job, file=saved, bytes=size, members=b"")
    except JobLost:
        default_storage.delete(saved)
        raise


def _told(job: Export, ids: np.ndarray, layout: Layout) -> Iterator[pa.Table]:
    done = 0
    job_progress(job, done=0, total=len(ids), step=WRITING)
    for table in people_rows(ids, layout):
        yield table
        done += table.num_rows
        job_progress(job, done=done, total=len(ids), step=WRITING)


def _write(path: Path, form: str, title: str, rows: int, tables: Iterator[pa.Table]) -> None:
    if form == Form.CSV:
        csv_write(path, tables)
    else:
        xlsx_write(path, tables, title=title, rows=rows)


def _nobody(layout: Layout) -> pa.Table:
    return pa.table({column.heading: pa.array([], pa.string()) for column in layout.columns})


def exports_clean() -> int:
    """Remove files that are some days old. Returns of how many exports."""
    old = timezone.now() - timedelta(days=settings.CDP_EXPORT_DAYS)
    over = Export.objects.exclude(state__in=(JobState.WAITING, JobState.RUNNING))
    found = list(over.filter(finished_at__lt=old).exclude(file="", members=b"").values_list("pk", flat=True))
    for pk in found:
        export_files_remove(pk)
    Export.objects.filter(pk__in=found).update(file="", members=b"")
    return len(found)
