"""What a step is: a row of the registry, and one use of it with its parameters."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from cdp.errors import Problem


@dataclass(frozen=True)
class Context:
    """What a step may know besides the texts: the zone times are written in, and the day of the load."""

    zone: ZoneInfo
    today: date


@dataclass(frozen=True)
class Result:
    """`values` is as long as what was given, null where there is nothing; `problems` is by place."""

    values: pa.Array
    problems: Mapping[int, Problem] = field(default_factory=dict)


@dataclass(frozen=True)
class Param:
    """One thing a step is told. `type`: text, number, whole, choice, pairs (text → text), texts (a list)."""

    name: str
    label: str
    type: str = "text"
    choices: tuple[tuple[str, str], ...] = ()
    required: bool = False
    default: Any = None
    example: str = ""


Run = Callable[[pa.Array, Mapping[str, Any], Context], Result]
Check = Callable[[Mapping[str, Any]], Problem | None]


@dataclass(frozen=True)
class StepKind:
    """A row of the registry. `label` and `hint` are message ids; `check` says what is wrong with parameters that
    are of the right type each."""

    name: str
    label: str
    hint: str
    run: Run
    params: tuple[Param, ...] = ()
    check: Check | None = None
    personal: bool = False  # what it gives tells who somebody is

    def param(self, name: str) -> Param | None:
        return next((param for param in self.params if param.name == name), None)


@dataclass(frozen=True)
class Step:
    kind: StepKind
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_personal(self) -> bool:
        """Of an identity card only the number itself tells who it is."""
        return self.kind.personal and self.params.get("part", "number") == "number"

    def run(self, texts: pa.Array, context: Context) -> Result:
        return self.kind.run(texts, self.params, context)

    def as_json(self) -> dict[str, Any]:
        given = {p.name: self.params[p.name] for p in self.kind.params if self.params.get(p.name) != p.default}
        return {"step": self.kind.name, **given}


def each(work: Callable[[str, Mapping[str, Any], Context], str | Problem | None]) -> Run:
    """A step that asks Python about every distinct text once; nothing stays nothing."""

    def run(texts: pa.Array, params: Mapping[str, Any], context: Context) -> Result:
        coded = texts.dictionary_encode()
        meant = [work(text, params, context) for text in coded.dictionary.to_pylist()]
        good = pa.array([None if isinstance(value, Problem) else value for value in meant], pa.string())
        values = good.take(coded.indices)
        if not any(isinstance(value, Problem) for value in meant):
            return Result(values)
        codes = coded.indices.to_pylist()
        refused = {place: value for place, code in enumerate(codes) if (value := _refused(meant, code))}
        return Result(values, refused)

    return run


def _refused(meant: list[str | Problem | None], code: int | None) -> Problem | None:
    value = None if code is None else meant[code]
    return value if isinstance(value, Problem) else None
