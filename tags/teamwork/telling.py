"""Who is told of a comment, of an approval that waits for them, and of what became of one they asked for."""

import re
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.urls import reverse

from cdp.access.accounts import colleagues
from cdp.access.departments import departments_speaking
from cdp.access.people import person_name
from cdp.errors import N_
from cdp.notices.models import NoticeKind
from cdp.notices.services import notices_send, notices_settle

from ..dependencies import Ref
from ..telling import names_of, page_of
from .models import ApprovalRequest
from .publishers import PUBLISHERS

# So much of what was written stands in a notice.
SHOWN = 120
COMMENT = N_("%(who)s wrote about %(name)s: %(words)s")
MENTION = N_("%(who)s named you in a comment on %(name)s: %(words)s")
ASKED = N_("%(who)s asks for your approval of %(name)s.")
PUBLISHED = N_("%(who)s approved %(name)s. It is in force now.")
RETURNED = N_("%(who)s returned %(name)s: %(words)s")
# What a group hears: not what somebody wrote.
IN_GROUPS = {
    ASKED: N_("%(who)s asks for approval of %(name)s."),
    PUBLISHED: PUBLISHED,
    RETURNED: N_("%(who)s returned %(name)s."),
}


def people_named(text: str) -> set[int]:
    """The colleagues a text names, alone or as one of a department: @ and a name, the longest that fits. Of people
    their user name and name, of departments their short name and the names in all languages."""
    if "@" not in text:
        return set()
    called: dict[str, set[int]] = {}
    for one in colleagues():
        for name in (one.username, person_name(one)):
            called.setdefault(name.casefold(), set()).add(one.pk)
    for department, members in departments_speaking():
        for name in (department.slug, *department.names.values()):
            called.setdefault(name.casefold(), set()).update(members)
    found = re.findall(f"@({'|'.join(map(_whole, sorted(called, key=len, reverse=True)))})", text.casefold())
    return {pk for name in found for pk in called[name]}


def _whole(name: str) -> str:
    """Not the beginning of a longer word; Chinese names are followed by words without a space."""
    return re.escape(name) + (r"(?![a-z0-9_])" if name[-1:].isascii() else "")


def comment_tell(*, ref: Ref, text: str, by: User, before: str | None = None) -> None:
    """`before`: what it said until it was edited; only who is named anew is told then."""
    named = PUBLISHERS[ref.kind].named(ref.slug)
    if named is None:
        return
    mentioned = people_named(text)
    if before is not None:
        _comment_send(ref, named, mentioned - people_named(before), MENTION, text, by)
        return
    _comment_send(ref, named, mentioned, MENTION, text, by)
    _comment_send(ref, named, {named.owner_id} - mentioned, COMMENT, text, by)


def _comment_send(ref: Ref, named: Any, people: Iterable[int | None], message: str, text: str, by: User) -> None:
    notices_send(
        people=people,
        kind=NoticeKind.MENTION if message == MENTION else NoticeKind.COMMENT,
        text=message,
        params={"who": person_name(by), "name": names_of(named), "words": _shown(text)},
        url=f"{page_of(ref)}#comments",
        by=by.pk,
    )


def approval_tell(
    request: ApprovalRequest, people: Iterable[int | None], message: str, by: User, words: str = ""
) -> None:
    named = PUBLISHERS[request.kind].named(request.slug)
    if named is None:
        return
    notices_send(
        people=people,
        kind=NoticeKind.APPROVAL,
        text=message,
        params={"who": person_name(by), "name": names_of(named), "words": _shown(words)},
        url=reverse("approvals:request", args=[request.pk]),
        about=_about(request),
        by=by.pk,
        group=IN_GROUPS.get(message, ""),
    )


def approval_settle(request: ApprovalRequest) -> None:
    notices_settle(kind=NoticeKind.APPROVAL, about=_about(request))


def _about(request: ApprovalRequest) -> str:
    return f"approval:{request.pk}"


def _shown(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= SHOWN else f"{words[:SHOWN]}…"
