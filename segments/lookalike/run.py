"""The job that looks for the customers who are most like a segment's members."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict

from django.conf import settings
from django.db import transaction
from pyroaring import BitMap

from cdp.access.viewer import SYSTEM, Viewer
from cdp.errors import N_, user_error
from cdp.ledger.services import job_beat, job_progress
from cdp.store.lake import snapshot
from tags import membership
from tags.dependencies import SEGMENT, TAG, Ref, downstream, upstream
from tags.membership import scope
from tags.selectors import graph

from ..models import Lookalike, Segment
from ..selectors import segment_members
from .holdout import kept_out, measured, ranked, sizes_offered
from .score import Feature, features_of, scored

# Enough that a fifth of them says something.
FEWEST = 50
# The size the slider begins at, and the largest it goes to.
SMALLEST, MOST = 100, 300_000
BEAT = 25


def lookalike_run(job: Lookalike) -> None:
    """The work of a claimed job. `UserError` where there is nothing to compare, or nothing to be found."""
    viewer, seed = _asked_by(job), Segment.objects.select_related("run").defer("bitmap").get(pk=job.seed_id)
    job_progress(job, done=0, total=1, step=N_("reading who has which tag"))
    least = max(settings.CDP_MIN_GROUP, 1)
    everyone, members = people(viewer, seed)
    refuse_seed(members, everyone, least)
    excluded = tags_of_rule(seed)
    features = list(_features(excluded))
    if not features:
        raise user_error(
            N_("There is no tag with values to compare by."),
            N_("Refresh the tags first. Those the segment itself is built on do not count."),
        )
    total = len(features) + 2
    held = kept_out(members)

    def beat(done: int) -> None:
        if done % BEAT == 0:
            job_progress(job, done=done, total=total, step=N_("comparing tag by tag"))

    whole, part = scored(features, everyone, [members, members - held], least, beat)
    if not whole.weights:
        raise user_error(
            N_("No tag tells its members from other customers by more than chance."),
            N_("Make tags that say what is special about them, or begin with another segment."),
        )
    job_progress(job, done=total - 2, total=total, step=N_("putting customers in order"))
    ranking = ranked(whole.scores, everyone - members)
    trained = ranked(part.scores, everyone - (members - held))
    most = min(len(ranking), MOST)
    sizes = sizes_offered(min(max(SMALLEST, least), most), most)
    found = measured(sizes, ranking, whole.scores, members, trained, held)
    with transaction.atomic():
        job_beat(job)
        _earlier(job).delete()
        Lookalike.objects.filter(pk=job.pk).update(
            as_of=seed.run.as_of if seed.run else None,
            seed_version=seed.version,
            size=len(members),
            universe=len(everyone),
            excluded=sorted(excluded),
            weights=[asdict(one) for one in sorted(whole.weights, key=lambda one: -abs(one.weight))],
            sizes=[one.as_json() for one in found],
            ranking=ranking[:most].tobytes(),
            steps_done=total,
        )


def _asked_by(job: Lookalike) -> Viewer:
    if job.trigger == "system":
        return SYSTEM
    if job.requested_by is None:
        raise user_error(N_("Whoever asked for it is not here any more."), N_("Ask for it again."))
    return job.requested_by


def _earlier(job: Lookalike):
    """What the same person found for the same segment before."""
    same = Lookalike.objects.filter(seed=job.seed_id, requested_by=job.requested_by_id, pk__lt=job.pk)
    return same.exclude(finished_at=None)


def people(viewer: Viewer, seed: Segment) -> tuple[BitMap, BitMap]:
    """Everybody the viewer may see, and the members among them."""
    with snapshot() as lake:
        everyone = lake.universe()
    allowed = scope(viewer)
    everyone = everyone if allowed is None else everyone & allowed
    return everyone, segment_members(viewer, seed.slug) & everyone


def refuse_seed(members: BitMap, everyone: BitMap, least: int) -> None:
    """`UserError` for a seed of nobody, of too few, or of nearly everybody."""
    fewest = max(FEWEST, least)
    if not members:
        raise user_error(N_("Nobody belongs to it, so nobody can be similar."), N_("Refresh it first."))
    if len(members) < fewest:
        raise user_error(
            N_("It has %(count)s members; at least %(fewest)s are needed to tell what they have in common."),
            N_("Loosen its conditions, or combine it with another segment."),
            count=len(members),
            fewest=fewest,
        )
    if len(everyone) - len(members) < least:
        raise user_error(
            N_("Nearly every customer belongs to it, so there is nobody left to find."),
            N_("Begin with a narrower segment."),
        )


def tags_of_rule(seed: Segment) -> set[str]:
    """The tags it is built on, directly or through others, which would only find its rule again; and those that are
    built on it. A list that was kept from a segment is taken for that segment."""
    edges = graph()
    origin = seed.definition.get("list", {}).get("snapshot") if isinstance(seed.definition, Mapping) else None
    refs = [Ref(SEGMENT, seed.slug), *([Ref(SEGMENT, origin["slug"])] if origin else [])]
    found = upstream(edges, refs)
    for ref in refs:
        found |= set(downstream(edges, ref))
    return {ref.slug for ref in found if ref.kind == TAG}


def _features(excluded: set[str]) -> Iterator[Feature]:
    for slug, held in sorted(membership.current().items()):
        if slug not in excluded:
            values = {value: members for value, members in held.values.items() if value != membership.ANY}
            yield from features_of(slug, values)
