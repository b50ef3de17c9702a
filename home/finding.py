"""What the palette finds: pages, tags, segments, personas and customers, by name, by sound or by identifier."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cdp import pinyin
from cdp.access.viewer import Viewer, sees_personal
from cdp.identity.rows import CustomerRow, customer_rows
from cdp.identity.search import cleaned, named_like, owners_of
from cdp.naming import Named
from cdp.site import Place, link, places_of
from cdp.store.selectors import customers
from segments.models import Segment
from segments.personas.models import Persona
from tags.models import Tag

T = TypeVar("T")
EACH = 6
MORE_PLACES = (
    Place(_("Bring in a file"), "upload_file", "data:upload", needs="access.load_data"),
    Place(_("Pull from a database"), "database", "data:feed-new", needs="access.load_data"),
    Place(_("Loads"), "history", "data:loads"),
    Place(_("Live events"), "sensors", "live:home", needs="access.load_data"),
    Place(_("Tracking plan"), "rule", "live:plans", needs="access.load_data"),
    Place(_("Write keys"), "key", "live:keys", needs="access.load_data"),
    Place(_("Events and properties"), "data_object", "data:fields"),
    Place(_("Which value counts"), "rule", "value-rules"),
    Place(_("New tag"), "add", "tags:new", needs="access.edit_tags"),
    Place(_("New segment"), "add", "segments:new", needs="access.edit_segments"),
    Place(_("Reviews"), "rate_review", "reviews:list"),
    Place(_("API keys"), "key", "keys:list", administrators_only=True),
    Place(_("Webhooks"), "webhook", "webhooks:list", needs="access.edit_segments"),
    Place(_("Playbook"), "menu_book", "playbook:list"),
    Place(_("New by list"), "list_alt", "segments:new-list", needs="access.edit_segments"),
)


@dataclass(frozen=True)
class Hit:
    title: str | Promise
    note: str
    icon: str
    url: str


@dataclass(frozen=True)
class Group:
    title: str | Promise
    hits: list[Hit]


def things_found(viewer: Viewer, query: str) -> list[Group]:
    """A few of each kind, groups without any left out. Without a query, the pages."""
    query = cleaned(query)
    groups = [Group(_("Pages"), _pages(viewer, query))]
    if query:
        groups += [
            Group(_("Customers"), _customers(viewer, query)),
            Group(_("Tags"), _named(Tag.objects.all(), query, "sell", "tags:detail")),
            Group(_("Segments"), _named(Segment.objects.defer("bitmap"), query, "join_inner", "segments:detail")),
            Group(_("Personas"), _named(Persona.objects.all(), query, "frame_person", "personas:persona")),
        ]
    return [group for group in groups if group.hits]


def _pages(viewer: Viewer, query: str) -> list[Hit]:
    listed = [Hit(str(place.title), "", place.icon, link(place.url_name)) for place in places_of(viewer)]
    if not query:
        return listed
    more = places_of(viewer, MORE_PLACES)
    listed += [Hit(str(place.title), "", place.icon, link(place.url_name)) for place in more]
    return _best(listed, query, lambda hit: [str(hit.title)])


def _named(rows: Iterable[Named], query: str, icon: str, url_name: str) -> list[Hit]:
    best = _best(rows, query, lambda row: [row.slug, *row.names.values()])
    return [Hit(row.name, row.slug, icon, link(url_name, row.slug)) for row in best]


def _customers(viewer: Viewer, query: str) -> list[Hit]:
    """By an identifier in full, by number, or by how the name begins; as far as the viewer sees those."""
    everyone = customers(viewer)
    number = query.removeprefix("#")
    wanted = owners_of(viewer, query)
    if query.startswith("#") and number.isdecimal() and len(number) < 11:
        wanted = [int(number)]
    elif not wanted and sees_personal(viewer):
        wanted = named_like(everyone, query, EACH)
    allowed = list(everyone.filter(pk__in=wanted).values_list("pk", flat=True)[:EACH])
    if not allowed:
        return []
    _types, rows = customer_rows(viewer, allowed)
    return [
        Hit(row.name or _("No name"), _who(row), "person", link("personas:customer", row.customer_id))
        for row in rows
    ]


def _who(row: CustomerRow) -> str:
    return " · ".join([f"#{row.customer_id}", *(value for value in row.identifiers if value)][:3])


def _best(rows: Iterable[T], query: str, names: Callable[[T], list[str]]) -> list[T]:
    """Those a query fits, the ones whose name begins with it first."""
    ranked = [(rank, row) for row in rows if (rank := pinyin.rank(query, names(row))) is not None]
    return [row for _rank, row in sorted(ranked, key=lambda pair: pair[0])][:EACH]
