"""Results in use, in storage: read as they are, replaced by those that many runs found, in a few statements."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from django.db import transaction
from django.db.models import F
from pyroaring import BitMap

from cdp.access.viewer import SYSTEM
from cdp.store.bulk import rows_delete, rows_update

from .following.store import outcomes_forget
from .kinds import KINDS, Result
from .measurements import measurement_details, measurement_table, measurements_with_base
from .measurements_put import measurements_put
from .membership import bitmap_read, bitmap_write
from .models import EmptyPolicy, Membership, MembershipChange, Tag, TagRun, TagVersion, VersionState
from .rules.definition import read_definition
from .selectors import catalog
from .trends import drift_records, run_record
from .validity import given_write, still_valid

Values = Mapping[str, BitMap]
Mine = Callable[[Iterable[TagRun]], set[int]]


@dataclass(frozen=True)
class Found:
    """What a run found, in a state of the data with these live customers."""

    run: TagRun
    result: Result
    data_version: str
    universe: BitMap


@dataclass(frozen=True)
class Put:
    """A run's result that takes the place of the values of `before`; `held` are all rows the tag has."""

    found: Found
    tag: Tag
    before: Values
    held: Sequence[Membership]
    result: Result

    @property
    def run(self) -> TagRun:
        return self.found.run


@transaction.atomic
def put_in_their_place(found: Sequence[Found], mine: Mine) -> set[int]:
    """Put results in use; gives the ids of the runs whose result is.

    The others are out of date: their version was published anew, a run asked for later was quicker, or they
    are not among those that are still `mine`.
    """
    locked = Tag.objects.select_for_update().filter(pk__in=[one.run.version.tag_id for one in found])
    tags = {tag.pk: tag for tag in locked.order_by("pk")}
    alive = mine([one.run for one in found])
    published = TagVersion.objects.filter(tag__in=tags, state=VersionState.PUBLISHED)
    in_force = dict(published.values_list("tag_id", "pk"))
    done, wanted = set(), []
    for one in found:
        tag = tags.get(one.run.version.tag_id)
        if tag is not None and one.run.pk in alive:
            if tag.run_id == one.run.pk:
                done.add(one.run.pk)
            elif in_force.get(tag.pk) == one.run.version_id and not (tag.run_id and tag.run_id > one.run.pk):
                wanted.append((one, tag))
    _replace(wanted)
    return done | {one.run.pk for one, _tag in wanted}


def _replace(wanted: Sequence[tuple[Found, Tag]]) -> None:
    held = memberships_of([tag for _one, tag in wanted])
    puts = [_put(one, tag, held[tag.pk]) for one, tag in wanted]
    _changes_write(puts)
    _memberships_write(puts)
    outcomes_forget([(put.tag, put.run) for put in puts])
    _outcomes_write(puts, measurements_put([(put.run, put.result) for put in puts]))
    ids, runs = [put.tag.pk for put in puts], [put.run.pk for put in puts]
    rows_update(Tag, pa.table({"id": pa.array(ids, pa.int64()), "run_id": pa.array(runs, pa.int64())}))
    Tag.objects.filter(pk__in=ids).exclude(stale_since=None).update(stale_since=None)


def _put(one: Found, tag: Tag, held: Sequence[Membership]) -> Put:
    before, result = values_in_use(tag, held), one.result
    if tag.empty_policy == EmptyPolicy.KEEP:
        definition = read_definition(tag.kind, one.run.version.definition, catalog(SYSTEM))
        given_write(one.run, result.everyone())
        kept = still_valid(tag, one.run.as_of, with_numbers(tag, before))
        result = KINDS[tag.kind].keep(definition, result, kept, one.universe)
    return Put(one, tag, before, held, result)


def memberships_of(tags: Iterable[Tag]) -> dict[int, list[Membership]]:
    """Tag → its rows, in the order of the definition. One query."""
    found: dict[int, list[Membership]] = defaultdict(list)
    rows = Membership.objects.filter(version__tag__in=[tag.pk for tag in tags]).order_by("position")
    for row in rows.annotate(tag_id=F("version__tag_id")):
        found[row.tag_id].append(row)
    return found


