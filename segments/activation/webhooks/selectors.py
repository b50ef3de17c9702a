"""Reading webhooks and their log."""

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from cdp.access.viewer import Viewer, may

from ..models import Delivery, DeliveryState, Webhook
from .services import EDIT


def webhooks(viewer: Viewer) -> QuerySet[Webhook]:
    """Those there are, for who may change segments; each with how many messages wait and when one arrived last."""
    found = Webhook.objects.select_related("created_by") if may(viewer, EDIT) else Webhook.objects.none()
    own = Delivery.objects.filter(webhook=OuterRef("pk"))
    waiting = own.filter(state=DeliveryState.WAITING).order_by().values("webhook").annotate(many=Count("pk"))
    arrived = own.filter(state=DeliveryState.SENT).order_by("-pk").values("sent_at")[:1]
    return found.annotate(waiting=Coalesce(Subquery(waiting.values("many")), 0), last_sent=Subquery(arrived))


def deliveries(viewer: Viewer, webhook: Webhook, state: str = "") -> QuerySet[Delivery]:
    """The newest first, without their bodies; of those `type` and the name of what they are about."""
    found = Delivery.objects.filter(webhook=webhook) if may(viewer, EDIT) else Delivery.objects.none()
    if state in DeliveryState.values:
        found = found.filter(state=state)
    told = {"type": KT("body__type"), "about": KT("body__about__name")}
    return found.annotate(**told).order_by("-pk").defer("body")
