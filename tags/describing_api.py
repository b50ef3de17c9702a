"""What the API of tags and that of segments share: names, colleagues and categories as they are sent."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from rest_framework import serializers

from cdp.access.accounts import colleagues
from cdp.errors import N_, Problem, UserError

from .forms import LANGUAGES, About, slug_from, slug_taken
from .models import Category


class AboutSent(serializers.Serializer):
    """What is left out stays as it is; of something new it is empty."""

    slug = serializers.CharField(
        required=False, max_length=64, help_text="Made from the name where it is left out."
    )
    names = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=120),
        required=False,
        help_text="By language: zh-hans, zh-hant, en.",
    )
    description = serializers.CharField(required=False, allow_blank=True)
    department = serializers.CharField(required=False, allow_blank=True, max_length=60)
    owner = serializers.CharField(required=False, help_text="The account name of a colleague.")


def about_read(given: Mapping[str, Any], named: Any, taken: bool = False) -> About:
    """What it is to be called; `UserError` with every problem. `named`: what is there already."""
    names = {**(named.names if named else {}), **given.get("names", {})}
    about = About(names, named.slug if named else given.get("slug", ""))
    about.slug = about.slug or slug_from(about.named())
    problems = [
        Problem(("names", key), N_("There is no such language here.")) for key in names if key not in LANGUAGES
    ]
    problems += about.blanks() if named is None or "names" in given else []
    if named is None and taken:
        problems.append(slug_taken(about.slug))
    if problems:
        raise UserError(*problems)
    return about


def owner_read(given: Mapping[str, Any]) -> User | None:
    if not given.get("owner"):
        return None
    found = colleagues().filter(username=given["owner"]).first()
    if found is None:
        raise UserError(Problem(("owner",), N_("There is no such colleague."), N_("Give the name of an account.")))
    return found


def category_read(given: Mapping[str, Any], before: Category | None) -> Category | None:
    if "category" not in given:
        return before
    if not given["category"]:
        return None
    found = Category.objects.filter(slug=given["category"]).first()
    if found is None:
        known = ", ".join(Category.objects.values_list("slug", flat=True))
        hint = N_("Known are: %(known)s.")
        raise UserError(Problem(("category",), N_("There is no such category any more."), hint, {"known": known}))
    return found
