"""Files that come with a comment: which may, and how they are kept. They are only ever given away as downloads."""

import hashlib
from collections.abc import Sequence
from functools import partial
from pathlib import PurePath

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from cdp.errors import N_, Problem, UserError

from .models import Attachment, Remark

MEGABYTE = 1024 * 1024
LARGEST, MOST = 10 * MEGABYTE, 5
OPEN_XML = "application/vnd.openxmlformats-officedocument"
# How a file's name ends → what it is sent as. Nothing a browser would run.
TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "csv": "text/csv; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "xlsx": f"{OPEN_XML}.spreadsheetml.sheet",
    "docx": f"{OPEN_XML}.wordprocessingml.document",
    "pptx": f"{OPEN_XML}.presentationml.presentation",
}


def ending_of(name: str) -> str:
    return PurePath(name).suffix.lower().removeprefix(".")


def refuse_files(files: Sequence[UploadedFile]) -> None:
    """`UserError` with every file that may not come along."""
    problems = []
    if len(files) > MOST:
        problems.append(Problem(("files",), N_("At most %(most)s files come with a comment."), "", {"most": MOST}))
    for file in files:
        name = file.name or ""
        if ending_of(name) not in TYPES:
            message, hint = N_("“%(name)s” is no kind of file that is taken."), N_("Taken are: %(kinds)s.")
            problems.append(Problem(("files",), message, hint, {"name": name[:80], "kinds": ", ".join(TYPES)}))
        elif (file.size or 0) > LARGEST:
            message, given = N_("“%(name)s” is larger than %(most)s MB."), {"name": name[:80]}
            problems.append(Problem(("files",), message, "", {**given, "most": LARGEST // MEGABYTE}))
        elif not file.size:
            problems.append(Problem(("files",), N_("“%(name)s” is empty."), "", {"name": name[:80]}))
    if problems:
        raise UserError(*problems)


def files_attach(*, remark: Remark, files: Sequence[UploadedFile]) -> None:
    """Keep the files. Where one cannot be kept, none is."""
    kept: list[Attachment] = []
    try:
        for file in files:
            kept.append(_file_attach(remark, file))
    except Exception:
        for one in kept:
            one.file.storage.delete(str(one.file.name))
        raise


def _file_attach(remark: Remark, file: UploadedFile) -> Attachment:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    name = PurePath(file.name or "file").name[-255:]
    made = Attachment(remark=remark, name=name, bytes=file.size or 0, digest=digest.hexdigest())
    # Never under the name it came with: what lies on the disk is named by what it holds.
    made.file.save(f"{made.digest[:32]}.{ending_of(name)}", file, save=False)
    made.save()
    return made


def files_remove(attachments: Sequence[Attachment]) -> None:
    """From the files folder, once it is certain that nothing names them."""
    for one in attachments:
        transaction.on_commit(partial(one.file.storage.delete, str(one.file.name)))
