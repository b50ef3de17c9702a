"""Who asked for a load is told when it failed, or left rows behind."""

from typing import TYPE_CHECKING

from django.urls import reverse

from cdp.errors import N_
from cdp.ledger.models import JobState
from cdp.notices.models import NoticeKind
from cdp.notices.services import notices_send

if TYPE_CHECKING:
    from .models import Load

FAILED = N_("The load of %(name)s failed. Nothing was changed.")
TO_MEND = N_("%(name)s is loaded; rows that wait to be mended: %(rows)s")


def load_tell(load: "Load", *, writes: bool) -> None:
    rows = load.count("rejected")
    if load.state == JobState.FAILED:
        text, url = FAILED, reverse("data:load", args=[load.pk])
    elif load.state == JobState.DONE and writes and rows:
        text, url = TO_MEND, reverse("data:quarantine-load", args=[load.retry_of_id or load.pk])
    else:
        return
    notices_send(
        people=[load.requested_by_id],
        kind=NoticeKind.LOAD,
        text=text,
        params={"name": load.upload.name, "rows": f"{rows:,}"},
        url=url,
        needs="access.load_data",
    )
