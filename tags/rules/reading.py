"""Reading JSON piece by piece: every problem is collected with its path, none stops the reading."""

import difflib
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from cdp.errors import N_, Problem

Path = tuple[str | int, ...]


class Reading:
    """The problems met so far, and how many conditions."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.conditions = 0

    def refuse(self, path: Path, message: str, hint: str = "", **params: Any) -> None:
        self.problems.append(Problem(path, message, hint, params))

    def mapping(self, data: Any, path: Path) -> dict[str, Any] | None:
        if isinstance(data, dict) and all(isinstance(key, str) for key in data):
            return data
        self.refuse(path, N_("An object is needed here."), N_('For example {"attribute": "province", …}.'))
        return None

    def known_keys(self, data: dict[str, Any], known: Iterable[str], path: Path) -> None:
        """Refuse what nobody would read, so that no part of a rule silently disappears."""
        allowed = list(known)
        for key in data:
            if key not in allowed:
                self.unknown((*path, key), key, allowed, N_('"%(name)s" is not known here.'))

    def unknown(self, path: Path, name: str, known: Iterable[str], message: str) -> None:
        """Refuse a name and offer the nearest ones."""
        close = nearest(name, known)
        hint = N_("Did you mean %(nearest)s?") if close else ""
        self.refuse(path, message, hint, name=name, **({"nearest": ", ".join(close)} if close else {}))

    def slug(self, data: Any, path: Path) -> str | None:
        if isinstance(data, str) and data.strip():
            return data
        self.refuse(path, N_("A name is needed here."))
        return None

    def whole(self, data: Any, path: Path, low: int, high: int) -> int | None:
        if isinstance(data, int) and not isinstance(data, bool) and low <= data <= high:
            return data
        self.refuse(path, N_("A whole number from %(low)s to %(high)s is needed."), low=low, high=high)
        return None

    def number(self, data: Any, path: Path, low: int, high: int) -> Decimal | None:
        """A number from `low` to `high`, both included."""
        number = None
        if isinstance(data, int | float | Decimal) and not isinstance(data, bool):
            number = Decimal(str(data))
        if number is not None and number.is_finite() and low <= number <= high:
            return number
        hint = N_("For example 0.5.")
        self.refuse(path, N_("A number from %(low)s to %(high)s is needed."), hint, low=low, high=high)
        return None

    def flag(self, data: Any, path: Path) -> bool:
        if not isinstance(data, bool):
            self.refuse(path, N_("true or false is needed here."))
        return data is True


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """Up to three names that look like it."""
    by_fold = {item.casefold(): item for item in known}
    return [by_fold[fold] for fold in difflib.get_close_matches(name.casefold(), by_fold, 3, 0.5)]
