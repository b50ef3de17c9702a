"""What editions are told of their reviews."""

from collections.abc import Mapping

from django.urls import reverse

from cdp.access.viewer import Viewer, may
from segments.editions.beside import AnsweredNote
from segments.editions.models import Edition

from .anchors import CHART, TAG, TAGGED
from .selectors import answers_by, review_of
from .talking import anchors_in
from .telling import url_of


class ReviewBeside:
    def review_url(self, viewer: Viewer, edition: Edition) -> tuple[str, str]:
        if (found := review_of(viewer, edition)) is not None:
            return url_of(found), found.get_state_display()
        if edition.sealed_at is not None or not may(viewer, "access.edit_segments"):
            return "", ""
        return reverse("reviews:new", args=[edition.persona.slug, edition.number]), ""

    def answered(self, viewer: Viewer, edition: Edition) -> Mapping[str, list[AnsweredNote]]:
        found: dict[str, list[AnsweredNote]] = {}
        given = answers_by(edition)
        titles = anchors_in(viewer, given[0].remark.review.edition) if given else {}
        charts = {anchor.slug for anchor in titles.values() if anchor.kind == CHART}
        for one in given:
            remark = one.remark
            anchor = titles.get(remark.anchor)
            note = AnsweredNote(
                number=remark.review.edition.number,
                text=remark.text,
                by=remark.author_name,
                answer=one.text,
                about=anchor.title if anchor else "",
                url=f"{url_of(remark.review)}#remark-{remark.pk}",
            )
            found.setdefault(_chart_of(remark.anchor, charts), []).append(note)
        return found


def _chart_of(anchor: str, charts: set[str]) -> str:
    """The chart that stands for what a comment is about; "" where there is none."""
    kind, _colon, slug = anchor.partition(":")
    wanted = [slug] if kind == CHART else [f"{start}{slug}" for start in TAGGED] if kind == TAG else []
    return next((one for one in wanted if one in charts), "")
