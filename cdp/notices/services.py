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

from .laying import chats_lay, mails_lay
from .letters import letters_clean
from .models import GROUP_LABELS, Notice, NoticeKind, Sending, SendingState
from .preferences import preferences_of, wish_of

# Of what is told again and again and not read, a mail reminds so seldom.
REMINDED = timedelta(days=7)


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
    group: str = "",
) -> None:
    """Tell these people, unless it is their own act (`by`), they may not sign in any more, or lack the permission
    `needs`. `text` and `params` as `Notice` has them. `group` is what chats of groups are told of it, if they are:
    a text that speaks to nobody in particular and has nothing that somebody typed. It never hinders the act it
    tells of."""
    wanted = {pk for pk in people if pk is not None} - {by}
    if wanted:
        told = partial(Notice, kind=kind, text=text, params=params, url=url, about=about)
        transaction.on_commit(partial(_send, wanted, needs, told), robust=True)
    if group and kind in GROUP_LABELS:
        heard = partial(chats_lay, kind=kind, text=group, params=params, url=url, about=about)
        transaction.on_commit(heard, robust=True)


def _send(wanted: set[int], needs: str, told: Any) -> None:
    who = colleagues().filter(pk__in=wanted)
    if needs:
        who = who.filter(pk__in=User.objects.with_perm(needs).values("pk"))
    notices = [told(person_id=pk) for pk in who.values_list("pk", flat=True)]
    if not notices:
        return
    preferences, now = preferences_of(wanted), timezone.now()
    for one in notices:
        if not wish_of(preferences.get(one.person_id), one.kind).bell:
            one.read_at = now
    with transaction.atomic():
        again = _forget_again(notices)
        mails_lay(Notice.objects.bulk_create(notices), preferences, again)


def _forget_again(notices: list[Notice]) -> set[int]:
    """What is told again stands there once. Who has not read it yet although a mail said it lately."""
    first = notices[0]
    if not first.about:
        return set()
    same = {"person__in": [one.person_id for one in notices], "about": first.about, "text": first.text}
    again = Notice.objects.filter(**same, kind=first.kind, read_at=None)
    unread = set(again.values_list("person", flat=True))
    again.delete()
    mailed = Sending.objects.filter(**same, state=SendingState.SENT, made_at__gt=timezone.now() - REMINDED)
    return unread & set(mailed.values_list("person", flat=True))


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
    over = Sending.objects.exclude(state__in=(SendingState.WAITING, SendingState.SENDING))
    over.filter(made_at__lt=old).delete()
    letters_clean(old)
    return Notice.objects.filter(made_at__lt=old).delete()[0]
