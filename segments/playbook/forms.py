"""An entry as a form."""

from collections.abc import Mapping
from itertools import product
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from cdp.access.accounts import colleagues
from cdp.access.people import person_name
from cdp.access.viewer import Viewer
from segments.selectors import segments_named
from tags.forms import LANGUAGES

from .fields import field_names
from .models import TEXTS, Channel, Direction, Play
from .services import Wish

NAMES = {"zh-hans": "name_zh_hans", "zh-hant": "name_zh_hant", "en": "name_en"}
WHEN = ("field", "value", "direction", "tgi", "segment")
LABELS = {"action": _("Do this"), "effect": _("Expected effect"), "measure": _("How to measure it")}
LINES = {"rows": 3, "class": "q-input", "maxlength": 2000}


def _own() -> str:
    language = get_language() or ""
    return language if language in LANGUAGES else LANGUAGES[0]


class PlayForm(forms.Form):
    name_zh_hans = forms.CharField(label=_("name (Simplified Chinese)"), max_length=120, required=False)
    name_zh_hant = forms.CharField(label=_("name (Traditional Chinese)"), max_length=120, required=False)
    name_en = forms.CharField(label=_("name (English)"), max_length=120, required=False)
    field = forms.ChoiceField(label=_("When this stands out"))
    value = forms.CharField(
        label=_("Value"), max_length=120, required=False, help_text=_("As the persona shows it; empty for any.")
    )
    direction = forms.ChoiceField(label=_("Direction"), choices=Direction.choices)
    tgi = forms.IntegerField(
        label="TGI", min_value=0, max_value=100_000, help_text=_("More often: at least this; less often: at most.")
    )
    segment = forms.ChoiceField(label=_("Only for the segment"), required=False)
    channels = forms.MultipleChoiceField(label=_("On these channels"), choices=Channel.choices, required=False)
    owner = forms.ChoiceField(label=_("Owner"), required=False)
    is_on = forms.BooleanField(label=_("In use"), required=False)

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for language, name in product(LANGUAGES, TEXTS):
            label = LABELS[name] if language == _own() else f"{LABELS[name]} · {dict(settings.LANGUAGES)[language]}"
            widget = forms.Textarea(LINES | {"lang": language})
            self.fields[f"{name}_{language}"] = forms.CharField(label=label, widget=widget, required=False)
        self.segments = {one.slug: one for one in segments_named(viewer)}
        self.people = {one.username: one for one in colleagues()}
        offered = {
            "field": [(slug, gettext(name)) for slug, name in field_names(viewer).items()],
            "segment": [("", gettext("every segment")), *((slug, one.name) for slug, one in self.segments.items())],
            "owner": [("", "—"), *((name, person_name(one)) for name, one in self.people.items())],
        }
        for field, choices in offered.items():
            self.fields[field].choices = choices  # type: ignore[attr-defined]

    @property
    def first(self) -> list[forms.BoundField]:
        """When it holds."""
        return [self[name] for name in (*NAMES.values(), *WHEN)]

    @property
    def own_texts(self) -> list[forms.BoundField]:
        """In the reader's language; the others are folded away."""
        return [self[f"{name}_{_own()}"] for name in TEXTS]

    @property
    def other_texts(self) -> list[forms.BoundField]:
        others = [language for language in LANGUAGES if language != _own()]
        return [self[f"{name}_{language}"] for language in others for name in TEXTS]

    @property
    def last(self) -> list[forms.BoundField]:
        return [self[name] for name in ("channels", "owner", "is_on")]

    def wish(self) -> Wish:
        data = self.cleaned_data
        same = ("field", "value", "direction", "tgi", "channels", "is_on")
        return Wish(
            names={language: data[name] for language, name in NAMES.items()},
            texts={name: {one: data[f"{name}_{one}"] for one in LANGUAGES} for name in TEXTS},
            segment=self.segments.get(data["segment"]),
            owner=self.people.get(data["owner"]),
            **{name: data[name] for name in same},
        )


def initial_of(play: Play) -> Mapping[str, Any]:
    same = ("field", "value", "direction", "tgi", "channels", "is_on", *NAMES.values())
    texts = {f"{name}_{one}": play.texts.get(name, {}).get(one, "") for name in TEXTS for one in LANGUAGES}
    return (
        {name: getattr(play, name) for name in same}
        | texts
        | {
            "segment": play.segment.slug if play.segment else "",
            "owner": play.owner.username if play.owner else "",
        }
    )
