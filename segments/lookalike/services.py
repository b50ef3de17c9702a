"""Asking for a search, and keeping what was found as a segment."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction

from cdp.access.viewer import Viewer, is_system, require
from cdp.errors import N_, Problem, UserError, user_error
from cdp.ledger.services import job_send, jobs_open
from tags.membership import bitmap_write
from tags.services import person, slug_problems

from ..models import Lookalike, Segment, SegmentKind, SegmentList
from ..services import segment_describe, segment_open, segment_refresh_request
from .holdout import Size
from .run import people, refuse_seed
from .selectors import lookalike_members, size_of

WEIGHTS_KEPT = 50


@transaction.atomic
def lookalike_request(*, segment: Segment, actor: Viewer) -> Lookalike:
    """Ask for a search; the one that is open already where the actor asked for the same before. `UserError` for a
    segment that nobody can be similar to."""
    require(actor, "access.edit_segments")
    everyone, members = people(actor, segment)
    refuse_seed(members, everyone, max(settings.CDP_MIN_GROUP, 1))
    same = jobs_open(Lookalike).filter(seed=segment, requested_by=person(actor))
    if (waiting := same.first()) is not None:
        return waiting
    trigger = "system" if is_system(actor) else "person"
    return job_send(Lookalike.objects.create(seed=segment, trigger=trigger, requested_by=person(actor)))


@transaction.atomic
def lookalike_save(
    *,
    lookalike: Lookalike,
    size: int,
    with_seed: bool,
    slug: str,
    actor: Viewer,
    names: Mapping[str, str] | None = None,
    description: str = "",
    department: str = "",
) -> Segment:
    """A list of the `size` most similar customers, of those the actor may see, which no refresh changes. Members of
    the seed of then and of now are not among them, unless `with_seed` adds those of now. What they were found by is
    kept with it. `UserError` with every problem."""
    require(actor, "access.edit_segments")
    problems = slug_problems(slug)
    if not problems and Segment.objects.filter(slug=slug).exists():
        problems = [Problem(("slug",), N_("This short name is in use already."), N_("Choose another name."))]
    chosen = size_of(lookalike, size)
    if chosen is None:
        problems.append(Problem((), N_("Choose how many on the slider.")))
    if chosen is None or problems:
        raise UserError(*problems)
    members = lookalike_members(actor, lookalike, size, with_seed=with_seed)
    if len(members) < max(settings.CDP_MIN_GROUP, 1):
        raise user_error(N_("Too few customers are left to make a segment of."), N_("Choose more of them."))
    kept = segment_open(slug=slug, kind=SegmentKind.LIST, actor=actor)
    counts = {"given": len(members), "repeated": 0, "unmatched": 0}
    came = _came_from(lookalike, chosen, with_seed)
    kept.definition = {"list": {"type": "", **counts, "lookalike": came}}
    segment_describe(kept, names=names, description=description, owner=None, department=department)
    kept.save()
    SegmentList.objects.create(segment=kept, origins=bitmap_write(members))
    segment_refresh_request(segments=[kept], by=actor)
    return kept


def _came_from(lookalike: Lookalike, chosen: Size, with_seed: bool) -> dict[str, Any]:
    seed = lookalike.seed
    return {
        "slug": seed.slug,
        "names": seed.names,
        "version": lookalike.seed_version,
        "as_of": lookalike.as_of.isoformat() if lookalike.as_of else "",
        "seed_size": lookalike.size,
        "universe": lookalike.universe,
        "with_seed": with_seed,
        "excluded": lookalike.excluded,
        "weights": lookalike.weights[:WEIGHTS_KEPT],
        **chosen.as_json(),
    }
