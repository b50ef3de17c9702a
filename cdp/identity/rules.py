"""What linking has to keep to: the registered types, and what people said."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from cdp.errors import N_, Problem, UserError
from cdp.store.bulk import CHUNK_ROWS, among, rows_read
from cdp.store.kinds import literal

from .graph import Bounds
from .models import IdentifierType, Verdict

COUNTS = pa.schema([("root", pa.int64()), ("type", pa.int64()), ("number", pa.int64())])
ENDS = ("one_type", "one_value", "other_type", "other_value")
VERDICTS = pa.schema(
    [("id", pa.int64()), ("after", pa.int64())]
    + [(name, pa.string()) for name in ENDS]
    + [(name, pa.int64()) for name in ("one_identifier", "other_identifier", "one_origin", "other_origin")]
    + [(name, pa.int64()) for name in ("one_root", "other_root")]
)


@dataclass(frozen=True)
class Rules:
    """All registered types, the most trusted first and those that may be shared last; `limits` by type."""

    types: tuple[str, ...]
    shared: frozenset[str]
    limits: dict[str, int]

    def is_shared(self, types: Sequence[str]) -> np.ndarray:
        return np.array([slug in self.shared for slug in types], dtype=bool)

    @property
    def number_sql(self) -> str:
        """SQL for the place of an identifier's type among `types`."""
        whens = " ".join(f"WHEN {literal(slug)} THEN {place}" for place, slug in enumerate(self.types))
        return f"CASE i.type {whens} ELSE {len(self.types)} END"

    def bounds(self, kinds: np.ndarray, numbers: np.ndarray, owners: np.ndarray, count: int) -> Bounds:
        """Bounds of `count` elements out of how many (`numbers`) of which type (`kinds`) each owner has; nobody
        is kept apart yet."""
        limited = [place for place, slug in enumerate(self.types) if slug in self.limits]
        counts = np.zeros((count, len(limited)), dtype=np.int64)
        for column, place in enumerate(limited):
            mine = kinds == place
            np.add.at(counts[:, column], owners[mine], numbers[mine])
        strong = np.zeros(count, dtype=bool)
        shared = np.append(self.is_shared(self.types), False)
        strong[owners[~shared[kinds]]] = True
        limits = np.array([self.limits[self.types[place]] for place in limited], dtype=np.int64)
        return Bounds(counts, limits, strong, np.empty((0, 2), dtype=np.int64))


def rules_read() -> Rules:
    types = list(IdentifierType.objects.order_by("shared", "priority", "slug"))
    limits = {kind.slug: kind.most for kind in types if kind.most is not None}
    return Rules(tuple(kind.slug for kind in types), frozenset(kind.slug for kind in types if kind.shared), limits)


def types_given(identifiers: pa.Table, rules: Rules, registered_only: bool = True) -> list[str]:
    """The types of the columns, the most trusted first. Raises `UserError` for one that is not registered."""
    given = [name for name in identifiers.column_names if name != "row"]
    unknown = [name for name in given if name not in rules.types]
    if unknown and registered_only:
        message = N_("“%(slug)s” is not a registered identifier type.")
        raise UserError(*(Problem((slug,), message, N_("Register it first."), {"slug": slug}) for slug in unknown))
    return sorted(given, key=[*rules.types, *unknown].index)


def held_read(roots: np.ndarray, rules: Rules) -> pa.Table:
    """root, type (its place among the rules' types), number: the identifiers these customers have."""
    select = f"SELECT coalesce(c.merged_into_id, c.id) AS root, {rules.number_sql} AS type, count(*) AS number"
    tables = "FROM store_customer c JOIN identity_identifier i ON i.origin_id = c.id"
    if len(roots) > CHUNK_ROWS:
        held = rows_read(f"{select} {tables} GROUP BY 1, 2", COUNTS)
        return held.filter(np.isin(held["root"].to_numpy(), roots))
    ids = [int(root) for root in roots]
    own, merged = among("c.id", ids), among("c.merged_into_id", ids)
    return rows_read(f"{select} {tables} WHERE {own[0]} OR {merged[0]} GROUP BY 1, 2", COUNTS, [own[1], merged[1]])


def verdicts_read(says: str) -> pa.Table:
    """The verdicts in force, with the identifier, its origin and that one's root of each end; null where it is
    not stored at present."""
    if not Verdict.objects.filter(says=says, lifted_at=None).exists():
        return VERDICTS.empty_table()
    columns, joins = [f"v.{name}" for name in ENDS], []
    for end in ("one", "other"):
        joins.append(
            f" LEFT JOIN identity_identifier i{end} ON i{end}.type = v.{end}_type AND i{end}.value = v.{end}_value"
            f" LEFT JOIN store_customer c{end} ON c{end}.id ="
            f" CASE WHEN v.{end}_type = '' THEN v.{end}_id ELSE i{end}.origin_id END"
        )
    for column in ("i{0}.id AS {0}_identifier", "c{0}.id AS {0}_origin"):
        columns += [column.format("one"), column.format("other")]
    columns += [f"coalesce(c{end}.merged_into_id, c{end}.id) AS {end}_root" for end in ("one", "other")]
    sql = f"SELECT v.id AS id, v.after_batch AS after, {', '.join(columns)} FROM identity_verdict v{''.join(joins)}"
    return rows_read(f"{sql} WHERE v.says = {literal(says)} AND v.lifted_at IS NULL", VERDICTS)
