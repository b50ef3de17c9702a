"""What a user is shown when something cannot be done, and nothing else.

Imports nothing of the product, so every storey can raise it. Texts are English message ids marked
with `N_`; whoever shows a problem translates `message` and `hint` and fills in `params`.
"""

from dataclasses import dataclass, field
from typing import Any


def N_(text: str) -> str:
    """Mark a text for translation without translating it here."""
    return text


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where, what happened, and what to do about it.

    `path` leads to the place (rule node, column, row); `message` and `hint` are message ids with
    `%(name)s` places that `params` fills.
    """

    path: tuple[str | int, ...]
    message: str
    hint: str = ""
    params: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "path": list(self.path),
            "message": self.message,
            "hint": self.hint,
            "params": {key: _plain(value) for key, value in self.params.items()},
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Problem":
        return cls(tuple(data["path"]), data["message"], data["hint"], data["params"])


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | float | str | bool | None) else str(value)


class UserError(Exception):
    """Carries every problem found at once. Its text is for the log; users see the problems."""

    def __init__(self, *problems: Problem):
        super().__init__("; ".join(p.message % p.params if p.params else p.message for p in problems))
        self.problems = problems


def user_error(message: str, hint: str = "", path: tuple[str | int, ...] = (), **params: Any) -> UserError:
    """A `UserError` with one problem."""
    return UserError(Problem(path, message, hint, params))
