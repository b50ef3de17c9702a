"""What was found of followed customers, kept until the next run says it of everybody."""

import json
from collections.abc import Sequence

import pyarrow as pa
from django.db import connection
from django.db.models import Q

from cdp.store.bulk import moment_text, rows_insert
from tags.models import LiveChange, LiveTag, Tag, TagRun

from .numbers import numbers_forget

COLUMNS = 'tag_id, customer_id, "values", as_of'
REPLACED = 'ON CONFLICT (tag_id, customer_id) DO UPDATE SET "values" = excluded."values", as_of = excluded.as_of'
SQLITE = (
    f"INSERT INTO tags_livetag ({COLUMNS}) SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3"
    f" FROM json_each(%s) WHERE true {REPLACED}"
)
POSTGRES = (
    f"INSERT INTO tags_livetag ({COLUMNS}) SELECT (one ->> 0)::bigint, (one ->> 1)::bigint, (one ->> 2)::jsonb,"
    f" (one ->> 3)::timestamptz FROM jsonb_array_elements(%s::jsonb) AS one {REPLACED}"
)


def outcomes_write(rows: Sequence[LiveTag], changes: Sequence[LiveChange]) -> None:
    _rows_write(rows)
    _changes_write(changes)


def _rows_write(rows: Sequence[LiveTag]) -> None:
    """In one statement: thousands take longer through the ORM than working them out."""
    if not rows:
        return
    told = [
        [one.tag_id, one.customer_id, json.dumps(one.values, ensure_ascii=False), moment_text(one.as_of)]
        for one in rows
    ]
    with connection.cursor() as cursor:
        cursor.execute(POSTGRES if connection.vendor == "postgresql" else SQLITE, [json.dumps(told)])


def _changes_write(changes: Sequence[LiveChange]) -> None:
    names = ("kind", "slug", "value", "customer_id", "has_entered")
    columns = {name: [getattr(one, name) for one in changes] for name in names}
    rows_insert(LiveChange, pa.table({**columns, "at": [moment_text(one.at) for one in changes]}))


def outcomes_forget(runs: Sequence[tuple[Tag, TagRun]]) -> None:
    """What these runs, being put in use, say themselves."""
    if LiveTag.objects.exists():
        said = Q(pk__in=[])
        for tag, run in runs:
            said |= Q(tag=tag.pk, as_of__lte=run.as_of)
        LiveTag.objects.filter(said).delete()
    numbers_forget()
