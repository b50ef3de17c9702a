"""The customers list as a page object: fifty rows at a time by key, so that a million cost as a hundred."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from cdp.access.masking import masked
from cdp.access.viewer import Viewer, customer_scope, sees_personal
from cdp.bitmaps import bitmap_of_ids
from cdp.store.lake import snapshot
from cdp.store.models import Attribute, Customer, ValueKind
from cdp.store.selectors import customers as live_customers
from cdp.store.selectors import customers_made_lately

from .models import Identifier, IdentifierType
from .search import MOST_NAMED, Found, customers_found

PAGE_SIZE = 50
MOST_COLUMNS = 6
MOST_IDENTIFIERS = 3
GENDERS = {"male": _("male"), "female": _("female"), "unknown": _("unknown")}


@dataclass(frozen=True)
class CustomerRow:
    pk: int
    name: str
    identifiers: list[tuple[str, str]]
    more_identifiers: int
    cells: list[Any]
    updated_at: datetime


@dataclass(frozen=True)
class CustomersPage:
    """`newer` and `older` are the keys of the neighbouring pages, None at the ends. `total` is of all customers,
    or of those of the last seven days when only they are shown (`lately`)."""

    query: str
    columns: list[Attribute]
    rows: list[CustomerRow]
    newer: int | None
    older: int | None
    is_masked: bool
    total: int
    is_cut: bool
    lately: bool
    most_named: int = MOST_NAMED

    @property
    def narrowed(self) -> str:
        """The query of an address that shows the same list."""
        return urlencode({key: value for key, value in (("q", self.query), ("lately", self.lately and 1)) if value})

    @classmethod
    def of(
        cls, viewer: Viewer, *, query: str, before: int | None, after: int | None, lately: bool = False
    ) -> "CustomersPage":
        found = _found(viewer, query, lately)
        customers, newer, older = _keyset(found.customers, before, after)
        columns = _columns(customers)
        rows = _rows(viewer, customers, columns)
        masks = not sees_personal(viewer)
        total = _found(viewer, "", True).customers.count() if lately else _total()
        return cls(query, columns, rows, newer, older, masks, total, found.is_cut, lately)


@dataclass(frozen=True)
class CustomersListed:
    """The whole list: whom it holds, and the attributes that are its columns on its first page."""

    members: BitMap
    columns: list[Attribute]


def customers_listed(viewer: Viewer, *, query: str, lately: bool) -> CustomersListed:
    found = _found(viewer, query, lately).customers
    first, _newer, _older = _keyset(found, None, None)
    if query or lately or customer_scope(viewer):
        members = bitmap_of_ids(np.fromiter(found.order_by().values_list("pk", flat=True), np.uint32))
    else:
        with snapshot() as lake:
            members = lake.universe()
    return CustomersListed(members, _columns(first))


def _found(viewer: Viewer, query: str, lately: bool) -> Found:
    everyone = live_customers(viewer)
    if lately:
        everyone = customers_made_lately(everyone)
    return customers_found(viewer, everyone, query) if query else Found(everyone)


def _total() -> int:
    """How many there are, from the bitmap that is kept as long as the data stays; counting rows is slow."""
    with snapshot() as lake:
        return len(lake.universe())


def _keyset(found: QuerySet[Customer], before: int | None, after: int | None) -> tuple[list[Customer], Any, Any]:
    """Newest first; `before` asks for the rows below a key, `after` for those above it."""
    if after is not None:
        upward = list(found.filter(pk__gt=after).order_by("pk")[: PAGE_SIZE + 1])
        rows, more_above = upward[:PAGE_SIZE][::-1], len(upward) > PAGE_SIZE
        return rows, rows[0].pk if more_above else None, rows[-1].pk if rows else None
    below = found.filter(pk__lt=before) if before is not None else found
    downward = list(below.order_by("-pk")[: PAGE_SIZE + 1])
    rows, more_below = downward[:PAGE_SIZE], len(downward) > PAGE_SIZE
    newer = rows[0].pk if rows and before is not None else None
    return rows, newer, rows[-1].pk if more_below else None


def _columns(customers: Sequence[Customer]) -> list[Attribute]:
    """The first attributes that any of the rows has a value of; who they are stands in the first column."""
    filled = {slug for customer in customers for slug, value in customer.attributes.items() if value is not None}
    shown = Attribute.objects.filter(slug__in=filled, personal=False)
    return list(shown[:MOST_COLUMNS])


def _rows(viewer: Viewer, customers: Sequence[Customer], columns: Sequence[Attribute]) -> list[CustomerRow]:
    identifiers = identifiers_by_customer(viewer, [customer.pk for customer in customers])
    clear = sees_personal(viewer)
    rows = []
    for customer in customers:
        name = str(customer.attributes.get("name") or "")
        held = identifiers[customer.pk]
        rows.append(
            CustomerRow(
                customer.pk,
                name if clear or not name else masked(name),
                held[:MOST_IDENTIFIERS],
                max(0, len(held) - MOST_IDENTIFIERS),
                [cell_text(column, customer.attributes.get(column.slug)) for column in columns],
                customer.updated_at,
            )
        )
    return rows


def cell_text(attribute: Attribute, value: Any) -> Any:
    if attribute.slug == "gender":
        return GENDERS.get(value, value)
    if attribute.kind == ValueKind.DATE and isinstance(value, str):
        moment = parse_datetime(value)
        return moment.date() if moment else value
    if attribute.kind == ValueKind.BOOLEAN and value is not None:
        return _("yes") if value else _("no")
    if attribute.kind == ValueKind.GEO and isinstance(value, dict):
        return f"{value['lat']:.4f}, {value['lon']:.4f}"
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def identifiers_by_customer(viewer: Viewer, roots: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """Root customer → (type name, value) by the types' priority; personal ones masked as the viewer needs."""
    root_of = {pk: pk for pk in roots}
    merged = Customer.objects.filter(merged_into__in=roots).values_list("pk", "merged_into")
    root_of.update((pk, root) for pk, root in merged if root is not None)
    types = {known.slug: known for known in IdentifierType.objects.all()}
    held: Iterable[tuple[int, str, str]] = Identifier.objects.filter(origin__in=root_of).values_list(
        "origin_id", "type", "value"
    )
    clear = sees_personal(viewer)
    order = {slug: position for position, slug in enumerate(types)}
    result: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for origin, slug, value in sorted(held, key=lambda row: (order.get(row[1], 999), row[2])):
        kind = types.get(slug)
        hidden = not clear and (kind is None or kind.personal)
        result[root_of[origin]].append((kind.name if kind else slug, masked(value) if hidden else value))
    return result
