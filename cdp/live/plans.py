"""How events should come, held against how they do."""

from collections import defaultdict
from collections.abc import Collection

from cdp.errors import N_, Problem

from .messages import CAMPAIGN, PAGE
from .models import PlannedEvent

# What clients add by themselves is neither planned nor wrong.
BY_CLIENTS = frozenset((*PAGE, *CAMPAIGN.values(), "name", "category", "group_id"))
MISSING = N_("This property is missing, and the plan says that it is always there")
UNPLANNED = N_("This property is not in the plan of the event")
SEND = N_("Send it with every event of this type, or plan it as one that may be missing")
PLAN = N_("Plan it on the page of the event, or send it no longer")


class Plans:
    """Of all planned events: which properties they have (`known`), and which of them always (`required`)."""

    def __init__(self) -> None:
        self.known: defaultdict[str, set[str]] = defaultdict(set)
        self.required: defaultdict[str, set[str]] = defaultdict(set)
        rows = PlannedEvent.objects.values_list(
            "event__slug", "properties__property__slug", "properties__is_required"
        )
        for event, slug, is_required in rows:
            self.known[event] |= {slug} if slug else set()
            if is_required:
                self.required[event].add(slug)

    def problems(self, event: str, came: Collection[str]) -> list[Problem]:
        """What is not as planned with an event that came with these properties."""
        known = self.known.get(event)
        if known is None:
            return []
        missing = sorted(self.required[event].difference(came))
        unplanned = sorted(set(came) - known - BY_CLIENTS)
        return [
            *(Problem((slug,), MISSING, SEND) for slug in missing),
            *(Problem((slug,), UNPLANNED, PLAN) for slug in unplanned),
        ]
