"""What the owner of a plan is told when a mail could not be made, and where its page is."""

from typing import TYPE_CHECKING

from django.urls import reverse

from cdp.errors import N_
from cdp.notices.models import NoticeKind
from cdp.notices.services import notices_send

if TYPE_CHECKING:
    from segments.boards.models import Board
    from segments.personas.models import Persona

    from .models import Mailing, MailingRun

FAILED = N_("The regular mail about %(name)s could not be made. Nobody got one.")
KEPT = N_("%(name)s, edition %(number)s, was kept as planned.")
SAME = N_("Of %(name)s nothing has moved since edition %(number)s.")
BOARD = N_("The board %(name)s as it is today.")


def url_of(mailing: "Mailing") -> str:
    return reverse("mailings:mailing", args=[mailing.pk])


def names_of(of: "Persona | Board") -> dict[str, str]:
    """As a notice wants them: a board has one name, a persona one in each language."""
    return getattr(of, "names", None) or {"": of.name}


def failed_tell(run: "MailingRun") -> None:
    mailing = run.mailing
    notices_send(
        people=[mailing.owner_id],
        kind=NoticeKind.RUN,
        text=FAILED,
        params={"name": names_of(mailing.of)},
        url=url_of(mailing),
        about=f"mailing-failed:{mailing.pk}",
    )
