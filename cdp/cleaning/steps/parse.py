"""Steps from a mapping's JSON: all problems at once, with the nearest names."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from cdp.errors import N_, Problem

from .registry import STEPS
from .step import Param, Step, StepKind

MOST_STEPS = 20


def parse_steps(data: Any, path: Sequence[str | int] = ()) -> tuple[tuple[Step, ...], list[Problem]]:
    """The steps that can be read, and what is wrong with the others; `path` leads to the list."""
    if data is None:
        return (), []
    if not isinstance(data, list) or len(data) > MOST_STEPS:
        return (), [
            Problem(
                tuple(path),
                N_("Steps are a list of at most %(most)s"),
                N_('Write "steps": [{"step": "trim"}]'),
                {"most": MOST_STEPS},
            )
        ]
    steps: list[Step] = []
    problems: list[Problem] = []
    for place, one in enumerate(data):
        found = _step(one, (*path, place), problems)
        steps += [found] if found else []
    return tuple(steps), problems


def _step(one: Any, path: tuple[str | int, ...], problems: list[Problem]) -> Step | None:
    name = one.get("step") if isinstance(one, dict) else one
    kind = STEPS.get(name) if isinstance(name, str) else None
    if kind is None or not isinstance(one, dict):
        problems.append(_unknown(path, N_("There is no step %(name)s"), str(name), STEPS))
        return None
    found = list(_param_problems(kind, one, path))
    params = {param.name: one.get(param.name, param.default) for param in kind.params}
    if not found and kind.check and (wrong := kind.check(params)):
        found.append(Problem((*path, *wrong.path), wrong.message, wrong.hint, wrong.params))
    problems += found
    return None if found else Step(kind, params)


def _param_problems(kind: StepKind, given: Mapping[str, Any], path: tuple[str | int, ...]) -> Iterator[Problem]:
    for name in given.keys() - {"step"}:
        if kind.param(name) is None:
            known = [param.name for param in kind.params]
            yield _unknown((*path, name), N_("The step %(step)s has no %(name)s"), name, known, step=kind.name)
    for param in kind.params:
        value = given.get(param.name)
        if value is None or value == "":
            if param.required:
                yield Problem(
                    (*path, param.name),
                    N_("The step %(step)s needs %(name)s"),
                    N_("Fill it in, or remove the step"),
                    {"step": kind.name, "name": param.name},
                )
        elif problem := _wrong(param, value, (*path, param.name)):
            yield problem


def _wrong(param: Param, value: Any, path: tuple[str | int, ...]) -> Problem | None:
    if param.type == "choice":
        known = [choice for choice, _label in param.choices]
        return None if value in known else _unknown(path, N_("%(name)s is not a choice here"), str(value), known)
    fits, hint = _TYPES[param.type]
    return None if fits(value) else Problem(path, N_("%(name)s cannot be this"), hint, {"name": param.name})


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value != 0 and math.isfinite(value)


def _are_pairs(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(v, str | int | float | None) for v in value.values())


_TYPES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "text": (
        lambda value: isinstance(value, str) and len(value) <= 500,
        N_("Write a text of at most 500 characters"),
    ),
    "number": (_is_number, N_("Write a number other than 0")),
    "whole": (lambda value: _is_number(value) and isinstance(value, int), N_("Write a whole number other than 0")),
    "pairs": (_are_pairs, N_('Write {"values": {"1": "male"}}')),
    "texts": (
        lambda value: isinstance(value, list) and all(isinstance(one, str) and one for one in value),
        N_("Write a list of texts"),
    ),
}


def _unknown(path: tuple[str | int, ...], message: str, name: str, known: Any, **params: str) -> Problem:
    near = get_close_matches(name, list(known), 3, 0.5)
    hint = N_("The nearest are: %(near)s") if near else N_("There are: %(near)s")
    return Problem(path, message, hint, {"name": name[:80], "near": ", ".join(near or list(known)), **params})
