"""The values of a list tag: giving them to customers and taking them away, with who, when and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from cdp.access.viewer import Viewer, require
from cdp.errors import N_, Problem, UserError, user_error
from cdp.identity.models import IdentifierType

from .matching import Unmatched, values_match
from .models import Tag, TagEntry, TagKind, VersionState
from .rules.definition import Listed, parse_definition
from .rules.definitions.base import LONGEST_VALUE
from .rules.reading import nearest
from .services import choice_problem, person, tag_refresh_request

MOST_VALUES = 1_000
CHUNK = 2_000


@dataclass(frozen=True)
class EntryReport:
    """What became of the identifiers given: `customers` got the value, `unmatched` belong to nobody."""

    customers: int
    given: int
    unmatched: list[Unmatched]


@transaction.atomic
def entries_add(
    *,
    tag: Tag,
    identifiers: Iterable[str],
    value: str,
    actor: Viewer,
    type: str = "",
    reason: str = "",
    expires_at: datetime | None = None,
    added_at: datetime | None = None,
) -> EntryReport:
    """Give the value to the customers who have one of the identifiers (of a type, or of any), and refresh.

    It counts from `added_at` on, which is now unless it is said that it was given earlier.

    `UserError` when nobody has any of them, or the value is not one the tag may have.
    """
    require(actor, "access.edit_tags")
    value = value.strip()
    if problems := _problems(tag, value, expires_at):
        raise UserError(*problems)
    matching = values_match(identifiers, _types(type))
    if not matching.origins:
        raise user_error(
            N_("None of the %(given)s values belongs to a known customer."),
            N_("Check the identifier type, or load the file these customers come from first."),
            path=("identifiers",),
            given=matching.given,
        )
    given = {"tag": tag, "value": value, "reason": reason, "expires_at": expires_at}
    given |= {"actor": person(actor), "added_at": added_at or timezone.now()}
    rows = (TagEntry(customer_id=origin, **given) for origin in matching.origins)
    TagEntry.objects.bulk_create(rows, batch_size=CHUNK)
    _refresh(tag, actor)
    return EntryReport(len(matching.origins), matching.given, matching.unmatched)


def _problems(tag: Tag, value: str, expires_at: datetime | None) -> list[Problem]:
    if tag.kind != TagKind.LIST:
        return [Problem(("tag",), N_("Only the values of a list are given by hand."))]
    if not value or len(value) > LONGEST_VALUE:
        hint = N_("Write a text of at most %(most)s characters.")
        return [Problem(("value",), N_("A value is needed."), hint, {"most": LONGEST_VALUE})]
    if expires_at is not None and expires_at <= timezone.now():
        return [Problem(("expires_at",), N_("This moment is over already."), N_("Give a later one, or none."))]
    known = [label.value for label in _definition(tag).labels]
    if known and value not in known:
        hint = N_("One of %(names)s.")
        names = ", ".join(nearest(value, known) or known)
        return [Problem(("value",), N_('The tag has no value "%(name)s".'), hint, {"name": value, "names": names})]
    others = TagEntry.objects.filter(tag=tag, removed_at=None).exclude(value=value)
    if others.values("value").distinct().count() >= MOST_VALUES:
        hint = N_("Take one that is there.")
        return [
            Problem(("value",), N_("The list has %(most)s different values already."), hint, {"most": MOST_VALUES})
        ]
    return []


def _definition(tag: Tag) -> Listed:
    """The version in force, or the draft before there is one."""
    version = tag.versions.exclude(state=VersionState.RETIRED).order_by("-state", "-number").first()
    found = parse_definition(tag.kind, version.definition) if version else Listed()
    assert isinstance(found, Listed)
    return found


def _types(type: str) -> list[IdentifierType]:
    types = list(IdentifierType.objects.all())
    chosen = [row for row in types if not type or row.slug == type]
    if not chosen:
        raise UserError(choice_problem("type", type, [row.slug for row in types]))
    return chosen


@transaction.atomic
def entry_remove(*, entry: TagEntry, actor: Viewer) -> None:
    """Take one value away from now on; that it was given stays on record."""
    require(actor, "access.edit_tags")
    rows = TagEntry.objects.filter(pk=entry.pk, removed_at=None)
    if rows.update(removed_at=timezone.now(), removed_by=person(actor)):
        _refresh(entry.tag, actor)


def _refresh(tag: Tag, actor: Viewer) -> None:
    if tag.versions.filter(state=VersionState.PUBLISHED).exists():
        tag_refresh_request(tags=[tag], by=actor)


def entries(viewer: Viewer, tag: Tag) -> QuerySet[TagEntry]:
    """The values in force now, the latest given first."""
    now = timezone.now()
    held = TagEntry.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), tag=tag, removed_at=None)
    return held.select_related("actor", "customer").order_by("-pk")
