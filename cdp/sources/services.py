"""What people do with files: bring one, save how it is understood, try it, load it, take it back."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.text import get_valid_filename
from django.utils.translation import get_language

from cdp.errors import N_, Problem, UserError, user_error
from cdp.ledger.services import job_run, job_send
from cdp.store.models import BatchState
from cdp.store.services import batch_undo

from . import loading
from .joining import Joined, files_joined, spill
from .mapping import parse
from .models import Feed, Load, LoadStage, Source, UpdateMode, Upload
from .quality import MEASURES
from .readers import files, kept

Person = User | None
SLUG = re.compile(r"[-\w]{1,64}")


def upload_receive(*, file: Any, name: str, by: Person, sheet: str = "") -> Upload:
    """Keep a file (anything Django takes as one). Raises `UserError`, keeping nothing, when it is no table."""
    name = Path(name).name
    upload = Upload(name=name, uploaded_by=by, bytes=0, sheet=sheet)
    upload.file.save(get_valid_filename(name)[-80:], file if isinstance(file, File) else File(file), save=False)
    try:
        path = Path(upload.file.path)
        shape = files.look(path, sheet)
        upload.sheet = shape.sheet
        upload.bytes, upload.digest = path.stat().st_size, file_digest(path)
        upload.save()
    except BaseException:
        kept.forget(Path(upload.file.path))
        upload.file.delete(save=False)
        raise
    return upload


def uploads_join(*, heads: Upload, lines: Upload, by: Person, on: str = "") -> tuple[Upload, Joined]:
    """One upload of orders with their lines, made of two; both stay as they came."""
    with spill() as folder:
        joined = files_joined(heads, lines, Path(folder), on)
        with joined.path.open("rb") as stream:
            name = f"{Path(heads.name).stem[:80]} + {Path(lines.name).stem[:80]}.csv"
            return upload_receive(file=stream, name=name, by=by), joined


def upload_sheet(*, upload: Upload, sheet: str, by: Person) -> Upload:
    """The same file with another of its sheets. Raises `UserError` when there is nothing on it."""
    shape = files.look(Path(upload.file.path), sheet)
    same = {"file": upload.file.name, "name": upload.name, "digest": upload.digest, "bytes": upload.bytes}
    found = Upload.objects.filter(**same, sheet=shape.sheet).first()
    return found or Upload.objects.create(**same, sheet=shape.sheet, uploaded_by=by)


def file_digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def source_save(
    *,
    slug: str,
    names: dict[str, str] | None = None,
    channel: str = "",
    mapping: dict[str, Any] | None = None,
    update: str = "",
    by: Person = None,
) -> Source:
    """Make or change a source; `names` by language (zh_hans, zh_hant, en). What is not given stays."""
    if not SLUG.fullmatch(slug):
        raise user_error(
            N_("%(slug)s cannot be the short name of a source"),
            N_("Use at most 64 letters, digits, hyphens and underscores, such as shop_orders"),
            slug=slug[:80],
        )
    if mapping:
        parse(mapping)
    with transaction.atomic():
        source, _made = Source.objects.get_or_create(slug=slug, defaults={"owner": by})
        for language, name in (names or {}).items():
            setattr(source, f"name_{language}", name)
        source.channel = channel or source.channel
        source.mapping = mapping or source.mapping
        source.update = UpdateMode(update) if update else source.update
        source.save()
    return source


def quality_settings_save(*, source: Source, given: Mapping[str, str]) -> Source:
    """Below which share (in percent) of a measure to warn, and the `days` timeliness goes by. Raises `UserError`
    with everything that is no such number, keeping what was."""
    limits = {measure.name: 100 for measure in MEASURES} | {"days": 3_650}
    numbers = {name: given.get(name, "").strip() for name in limits if name in given}
    wrong = [name for name, text in numbers.items() if not text.isdecimal() or int(text[:9]) > limits[name]]
    if wrong:
        raise UserError(*(_no_such_number(name, limits[name]) for name in wrong))
    shares = {name: int(text) / 100 for name, text in numbers.items() if name != "days"}
    days = {"days": int(numbers["days"])} if "days" in numbers else {}
    source.quality = {**source.quality, **shares, **days}
    source.save(update_fields=["quality"])
    return source


def _no_such_number(name: str, most: int) -> Problem:
    return Problem((name,), N_("This must be a whole number from 0 to %(most)s"), "", {"most": most})


def load_request(*, source: Source, upload: Upload, mapping: dict[str, Any], stage: str, by: Person) -> Load:
    """Ask for a dry run (`check`) or a load (`write`). Raises `UserError` when the mapping cannot be read."""
    with transaction.atomic():
        return job_send(load_create(source=source, upload=upload, mapping=mapping, stage=stage, by=by))


def load_now(*, source: Source, upload: Upload, mapping: dict[str, Any], stage: str, by: Person) -> Load:
    """The same, done here and now, for a command: no worker is needed. The outcome is in the row."""
    load = load_create(source=source, upload=upload, mapping=mapping, stage=stage, by=by)
    job_run(Load, load.pk, loading.run)
    load.refresh_from_db()
    return load


def load_create(*, source: Source, upload: Upload, mapping: dict[str, Any], stage: str, by: Person) -> Load:
    """The row alone, for whoever sends it or does its work. Raises `UserError` as above."""
    parse(mapping)
    return Load.objects.create(
        source=source,
        upload=upload,
        mapping=mapping,
        update=source.update,
        stage=LoadStage(stage),
        requested_by=by,
        trigger="person" if by else "command",
        language=get_language() or "",
    )


def load_undo(*, load: Load, by: Person) -> Load:
    """Take a finished load back as a whole: its events, what it said of customers, whom it made and merged.

    Where a pull brought its rows, they are new to the next one; it waits until somebody lets it go on.
    """
    batch = load.batch
    # An open batch of a finished load is an undo that was stopped half-way: it may go on.
    if load.stage != LoadStage.WRITE or load.is_open or batch is None or batch.state == BatchState.UNDONE:
        raise user_error(
            N_("This load cannot be undone: nothing of it is in use"),
            N_("Only finished loads can be undone, and only once"),
        )
    Feed.objects.filter(pulls__load=load).update(active=False)
    batch_undo(batch=batch)
    load.undone_at = timezone.now()
    load.save(update_fields=["undone_at"])
    return load
