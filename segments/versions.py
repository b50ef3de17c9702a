"""The versions of a segment's rule: a draft waits beside the rule in force until it is published."""

from django.db import transaction
from django.utils import timezone

from cdp.access.viewer import Viewer, require
from cdp.errors import N_, UserError, user_error
from tags.dependencies import SEGMENT, Ref
from tags.edges import edges_of
from tags.models import VersionState
from tags.services import cycle_problems, person
from tags.teamwork.approval import refuse_unapproved
from tags.teamwork.publishers import Facets
from tags.versions import draft_write, version_numbered

from .models import BY_RULE, Segment, SegmentEdge, SegmentVersion
from .rules import rule_problems


@transaction.atomic
def segment_publish(*, segment: Segment, actor: Viewer) -> SegmentVersion:
    """Put the draft in force and retire the version before. The members stay until the next run. `UserError` where
    that needs approval (`tags.teamwork.approval`)."""
    require(actor, "access.edit_segments")
    refuse_unapproved(SEGMENT, Facets(), actor)
    return segment_put_in_force(segment)


@transaction.atomic
def segment_put_in_force(segment: Segment) -> SegmentVersion:
    """Publishing itself, for callers that know that it may be done."""
    segment = Segment.objects.select_for_update().defer("bitmap").get(pk=segment.pk)
    draft = segment.versions.filter(state=VersionState.DRAFT).first()
    if draft is None:
        raise user_error(N_("There is no draft to publish."), N_("Save a rule first."))
    problems = rule_problems(draft.definition) or cycle_problems(Ref(SEGMENT, segment.slug), draft.definition)
    if problems:
        raise UserError(*problems)
    return version_put_in_force(segment, draft)


def version_put_in_force(segment: Segment, version: SegmentVersion) -> SegmentVersion:
    """The caller holds the transaction and has checked the rule."""
    segment.versions.filter(state=VersionState.PUBLISHED).update(state=VersionState.RETIRED)
    version.state, version.published_at = VersionState.PUBLISHED, timezone.now()
    version.save()
    segment.definition, segment.version, segment.retired_at = version.definition, version.number, None
    segment.save(update_fields=["definition", "version", "retired_at"])
    segment.edges.all().delete()
    SegmentEdge.objects.bulk_create(SegmentEdge(segment=segment, **named) for named in edges_of(version.definition))
    return version


@transaction.atomic
def segment_restore(*, segment: Segment, number: int, actor: Viewer) -> None:
    """Make the rule of an earlier version the draft. `UserError` when it cannot be read any more."""
    require(actor, "access.edit_segments")
    segment = Segment.objects.select_for_update().defer("bitmap").get(pk=segment.pk, kind__in=BY_RULE)
    earlier = version_numbered(segment.versions, number)
    problems = rule_problems(earlier.definition) or cycle_problems(Ref(SEGMENT, segment.slug), earlier.definition)
    if problems:
        raise UserError(*problems)
    draft_write(segment.versions, earlier.definition, person(actor), earlier.form or {})
