"""The encoding of a whole text file: never a guess from its head."""

import codecs
import re
import struct
from pathlib import Path
from typing import IO

import pyarrow as pa

from cdp.errors import N_, UserError, user_error

BLOCK = 1 << 22
NUL = "+nul"
_CONTROLS = re.compile("[\x01-\x08\x0e-\x1f]")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def find_encoding(path: Path) -> str:
    """`utf-8`, `utf-8-sig`, `utf-16`(-le/-be) or `gb18030`. Raises `UserError` when no single one fits."""
    with path.open("rb") as stream:
        head = stream.read(4096)
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            _must_decode(path, encoding)
            return encoding
    if b"\0" in head and (wide := _wide(path, head)):
        return wide
    if _is_plain_utf8(path):
        return "utf-8"
    if has_nul(path):
        return _with_nul(path)
    _refuse_mixture(path)
    _must_decode(path, "gb18030")
    return "gb18030"


def _is_plain_utf8(path: Path) -> bool:
    """The whole file, checked at the speed of memory: nearly every file is this."""
    with pa.memory_map(str(path)) as source:
        whole = source.read_buffer()
        bounds = pa.py_buffer(struct.pack("<qq", 0, whole.size))
        text = pa.LargeStringArray.from_buffers(1, bounds, whole)
        try:
            text.validate(full=True)
        except pa.ArrowInvalid:
            return False
    return not has_nul(path)


def has_nul(path: Path) -> bool:
    with path.open("rb") as stream:
        return any(b"\0" in block for block in iter(lambda: stream.read(BLOCK), b""))


def _with_nul(path: Path) -> str:
    """Some systems fill cells up with NUL: text all the same, if nothing else in it is foreign to text."""
    for encoding in ("utf-8", "gb18030"):
        if decodes(path, encoding, NUL):
            return encoding + NUL
    raise not_a_table()


def opened(path: Path, encoding: str) -> IO[str]:
    """The text of a file, but for its NUL bytes, which `without_nul` takes out."""
    return path.open(encoding=encoding.removesuffix(NUL), newline="")


def without_nul(text: str) -> str:
    return text.replace("\0", "")


def plain_text(path: Path, encoding: str) -> str | None:
    """All of a small file; None when it is not in that encoding, or there is no such one."""
    try:
        with opened(path, encoding or "utf-8") as stream:
            return without_nul(stream.read())
    except (UnicodeDecodeError, LookupError):
        return None


def decodes(path: Path, encoding: str, allowed: str = "") -> bool:
    """Whether the file is text in this encoding. Control signs are not; `allowed` may be NUL."""
    decoder = codecs.getincrementaldecoder(encoding)()
    foreign = _CONTROLS if allowed else re.compile("\0")
    try:
        with path.open("rb") as stream:
            while block := stream.read(BLOCK):
                if foreign.search(decoder.decode(block)):
                    return False
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _wide(path: Path, head: bytes) -> str:
    """UTF-16 without a mark: ASCII signs such as commas leave every other byte zero. "" when it is none."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    encoding = "utf-16-be" if even > odd else "utf-16-le"
    return encoding if max(even, odd) >= len(head) // 20 and decodes(path, encoding) else ""


def _refuse_mixture(path: Path) -> None:
    """GB18030 decodes nearly everything, so a file with some lines in UTF-8 would load as gibberish."""
    utf8 = other = 0
    first: dict[str, int] = {}
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            if line.isascii():
                continue
            if _is_utf8_chinese(line):
                utf8 += 1
                first.setdefault("utf-8", number)
            elif not _is_utf8(line):
                other += 1
                first.setdefault("other", number)
    if utf8 and other and utf8 * 100 >= utf8 + other:
        raise user_error(
            N_("The file mixes encodings: line %(line)s is not written like the others"),
            N_("Open it in a text editor, correct that line and save the whole file as UTF-8"),
            line=max(first.values()),
        )


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_utf8_chinese(line: bytes) -> bool:
    """Valid UTF-8 with CJK in it: GB bytes fall on that by chance only in one line of thousands."""
    return _is_utf8(line) and any(sign >= "⺀" for sign in line.decode("utf-8"))


def _must_decode(path: Path, encoding: str) -> None:
    if not decodes(path, encoding):
        raise not_a_table()


def not_a_table() -> UserError:
    return user_error(
        N_("This file is not a table that can be read"),
        N_("Save it as .xlsx or as CSV (UTF-8) in your spreadsheet program and try again"),
    )
