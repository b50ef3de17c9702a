"""What a new key is for, how long it is valid, and what it may see."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdp.access.keys import KeyScope
from cdp.access.viewer import Viewer
from cdp.identity.selectors import identifier_types
from cdp.store import selectors as store
from segments.selectors import segments
from tags.selectors import tags


class Shown(TextChoices):
    NONE = "none", _("None")
    ALL = "all", _("All")
    SOME = "some", _("Only these")


# The fields of `KeyScope` that are all, some or none. An input may not be called "attributes" itself: in a browser
# it would take the place of the form's own.
GROUPS = ("attributes", "tags", "segments")


def _many(label: Any, required: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, required=bool(required), error_messages={"required": required})


def _shown(label: Any) -> forms.ChoiceField:
    told = {"required": _("Say which of them are shown.")}
    return forms.ChoiceField(label=label, choices=Shown.choices, error_messages=told)


class KeyForm(forms.Form):
    name = forms.CharField(
        label=_("What it is for"), max_length=80, error_messages={"required": _("Say which system will use it.")}
    )
    until = forms.DateField(label=_("Last day it is valid"), required=False)
    lookups = _many(_("Customers are looked up by"), required=_("Choose at least one; otherwise it finds nobody."))
    shows_identifiers = forms.BooleanField(label=_("Show the customer’s identifiers"), required=False)
    sees_personal = forms.BooleanField(label=_("Show personal values in clear"), required=False)
    which_attributes = _shown(_("Attributes"))
    some_attributes = _many(_("Attributes"))
    which_tags = _shown(_("Tags"))
    some_tags = _many(_("Tags"))
    which_segments = _shown(_("Segments"))
    some_segments = _many(_("Segments"))

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offered = {
            "lookups": identifier_types(),
            "some_attributes": store.attributes(),
            "some_tags": tags(viewer),
            "some_segments": segments(viewer),
        }
        for field, rows in offered.items():
            self.fields[field].choices = [(row.slug, row.name) for row in rows]  # type: ignore[attr-defined]

    def clean_until(self) -> date | None:
        until = self.cleaned_data["until"]
        if until is not None and until < timezone.localdate():
            raise forms.ValidationError(_("That day is over already."))
        return until

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for group in GROUPS:
            if data.get(f"which_{group}") == Shown.SOME and not data.get(f"some_{group}"):
                self.add_error(f"which_{group}", _("Choose which ones."))
        return data

    def scope(self) -> KeyScope:
        data = self.cleaned_data
        scope = {name: data[name] for name in ("lookups", "shows_identifiers", "sees_personal")}
        for group in GROUPS:
            shown = data[f"which_{group}"]
            scope |= {
                f"all_{group}": shown == Shown.ALL,
                group: data[f"some_{group}"] if shown == Shown.SOME else (),
            }
        return KeyScope(**scope)

    def expires_at(self) -> datetime | None:
        """When its last day is over."""
        until = self.cleaned_data["until"]
        return until and timezone.make_aware(datetime.combine(until + timedelta(days=1), time()))
