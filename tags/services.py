"""Making and changing tags: drafts are saved, a draft is published, a published version never changes."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import validate_unicode_slug
from django.db import transaction
from django.utils import timezone

from cdp.access.viewer import SYSTEM, Viewer, require
from cdp.errors import N_, Problem, UserError, user_error
from cdp.ledger.services import job_send

from .dependencies import TAG, Graph, Ref, cycle, order, references
from .edges import version_edges_write
from .models import (
    Category,
    EmptyPolicy,
    LiveTag,
    Schedule,
    Sensitivity,
    Tag,
    TagKind,
    TagRun,
    TagVersion,
    VersionState,
)
from .rules.definition import read_definition
from .selectors import catalog, graph
from .teamwork.approval import refuse_escape, refuse_unapproved
from .teamwork.forgetting import teamwork_forget
from .teamwork.publishers import Facets
from .uses import other_uses
from .versions import draft_write, version_numbered

SLUG_LENGTH = 64


@transaction.atomic
def tag_save(
    *,
    slug: str,
    kind: str,
    definition: Any,
    actor: Viewer,
    names: Mapping[str, str] | None = None,
    category: Category | None = None,
    description: str = "",
    owner: User | None = None,
    department: str = "",
    schedule: str = Schedule.DAILY,
    empty_policy: str = EmptyPolicy.BLANK,
    valid_days: int | None = None,
    sensitivity: str = Sensitivity.NORMAL,
    form: Any = None,
) -> Tag:
    """Create or change a tag and put the definition into its draft. `UserError` with every problem.

    `names` are by language (zh-hans, zh-hant, en). A definition equal to the published one makes no draft.
    `form`: see `draft_write`.
    """
    require(actor, "access.edit_tags")
    tag = Tag.objects.select_for_update().filter(slug=slug).order_by("pk").first()
    tag = tag or Tag(slug=slug, owner=person(actor))
    problems = slug_problems(slug) + _choice_problems(kind, schedule, empty_policy, sensitivity)
    if not problems:
        problems = _kind_change_problems(tag, kind) + definition_problems(Ref(TAG, slug), kind, definition)
    if problems:
        raise UserError(*problems)
    if was_published(tag):
        after = Facets(category.pk if category else None, sensitivity)
        refuse_escape(TAG, facets_of(tag), after, actor)
    tag.kind, tag.schedule, tag.empty_policy, tag.sensitivity = kind, schedule, empty_policy, sensitivity
    tag.category, tag.description, tag.department, tag.valid_days = category, description, department, valid_days
    tag.owner = owner or tag.owner
    names_set(tag, names)
    tag.save()
    _draft_save(tag, definition, actor, form)
    return tag


def person(actor: Viewer) -> User | None:
    return actor if isinstance(actor, User) else None


def names_set(named: Any, names: Mapping[str, str] | None) -> None:
    """Write the names by language (`zh-hans` → `name_zh_hans`); languages not given stay as they are."""
    for language, text in (names or {}).items():
        setattr(named, f"name_{language.replace('-', '_')}", text)


def slug_problems(slug: str) -> list[Problem]:
    try:
        validate_unicode_slug(slug)
    except ValidationError:
        right = False
    else:
        right = len(slug) <= SLUG_LENGTH
    hint = N_("Letters, digits, - and _, at most 64, for example: high_value.")
    return (
        [] if right else [Problem(("slug",), N_('The short name "%(slug)s" cannot be used.'), hint, {"slug": slug})]
    )


def _choice_problems(kind: str, schedule: str, empty_policy: str, sensitivity: str) -> list[Problem]:
    given = (
        ("kind", kind, TagKind.values),
        ("schedule", schedule, Schedule.values),
        ("empty_policy", empty_policy, EmptyPolicy.values),
        ("sensitivity", sensitivity, Sensitivity.values),
    )
    return [choice_problem(field, value, known) for field, value, known in given if value not in known]


def choice_problem(field: str, value: str, known: Iterable[str]) -> Problem:
    return Problem(
        (field,),
        N_('"%(key)s" is not known here.'),
        N_("Known are: %(known)s."),
        {"key": value, "known": ", ".join(known)},
    )


def _kind_change_problems(tag: Tag, kind: str) -> list[Problem]:
    if tag.pk and tag.kind != kind and tag.versions.exclude(state=VersionState.DRAFT).exists():
        hint = N_("Make a new tag for it.")
        return [Problem(("kind",), N_("A tag that was published keeps its kind."), hint)]
    return []


def definition_problems(ref: Ref, kind: str, definition: Any) -> list[Problem]:
    """Everything wrong with a tag's definition, including that it would be built from itself."""
    try:
        read_definition(kind, definition, catalog(SYSTEM))
    except UserError as error:
        return list(error.problems)
    return cycle_problems(ref, definition)


