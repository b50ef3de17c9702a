from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivationConfig(AppConfig):
    name = "segments.activation"
    verbose_name = _("Activation")

    def ready(self) -> None:
        # Models are there only now; live events must not import segments.
        from cdp.live.program import BESIDE
        from tags.uses import OTHERS

        from .channels import CHANNELS
        from .program import activation_run
        from .uses import webhook_uses
        from .webhooks.channel import WebhookChannel

        CHANNELS["webhook"] = WebhookChannel()
        BESIDE.append(activation_run)
        OTHERS.append(webhook_uses)
