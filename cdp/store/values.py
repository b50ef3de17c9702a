"""Choosing which values count: the rule of an attribute, the trust in sources, a value set by hand."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from django.db import transaction
from django.utils import timezone

from cdp.errors import N_, user_error
from cdp.ledger.services import job_progress, job_send, jobs_open

from .batches import changes_publish
from .bulk import rows_read
from .lock import exclusive
from .models import Attribute, Customer, GoldenRun, SourceTrust, Survivorship, ValueLock
from .profiles import golden_refresh

STEP = N_("working out profiles")
WAITING = N_("waiting for another load to finish")
CHUNK_CUSTOMERS = 100_000


def survivorship_set(*, rules: Mapping[str, str], by: Any) -> GoldenRun | None:
    """Set the rule of attributes (slug → `Survivorship`). Returns the job that works profiles out again, None when
    nothing changed. Raises `UserError` for a rule or an attribute there is not."""
    known = {row.slug: row for row in Attribute.objects.all()}
    for slug, rule in rules.items():
        if slug not in known or rule not in Survivorship.values:
            raise user_error(
                N_("There is no such rule or attribute. Nothing was changed."), N_("Load the page again.")
            )
    changed = [slug for slug, rule in rules.items() if known[slug].survivorship != rule]
    if not changed:
        return None
    with transaction.atomic():
        for slug in changed:
            Attribute.objects.filter(slug=slug).update(survivorship=rules[slug])
        return golden_request(by=by)


def sources_rank(*, ranks: Mapping[str, int], by: Any) -> GoldenRun | None:
    """Say how far sources are trusted (source → rank, 1 the most; those not named come last)."""
    with transaction.atomic():
        if dict(SourceTrust.objects.values_list("source", "rank")) == dict(ranks):
            return None
        SourceTrust.objects.all().delete()
        SourceTrust.objects.bulk_create(SourceTrust(source=source, rank=rank) for source, rank in ranks.items())
        matters = Attribute.objects.filter(survivorship=Survivorship.TRUSTED).exists()
        return golden_request(by=by) if matters else None


def golden_request(*, by: Any = None, trigger: str = "person") -> GoldenRun:
    """Ask for all profiles to be worked out again; one that is still waiting will do."""
    waiting = jobs_open(GoldenRun).filter(state="waiting").first()
    return waiting or job_send(GoldenRun.objects.create(requested_by=by, trigger=trigger))


def golden_run(job: GoldenRun) -> None:
    """The work of a claimed job: everybody more than one record tells of, many at a time; shown at one moment."""
    with exclusive("identity", lambda: job_progress(job, done=0, total=0, step=WAITING)):
        roots = _told_of_twice()
        for start in range(0, len(roots), CHUNK_CUSTOMERS):
            job_progress(job, done=start, total=len(roots), step=STEP)
            golden_refresh(roots[start : start + CHUNK_CUSTOMERS], batch=None)
    job.customers = len(roots)
    job.save(update_fields=["customers"])
    changes_publish()


def _told_of_twice() -> np.ndarray:
    sql = (
        "SELECT coalesce(c.merged_into_id, c.id) AS id"
        " FROM store_record r JOIN store_customer c ON c.id = r.origin_id"
        " GROUP BY 1 HAVING count(*) > 1"
    )
    return rows_read(sql, pa.schema([("id", pa.int64())]))["id"].to_numpy()


def value_lock(*, customer: Customer, attribute: str, value: Any, by: Any, note: str = "") -> ValueLock:
    """Set a value by hand (as it stands in a profile); it counts until `value_unlock`."""
    with exclusive("identity"), transaction.atomic():
        _lift(customer, attribute, by)
        lock = ValueLock.objects.create(customer=customer, attribute=attribute, value=value, note=note, set_by=by)
        golden_refresh(np.array([customer.pk]), batch=None)
    changes_publish()
    return lock


def value_unlock(*, customer: Customer, attribute: str, by: Any) -> None:
    """Let the sources speak again. Raises `UserError` when no value is set by hand."""
    with exclusive("identity"), transaction.atomic():
        if not _lift(customer, attribute, by):
            raise user_error(
                N_("No value is set by hand here any more. Nothing was changed."), N_("Load the page again.")
            )
        golden_refresh(np.array([customer.pk]), batch=None)
    changes_publish()


def _lift(customer: Customer, attribute: str, by: Any) -> int:
    rows = Customer.objects.filter(merged_into=customer).values_list("pk", flat=True)
    locks = ValueLock.objects.filter(customer__in=[customer.pk, *rows], attribute=attribute, lifted_at=None)
    return locks.update(lifted_at=timezone.now(), lifted_by=by)
