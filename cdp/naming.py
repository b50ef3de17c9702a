"""Things that business people name in their own languages."""

import re
from collections.abc import Collection, Iterable

from django.apps import apps
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Named(models.Model):
    """A slug that never changes, and a name in each language (an empty one falls back)."""

    slug = models.SlugField(_("short name"), max_length=64, unique=True, allow_unicode=True)
    name_zh_hans = models.CharField(_("name (Simplified Chinese)"), max_length=120, blank=True)
    name_zh_hant = models.CharField(_("name (Traditional Chinese)"), max_length=120, blank=True)
    name_en = models.CharField(_("name (English)"), max_length=120, blank=True)

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        return self.name_in(get_language() or "zh-hans")

    @property
    def names(self) -> dict[str, str]:
        """The names there are, by language code."""
        given = {"zh-hans": self.name_zh_hans, "zh-hant": self.name_zh_hant, "en": self.name_en}
        return {language: text for language, text in given.items() if text}

    def name_in(self, language: str) -> str:
        """The name in a language code (`zh-hans`, `zh-hant`, `en`), or the best there is."""
        order = {"en": ("en", "zh_hans", "zh_hant"), "zh-hant": ("zh_hant", "zh_hans", "en")}
        for suffix in order.get(language.lower(), ("zh_hans", "zh_hant", "en")):
            if text := getattr(self, f"name_{suffix}"):
                return text
        return self.slug

    def __str__(self) -> str:
        return self.name


LONGEST_SLUG = 60


def slug_for(name: str, model: type[models.Model], *, otherwise: str, kept: Collection[str] = ()) -> str:
    """A slug of a new row of a model: letters of any script and hyphens, numbered when it is taken or `kept` for an
    address of its own. `otherwise`: of a name without a letter."""
    stem = re.sub(r"[^\w]+", "-", name.lower()).strip("-_")[:LONGEST_SLUG] or otherwise
    rows = model._default_manager.filter(slug__startswith=stem)
    taken = {*rows.values_list("slug", flat=True), *kept}
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return stem if stem not in taken else next(slug for slug in numbered if slug not in taken)


def source_names(slugs: Iterable[str]) -> dict[str, str]:
    """Each slug of a source with its name in the language in force; with itself where there is no such source."""
    slugs = set(slugs)
    # By its label, as a foreign key would: sources are known to those above, and batches bear their slugs.
    named = apps.get_model("sources.Source")._default_manager.filter(slug__in=slugs)
    return {slug: slug for slug in slugs} | {one.slug: one.name for one in named}
