"""Identifiers that say nothing about who somebody is: they are left out before anything is linked."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from cdp.store.kinds import literal

from .models import BlockedIdentifier


def blocked_drop(identifiers: pa.Table, types: Sequence[str]) -> tuple[pa.Table, dict[str, int]]:
    """The table with blocked values made null, and how many rows had one, by type (only where there are some)."""
    counted: dict[str, int] = {}
    entries = list(BlockedIdentifier.objects.filter(is_on=True))
    for slug in types:
        mine = [entry for entry in entries if entry.type in ("", slug)]
        if not mine or not identifiers.num_rows:
            continue
        blocked = _blocked(pc.cast(identifiers[slug], pa.string()), mine)
        if number := pc.sum(blocked).as_py():
            counted[slug] = number
            kept = pc.if_else(blocked, pa.scalar(None, pa.string()), identifiers[slug])
            identifiers = identifiers.set_column(identifiers.column_names.index(slug), slug, kept)
    return identifiers, counted


def blocked_sql(slug: str, column: str) -> str:
    """The same as a condition in the engine's SQL on a column of that type; "" when nothing is blocked."""
    mine = BlockedIdentifier.objects.filter(is_on=True, type__in=("", slug))
    exact = ", ".join(literal(entry.value.lower()) for entry in mine if not entry.is_pattern)
    patterns = "|".join(f"(?:{entry.value})" for entry in mine if entry.is_pattern)
    parts = [f"lower({column}) IN ({exact})"] if exact else []
    parts += [f"regexp_full_match({column}, {literal(patterns)}, 'i')"] if patterns else []
    return " OR ".join(parts)


def _blocked(column: pa.ChunkedArray, entries: Sequence[BlockedIdentifier]) -> pa.ChunkedArray:
    exact = [entry.value.lower() for entry in entries if not entry.is_pattern]
    patterns = [entry.value for entry in entries if entry.is_pattern]
    blocked = pc.is_in(pc.utf8_lower(column), value_set=pa.array(exact, pa.string()))
    if patterns:
        pattern = "|".join(f"(?:{pattern})" for pattern in patterns)
        whole = pc.match_substring_regex(column, f"^(?:{pattern})$", ignore_case=True)
        blocked = pc.or_(blocked, pc.fill_null(whole, False))
    return blocked
