"""Ask for a dashboard, and draw it. The same question over the same data is drawn once."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone, translation

from cdp.access.viewer import SYSTEM, Viewer
from cdp.errors import N_
from cdp.ledger.models import OPEN_STATES, JobState
from cdp.ledger.services import job_beat, job_progress, job_send
from cdp.store.lake import snapshot
from cdp.store.selectors import data_version
from segments.models import Segment
from tags.services import person

from .content import content_of
from .filters import Filters, filters_of
from .fingerprint import fingerprint_of, state_now
from .models import Render
from .opening import WHOLE, group_open
from .spreading import spreads_of

KEPT, KEPT_CUT = 3, 12


def render_request(
    *,
    segment: Segment,
    language: str,
    base: Segment | None = None,
    by: Viewer = SYSTEM,
    again: bool = False,
    state: Mapping[str, Any] | None = None,
    filters: Filters = WHOLE,
) -> Render:
    """The rendering of the segment as it is now: one that is ready or under way, or a new one.

    A failed or cancelled one is given back too, so that a page can say why, unless asked `again`.
    """
    fingerprint = fingerprint_of(segment, base, state or state_now(data_version()), language, filters.text)
    with transaction.atomic():
        same = Render.objects.filter(segment=segment, language=language, fingerprint=fingerprint)
        usable = same.filter(state__in=(*OPEN_STATES, JobState.DONE)) if again else same
        if known := usable.first():
            return known
        return job_send(
            Render.objects.create(
                segment=segment,
                base=base,
                language=language,
                filters=filters.text,
                fingerprint=fingerprint,
                as_of=segment.run.as_of if segment.run else timezone.now(),
                requested_by=person(by),
            )
        )


def render_draw(job: Render) -> None:
    """The work of a rendering. What it shows is named by what was read, not by what was asked for."""
    segment = Segment.objects.select_related("run").get(pk=job.segment_id)
    base = Segment.objects.select_related("run").get(pk=job.base_id) if job.base_id else None
    with translation.override(job.language), snapshot() as lake:
        group = group_open(segment, lake, job.language, base, filters_of(job.filters))
        content = content_of(group, lambda done, total, step: job_progress(job, done=done, total=total, step=step))
        fingerprint = fingerprint_of(segment, base, state_now(lake.version), job.language, job.filters)
        spread = spreads_of(group)
    as_of = segment.run.as_of if segment.run else job.as_of
    drawn = {"content": content, "spread": spread, "fingerprint": fingerprint, "as_of": as_of}
    job_beat(job, **drawn, step=N_("Keeping the pictures"))
    _renders_prune(job)


def _renders_prune(job: Render) -> None:
    """Old pictures of the same segment beside the same in the same language; the last few stay, of each cut by time
    or channel and of all cuts together."""
    same = Render.objects.filter(segment=job.segment_id, base=job.base_id, language=job.language)
    done = same.filter(state=JobState.DONE).exclude(pk=job.pk)
    for drawn, most in ((done.filter(filters=job.filters), KEPT), (done.exclude(filters=""), KEPT_CUT)):
        kept = list(drawn.values_list("pk", flat=True)[: most - 1])
        drawn.exclude(pk__in=kept).delete()
