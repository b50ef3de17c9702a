"""Which version of each table everybody reads now, and which batches are not to be seen in it."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from .bulk import is_postgresql
from .changes import Changes, changes_settle
from .models import Batch, BatchState, LakeVersion


@dataclass(frozen=True)
class Version:
    """One consistent state of the lake. Equal tokens mean equal data.

    `personal` names the attributes that were kept out of the profiles when those were written.
    """

    token: str
    events: int
    profiles: int
    overrides: int
    hidden: tuple[int, ...]
    personal: tuple[str, ...] = ()


KEEP_VERSIONS = 3
EMPTY = Version("empty", -1, -1, -1, ())


def version_current() -> Version:
    row = LakeVersion.objects.order_by("-pk").first()
    if row is None:
        return EMPTY
    return _version(row)


def _version(row: LakeVersion) -> Version:
    return Version(row.token, row.events, row.profiles, row.overrides, tuple(row.hidden), tuple(row.personal))


def versions_needed(since: datetime) -> list[Version]:
    """States somebody may be looking at who began after `since`, and the newest three, whenever they were made."""
    rows = LakeVersion.objects.order_by("-pk")
    then = rows.filter(made_at__lte=since).values_list("pk", flat=True).first() or 0
    newest = rows.values_list("pk", flat=True)[:KEEP_VERSIONS]
    first = min([*newest, then]) if then else 0
    return [_version(row) for row in rows.filter(pk__gte=first)]


def versions_forget(needed: list[Version]) -> None:
    """Rows older than all of these: the files of those states may be gone."""
    kept = LakeVersion.objects.filter(token__in=[version.token for version in needed])
    if first := kept.order_by("pk").values_list("pk", flat=True).first():
        LakeVersion.objects.filter(pk__lt=first).delete()


def version_publish(
    *,
    events: int,
    profiles: int,
    overrides: int,
    personal: Sequence[str],
    changes: Changes | None = None,
    batch: Batch | None = None,
    state: str = "",
) -> None:
    """Show these table versions from now on, and change the state of `batch` at the same moment.

    `changes` are what went into the profiles since the version before.
    """
    with _one_at_a_time():
        if batch is not None:
            batch.state = state
            batch.save(update_fields=["state"])
        if changes is not None:
            changes_settle(changes)
        unseen = Batch.objects.filter(Q(state=BatchState.OPEN) | Q(replaced_by__state=BatchState.DONE))
        hidden = list(unseen.exclude(state=BatchState.UNDONE).order_by("pk").values_list("pk", flat=True))
        LakeVersion.objects.create(
            token=secrets.token_hex(6),
            events=events,
            profiles=profiles,
            overrides=overrides,
            hidden=hidden,
            personal=list(personal),
        )


def version_renew() -> None:
    """The same data under a new token, because the columns or their names changed."""
    with _one_at_a_time():
        newest = LakeVersion.objects.order_by("-pk").first()
        if newest is not None:
            newest.pk, newest.token = None, secrets.token_hex(6)
            newest.save(force_insert=True)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """So that no version is made out of one that is no longer the newest. SQLite has one writer anyway."""
    with transaction.atomic():
        if is_postgresql():
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {LakeVersion._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
        yield
