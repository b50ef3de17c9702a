"""Saying where attributes are shown in personas."""

from collections.abc import Mapping

from django.db import transaction

from cdp.errors import N_, user_error

from .models import Attribute
from .themes import Theme


@transaction.atomic
def themes_set(*, themes: Mapping[str, str]) -> int:
    """Say in which part of personas attributes are shown (slug → `Theme`). Returns how many changed; `UserError`
    for a part or an attribute there is not."""
    known = dict(Attribute.objects.values_list("slug", "theme"))
    if not (themes.keys() <= known.keys() and set(themes.values()) <= set(Theme.values)):
        raise user_error(N_("There is no such part or attribute. Nothing was changed."), N_("Load the page again."))
    changed = {slug: theme for slug, theme in themes.items() if known[slug] != theme}
    for slug, theme in changed.items():
        Attribute.objects.filter(slug=slug).update(theme=theme)
    return len(changed)
