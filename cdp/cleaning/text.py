"""Plain text: NFKC, trimmed, inner white space single; and the many ways to write nothing."""

import re
import unicodedata

from cdp.errors import N_, Problem

MISSING = frozenset(
    ("", "na", "n/a", "#n/a", "nan", "nil", "null", "none", "undefined", "\\n", "-", "--", "—", "——", "/")
) | frozenset(
    ("无", "空", "暂无", "無", "没有", "未填写", "未填", "(null)", "<null>", "(空)", "[null]", "-1", "-1.0")
)

MAX_TEXT = 10_000
# Tidy already: NFKC changes nothing in these ranges, and it is none of the words for nothing.
_WORD = r"[0-9A-Za-z_\x{4E00}-\x{9FFF}]+"
_NOTHING = ", ".join(f"'{word}'" for word in sorted(MISSING) if word)
FAST = (
    f"CASE WHEN length({{c}}) <= {MAX_TEXT} AND regexp_full_match({{c}}, '{_WORD}([ -]{_WORD})*')"
    f" AND lower({{c}}) NOT IN ({_NOTHING}) THEN {{c}} END"
)

_SPACES = re.compile(r"\s+")
# ="001" and '001: how exports keep a spreadsheet from calculating with a text.
_QUOTED = re.compile(r'="(.*)"|\'(?=[-+=@\d])(.*)', re.DOTALL)


def normal(text: str) -> str:
    """NFKC, control characters out, white space single and trimmed."""
    folded = unicodedata.normalize("NFKC", text)
    if not folded.isprintable():
        folded = "".join(
            c if c.isprintable() or c.isspace() else "" for c in folded if unicodedata.category(c) != "Cf"
        )
    return unquoted(_SPACES.sub(" ", folded).strip())


def unquoted(text: str) -> str:
    """Without the signs that only tell a spreadsheet that this is text."""
    if text[:1] not in ("=", "'") or (match := _QUOTED.fullmatch(text)) is None:
        return text
    return (match[1] if match[1] is not None else match[2]).strip()


def is_missing(text: str) -> bool:
    return normal(text).lower() in MISSING


def clean_text(text: str) -> str | Problem:
    if len(text) > MAX_TEXT:
        return Problem((), N_("This text is too long"), N_("Shorten it to 10,000 characters, or leave it out"))
    return text
