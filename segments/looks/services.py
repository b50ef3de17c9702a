"""Write down each look at a customer, without the page having to wait for it."""

import logging

from django.contrib.auth.models import User
from django.utils import timezone

from cdp.access.viewer import Viewer, sees_personal

from .tasks import note

log = logging.getLogger(__name__)


def look_note(*, viewer: Viewer, customer_id: int) -> None:
    """By a worker, so that no lock of the database holds up the page; here, when no worker can be told."""
    if not isinstance(viewer, User):
        return
    told = (customer_id, viewer.pk, viewer.get_username(), sees_personal(viewer), timezone.now().isoformat())
    try:
        note.delay(*told)
    except Exception:
        log.warning("no worker could be told of a look at a customer; it is written at once", exc_info=True)
        note(*told)