def cycle_problems(ref: Ref, definition: Any) -> list[Problem]:
    way = cycle({**graph(), ref: references(definition)}, ref)
    if not way:
        return []
    return [
        Problem(
            (),
            N_("This would be built from itself: %(way)s."),
            N_("Take one of these steps out of its rule."),
            {"way": " → ".join(step.slug for step in way)},
        )
    ]


def _draft_save(tag: Tag, definition: Any, actor: Viewer, form: Any = None) -> None:
    if draft := draft_write(tag.versions, definition, person(actor), form):
        version_edges_write(draft)


@transaction.atomic
def tag_restore(*, tag: Tag, number: int, actor: Viewer) -> None:
    """Make the definition of an earlier version the draft. `UserError` when it cannot be read any more."""
    require(actor, "access.edit_tags")
    tag = Tag.objects.select_for_update().get(pk=tag.pk)
    earlier = version_numbered(tag.versions, number)
    if problems := definition_problems(Ref(TAG, tag.slug), tag.kind, earlier.definition):
        raise UserError(*problems)
    _draft_save(tag, earlier.definition, actor, earlier.form or {})


@transaction.atomic
def tag_publish(*, tag: Tag, actor: Viewer) -> TagVersion:
    """Put the draft into force and retire the version before. Without a draft the published one stays. `UserError`
    where that needs approval (`teamwork.approval`)."""
    require(actor, "access.edit_tags")
    # Locked first: a draft saved, or a category changed, in between would go past the question.
    locked = Tag.objects.select_for_update().get(pk=tag.pk)
    if locked.versions.filter(state=VersionState.DRAFT).exists():
        refuse_unapproved(TAG, facets_of(locked), actor)
    return tag_put_in_force(tag)


def facets_of(tag: Tag) -> Facets:
    return Facets(tag.category_id, tag.sensitivity)


@transaction.atomic
def tag_put_in_force(tag: Tag) -> TagVersion:
    """Publishing itself, for callers that know that it may be done."""
    tag = Tag.objects.select_for_update().get(pk=tag.pk)
    published = tag.versions.filter(state=VersionState.PUBLISHED).first()
    draft = tag.versions.filter(state=VersionState.DRAFT).order_by("-number").first()
    if draft is None:
        if published is None:
            raise user_error(N_("There is no draft to publish."), N_("Save a definition first."))
        return published
    # Others may have changed since the draft was saved.
    if problems := definition_problems(Ref(TAG, tag.slug), tag.kind, draft.definition):
        raise UserError(*problems)
    tag.versions.filter(state=VersionState.PUBLISHED).update(state=VersionState.RETIRED)
    draft.state, draft.published_at = VersionState.PUBLISHED, timezone.now()
    draft.save(update_fields=["state", "published_at"])
    version_edges_write(draft)
    Tag.objects.filter(pk=tag.pk).exclude(retired_at=None).update(retired_at=None)
    return draft


@transaction.atomic
def tag_retire(*, tag: Tag, actor: Viewer) -> None:
    """Take a tag out of use: nobody has a value of it any more, and no rule may name it. Its versions stay, and
    restoring one brings it back. `UserError` while something is built on it or tells of it."""
    require(actor, "access.edit_tags")
    tag = Tag.objects.select_for_update().get(pk=tag.pk)
    refuse_retired(tag)
    if was_published(tag):
        refuse_escape(TAG, facets_of(tag), None, actor)
    refuse_in_use(actor, Ref(TAG, tag.slug))
    tag.versions.filter(state=VersionState.PUBLISHED).update(state=VersionState.RETIRED)
    LiveTag.objects.filter(tag=tag).delete()
    Tag.objects.filter(pk=tag.pk).update(run=None, stale_since=None, retired_at=timezone.now())


