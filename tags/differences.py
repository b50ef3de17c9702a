"""Two readings of a definition side by side: lines that stayed, went and came, with what changed in them. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, GONE, NEW = "same", "gone", "new"
# Latin words and numbers stay whole; everything else, Chinese among it, is compared letter by letter.
TOKEN = re.compile(r"[A-Za-z0-9_.,:%-]+|.", re.DOTALL)


@dataclass(frozen=True)
class Part:
    text: str
    changed: bool


@dataclass(frozen=True)
class Line:
    """`mark`: same, gone or new."""

    mark: str
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.parts)


def difference(before: Sequence[str], after: Sequence[str]) -> list[Line]:
    """The lines of both in order; of a line that was changed its old and new form, one below the other."""
    lines: list[Line] = []
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for what, start, end, new_start, new_end in steps:
        gone, came = before[start:end], after[new_start:new_end]
        if what == "equal":
            lines += [Line(SAME, (Part(text, False),)) for text in gone]
        elif len(gone) == len(came):
            for old, new in zip(gone, came, strict=True):
                lines += _changed(old, new)
        else:
            lines += [Line(GONE, (Part(text, False),)) for text in gone]
            lines += [Line(NEW, (Part(text, False),)) for text in came]
    return lines


def _changed(old: str, new: str) -> list[Line]:
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [
        Line(GONE, tuple(_parts(before, [(what, start, end) for what, start, end, _s, _e in steps]))),
        Line(NEW, tuple(_parts(after, [(what, start, end) for what, _s, _e, start, end in steps]))),
    ]


def _parts(tokens: Sequence[str], steps: Sequence[tuple[str, int, int]]) -> Iterator[Part]:
    for what, start, end in steps:
        if start < end:
            yield Part("".join(tokens[start:end]), what != "equal")
