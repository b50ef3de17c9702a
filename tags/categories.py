"""Categories of tags: making and changing them."""

from collections.abc import Mapping

from django.db import transaction

from cdp.access.viewer import Viewer, require
from cdp.errors import N_, Problem, UserError
from cdp.store.themes import Theme, theme_guessed

from .models import Category
from .services import names_set, slug_problems

HIGHEST = 100_000


@transaction.atomic
def category_save(
    *,
    slug: str,
    actor: Viewer,
    names: Mapping[str, str] | None = None,
    position: int | None = None,
    theme: str | None = None,
) -> Category:
    """Create or change a category; what is not given stays, and is guessed of a new one. `UserError` with every
    problem."""
    category = Category.objects.select_for_update().filter(slug=slug).first()
    require(actor, "tags.change_category" if category else "tags.add_category")
    category = category or Category(slug=slug, theme=theme_guessed(slug, *(names or {}).values()) or "")
    names_set(category, names)
    problems = slug_problems(slug)
    if not category.names:
        problems.append(Problem(("names",), N_("Give it a name.")))
    if position is not None and not 0 <= position <= HIGHEST:
        message = N_("A whole number from 0 to %(most)s is needed.")
        problems.append(Problem(("position",), message, N_("For example 10."), {"most": HIGHEST}))
    if theme and theme not in Theme.values:
        known = ", ".join(Theme.values)
        problems.append(
            Problem(("theme",), N_("There is no such part."), N_("Known: %(known)s."), {"known": known})
        )
    if problems:
        raise UserError(*problems)
    category.theme = category.theme if theme is None else theme
    category.position = category.position if position is None else position
    category.save()
    return category