def refuse_retired(named: Any) -> None:
    if named.retired_at:
        raise user_error(N_("It is retired already."), N_("Restore one of its versions to use it again."))


def refuse_in_use(actor: Viewer, *refs: Ref) -> None:
    """`UserError` while anything is built on one of these, or uses it in another way."""
    refuse_used(sorted({user for ref in refs for user in users_of(ref) if user not in refs}))
    if any(use.of in refs for use in other_uses(SYSTEM)):
        names = ", ".join(use.name for use in other_uses(actor) if use.of in refs)
        hint = N_("Change or remove that first.")
        if not names:
            raise user_error(N_("A webhook tells of it, which you may not see."), hint)
        raise user_error(N_("This is used by %(users)s."), hint, users=names)


@transaction.atomic
def tag_describe(*, tag: Tag, actor: Viewer, **changes: Any) -> None:
    """Change `category`, `owner` or `department` of a tag, and nothing else."""
    require(actor, "access.edit_tags")
    tag = Tag.objects.select_for_update().get(pk=tag.pk)
    before = facets_of(tag)
    for field, value in changes.items():
        setattr(tag, field, value)
    if was_published(tag):
        refuse_escape(TAG, before, facets_of(tag), actor)
    tag.save(update_fields=list(changes))


def was_published(tag: Tag) -> bool:
    return bool(tag.pk) and tag.versions.exclude(state=VersionState.DRAFT).exists()


@transaction.atomic
def tag_refresh_request(
    *, tags: Iterable[Tag], as_of: datetime | None = None, trigger: str = "person", by: Viewer = SYSTEM
) -> list[TagRun]:
    """Ask for a run of each tag's published version, each after what it is built from. Tags without a
    published version have no run."""
    runs = tag_runs_create(tags=tags, as_of=as_of, trigger=trigger, by=by)
    for run in runs:
        job_send(run)
    return runs


def tag_runs_create(
    *,
    tags: Iterable[Tag],
    as_of: datetime | None = None,
    trigger: str = "person",
    by: Viewer = SYSTEM,
    known: Graph | None = None,
) -> list[TagRun]:
    """The rows of `tag_refresh_request`, for whoever does the work here and now. `known`: what is built from what,
    for whoever has read it."""
    as_of = as_of or timezone.now()
    slugs = {tag.slug for tag in tags}
    versions = TagVersion.objects.filter(tag__slug__in=slugs, state=VersionState.PUBLISHED).select_related("tag")
    by_slug = {version.tag.slug: version for version in versions}
    sorted_refs = order(_graph_of(by_slug, known), (Ref(TAG, slug) for slug in by_slug))
    given: dict[str, Any] = {"as_of": as_of, "trigger": trigger, "requested_by": person(by)}
    return TagRun.objects.bulk_create(TagRun(version=by_slug[ref.slug], **given) for ref in sorted_refs)


def _graph_of(slugs: Collection[str], known: Graph | None) -> Graph:
    """One tag by itself has no order."""
    if len(slugs) < 2:
        return {}
    return graph() if known is None else known


def tag_users(*, tag: Tag) -> list[Ref]:
    """The tags and segments built directly on a tag."""
    return users_of(Ref(TAG, tag.slug))


def users_of(ref: Ref) -> list[Ref]:
    return sorted(user for user, needed in graph().items() if ref in needed and user != ref)


@transaction.atomic
def tag_delete(*, tag: Tag, actor: Viewer) -> None:
    """Remove a tag with its versions, runs and results. `UserError` while something is built on it."""
    require(actor, "access.edit_tags")
    refuse_used(tag_users(tag=tag))
    if was_published(tag):
        refuse_escape(TAG, facets_of(tag), None, actor)
    teamwork_forget(Ref(TAG, tag.slug))
    tag.delete()


def refuse_used(users: list[Ref]) -> None:
    if users:
        raise user_error(
            N_("This is used by %(users)s."),
            N_("Take it out of their rules first."),
            users=", ".join(ref.slug for ref in users),
        )
