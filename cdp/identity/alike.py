"""Stored customers who share no identifier and may be one: found by matching, joined or put before a person."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
from django.contrib.auth.models import User
from django.db import transaction

from cdp.engine import workspace
from cdp.errors import N_
from cdp.ledger.services import job_progress, job_run, job_send, jobs_open
from cdp.store.bulk import rows_read
from cdp.store.models import Attribute, BatchState, Customer

from .matching.matcher import Matched, match
from .matching.people import Groups
from .matching.prepare import Records
from .matching.roles import Column, Role
from .models import IdentifierKind, IdentifierType, Matching, Review, ReviewKind
from .reviewing import reviews_open
from .reviews import MERGE, reviews_decide

ALIKE = N_("Found alike by matching.")
ROLES = {
    "name": Role.NAME,
    "given_name": Role.GIVEN,
    "surname": Role.SURNAME,
    "birthday": Role.BIRTHDAY,
    "age": Role.AGE,
    "gender": Role.GENDER,
    "address": Role.ADDRESS,
    "district": Role.SUBURB,
    "city": Role.CITY,
    "province": Role.STATE,
    "postcode": Role.POSTCODE,
    "company": Role.COMPANY,
    "phone_hint": Role.PHONE,
}
KINDS = {IdentifierKind.PHONE: Role.PHONE, IdentifierKind.EMAIL: Role.EMAIL}
PROFILES = pa.schema([("customer_id", pa.int64()), ("attributes", pa.string())])
HELD = pa.schema([("customer_id", pa.int64()), ("type", pa.string()), ("value", pa.string())])
MOST_REVIEWS = 10_000
CHUNK = 200
READING, COMPARING, JOINING = N_("Reading customers"), N_("Comparing customers"), N_("Merging customers")
STEPS = 10


def matching_request(*, by: User | None, whole: bool = False, trigger: str = "person") -> Matching:
    """Ask for a run, or give the one that is under way. `whole` looks at all pairs again, not at new ones alone."""
    with transaction.atomic():
        if (running := jobs_open(Matching).first()) is not None:
            return running
        return job_send(Matching.objects.create(requested_by=by, whole=whole, trigger=trigger))


def matching_now(*, whole: bool = False) -> Matching:
    """The same, done here and now, for a command."""
    job = Matching.objects.create(whole=whole, trigger="command")
    job_run(Matching, job.pk, matching_run)
    job.refresh_from_db()
    return job


def matching_run(job: Matching) -> None:
    """Join those alike enough, put the doubtful before a person. Those kept apart are never asked about again."""
    job_progress(job, done=0, total=STEPS, step=READING)
    ids, records = _profiles()
    fresh = _fresh(job, ids)
    job.customers, job.fresh = len(ids), int(np.count_nonzero(fresh))
    job.save(update_fields=["customers", "fresh"])
    if job.fresh and len(ids) > 1:
        found = match(
            [records],
            fresh=pa.array(fresh),
            progress=lambda done, _total: job_progress(job, done=1 + done, total=STEPS, step=COMPARING),
        )
        job.compared = found.compared
        _settle(job, found, ids)
    job.save(update_fields=["compared", "merged", "asked"])


def _fresh(job: Matching, ids: np.ndarray) -> np.ndarray:
    """Who is new or changed since the last run began."""
    since = _since(job)
    if since is None:
        return np.ones(len(ids), dtype=bool)
    changed = Customer.objects.filter(merged_into=None, updated_at__gte=since).values_list("pk", flat=True)
    return np.isin(ids, np.fromiter(changed.iterator(), dtype=np.int64))


def _since(job: Matching) -> datetime | None:
    before = Matching.objects.filter(state="done", pk__lt=job.pk).order_by("-pk")
    return None if job.whole else before.values_list("started_at", flat=True).first()


def _profiles() -> tuple[np.ndarray, Records]:
    """Live customers and what may tell them apart, as texts."""
    profiles = rows_read(
        "SELECT c.id AS customer_id, CAST(c.attributes AS text) AS attributes FROM store_customer c"
        " JOIN store_batch b ON b.id = c.batch_id"
        f" WHERE c.merged_into_id IS NULL AND b.state <> '{BatchState.OPEN.value}'",
        PROFILES,
    )
    slugs = [slug for slug in Attribute.objects.values_list("slug", flat=True) if slug in ROLES]
    types = {kind.slug: kind.kind for kind in IdentifierType.objects.filter(kind__in=KINDS)}
    told = "".join(f", json_extract_string(attributes, '$.{slug}') AS \"{slug}\"" for slug in slugs)
    first = (
        "(SELECT min(value) FROM held h WHERE h.customer_id = p.customer_id AND h.kind = '{kind}') AS held_{kind}"
    )
    held = "".join(f", {first.format(kind=kind)}" for kind in KINDS if kind in types.values())
    with workspace() as workbench:
        workbench.register("profiles", profiles)
        workbench.register("kinds", pa.table({"type": [*types], "kind": pa.array(types.values(), pa.string())}))
        workbench.register("found", _held(types))
        workbench.sql("CREATE TABLE held AS SELECT customer_id, kind, value FROM found JOIN kinds USING (type)")
        table = workbench.sql(
            f"SELECT customer_id{told}{held} FROM profiles p ORDER BY customer_id"
        ).to_arrow_table()
    ids = table["customer_id"].to_numpy()
    table = table.drop_columns(["customer_id"])
    columns = [
        Column(name, ROLES.get(name) or KINDS[IdentifierKind(name.removeprefix("held_"))])
        for name in table.column_names
    ]
    columns.sort(key=lambda column: column.name == "phone_hint")
    return ids, Records(table, tuple(columns))


def _held(types: dict[str, str]) -> pa.Table:
    return rows_read(
        "SELECT coalesce(c.merged_into_id, c.id) AS customer_id, i.type AS type, i.value AS value"
        " FROM identity_identifier i JOIN store_customer c ON c.id = i.origin_id"
        f" WHERE i.type IN ({_list([*types, ''])})",
        HELD,
    )


def _list(texts: list[str]) -> str:
    return ", ".join(f"'{text}'" for text in texts)


def _settle(job: Matching, found: Matched, ids: np.ndarray) -> None:
    newest = Review.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    reviews_open(pairs=_pairs(found.merged, ids, _joining(found)))
    sure = list(Review.objects.filter(pk__gt=newest, kind=ReviewKind.SCORE).values_list("pk", flat=True))
    parts = list(_chunks(sure))
    for place, part in enumerate(parts):
        job_progress(job, done=5 + 4 * place // len(parts), total=STEPS, step=JOINING)
        job.merged += reviews_decide(reviews=part, decision=MERGE, by=None, note=ALIKE)
    doubtful = np.arange(min(found.review.num_rows, MOST_REVIEWS))
    job.asked = reviews_open(pairs=_pairs(found.review, ids, doubtful)) + len(sure) - job.merged


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


def _joining(found: Matched) -> np.ndarray:
    """Of the pairs of one person, the heaviest that suffice to join all of it."""
    groups = Groups(found.records)
    both = zip(found.merged["l"].to_pylist(), found.merged["r"].to_pylist(), strict=True)
    return np.array(
        [place for place, (one, other) in enumerate(both) if groups.join(one, other, new=True)], dtype=np.int64
    )


def _pairs(pairs: pa.Table, ids: np.ndarray, chosen: np.ndarray) -> pa.Table:
    """As `reviews_open` wants them; the evidence is the weight of each column."""
    pairs = pairs.take(pa.array(chosen))
    names = [name for name in pairs.column_names if name.startswith("w_")]
    weights = zip(*(pairs[name].to_pylist() for name in names), strict=True)
    evidence = [json.dumps({"weights": _named(names, row)}) for row in weights] if names else []
    return pa.table(
        {
            "one": ids[pairs["l"].to_numpy()],
            "other": ids[pairs["r"].to_numpy()],
            "kind": pa.array([ReviewKind.SCORE.value] * pairs.num_rows, pa.string()),
            "score": pairs["probability"],
            "evidence": pa.array(evidence, pa.string()),
        }
    )


def _named(names: list[str], weights: tuple[Any, ...]) -> dict[str, float]:
    """Bits a column, those that were compared."""
    return {name[2:]: round(weight, 2) for name, weight in zip(names, weights, strict=True) if weight}
