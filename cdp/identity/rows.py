"""Customers as rows of a table: name and identifiers, masked for those who may not see them."""

from collections.abc import Sequence
from dataclasses import dataclass

from cdp.access.masking import masked
from cdp.access.viewer import Viewer, sees_personal
from cdp.store.selectors import customers

from .selectors import identifier_columns, identifier_types


@dataclass(frozen=True)
class CustomerRow:
    customer_id: int
    name: str
    identifiers: list[str]


def customer_rows(viewer: Viewer, ids: Sequence[int]) -> tuple[list[str], list[CustomerRow]]:
    """The identifier types these customers have, and each customer's, in as many queries as for one.
    `ids` are of customers the viewer may see."""
    table = identifier_columns(ids, viewer=viewer)
    used = [name for name in table.column_names[1:] if table[name].null_count < len(table)]
    names = {row.slug: row.name for row in identifier_types()}
    profiles = dict(customers(viewer).filter(pk__in=ids).values_list("pk", "attributes"))
    clear = sees_personal(viewer)
    rows = []
    for row in table.to_pylist():
        own = row["customer_id"]
        name = str(profiles.get(own, {}).get("name") or "")
        rows.append(CustomerRow(own, name if clear or not name else masked(name), [row[key] or "" for key in used]))
    return [names.get(key, key) for key in used], rows
