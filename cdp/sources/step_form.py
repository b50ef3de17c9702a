"""The steps of one column as people see them: a line a step with its fields, and back to the mapping's JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cdp.cleaning.steps.parse import MOST_STEPS
from cdp.cleaning.steps.registry import STEPS
from cdp.cleaning.steps.step import Param, StepKind
from cdp.errors import Problem

StepJson = dict[str, Any]


@dataclass(frozen=True)
class StepField:
    """One parameter of a step: what it is called in the form, and what is written in it."""

    param: Param
    name: str
    value: str

    @property
    def is_long(self) -> bool:
        return self.param.type in ("pairs", "texts")


@dataclass(frozen=True)
class StepLine:
    place: int
    name: str
    kind: StepKind
    fields: Sequence[StepField]
    problems: Sequence[Problem] = ()


def step_lines(index: int, steps: Sequence[StepJson], problems: Sequence[Problem] = ()) -> list[StepLine]:
    """`problems` have paths that begin with the place of their step."""
    return [
        StepLine(
            place,
            f"step-{index}-{place}",
            STEPS[step["step"]],
            [
                StepField(param, f"arg-{index}-{place}-{param.name}", _shown(param, step.get(param.name)))
                for param in STEPS[step["step"]].params
            ],
            [problem for problem in problems if problem.path[:1] == (place,)],
        )
        for place, step in enumerate(steps)
    ]


def posted_steps(post: Mapping[str, str], index: int) -> list[StepJson]:
    """What was filled in, right or wrong; of a column that was not opened, what it had."""
    if (kept := post.get(f"steps-{index}")) is not None:
        return _known(kept)
    found: list[StepJson] = []
    for place in range(MOST_STEPS):
        kind = STEPS.get(post.get(f"step-{index}-{place}", ""))
        if kind is None:
            break
        found.append({"step": kind.name, **_given(kind, post, f"arg-{index}-{place}")})
    return found


def _given(kind: StepKind, post: Mapping[str, str], prefix: str) -> StepJson:
    """The parameters that were filled in and are not what they are anyway."""
    texts = {param: post.get(f"{prefix}-{param.name}", "") for param in kind.params}
    read = {param: _read(param, text) for param, text in texts.items() if text.strip() or _keeps(param, text)}
    return {param.name: value for param, value in read.items() if value != param.default}


def steps_changed(steps: Sequence[StepJson], do: str) -> list[StepJson]:
    """After one press of a button: `add:trim`, `up:2`, `down:0`, `remove:1`."""
    made, (verb, _colon, what) = list(steps), do.partition(":")
    if verb == "add" and what in STEPS and len(made) < MOST_STEPS:
        return [*made, {"step": what}]
    place = int(what) if what.isdecimal() else -1
    if not 0 <= place < len(made):
        return made
    step = made.pop(place)
    if verb in ("up", "down"):
        made.insert(max(0, place + (1 if verb == "down" else -1)), step)
    return made


def _known(text: str) -> list[StepJson]:
    try:
        steps = json.loads(text)
    except ValueError:
        return []
    return [step for step in steps if isinstance(step, dict) and step.get("step") in STEPS]


def _shown(param: Param, value: Any) -> str:
    if value is None:
        return "" if param.default is None else str(param.default)
    if isinstance(value, dict):
        return "\n".join(f"{text} = {'' if meaning is None else meaning}" for text, meaning in value.items())
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def _read(param: Param, text: str) -> Any:
    if param.type in ("number", "whole"):
        return _number(text.strip())
    if param.type == "pairs":
        pairs = (line.partition("=") for line in text.splitlines() if line.strip())
        return {left.strip(): right.strip() or None for left, _sign, right in pairs}
    if param.type == "texts":
        return [line.strip() for line in text.splitlines() if line.strip()]
    return text


def _number(text: str) -> Any:
    """What is no number stays text, and is told to be none."""
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text


def _keeps(param: Param, text: str) -> bool:
    """White space can be what separates."""
    return param.name == "by" and text != ""
