"""Telling people, once what happened is committed, and what they make of it."""

from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from cdp.access.accounts import colleagues

from .models import Notice, NoticeKind


def notices_send(
    *,
    people: Iterable[int | None],
    kind: NoticeKind,
    text: str,
    params: dict[str, Any],
    url: str,
    about: str = "",
    by: int | None = None,
    needs: str = "",
) -> None:
    """Tell these people, unless it is their own act (`by`), they may not sign in any more, or lack the permission
    `needs`. `text` and `params` as `Notice` has them. It never hinders the act it tells of."""
    wanted = {pk for pk in people if pk is not None} - {by}
    if not wanted:
        return
    told = partial(Notice, kind=kind, text=text, params=params, url=url, about=about)
    transaction.on_commit(partial(_send, wanted, needs, told), robust=True)


def _send(wanted: set[int], needs: str, told: Any) -> None:
    who = colleagues().filter(pk__in=wanted)
    if needs:
        who = who.filter(pk__in=User.objects.with_perm(needs).values("pk"))
    notices = [told(person_id=pk) for pk in who.values_list("pk", flat=True)]
    if notices and notices[0].about:
        # What is told again stands there once.
        again = Notice.objects.filter(person__in=wanted, kind=notices[0].kind, about=notices[0].about)
        again.filter(text=notices[0].text, read_at=None).delete()
    Notice.objects.bulk_create(notices)


def notices_settle(*, kind: NoticeKind, about: str) -> None:
    """Nothing waits there any more: whoever has not read of it need not."""
    Notice.objects.filter(kind=kind, about=about, read_at=None).update(read_at=timezone.now())


def notice_mark(*, notice: Notice, read: bool) -> None:
    if (notice.read_at is not None) != read:
        Notice.objects.filter(pk=notice.pk).update(read_at=timezone.now() if read else None)


def notices_read_all(*, person: User) -> None:
    Notice.objects.filter(person=person, read_at=None).update(read_at=timezone.now())


def notices_clean() -> int:
    """Remove those that are some days old. Returns how many."""
    old = timezone.now() - timedelta(days=settings.CDP_NOTICE_DAYS)
    return Notice.objects.filter(made_at__lt=old).delete()[0]
