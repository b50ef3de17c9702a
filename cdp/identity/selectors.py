"""Reads of identifiers. Personal ones are masked for those who may not see them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from cdp.access.masking import masked
from cdp.access.viewer import SYSTEM, Viewer, sees_identifiers, sees_personal
from cdp.compiled import Compiled
from cdp.engine import workspace
from cdp.store.bulk import CHUNK_ROWS, among, rows_read
from cdp.store.kinds import quoted
from cdp.store.models import Customer
from cdp.store.selectors import customers, customers_one_by_one

from .models import Identifier, IdentifierType

OWNED = pa.schema([("customer_id", pa.int64()), ("type", pa.string()), ("value", pa.string())])


@dataclass(frozen=True)
class IdentifierOf:
    """One identifier of a customer, its value as this viewer may see it."""

    type: IdentifierType
    value: str


def identifier_types() -> list[IdentifierType]:
    return _types()


_types = Compiled(IdentifierType.objects.all)


def identifiers_of(viewer: Viewer, customer_id: int) -> list[IdentifierOf]:
    """A customer's identifiers, the most trusted type first."""
    customer = customers_one_by_one(viewer).filter(pk=customer_id).first()
    return [] if customer is None else identifiers_shown(viewer, customer, identifier_types())


def identifiers_shown(viewer: Viewer, customer: Customer, types: list[IdentifierType]) -> list[IdentifierOf]:
    """`identifiers_of` a customer the viewer may see, with all types at hand. One query, by index."""
    if not sees_identifiers(viewer):
        return []
    known = {row.slug: (place, row) for place, row in enumerate(types)}
    clear = sees_personal(viewer)
    # A type that was taken out of the registry is kept to oneself.
    rows = [
        (*known.get(row.type, (len(types), IdentifierType(slug=row.type, personal=True))), row.value)
        for row in _held_by(customer.pk)
    ]
    rows.sort(key=lambda row: (row[0], row[2]))
    return [
        IdentifierOf(kind, masked(value) if kind.personal and not clear else value) for _place, kind, value in rows
    ]


def _identifiers_held(customer: int) -> QuerySet[Identifier]:
    origins = Customer.objects.filter(Q(pk=customer) | Q(merged_into=customer)).values("pk")
    return Identifier.objects.filter(origin__in=origins).only("type", "value")


_held_by = Compiled(_identifiers_held, -1)


def customer_by(viewer: Viewer, type: str, value: str) -> Customer | None:
    """The customer who has this identifier, if the viewer may see them."""
    owner = Identifier.objects.filter(type=type, value=value).annotate(
        owner=Coalesce(F("origin__merged_into_id"), F("origin_id"))
    )
    return customers(viewer).filter(pk__in=owner.values("owner")).first()


def identifier_columns(customer_ids: Iterable[int], *, viewer: Viewer = SYSTEM) -> pa.Table:
    """customer_id and one column an identifier type; several values of one are joined by ";"."""
    ids = np.fromiter(customer_ids, dtype=np.int64)
    owned = _owned(ids)
    types = identifier_types()
    hidden = set() if sees_personal(viewer) else {kind.slug for kind in types if kind.personal}
    if hidden:
        shown = [
            masked(v) if t in hidden else v for t, v in zip(*owned.select([1, 2]).to_pydict().values(), strict=True)
        ]
        owned = owned.set_column(2, "value", pa.array(shown, pa.string()))
    columns = "".join(
        f", string_agg(value, ';' ORDER BY value) FILTER (type = '{kind.slug}') AS {quoted(kind.slug)}"
        for kind in types
    )
    with workspace() as workbench:
        workbench.register("wanted", pa.table({"customer_id": ids}))
        workbench.register("owned", owned)
        return workbench.sql(
            f"SELECT wanted.customer_id{columns} FROM wanted LEFT JOIN owned USING (customer_id)"
            " GROUP BY wanted.customer_id ORDER BY wanted.customer_id"
        ).to_arrow_table()


def identifiers_by_type(customer_ids: Iterable[int], *, types: Collection[str]) -> dict[int, dict[str, list[str]]]:
    """Customer → type → values, in clear, of these types alone; for jobs that were allowed to give them away."""
    found: dict[int, dict[str, list[str]]] = {}
    rows = _owned(np.fromiter(customer_ids, dtype=np.int64)).to_pydict()
    for customer, kind, value in sorted(zip(*rows.values(), strict=True)):
        if kind in types:
            found.setdefault(customer, {}).setdefault(kind, []).append(value)
    return found


def _owned(ids: np.ndarray) -> pa.Table:
    """Identifiers of these customers; of everybody when there are many."""
    sql = "SELECT coalesce(c.merged_into_id, c.id) AS customer_id, i.type, i.value"
    sql += " FROM identity_identifier i JOIN store_customer c ON c.id = i.origin_id"
    if len(ids) > CHUNK_ROWS:
        return rows_read(sql, OWNED)
    own, merged = among("c.id", ids.tolist()), among("c.merged_into_id", ids.tolist())
    return rows_read(f"{sql} WHERE {own[0]} OR {merged[0]}", OWNED, [own[1], merged[1]])
