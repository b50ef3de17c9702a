"""Changes laid down as deliveries, for each webhook that is about them."""

from collections.abc import Iterable, Iterator
from uuid import uuid4

from django.utils import timezone
from pyroaring import BitMap

from tags.dependencies import Ref

from ..channels import Change
from ..models import Delivery, Webhook

# Of one message.
CUSTOMERS = 500


class WebhookChannel:
    def wanted(self) -> set[Ref]:
        return {Ref(one["kind"], one["slug"]) for hook in _listening() for one in hook.about}

    def tell(self, changes: Iterable[Change]) -> None:
        changes = list(changes)
        if changes:
            hooks = list(_listening())
            new = [
                row for change in changes for hook in hooks if _is_told(hook, change) for row in _rows(hook, change)
            ]
            Delivery.objects.bulk_create(new, batch_size=200)


def _listening() -> Iterable[Webhook]:
    return Webhook.objects.filter(is_on=True).order_by("pk")


def _is_told(hook: Webhook, change: Change) -> bool:
    if not (hook.tells_entered if change.has_entered else hook.tells_left):
        return False
    told = (change.ref.kind, change.ref.slug)
    return any((one["kind"], one["slug"]) == told and one["value"] in ("", change.value) for one in hook.about)


def _rows(hook: Webhook, change: Change) -> Iterator[Delivery]:
    for some in _parts(change.customers):
        event = uuid4()
        body = {
            "id": str(event),
            "type": "entered" if change.has_entered else "left",
            "about": {"kind": change.ref.kind, "slug": change.ref.slug, "name": change.name},
            "value": change.value or None,
            "customers": [{"id": customer} for customer in some],
            "at": change.at.isoformat(),
        }
        yield Delivery(webhook=hook, event=event, body=body, customers=len(some), queued_at=timezone.now())


def _parts(customers: BitMap) -> Iterator[list[int]]:
    ids = list(customers)
    for start in range(0, len(ids), CUSTOMERS):
        yield ids[start : start + CUSTOMERS]
