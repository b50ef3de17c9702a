"""What an .xlsx may unpack to, checked by unpacking before anything is read."""

import re
import zlib
from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo

from cdp.errors import N_, UserError, user_error

MAX_BYTES = 1_500_000_000
MAX_RATIO = 200
# Below this size no ratio is dangerous: a sheet of repeated cells packs very well.
_SMALL = 20_000_000
MAX_CELLS = 150_000_000
_BLOCK = 1 << 20
_DIMENSION = re.compile(rb'<dimension ref="(?:[A-Z]+\d+:)?([A-Z]{1,3})(\d{1,7})"')


def check_archive(path: Path) -> None:
    """Raises `UserError` for a broken zip, for a bomb, and for a sheet too large to hold."""
    try:
        with ZipFile(path) as archive:
            members = archive.infolist()
            _check_declared(members)
            for member in members:
                _check_member(path, archive, member)
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError):
        raise damaged() from None


def _check_declared(members: list[ZipInfo]) -> None:
    if sum(member.file_size for member in members) > MAX_BYTES or len(members) > 10_000:
        raise bomb()
    for member in members:
        if member.file_size > _SMALL and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise bomb()


def _check_member(path: Path, archive: ZipFile, member: ZipInfo) -> None:
    """A zip may lie about its sizes, so the large members are unpacked once and thrown away."""
    could_be = member.compress_size * 1032
    is_sheet = member.filename.startswith("xl/worksheets/")
    if could_be <= _SMALL and not is_sheet:
        return
    with archive.open(member) as stream:
        head = stream.read(4096)
        if is_sheet:
            _check_dimension(head)
    if could_be > _SMALL:
        _unpack(path, member)


def _unpack(path: Path, member: ZipInfo) -> None:
    seen = 0
    with path.open("rb") as stream:
        stream.seek(member.header_offset)
        fixed = stream.read(30)
        names = int.from_bytes(fixed[26:28], "little") + int.from_bytes(fixed[28:30], "little")
        stream.seek(member.header_offset + 30 + names)
        inflate, left = zlib.decompressobj(-15), member.compress_size
        while member.compress_type and left > 0 and not inflate.eof:
            block = stream.read(min(_BLOCK >> 4, left))
            if not block:
                raise BadZipFile
            left -= len(block)
            while block:
                seen += len(inflate.decompress(block, _BLOCK << 2))
                block = inflate.unconsumed_tail
                if seen > member.file_size:
                    raise bomb()


def _check_dimension(head: bytes) -> None:
    match = _DIMENSION.search(head)
    if match and column_number(match[1].decode()) * int(match[2]) > MAX_CELLS:
        raise user_error(
            N_("The sheet claims to have %(rows)s rows and %(columns)s columns"),
            N_("Delete the empty rows and columns around the table, or save it as CSV"),
            rows=int(match[2]),
            columns=column_number(match[1].decode()),
        )


def column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def damaged() -> UserError:
    return user_error(
        N_("The workbook is damaged or was not saved completely"),
        N_("Open it in your spreadsheet program, save it again as .xlsx and upload that file"),
    )


def bomb() -> UserError:
    return user_error(
        N_("The workbook would unpack to far more than its size and is refused"),
        N_("Save the sheet as CSV, or split it into smaller files"),
    )
