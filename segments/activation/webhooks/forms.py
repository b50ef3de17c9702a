"""What a webhook is about, and where it goes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cdp.access.viewer import Viewer
from cdp.identity.selectors import identifier_types
from cdp.posting.addresses import is_address, is_plainly_private
from segments.selectors import segments
from tags.dependencies import SEGMENT, TAG
from tags.selectors import tags

from ..models import Webhook
from .services import Wish, may_give

VALUE = "value_"


class WebhookForm(forms.Form):
    """The value a chosen tag is about stands in the input `value_` and its short name; "" for every value."""

    name = forms.CharField(
        label=_("Name"), max_length=80, error_messages={"required": _("Say which system is told.")}
    )
    url = forms.CharField(
        label=_("Address"), max_length=500, error_messages={"required": _("Give the address that is told.")}
    )
    tells_entered = forms.BooleanField(label=_("who entered"), required=False)
    tells_left = forms.BooleanField(label=_("who left"), required=False)
    some_segments = forms.MultipleChoiceField(label=_("Segments"), required=False)
    some_tags = forms.MultipleChoiceField(label=_("Tags"), required=False)
    identifiers = forms.MultipleChoiceField(label=_("Identifiers"), required=False)

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.tags = list(tags(viewer))
        given = [kind for kind in identifier_types() if may_give(viewer, personal=kind.personal)]
        offered = {"some_segments": segments(viewer), "some_tags": self.tags, "identifiers": given}
        for field, rows in offered.items():
            self.fields[field].choices = [(row.slug, row.name) for row in rows]  # type: ignore[attr-defined]

    def clean_url(self) -> str:
        url = self.cleaned_data["url"].strip()
        if not is_address(url):
            raise forms.ValidationError(_("Write a whole address such as https://crm.example.com/hooks/quanxi."))
        if is_plainly_private(url):
            raise forms.ValidationError(
                _("This address is of a private network. An administrator can allow that: CDP_WEBHOOK_PRIVATE=1.")
            )
        return url

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not (data.get("some_segments") or data.get("some_tags")):
            self.add_error("some_segments", _("Choose at least one segment or tag."))
        if not (data.get("tells_entered") or data.get("tells_left")):
            self.add_error("tells_entered", _("Choose at least one of the two."))
        return data

    def value_of(self, slug: str) -> str:
        """The value a tag is asked for, as it was typed or stored."""
        return str((self.data if self.is_bound else self.initial).get(VALUE + slug, ""))

    def wish(self) -> Wish:
        data = self.cleaned_data
        about = [{"kind": SEGMENT, "slug": slug, "value": ""} for slug in data["some_segments"]]
        about += [{"kind": TAG, "slug": slug, "value": self.value_of(slug)[:120]} for slug in data["some_tags"]]
        named = {name: data[name] for name in ("name", "url", "tells_entered", "tells_left", "identifiers")}
        return Wish(about=about, **named)


def initial_of(webhook: Webhook) -> dict[str, Any]:
    found = {name: getattr(webhook, name) for name in ("name", "url", "tells_entered", "tells_left", "identifiers")}
    for kind, field in ((SEGMENT, "some_segments"), (TAG, "some_tags")):
        found[field] = [one["slug"] for one in webhook.about if one["kind"] == kind]
    return found | {VALUE + one["slug"]: one["value"] for one in webhook.about if one["kind"] == TAG}
