"""The owner of a tag or segment is told when its refresh failed."""

from django.urls import reverse

from cdp.errors import N_
from cdp.naming import Named
from cdp.notices.models import NoticeKind
from cdp.notices.services import notices_send

from .dependencies import TAG, Ref

FAILED = N_("%(name)s could not be refreshed. What it said before stays.")
PAGES = {True: "tags:detail", False: "segments:detail"}


def run_failed_tell(ref: Ref, named: Named, owner_id: int | None) -> None:
    notices_send(
        people=[owner_id],
        kind=NoticeKind.RUN,
        text=FAILED,
        params={"name": names_of(named)},
        url=page_of(ref),
        about=f"{ref.kind}:{ref.slug}",
        group=FAILED,
    )


def names_of(named: Named) -> dict[str, str]:
    """As a notice wants them: the reader's language says which."""
    return named.names or {"": named.slug}


def page_of(ref: Ref) -> str:
    return reverse(PAGES[ref.kind == TAG], args=[ref.slug])
