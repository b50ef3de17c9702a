"""Installing a pack, all or nothing, and removing what nobody has changed or uses since."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import get_language

from cdp.access.viewer import Viewer, require
from cdp.errors import N_, Problem, UserError, user_error
from segments.models import InstalledPack, Segment
from segments.services import segment_delete, segment_refresh_request, segment_save
from tags.dependencies import LIST, SEGMENT, TAG, Ref
from tags.gallery.needs import Held, Need, asked_by, held
from tags.models import Category, Tag
from tags.rules.catalog import name_in
from tags.services import facets_of, person, refuse_in_use, tag_delete, tag_publish, tag_refresh_request, tag_save
from tags.teamwork.approval import approval_rules, rules_for
from tags.teamwork.comments import comments
from tags.versions import seal_of

from .files import Pack, Part

MODELS: Mapping[str, type[Tag] | type[Segment]] = {TAG: Tag, SEGMENT: Segment}
# What somebody may have changed of a tag or a segment, beside its definition.
TOLD = ("name_zh_hans", "name_zh_hant", "name_en", "description", "department", "owner_id", "schedule", "kind")
TOLD_OF_TAGS = ("category_id", "sensitivity", "empty_policy", "valid_days")


@transaction.atomic
def pack_install(*, pack: Pack, actor: Viewer) -> InstalledPack:
    """Make everything the data has enough for, in force unless that needs approval. What is left out, and why, is
    kept with it. `UserError` where it is installed already, or nothing of it can be made."""
    _require(actor)
    installed, is_new = InstalledPack.objects.get_or_create(slug=pack.slug, defaults={"by": person(actor)})
    if not is_new:
        raise user_error(N_("This pack is installed already."), N_("Remove it first to install it anew."))
    has = held(actor)
    lacking = {part.ref: _lacking(part, has) for part in pack.parts}
    wanted = [part for part in pack.parts if not lacking[part.ref]]
    if not wanted:
        raise user_error(N_("Nothing of this pack can be made from your data yet."), N_("Bring in data first."))
    category, installed.category_made = _category(pack)
    made = [(part, _make(part, category, actor)) for part in wanted]
    installed.parts = [
        {"kind": part.ref.kind, "slug": part.ref.slug, "pk": named.pk, "seal": sealed(_fresh(named))}
        for part, named in made
    ]
    installed.left_out = [{"kind": ref.kind, "slug": ref.slug, "why": why} for ref, why in lacking.items() if why]
    installed.save()
    _refresh([named for _part, named in made], actor)
    return installed


def _require(actor: Viewer) -> None:
    for permission in ("access.edit_tags", "access.edit_segments"):
        require(actor, permission)


def _lacking(part: Part, has: Held) -> dict[str, Any]:
    """Why it is left out; empty when it is not."""
    if MODELS[part.ref.kind].objects.filter(slug=part.ref.slug).exists():
        return {"taken": True}
    missing = missing_of(part, has)
    return {"missing": [[need.kind, need.slug] for need in missing]} if missing else {}


def missing_of(part: Part, has: Held) -> list[Need]:
    return [need for need in has.needs(asked_by(part.form, part.definition)) if not need.is_here]


def _category(pack: Pack) -> tuple[Category, bool]:
    names = {f"name_{language.replace('-', '_')}": text for language, text in pack.names.items()}
    return Category.objects.get_or_create(slug=pack.slug, defaults=names)


def _make(part: Part, category: Category, actor: Viewer) -> Tag | Segment:
    given: dict[str, Any] = {"slug": part.ref.slug, "actor": actor, "names": part.names}
    given["description"] = name_in(part.about, get_language() or "zh-hans", "")
    if part.ref.kind == SEGMENT:
        # The first rule of a segment is in force at once, unless that needs approval.
        return segment_save(**given, rule=dict(part.definition), publish=False)
    tag = tag_save(**given, kind=part.form, definition=dict(part.definition), category=category)
    if not rules_for(TAG, facets_of(tag)):
        tag_publish(tag=tag, actor=actor)
    return tag


def _refresh(made: list[Tag | Segment], actor: Viewer) -> None:
    tag_refresh_request(tags=[one for one in made if isinstance(one, Tag)], by=actor)
    segment_refresh_request(segments=[one for one in made if isinstance(one, Segment)], by=actor)


def _fresh(named: Tag | Segment) -> Tag | Segment:
    return type(named).objects.get(pk=named.pk)


def sealed(named: Tag | Segment) -> str:
    """A mark of everything somebody may have changed; not of whether it is in force by now."""
    fields = (*TOLD, *(TOLD_OF_TAGS if isinstance(named, Tag) else ()))
    told = {field: getattr(named, field) for field in fields}
    versions = named.versions.order_by("number").values_list("definition", "form")
    return seal_of({"told": told, "versions": [list(version) for version in versions]})


@dataclass(frozen=True)
class Kept:
    """What removing left in place, and why."""

    ref: Ref
    name: str
    problems: tuple[Problem, ...]


@transaction.atomic
def pack_remove(*, slug: str, actor: Viewer) -> list[Kept]:
    """Remove what is as the pack made it and used by nothing; the rest stays and is told. `UserError` where the
    pack is not installed."""
    _require(actor)
    installed = InstalledPack.objects.select_for_update().filter(slug=slug).first()
    if installed is None:
        raise user_error(N_("This pack is not installed."))
    kept = [found for part in reversed(installed.parts) if (found := _remove(part, actor))]
    category = Category.objects.filter(slug=slug).first() if installed.category_made else None
    if category and not Tag.objects.filter(category=category).exists() and not category_in_rules(category):
        category.delete()
    installed.delete()
    return kept[::-1]


def category_in_rules(category: Category) -> bool:
    return any(rule.category_id == category.pk for rule in approval_rules())


def _remove(part: Mapping[str, Any], actor: Viewer) -> Kept | None:
    ref = Ref(part["kind"], part["slug"])
    # In no other order: that of tags goes by their categories, and PostgreSQL locks no row that may be missing.
    found = MODELS[ref.kind].objects.select_for_update().filter(pk=part["pk"], slug=ref.slug)
    named = found.order_by("pk").first()
    if named is None:
        return None
    try:
        with transaction.atomic():
            _refuse_changed(named, part["seal"], ref)
            REMOVE[ref.kind](named, actor)
    except UserError as error:
        return Kept(ref, named.name, error.problems)
    return None


def _refuse_changed(named: Tag | Segment, seal: str, ref: Ref) -> None:
    if sealed(named) != seal:
        raise user_error(N_("It was changed since."))
    if comments(ref).exists():
        raise user_error(N_("Colleagues have commented on it."))


def _tag_remove(named: Any, actor: Viewer) -> None:
    refuse_in_use(actor, Ref(TAG, named.slug))
    tag_delete(tag=named, actor=actor)


def _segment_remove(named: Any, actor: Viewer) -> None:
    refuse_in_use(actor, Ref(SEGMENT, named.slug), Ref(LIST, named.slug))
    segment_delete(segment=named, actor=actor)


REMOVE: Mapping[str, Callable[[Any, Viewer], None]] = {TAG: _tag_remove, SEGMENT: _segment_remove}
