"""The little of Markdown that help is written in → HTML: headings, paragraphs, lists, bold, code. Pure."""

import re
from collections.abc import Iterator
from itertools import groupby

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

BOLD = re.compile(r"\*\*(.+?)\*\*")
SLANTED = re.compile(r"\*(.+?)\*")
CODE = re.compile(r"`(.+?)`")


def html_of(text: str) -> SafeString:
    """Whatever else stands in it is shown as it is, never as HTML."""
    return mark_safe("\n".join(_blocks(text)))


def title_of(text: str) -> str:
    first = text.strip().partition("\n")[0]
    return first.removeprefix("# ") if first.startswith("# ") else ""


def _blocks(text: str) -> Iterator[str]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for kind, some in groupby(lines, _kind):
        items = [_line(line.removeprefix(kind)) for line in some]
        if kind == "- ":
            yield "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"
        else:
            yield from (f"<{TAGS[kind]}>{item}</{TAGS[kind]}>" for item in items)


# What a line begins with → the element it is.
TAGS = {"# ": "h2", "## ": "h3", "- ": "li", "": "p"}


def _kind(line: str) -> str:
    return next(start for start in TAGS if line.startswith(start))


def _line(text: str) -> str:
    safe = str(escape(text))
    for pattern, tag in ((CODE, "code"), (BOLD, "b"), (SLANTED, "i")):
        safe = pattern.sub(rf"<{tag}>\1</{tag}>", safe)
    return safe
