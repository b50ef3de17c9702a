"""What an entry may be about: attributes, tags, properties of purchases, and what else charts compare."""

from cdp.access.viewer import Viewer
from cdp.errors import N_
from cdp.store import selectors as store
from tags.selectors import tags_named

# The short name of a chart → of what its values are, where that is not the chart itself.
OF_CHART = {
    "province": "attribute",
    "steps": "attribute",
    "attribute": "attribute",
    "goods": "property",
    "tag": "tag",
    "tag-steps": "tag",
}
PLAIN = {
    "event": N_("What they did at least once"),
    "channel": N_("Channels they use"),
    "orders": N_("Number of orders"),
    "spend": N_("Spend in all"),
}


def field_of(chart: str, subject: str) -> str:
    """`tag:lifecycle`, `attribute:gender`, `property:category`, or a chart's own: `channel`."""
    if chart == "social":
        return "event"
    kind = OF_CHART.get(chart)
    return f"{kind}:{subject}" if kind else chart


def field_names(viewer: Viewer) -> dict[str, str]:
    """Everything an entry may be about, with its name in the reader's language (of `PLAIN` as marked)."""
    found = {f"tag:{row.slug}": row.name for row in tags_named(viewer)}
    found |= {f"attribute:{row.slug}": row.name for row in store.attributes() if not row.personal}
    found |= {f"property:{row.slug}": row.name for row in store.properties() if row.kind in ("text", "list")}
    return found | PLAIN
