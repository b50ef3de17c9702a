"""How long a value counts: so many days after the refresh that last gave it.

A tag whose result in use is older than that has expired as a whole: rules, counts and profiles take it for a
tag without a value. In a tag that keeps its last value, each customer's kept value goes once no refresh has
given that customer one for so long.
"""

from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc
from pyroaring import BitMap

from cdp.ledger.models import JobState

from .kinds import Result
from .membership import bitmap_read, bitmap_write
from .models import GivenMembers, Tag, TagRun


def given_write(run: TagRun, given: BitMap) -> None:
    """Keep whom a run itself gave a value, of a tag that keeps the last ones beside them."""
    GivenMembers.objects.create(run=run, bitmap=bitmap_write(given))


def still_valid(tag: Tag, as_of: datetime, before: Result) -> Result:
    """Of the values of before, those that a refresh within the last `valid_days` gave."""
    if tag.valid_days is None:
        return before
    since = as_of - timedelta(days=tag.valid_days)
    runs = TagRun.objects.filter(version__tag=tag, state=JobState.DONE, past=False, as_of__gt=since)
    if runs.filter(given=None).exists():
        # Whom it gave a value was not kept then: nothing is taken from anyone until it is too old itself.
        return before
    blobs = GivenMembers.objects.filter(run__in=runs).values_list("bitmap", flat=True)
    given = BitMap().union(*map(bitmap_read, blobs))
    values = {value: members & given for value, members in before.values.items()}
    return Result(values, _of(before.numbers, given), _of(before.details, given), before.facts)


def _of(table: pa.Table | None, members: BitMap) -> pa.Table | None:
    if table is None:
        return None
    ids = pa.array(members.to_array(), pa.uint32())
    return table.filter(pc.is_in(pc.cast(table["customer_id"], pa.uint32()), value_set=ids))
