"""Effects as JSON and back: sets of customers as the text of a bitmap."""

from base64 import b64decode, b64encode
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pyroaring import BitMap

from cdp.errors import Problem

from .dependencies import Ref
from .effects import Effect, Effects, ValueEffect
from .membership import bitmap_read, bitmap_write

SETS = ("entered", "left", "moved")


def effects_write(found: Effects) -> dict[str, Any]:
    return {
        "own": _written(found.own),
        "anyway": None if found.anyway is None else _written(found.anyway),
        "others": [_written(effect) for effect in found.others],
        "as_of": found.as_of.isoformat(),
        "universe": found.universe,
    }


def effects_read(kept: dict[str, Any], names: dict[Ref, str]) -> Effects:
    """`names` are those of now, in the language in force; what has none is called as it was."""
    return Effects(
        own=_read(kept["own"], names),
        anyway=None if kept["anyway"] is None else _read(kept["anyway"], names),
        others=tuple(_read(effect, names) for effect in kept["others"]),
        as_of=datetime.fromisoformat(kept["as_of"]),
        universe=kept["universe"],
    )


def _written(effect: Effect) -> dict[str, Any]:
    return {
        "ref": [effect.ref.kind, effect.ref.slug],
        "name": effect.name,
        "before": effect.before,
        "after": effect.after,
        **{name: _text(getattr(effect, name)) for name in SETS},
        "values": [asdict(value) for value in effect.values],
        "problems": [problem.as_json() for problem in effect.problems],
    }


def _read(kept: dict[str, Any], names: dict[Ref, str]) -> Effect:
    ref = Ref(*kept["ref"])
    return Effect(
        ref=ref,
        name=names.get(ref, kept["name"]),
        before=kept["before"],
        after=kept["after"],
        values=tuple(ValueEffect(**value) for value in kept["values"]),
        problems=tuple(Problem.from_json(problem) for problem in kept["problems"]),
        **{name: bitmap_read(b64decode(kept[name])) for name in SETS},
    )


def _text(members: BitMap) -> str:
    return b64encode(bitmap_write(members)).decode()
