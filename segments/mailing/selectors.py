"""Reading plans, and who their readers are now. The viewer comes first."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db.models import Max, Prefetch, Q, QuerySet

from cdp.access.accounts import colleagues
from cdp.access.viewer import Viewer, is_colleague, is_system, may
from cdp.notices.models import Sending
from segments.boards.selectors import boards
from segments.personas.selectors import personas

from .models import Mailing, MailingRun

EDIT = "access.edit_segments"


def mailings(viewer: Viewer) -> QuerySet[Mailing]:
    """Of what the viewer may see; for those who may make some."""
    if not (is_colleague(viewer) and may(viewer, EDIT)):
        return Mailing.objects.none()
    seen = Q(persona__in=personas(viewer).values("pk")) | Q(board__in=boards(viewer).values("pk"))
    known = Mailing.objects.filter(seen).select_related("persona", "board", "owner")
    return known.prefetch_related("departments", Prefetch("people", queryset=User.objects.order_by("username")))


def runs_of(mailing: Mailing) -> QuerySet[MailingRun]:
    return MailingRun.objects.filter(mailing=mailing).select_related("edition__persona").defer("edition__content")


def sendings_of(run: MailingRun) -> QuerySet[Sending]:
    """How the mail to each reader went, as long as that is kept."""
    return Sending.objects.filter(about=run.about, letter__isnull=False).select_related("person").order_by("pk")


def last_runs(found: Iterable[Mailing]) -> dict[int, MailingRun]:
    runs = MailingRun.objects.filter(mailing__in=[one.pk for one in found]).order_by()
    newest = runs.values("mailing").annotate(newest=Max("pk")).values("newest")
    return {run.mailing_id: run for run in MailingRun.objects.filter(pk__in=newest).defer("problems")}


def meant_for(mailing: Mailing) -> QuerySet[User]:
    """All who are named or in a department that is, whatever they may see."""
    of_departments = User.objects.filter(departments__in=mailing.departments.values("pk")).values("pk")
    named = mailing.people.values("pk")
    return User.objects.filter(Q(pk__in=named) | Q(pk__in=of_departments)).order_by("pk")


def readers_of(mailing: Mailing) -> list[User]:
    """Of those, the ones who may see it now."""
    found = meant_for(mailing).filter(pk__in=colleagues().values("pk"))
    return [one for one in found if sees(one, mailing)]


def sees(viewer: Viewer, mailing: Mailing) -> bool:
    if mailing.board_id is not None:
        return boards(viewer).filter(pk=mailing.board_id).exists()
    return mailing.persona_id is not None and personas(viewer).filter(pk=mailing.persona_id).exists()


def may_read(about: str, person: User) -> bool:
    """Whether the person may see what the letters of a run (`MailingRun.about`) are of."""
    run = MailingRun.objects.filter(pk=about.rpartition(":")[2]).select_related("mailing").first()
    return run is not None and sees(person, run.mailing)


def may_change(viewer: Viewer, mailing: Mailing) -> bool:
    """Its owner and administrators; anybody who may make one where the owner cannot keep it up any more."""
    if is_system(viewer):
        return True
    if not isinstance(viewer, User) or not may(viewer, EDIT) or not sees(viewer, mailing):
        return False
    return viewer.is_superuser or viewer.pk == mailing.owner_id or not may_keep(mailing)


def may_keep(mailing: Mailing) -> bool:
    """Whether its owner may still make editions of it."""
    owner = mailing.owner
    return owner is not None and is_colleague(owner) and may(owner, EDIT) and sees(owner, mailing)
