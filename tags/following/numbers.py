"""The numbers of customers since the runs in use, a row a customer."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db import connection

from cdp.compiled import Compiled
from cdp.store.bulk import among, moment_text
from tags.models import LiveNumbers, Tag, TagKind

SQLITE = (
    "INSERT INTO tags_livenumbers (customer_id, numbers, as_of)"
    " SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(%s) WHERE true"
)
POSTGRES = (
    "INSERT INTO tags_livenumbers (customer_id, numbers, as_of) SELECT (one ->> 0)::bigint, (one ->> 1)::jsonb,"
    " (one ->> 2)::timestamptz FROM jsonb_array_elements(%s::jsonb) AS one"
)
REPLACED = "ON CONFLICT (customer_id) DO UPDATE SET numbers = excluded.numbers, as_of = excluded.as_of"


@dataclass(frozen=True)
class Found:
    """None: they have no number any more."""

    number: float | None
    as_of: datetime


@dataclass
class Numbers:
    """`told`: tag id, as text → number and the moment it is of, in seconds."""

    told: dict[str, list[float | None]] = field(default_factory=dict)

    def since(self, tag: int, as_of: datetime) -> Found | None:
        """What was found after a moment; None for nothing."""
        number, seconds = self.told.get(str(tag), (None, 0.0))
        if not seconds or seconds <= as_of.timestamp():
            return None
        return Found(number, datetime.fromtimestamp(seconds, UTC))

    def put(self, tag: int, number: float | None, at: datetime) -> None:
        self.told[str(tag)] = [number, at.timestamp()]


def numbers_read(customers: Collection[int]) -> dict[int, Numbers]:
    """Each of the customers of whom something is kept."""
    where, value = among("customer_id", [int(one) for one in customers])
    rows = LiveNumbers.objects.extra(where=[where], params=[value])
    return {customer: Numbers(told) for customer, told in rows.values_list("customer_id", "numbers")}


_of_one = Compiled(lambda customer: LiveNumbers.objects.filter(customer_id=customer), -1)


def numbers_of(customer: int) -> Numbers:
    """Of one customer; empty when nothing is kept."""
    return next((Numbers(row.numbers) for row in _of_one(customer)), Numbers())


def numbers_write(numbers: Iterable[tuple[int, Numbers]], at: datetime) -> None:
    moment = moment_text(at)
    told = [[customer, json.dumps(one.told), moment] for customer, one in numbers]
    if told:
        sql = POSTGRES if connection.vendor == "postgresql" else SQLITE
        with connection.cursor() as cursor:
            cursor.execute(f"{sql} {REPLACED}", [json.dumps(told)])


def numbers_forget() -> None:
    """Rows that say nothing any more: every tag with numbers has been worked out since."""
    tags = Tag.objects.filter(run__isnull=False).exclude(kind__in=[TagKind.LABELS, TagKind.LIST])
    earliest = tags.order_by("run__as_of").values_list("run__as_of", flat=True).first()
    if earliest is not None:
        LiveNumbers.objects.filter(as_of__lte=earliest).delete()
