"""Splitting a segment into groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from pyroaring import BitMap

from cdp.access.viewer import Viewer, require
from cdp.errors import N_, Problem, UserError
from tags.selectors import catalog, rule_members, tag_values
from tags.services import person
from tags.values import suggestions

from ..models import Segment, SegmentKind, Split, SplitGroup
from ..selectors import segment_members
from ..services import segment_refresh_request, segment_save
from .cuts import Stratum, group_rules

FEWEST, MOST = 2, 5
MOST_STRATA = 20
LONGEST_SALT = 64
# Of a split's name, so that there is room for that of a group behind it.
NAME_KEPT = 77


@dataclass(frozen=True)
class Group:
    """A group to be made: its label, and its share in percent."""

    label: str
    share: Decimal


@transaction.atomic
def segment_split_make(
    *,
    segment: Segment,
    slug: str,
    name: str,
    groups: Sequence[Group],
    salt: str,
    actor: Viewer,
    strata: dict[str, str] | None = None,
) -> Split:
    """Divide a segment; each group becomes a segment `slug`_1, `slug`_2, … and follows its parent at every refresh.

    `strata`: `{"tag": slug}` or `{"attribute": slug}` to have the shares in each of its values. Who is a member
    later is put into a group by the same cuts. `UserError` with every problem.
    """
    require(actor, "access.edit_segments")
    problems = [*groups_problems(groups), *_other_problems(segment, salt, slug, len(groups))]
    if problems:
        raise UserError(*problems)
    members = segment_members(actor, segment.slug)
    found = strata_of(actor, strata or {}, members)
    rules = group_rules(segment.slug, salt, [group.share for group in groups], found, members)
    split = Split.objects.create(
        parent=segment, name=name, salt=salt, strata=strata or {}, created_by=person(actor)
    )
    made = []
    for position, (group, rule) in enumerate(zip(groups, rules, strict=True)):
        one = segment_save(
            slug=_slug(slug, position),
            rule={"v": 1, **rule},
            actor=actor,
            names={get_language() or "zh-hans": f"{name[:NAME_KEPT]} · {group.label}"},
            department=segment.department,
            schedule=segment.schedule,
            kind=SegmentKind.SPLIT,
        )
        SplitGroup.objects.create(split=split, segment=one, position=position, label=group.label, share=group.share)
        made.append(one)
    segment_refresh_request(segments=made, by=actor)
    return split


def _slug(slug: str, position: int) -> str:
    return f"{slug[:62]}_{position + 1}"


def groups_problems(groups: Sequence[Group]) -> list[Problem]:
    """What is wrong with the labels and shares."""
    problems = []
    if not FEWEST <= len(groups) <= MOST:
        message = N_("A split has %(fewest)s to %(most)s groups.")
        problems.append(Problem((), message, "", {"fewest": FEWEST, "most": MOST}))
    if len({group.label for group in groups}) < len(groups):
        problems.append(Problem((), N_("Two groups have the same name."), N_("Give each its own.")))
    if any(group.share <= 0 or group.share != round(group.share, 2) for group in groups):
        hint = N_("For example 33.33.")
        problems.append(Problem((), N_("A share is above 0, with at most two decimals."), hint))
    total = sum(group.share for group in groups)
    if groups and total != 100:
        message = N_("The shares add up to %(total)s, not to 100.")
        hint = N_("Change one of them, or add a group for the rest.")
        problems.append(Problem((), message, hint, {"total": f"{total:f}"}))
    return problems


def _other_problems(segment: Segment, salt: str, slug: str, groups: int) -> list[Problem]:
    problems = []
    if not 0 < len(salt) <= LONGEST_SALT:
        hint = N_("Write a text of at most %(most)s characters.")
        problems.append(Problem((), N_("The salt is missing or too long."), hint, {"most": LONGEST_SALT}))
    if segment.run_id is None:
        message, hint = N_("“%(name)s” has no members yet."), N_("Refresh it first, then use it.")
        problems.append(Problem((), message, hint, {"name": segment.name}))
    taken = [_slug(slug, n) for n in range(groups)]
    if Segment.objects.filter(slug__in=taken).exists():
        problems.append(Problem(("slug",), N_("This short name is in use already."), N_("Choose another name.")))
    return problems


def strata_of(viewer: Viewer, by: dict[str, str], members: BitMap) -> list[Stratum]:
    """The members by the commonest values of a tag or attribute. `UserError` where one may have several values."""
    if slug := by.get("tag"):
        values = tag_values(viewer, slug)
        found = [Stratum(_is("tag", slug, value), having & members) for value, having in values.items() if value]
    elif slug := by.get("attribute"):
        known, language = catalog(viewer), get_language() or "zh-hans"
        if slug not in known.attributes or known.attributes[slug].kind != "text":
            raise UserError(_unknown(slug))
        values_known = suggestions(viewer, "attribute", slug, "", known, language)[:MOST_STRATA]
        rules = [_is("attribute", slug, one.value) for one in values_known]
        found = [Stratum(rule, rule_members(viewer, rule).members & members) for rule in rules]
    else:
        return []
    if not found:
        raise UserError(_unknown(slug))
    if sum(len(one.members) for one in found) > len(BitMap.union(*(one.members for one in found))):
        message = N_("A customer may have several values of “%(slug)s”, so nobody has one place in it.")
        raise UserError(Problem((), message, N_("Choose another tag to balance by."), {"slug": slug}))
    return sorted(found, key=lambda one: -len(one.members))[:MOST_STRATA]


def _is(kind: str, slug: str, value: str) -> dict[str, Any]:
    return {kind: slug, "op": "is", "value": value}


def _unknown(slug: str) -> Problem:
    message = N_("“%(slug)s” has no values to balance by.")
    return Problem((), message, N_("Choose another tag to balance by."), {"slug": slug})
