"""The text of a formula → its words, numbers and signs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

# Signs as they come from a Chinese keyboard or a printed formula; each stays one character.
SIGNS = str.maketrans("×÷−–－＋＊／（），［］", "*/---+*/(),[]")
PATTERN = re.compile(
    r"(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<of>tag|attribute)\[(?P<slug>[^\[\]]+)\]"
    r"|(?P<word>[^\W\d]\w*)"
    r"|(?P<sign>[-+*/(),])"
    r"|(?P<space>\s+)"
    r"|(?P<other>.)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Token:
    """`kind`: number, tag, attribute, word, sign, other, or end; `at`: its place in the text, from 1."""

    kind: str
    text: str
    at: int


def tokens(text: str) -> Iterator[Token]:
    for found in PATTERN.finditer(text.translate(SIGNS)):
        kind = found.lastgroup
        if kind == "slug":
            yield Token(found["of"], found["slug"].strip(), found.start() + 1)
        elif kind != "space":
            yield Token(str(kind), found.group(), found.start() + 1)
    yield Token("end", "", len(text) + 1)


def tags_named(text: str) -> frozenset[str]:
    """The tags a formula names, even one that cannot be read: words that no bracket follows."""
    found = list(tokens(text))
    words = (one.text for one, after in pairwise(found) if _is_tag(one, after))
    return frozenset(words)


def _is_tag(token: Token, after: Token) -> bool:
    return token.kind == "tag" or (token.kind == "word" and after.text != "(")
