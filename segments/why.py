"""Why a customer is in a segment or not: the run's own question asked again for one customer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from cdp.access.viewer import SYSTEM, Viewer
from cdp.store.lake import snapshot
from tags.rules.explain import Explained
from tags.rules.validate import read_rule
from tags.selectors import catalog
from tags.why import Compared, customer_asked, explainer_of
from tags.why_json import rule_json

from .models import Segment, SegmentKind
from .selectors import segments, segments_members


@dataclass(frozen=True)
class SegmentExplained:
    """`member`: of the run in use, or by the rule when another moment was asked about. A list has no `rule`."""

    segment: Segment
    customer_id: int
    as_of: datetime
    member: bool
    rule: Explained | None
    notes: tuple[str, ...]
    differs: bool

    def as_json(self) -> dict[str, Any]:
        return {
            "segment": self.segment.slug,
            "name": self.segment.name,
            "customer_id": self.customer_id,
            "as_of": localtime(self.as_of).isoformat(),
            "member": self.member,
            "differs": self.differs,
            "notes": list(self.notes),
            "rule": None if self.rule is None else rule_json(self.rule),
        }


def segment_explained(
    viewer: Viewer, slug: str, customer: str | int, as_of: datetime | None = None
) -> SegmentExplained:
    """As of the run in use, or with `as_of` of any moment. Raises `Segment.DoesNotExist`, `UserError`."""
    segment = segments(viewer).get(slug=slug)
    who = customer_asked(viewer, customer)
    run = segment.run if as_of is None else None
    kept = who in segments_members(viewer, [slug]).get(slug, ())
    moment = as_of or (run.as_of if run else timezone.now())
    if segment.kind == SegmentKind.LIST:
        return SegmentExplained(segment, who, moment, kept, None, (), differs=False)
    known = catalog(SYSTEM)
    with snapshot() as lake:
        explainer = explainer_of(lake, known, who, moment)
        rule = explainer.node(read_rule(_definition(segment), known))
        changed = run is not None and run.data_version not in ("", lake.version)
    if run is None:
        return SegmentExplained(segment, who, moment, rule.holds, rule, (), differs=False)
    compared = Compared([_membership(kept)], [_membership(rule.holds)], changed)
    return SegmentExplained(segment, who, moment, kept, rule, compared.notes(), compared.differs)


def _definition(segment: Segment) -> Any:
    """The rule the run in use was of."""
    run = segment.run
    if run is None or run.segment_version == segment.version:
        return segment.definition
    version = segment.versions.filter(number=run.segment_version).first()
    return segment.definition if version is None else version.definition


def _membership(member: bool) -> str:
    return _("is a member") if member else _("is not a member")
