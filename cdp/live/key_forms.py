"""What a write key is for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cdp.channels import CHANNELS
from cdp.sources.forms import NEW
from cdp.sources.models import Source


class KeyForm(forms.Form):
    """Of a new key: whose events it sends. They go into one source, which may be made on the way."""

    source = forms.ChoiceField(label=_("Source"), error_messages={"required": _("Choose a source, or a new one.")})
    name = forms.CharField(label=_("Name of the new source"), max_length=120, required=False)
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    purpose = forms.CharField(label=_("What the key is for"), max_length=80, required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        known = [(source.slug, source.name) for source in Source.objects.all()]
        first = [("", _("choose…"))] if known else []
        self.fields["source"].choices = [*first, *known, (NEW, _("A new source…"))]  # type: ignore[attr-defined]
        self.fields["channel"].choices = [("", _("not said")), *CHANNELS]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("source") == NEW and not data.get("name"):
            self.add_error("name", _("Give the new source a name people will know it by."))
        return data
