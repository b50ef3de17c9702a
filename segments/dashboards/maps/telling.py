"""Who is told of a map that waits, and of what was decided about it."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.urls import reverse

from cdp.access.people import person_name
from cdp.errors import N_
from cdp.notices.models import NoticeKind
from cdp.notices.services import notices_send, notices_settle

from ..models import OwnMap

WAITS = N_("%(who)s uploaded a map of provinces (%(source)s). It waits for somebody else to approve it.")
APPROVED = N_("%(who)s approved the map of provinces (%(source)s). Personas are drawn in it from now on.")
RETURNED = N_("%(who)s returned the map of provinces (%(source)s).")
# What a group's chat hears: nothing that somebody typed.
IN_GROUPS = {
    WAITS: N_("A map of provinces waits for approval."),
    APPROVED: N_("A map of provinces was approved. Personas are drawn in it from now on."),
    RETURNED: N_("A map of provinces was returned."),
}


def waiting_tell(row: OwnMap, may: str) -> None:
    """Whoever may approve it: who has the permission `may`, other than its uploader."""
    _send(row, User.objects.with_perm(may).values_list("pk", flat=True), WAITS, by=row.uploaded_by, needs=may)


def decided_tell(row: OwnMap, *, approved: bool) -> None:
    """Its uploader; the others need not look at it any more."""
    notices_settle(kind=NoticeKind.APPROVAL, about=_about(row))
    _send(row, [row.uploaded_by_id], APPROVED if approved else RETURNED, by=row.decided_by)


def _send(row: OwnMap, people: Iterable[int | None], message: str, *, by: User | None, needs: str = "") -> None:
    notices_send(
        people=people,
        kind=NoticeKind.APPROVAL,
        text=message,
        params={"who": person_name(by), "source": row.source},
        url=reverse("maps:own"),
        about=_about(row),
        by=by.pk if by else None,
        needs=needs,
        group=IN_GROUPS[message],
    )


def _about(row: OwnMap) -> str:
    return f"map:{row.pk}"
