"""Which webhooks tell of which tags and segments, for `tags.uses`."""

from collections.abc import Iterator

from django.urls import reverse

from tags.dependencies import Ref
from tags.uses import Use

from .models import Webhook
from .webhooks.services import EDIT

WEBHOOK = "webhook"


def webhook_uses() -> Iterator[Use]:
    for pk, name, about in Webhook.objects.order_by("name").values_list("pk", "name", "about"):
        for ref in sorted({Ref(one["kind"], one["slug"]) for one in about}):
            yield Use(ref, WEBHOOK, name, reverse("webhooks:hook", args=[pk]), EDIT)
