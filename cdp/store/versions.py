"""Which version of each table everybody reads now, and which batches are not to be seen in it."""

import secrets
from dataclasses import dataclass

from django.db import transaction

from .models import Batch, BatchState, LakeVersion


@dataclass(frozen=True)
class Version:
    """One consistent state of the lake. Equal tokens mean equal data."""

    token: str
    events: int
    profiles: int
    overrides: int
    hidden: tuple[int, ...]


EMPTY = Version("empty", -1, -1, -1, ())


def version_current() -> Version:
    row = LakeVersion.objects.order_by("-pk").first()
    if row is None:
        return EMPTY
    return Version(row.token, row.events, row.profiles, row.overrides, tuple(row.hidden))


def version_publish(
    *, events: int, profiles: int, overrides: int, batch: Batch | None = None, state: str = ""
) -> None:
    """Show these table versions from now on, and change the state of `batch` at the same moment."""
    with transaction.atomic():
        if batch is not None:
            batch.state = state
            batch.save(update_fields=["state"])
        hidden = list(Batch.objects.filter(state=BatchState.OPEN).order_by("pk").values_list("pk", flat=True))
        LakeVersion.objects.create(
            token=secrets.token_hex(6), events=events, profiles=profiles, overrides=overrides, hidden=hidden
        )


def version_renew() -> None:
    """The same data under a new token, because the columns or their names changed."""
    now = version_current()
    if now is not EMPTY:
        with transaction.atomic():
            LakeVersion.objects.create(
                token=secrets.token_hex(6),
                events=now.events,
                profiles=now.profiles,
                overrides=now.overrides,
                hidden=list(now.hidden),
            )
