"""The first step of bringing in a file: which file, and whose data it is."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cdp import pinyin
from cdp.channels import CHANNELS

from .models import Source
from .presets import PRESETS
from .services import Person, source_save
from .understanding import NO_PRESET

NEW = "+"


def source_choices() -> list[tuple[str, Any]]:
    """Nothing is chosen beforehand: what comes into the wrong source would be hard to notice."""
    known = [(source.slug, source.name) for source in Source.objects.all()]
    return [*([("", _("choose…"))] if known else []), *known, (NEW, _("A new source…"))]


def channel_choices() -> list[tuple[str, Any]]:
    return [("", _("not said")), *CHANNELS]


class SourceForm(forms.Form):
    """Whose data it is: a source there is, or a new one with its name and channel."""

    source = forms.ChoiceField(
        label=_("Source"),
        choices=source_choices,
        error_messages={"required": _("Choose a source, or a new one.")},
    )
    name = forms.CharField(label=_("Name of the new source"), max_length=120, required=False)
    channel = forms.ChoiceField(label=_("Channel"), choices=channel_choices, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("source") == NEW and not data.get("name"):
            self.add_error("name", _("Give the new source a name people will know it by."))
        return data

    def source_settled(self, by: Person) -> Source:
        """The source that was chosen, made where it is new; of a valid form."""
        data = self.cleaned_data
        if data["source"] != NEW:
            return Source.objects.get(slug=data["source"])
        names = {"zh_hans": data["name"]}
        return source_save(slug=source_slug(data["name"]), names=names, channel=data["channel"], by=by)


class UploadForm(SourceForm):
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        error_messages={"required": _("Choose a file first.")},
    )
    lines = forms.FileField(label=_("Lines of the orders"), required=False)
    source = forms.ChoiceField(
        label=_("Source"),
        choices=source_choices,
        error_messages={"required": _("Choose whose file this is, or a new source.")},
    )
    preset = forms.ChoiceField(
        label=_("What the file is"),
        choices=lambda: [("", _("recognise it by its columns")), *preset_choices()],
        required=False,
    )


def preset_choices() -> list[tuple[str, str]]:
    """What a file can be said to be, besides what its columns look like."""
    known = [(preset.slug, gettext(preset.name)) for preset in PRESETS.values()]
    return [*known, (NO_PRESET, gettext("something else"))]


def source_slug(name: str) -> str:
    """A free short name for a source: 京东订单 → jing_dong_ding_dan."""
    words = re.findall(r"[a-z0-9]+", " ".join(pinyin.syllables(name)).lower())
    wanted = "_".join(words)[:50].strip("_") or "source"
    slug, number = wanted, 2
    while Source.objects.filter(slug=slug).exists():
        slug, number = f"{wanted}_{number}", number + 1
    return slug