def values_in_use(tag: Tag, held: Iterable[Membership]) -> dict[str, BitMap]:
    return {row.value: bitmap_read(row.bitmap) for row in held if row.run_id == tag.run_id}


def result_in_use(tag: Tag) -> Result:
    """Empty before the first run."""
    return with_numbers(tag, values_in_use(tag, memberships_of([tag])[tag.pk]))


def with_numbers(tag: Tag, values: Values) -> Result:
    """The result in use, of which the values are at hand."""
    row = measurements_with_base().filter(run=tag.run_id).first() if tag.run_id else None
    if row is None:
        return Result(dict(values))
    return Result(dict(values), measurement_table(row), measurement_details(row))


def _changes_write(puts: Sequence[Put]) -> None:
    changes = []
    for put in puts:
        before, after = put.before, put.result.values
        for value in dict.fromkeys([*before, *after]):
            old, new = before.get(value, BitMap()), after.get(value, BitMap())
            if old != new:
                entered, left = bitmap_write(new - old), bitmap_write(old - new)
                changes.append(MembershipChange(run=put.run, value=value, entered=entered, left=left))
    MembershipChange.objects.bulk_create(changes)


def _memberships_write(puts: Sequence[Put]) -> None:
    """A value that has the same customers as before goes over to the new run as it is; all else is written anew."""
    over, gone, new = [], [], []
    for put in puts:
        same = _unchanged(put)
        over += [(row.pk, put.run.pk) for row in put.held if row.value in same]
        gone += [row.pk for row in put.held if row.value not in same]
        new += [
            Membership(
                version=put.run.version,
                run=put.run,
                value=value,
                position=position,
                bitmap=bitmap_write(members),
                count=len(members),
            )
            for position, (value, members) in enumerate(put.result.values.items())
            if value not in same
        ]
    ids, runs = zip(*over, strict=True) if over else ((), ())
    rows_update(Membership, pa.table({"id": pa.array(ids, pa.int64()), "run_id": pa.array(runs, pa.int64())}))
    rows_delete(Membership, gone)
    Membership.objects.bulk_create(new)


def _unchanged(put: Put) -> set[str]:
    """Values of another version, or in another order, do not go over."""
    after, version = put.result.values, put.run.version_id
    if list(put.before) != list(after) or any(row.version_id != version for row in put.held):
        return set()
    return {value for value, members in after.items() if members == put.before[value]}


JSON_FIELDS = ("counts", "quartiles", "drift", "facts")
TEXT_FIELDS = ("data_version", *JSON_FIELDS)


def _outcomes_write(puts: Sequence[Put], quartiles: Mapping[int, list[float]]) -> None:
    """What each run's row says of its result."""
    rows = [_outcome(put, quartiles.get(put.run.pk, [])) for put in puts]
    drifts = drift_records(TagRun, "version_id", [(put.run, row) for put, row in zip(puts, rows, strict=True)])
    rows = [row | {"drift": drifts[row["id"]]} for row in rows]
    columns = {name: [_stored(name, row[name]) for row in rows] for name in (rows[0] if rows else ())}
    kinds = {name: pa.string() if name in TEXT_FIELDS else pa.int64() for name in columns}
    rows_update(TagRun, pa.table({name: pa.array(column, kinds[name]) for name, column in columns.items()}))


def _outcome(put: Put, quartiles: list[float]) -> dict[str, Any]:
    everyone, earlier = put.result.everyone(), BitMap.union(*put.before.values()) if put.before else BitMap()
    return {
        "id": put.run.pk,
        "data_version": put.found.data_version,
        "universe": len(put.found.universe),
        "matched": len(everyone),
        "entered": everyone.difference_cardinality(earlier),
        "left": earlier.difference_cardinality(everyone),
        **run_record(put.result.values, quartiles),
        "facts": dict(put.result.facts),
    }


def _stored(name: str, value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if name in JSON_FIELDS and value is not None else value
