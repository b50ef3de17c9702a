"""Links made and revoked."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils import timezone

from cdp.access.viewer import Viewer, require
from cdp.errors import N_, user_error
from segments.editions.models import Edition
from segments.editions.selectors import editions

from .models import Look, ShareLink

SHARE = "access.export_customers"
TOKEN_BYTES, DAYS, SHORTEST = 32, 7, 8
LOOKS_KEPT = timedelta(days=180)


def links_of(viewer: Viewer, edition: Edition) -> QuerySet[ShareLink]:
    """All links of an edition there ever were, the newest first; for who may share."""
    require(viewer, SHARE)
    seen = editions(viewer).filter(pk=edition.pk).values("pk")
    return ShareLink.objects.filter(edition__in=seen).select_related("made_by", "revoked_by")


def link_make(
    *, edition: Edition, name: str, days: int, password: str, shows_names: bool, actor: User
) -> tuple[ShareLink, str]:
    """A link and its token, which nobody is told again. `days` until it ends."""
    require(actor, SHARE)
    most = settings.CDP_SHARE_DAYS
    if not most:
        raise user_error(N_("Share links are switched off here."), N_("An administrator can allow them."))
    if not 1 <= days <= most:
        raise user_error(
            N_("A link is valid for 1 to %(most)s days."), N_("Choose fewer days."), path=("days",), most=most
        )
    if password and len(password) < SHORTEST:
        raise user_error(
            N_("The password is too short."), N_("Use 8 characters or more, or none at all."), path=("password",)
        )
    if not (name := " ".join(name.split())[:80]):
        raise user_error(N_("The link has no name."), N_("Say for whom it is."), path=("name",))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link = ShareLink.objects.create(
        edition=edition,
        name=name,
        token_hash=hash_of(token),
        password=make_password(password) if password else "",
        shows_names=shows_names,
        made_by=actor,
        expires_at=timezone.now() + timedelta(days=days),
    )
    return link, token


def link_revoke(*, link: ShareLink, actor: User) -> None:
    """At once, for whoever has it open too: the page is asked for anew each time."""
    require(actor, SHARE)
    gone: dict[str, Any] = {"revoked_at": timezone.now(), "revoked_by": actor}
    ShareLink.objects.filter(pk=link.pk, revoked_at=None).update(**gone)


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def looks_clean() -> int:
    """Remove what is old of the log; the counts stay. Returns how many."""
    return Look.objects.filter(at__lt=timezone.now() - LOOKS_KEPT).delete()[0]
