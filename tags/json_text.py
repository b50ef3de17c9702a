"""JSON as people write it: nothing in it is passed over, and none of it is too deep to read."""

import json
from typing import Any

from cdp.errors import N_, user_error


def json_read(text: str) -> Any:
    """Raises `UserError` for a name given twice or bottomless nesting, and `json.JSONDecodeError`."""
    try:
        return json.loads(text, object_pairs_hook=_each_once)
    except RecursionError:
        raise user_error(
            N_("The rule is nested too deeply."), N_("Make a tag or a segment of a part of it.")
        ) from None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise user_error(
                N_('"%(name)s" is given twice in one place.'),
                N_("Keep one; join conditions by all or any."),
                name=name,
            )
        found[name] = value
    return found
