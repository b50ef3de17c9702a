"""Bringing a map in, and deciding about it: nobody approves what they uploaded themselves."""

import hashlib
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cdp.access.viewer import Viewer, require
from cdp.errors import N_, user_error
from tags.services import person

from ..models import MapState, OwnMap
from .reading import outlines_read
from .telling import decided_tell, waiting_tell

MAY = "access.set_approvals"
LONGEST = 120


def map_in_use() -> OwnMap | None:
    return OwnMap.objects.filter(state=MapState.IN_USE).first()


@transaction.atomic
def map_upload(*, name: str, content: bytes, source: str, actor: Viewer) -> OwnMap:
    """Kept for somebody else to approve. `UserError` for a file that is no map of provinces."""
    require(actor, MAY)
    source = source.strip()
    if not 0 < len(source) <= LONGEST:
        raise user_error(
            N_("Whose map it is has to be said in 1 to %(most)s characters. Nothing was kept."),
            N_("For example its publisher and its approval number, as they have to stand beneath it."),
            most=LONGEST,
        )
    found = outlines_read(content)
    row = OwnMap.objects.create(
        source=source,
        file_name=name[:LONGEST],
        digest=hashlib.sha256(content).hexdigest(),
        outlines=found.rings,
        unmatched=found.unmatched,
        missing=found.missing,
        uploaded_by=person(actor),
    )
    waiting_tell(row, MAY)
    return row


@transaction.atomic
def map_decide(*, of: OwnMap, approve: bool, actor: Viewer) -> OwnMap:
    """Takes the place of the one in use, or goes back. `UserError` where it does not wait, or is one's own."""
    require(actor, MAY)
    row = _locked(of)
    if row.state != MapState.WAITING:
        raise user_error(N_("This map does not wait for approval any more."), N_("Load the page again."))
    if approve and (row.uploaded_by_id is None or row.uploaded_by_id == getattr(actor, "pk", None)):
        raise user_error(N_("Nobody approves the map they uploaded."), N_("Ask a colleague who may set approvals."))
    if approve:
        _decided(OwnMap.objects.filter(state=MapState.IN_USE), MapState.RETIRED)
    _decided(OwnMap.objects.filter(pk=row.pk), MapState.IN_USE if approve else MapState.RETURNED, person(actor))
    row.refresh_from_db()
    decided_tell(row, approved=approve)
    return row


@transaction.atomic
def map_retire(*, of: OwnMap, actor: Viewer) -> None:
    """Back to tiles."""
    require(actor, MAY)
    _decided(OwnMap.objects.filter(pk=_locked(of).pk, state=MapState.IN_USE), MapState.RETIRED, person(actor))


def _locked(of: OwnMap) -> OwnMap:
    """With all that could come into use, so that of two that are approved at once both take their turn."""
    open_ones = Q(state__in=(MapState.WAITING, MapState.IN_USE))
    rows = OwnMap.objects.select_for_update().filter(Q(pk=of.pk) | open_ones).order_by("pk")
    return next(row for row in rows if row.pk == of.pk)


def _decided(rows: Any, state: MapState, by: Any = None) -> None:
    changed = {"state": state} | ({"decided_by": by, "decided_at": timezone.now()} if by else {})
    rows.update(**changed)
