"""What was wrong with messages, as a viewer may read it."""

from dataclasses import dataclass, replace
from typing import Any

from cdp.access.masking import masked
from cdp.access.viewer import Viewer, sees_personal
from cdp.errors import Problem

from .books import is_address
from .models import Violation

# What these places hold is nobody's own, as a rule.
PLAIN_PATHS = frozenset(("type", "event", "timestamp"))


@dataclass(frozen=True)
class Told:
    """A violation and its text, without anybody's own where the viewer may not see that."""

    violation: Violation
    problem: Problem
    event: str


def violations_told(viewer: Viewer, violations: Any) -> list[Told]:
    clear = sees_personal(viewer)
    if clear:
        return [Told(one, one.problem, one.event) for one in violations]
    return [Told(one, problem_masked(one.problem), word_masked(one.event)) for one in violations]


def problem_masked(problem: Problem) -> Problem:
    """Without what was sent: its text may quote it."""
    is_plain = bool(problem.path) and problem.path[0] in PLAIN_PATHS
    mask = word_masked if is_plain else masked
    quoted = {
        name: mask(value) if isinstance(value, str) and name != "kind" else value
        for name, value in problem.params.items()
    }
    return replace(problem, params=quoted)


def word_masked(text: str) -> str:
    """A name somebody gave to something, unless it is an address that got there by mistake."""
    return masked(text) if is_address(text) else text
