"""One day of a tag's past: what it may see, where its result is kept, and what it would have kept."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

import pyarrow as pa
from pyroaring import BitMap

from cdp.access.viewer import SYSTEM
from cdp.errors import N_, user_error
from cdp.ledger.services import job_run

from .dependencies import SEGMENT, TAG, Ref
from .in_use import Found
from .kinds import Result
from .membership import CurrentMembers
from .models import Tag, TagRun, TagVersion
from .past import BACKFILL, tag_past_write, tag_values_as_of
from .runs import put_in_use
from .services import tag_runs_create


class Then:
    """What rules see of a day gone by beside what was worked out for it: lists, which have no past. Anything
    else would be of today, and is refused."""

    def __init__(self, by_rule: Collection[Ref]) -> None:
        self.by_rule = by_rule
        self.now = CurrentMembers()

    def tag_values(self, slug: str) -> Mapping[str, BitMap]:
        raise _unknown(slug)

    def tag_numbers(self, slug: str) -> pa.Table | None:
        raise _unknown(slug)

    def segment(self, slug: str) -> BitMap:
        if Ref(SEGMENT, slug) in self.by_rule:
            raise _unknown(slug)
        return self.now.segment(slug)

    def list(self, slug: str) -> BitMap:
        return self.now.list(slug)


def _unknown(slug: str) -> Exception:
    return user_error(
        N_('What "%(slug)s" was on that day could not be worked out.'),
        N_("Look at what is wrong with it first."),
        slug=slug,
    )


def before(ref: Ref, as_of: datetime) -> Result:
    """What a tag that keeps its last value would have kept just before; its numbers are not known."""
    moment = as_of - timedelta(microseconds=1)
    found = tag_values_as_of(SYSTEM, ref.slug, moment) if ref.kind == TAG else None
    return Result(found.values if found else {})


def tag_day_write(
    version: TagVersion, as_of: datetime, result: Result, *, data_version: str, universe: BitMap, started: datetime
) -> TagRun:
    """Keep the result of a day: in use when no result in use is as of a later moment, else in the past."""
    tag = Tag.objects.select_related("run").get(pk=version.tag_id)
    if tag.run and tag.run.as_of >= as_of:
        return tag_past_write(version, as_of, result, data_version=data_version, universe=universe, started=started)
    (run,) = tag_runs_create(tags=[tag], as_of=as_of, trigger=BACKFILL)
    job_run(TagRun, run.pk, lambda claimed: put_in_use(Found(claimed, result, data_version, universe)))
    run.refresh_from_db()
    return run
