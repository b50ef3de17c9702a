"""Reading tags: what rules may name, who has what, how many a rule gives. The viewer comes first."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import pyarrow as pa
from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from pyroaring import BitMap

from cdp.access.viewer import Viewer, is_key, profile_scope, sees_tag
from cdp.compiled import Compiled
from cdp.store import selectors as store
from cdp.store.lake import snapshot
from cdp.store.models import Customer

from . import membership
from .answers import ANSWERS, held_columns
from .dependencies import LIST, SEGMENT, TAG, Graph, Ref, edges_read
from .following.numbers import Found, numbers_of
from .kinds import KINDS, Facts, Sentence
from .labels import published_mark, value_names
from .measurements import OneByOne
from .models import Category, LiveTag, Sensitivity, Tag, TagRun, TagVersion, VersionState
from .moments import moment_of
from .rules.catalog import Catalog, Field, Names, TagInfo, name_in
from .rules.definition import parse_definition, read_definition
from .rules.describe import describe
from .rules.evaluate import evaluate
from .rules.validate import read_rule
from .sheet import Told, sheet
from .states import is_expired


def expired() -> list[int]:
    """The ids of the tags whose result in use is too old to count."""
    found = Tag.objects.filter(run__isnull=False, valid_days__isnull=False).order_by()
    now, rows = timezone.now(), found.values_list("pk", "run__as_of", "valid_days")
    return [pk for pk, as_of, days in rows if is_expired(as_of, days, now)]


def behind() -> Q:
    """Tags or segments whose last run saw other data than there is now."""
    return Q(run__isnull=False) & ~Q(run__data_version__in=["", store.data_version()])


def catalog(viewer: Viewer) -> Catalog:
    """Everything a rule may name now: tags with a published version, segments, lists and the registries."""
    provided = {kind: membership.providers[kind].names() for kind in membership.providers}
    return Catalog(
        attributes={
            row.slug: Field(row.kind, row.names, VALUE_NAMES.get(row.slug, {}), row.category)
            for row in store.attributes()
            if not row.personal
        },
        events={row.slug: row.names for row in store.event_types()},
        properties={row.slug: Field(row.kind, row.names) for row in store.properties()},
        tags=_tag_infos(),
        segments=provided.get(SEGMENT, {}),
        lists=provided.get(LIST, {}),
        zone=settings.CDP_TIME_ZONE,
    )


# The values that cleaning writes, as people call them.
VALUE_NAMES: Mapping[str, Mapping[str, Names]] = {
    "gender": {
        "male": {"zh-hans": "男", "zh-hant": "男", "en": "male"},
        "female": {"zh-hans": "女", "zh-hant": "女", "en": "female"},
        "unknown": {"zh-hans": "未知", "zh-hant": "未知", "en": "unknown"},
    }
}


TAG_NAMES = ("tag__name_zh_hans", "tag__name_zh_hant", "tag__name_en")
CATEGORY_NAMES = ("tag__category__name_zh_hans", "tag__category__name_zh_hant", "tag__category__name_en")
LANGUAGES = ("zh-hans", "zh-hant", "en")
# Customers are places in bitmaps of 32 bits.
MOST_ID = (1 << 32) - 1


def _tag_infos() -> dict[str, TagInfo]:
    published = TagVersion.objects.filter(state=VersionState.PUBLISHED).order_by("tag__slug")
    rows = list(
        published.values_list("pk", published_mark(), "tag__slug", "tag__kind", *TAG_NAMES, *CATEGORY_NAMES)
    )
    names = value_names({(pk, mark) for pk, mark, *_rest in rows})
    return {
        slug: TagInfo(kind, _by_language(texts[:3]), names[pk, mark], _by_language(texts[3:]))
        for pk, mark, slug, kind, *texts in rows
        if (pk, mark) in names
    }


def _by_language(texts: Sequence[str | None]) -> dict[str, str]:
    return {code: text for code, text in zip(LANGUAGES, texts, strict=True) if text}


def graph() -> Graph:
    """What every published tag, every segment and every persona is built from."""
    published = TagVersion.objects.filter(state=VersionState.PUBLISHED).order_by()
    rows = published.values_list("tag__slug", "edges__needed_kind", "edges__needed_slug")
    edges = edges_read(rows, TAG)
    for kind, provider in membership.providers.items():
        edges |= {Ref(kind, slug): needed for slug, needed in provider.references().items()}
    return edges


def categories(viewer: Viewer) -> QuerySet[Category]:
    return Category.objects.all()


def tags(viewer: Viewer) -> QuerySet[Tag]:
    """Tags with category, owner and run in use; each row's `published` is a list of no or one version."""
    published = Prefetch("versions", TagVersion.objects.filter(state=VersionState.PUBLISHED), to_attr="published")
    return Tag.objects.select_related("category", "owner", "run").prefetch_related(published)


def tags_named(viewer: Viewer) -> QuerySet[Tag]:
    """Tags by name alone, to choose one of: hundreds of rules would take longer to read than the rest of a page."""
    return Tag.objects.all()


def tag_runs(viewer: Viewer, slug: str) -> QuerySet[TagRun]:
    """The runs of a tag, the latest first."""
    return TagRun.objects.filter(version__tag__slug=slug).select_related("version__tag", "requested_by")


def tag_values(viewer: Viewer, slug: str) -> dict[str, BitMap]:
    """Value → customers the viewer may see, in order. Empty for a tag that has never been computed."""
    held = membership.current([slug]).get(slug)
    return _cut(viewer, held.values) if held else {}


def all_tag_values(viewer: Viewer) -> dict[str, dict[str, BitMap]]:
    """Tag slug → `tag_values`, of every computed tag, in as many queries as one."""
    return {slug: _cut(viewer, held.values) for slug, held in membership.current().items()}


def value_counts(viewer: Viewer, sets: Sequence[BitMap]) -> dict[str, dict[str, list[int]]]:
    """Tag slug → value → how many of each of these sets have it, of the customers the viewer may see. In as many
    queries as `all_tag_values`, and without a copy of anything. A measure without bins has no values."""
    allowed = membership.scope(viewer)
    cut = list(sets) if allowed is None else [members & allowed for members in sets]
    return {
        slug: {
            value: [having.intersection_cardinality(members) for members in cut]
            for value, having in held.values.items()
            if value != membership.ANY
        }
        for slug, held in membership.current().items()
    }


def tag_counts(viewer: Viewer) -> dict[str, int]:
    """Tag slug → how many customers the viewer may see have any value."""
    if membership.scope(viewer) is None:
        rows = Tag.objects.filter(run__isnull=False).order_by()
        now, found = timezone.now(), rows.values_list("slug", "run__matched", "run__as_of", "valid_days")
        return {slug: 0 if is_expired(as_of, days, now) else count for slug, count, as_of, days in found}
    return {slug: len(BitMap().union(*values.values())) for slug, values in all_tag_values(viewer).items()}


def _cut(viewer: Viewer, values: Mapping[str, BitMap]) -> dict[str, BitMap]:
    allowed = membership.scope(viewer)
    return {value: bm.copy() if allowed is None else bm & allowed for value, bm in values.items()}


def tag_numbers(viewer: Viewer, slug: str) -> pa.Table:
    """A measure tag's customer_id (uint32) and value (float64), of the customers the viewer may see."""
    table, allowed = membership.numbers_of(slug), membership.scope(viewer)
    if allowed is None:
        return table
    seen = [customer_id in allowed for customer_id in table["customer_id"].to_pylist()]
    return table.filter(pa.array(seen, pa.bool_()))


class TagOf(NamedTuple):
    """What one tag says of one customer. `number` is that of a tag of numbers; `note` the kind's own words."""

    tag: Tag
    values: tuple[str, ...]
    labels: tuple[str, ...]
    number: float | None
    as_of: datetime
    note: str = ""


def tags_of(viewer: Viewer, customer_id: int) -> list[TagOf]:
    """The tags a customer has a value of. As many queries for one tag as for hundreds."""
    if customer_id > MOST_ID:
        return []
    allowed = profile_scope(viewer)
    if allowed and not Customer.objects.filter(allowed, pk=customer_id).exists():
        return []
    now, language = timezone.now(), get_language() or "zh-hans"
    live = {row.tag_id: row for row in _live_of(customer_id)}
    having = sheet().of(customer_id, now, live)
    if is_key(viewer):
        having = [told for told in having if _is_seen(viewer, told.entry.tag)]
    since = numbers_of(customer_id)
    found = {told.entry: since.since(told.entry.tag.pk, told.entry.as_of) for told in having} if since.told else {}
    numbers = membership.numbers_one_by_one(
        {told.entry.key for told in having if told.entry.is_numeric and found.get(told.entry) is None}
    )
    return [
        _tag_of(told, numbers.get(told.entry.key), found.get(told.entry), customer_id, language) for told in having
    ]


_live_of = Compiled(lambda customer: LiveTag.objects.filter(customer_id=customer), -1)


def _is_seen(viewer: Viewer, tag: Tag) -> bool:
    return sees_tag(viewer, tag.slug, sensitive=tag.sensitivity == Sensitivity.SENSITIVE)


def _tag_of(told: Told, own: OneByOne | None, since: Found | None, customer_id: int, language: str) -> TagOf:
    entry, labels = told.entry, told.entry.labels(told.values, language)
    as_of = entry.as_of if told.live is None else max(entry.as_of, told.live)
    if since is not None:
        return TagOf(entry.tag, told.values, labels, since.number, max(as_of, since.as_of))
    if own is None:
        return TagOf(entry.tag, told.values, labels, None, as_of)
    details = own.details_of(customer_id)
    note = KINDS[entry.tag.kind].note(details, language) if details else ""
    return TagOf(entry.tag, told.values, labels, own.of(customer_id), as_of, note)


def value_labels(tag: Tag) -> dict[str, str]:
    """Value → its name in the language in force, for a tag that `tags` gave."""
    language = get_language() or "zh-hans"
    published = getattr(tag, "published", None) or list(tag.versions.filter(state=VersionState.PUBLISHED))
    if not published:
        return {}
    labels = parse_definition(tag.kind, published[0].definition).labels
    return {label.value: name_in(label.names, language, label.value) for label in labels}


def sentences(
    viewer: Viewer,
    kind: str,
    definition: Any,
    as_of: datetime | None = None,
    facts: Facts | None = None,
    known: Catalog | None = None,
) -> list[Sentence]:
    """A tag's definition read out in the language in force, with the facts of a run of it also what that run
    worked out. `UserError` when it can no longer be read. `known`: the catalog, for whoever has read it."""
    known, language = known or catalog(viewer), get_language() or "zh-hans"
    return KINDS[kind].read_out(read_definition(kind, definition, known), known, moment_of(as_of), language, facts)


def rule_sentence(viewer: Viewer, rule: Any, as_of: datetime | None = None, known: Catalog | None = None) -> str:
    """A rule read out in the language in force. `UserError` when it can no longer be read. `known` as above."""
    known, language = known or catalog(viewer), get_language() or "zh-hans"
    return describe(read_rule(rule, known), known, moment_of(as_of), language)


@dataclass(frozen=True)
class Count:
    count: int
    universe: int
    as_of: datetime
    seconds: float
    data_version: str


@dataclass(frozen=True)
class Matched:
    """Who a rule gives, of whom, as of when."""

    members: BitMap
    count: Count


def rule_members(viewer: Viewer, rule: Any, as_of: datetime | None = None) -> Matched:
    """Evaluate a rule's JSON now over the current data. `UserError` with every problem."""
    started, moment = time.perf_counter(), moment_of(as_of)
    node = read_rule(rule, catalog(viewer))
    allowed = membership.scope(viewer)
    with snapshot() as lake:
        now, held = membership.CurrentMembers(), held_columns(lake)
        members = evaluate(node, lake=lake, moment=moment, members=now, answers=ANSWERS, held=held)
        universe, data_version = lake.universe(), lake.version
    if allowed is not None:
        members, universe = members & allowed, universe & allowed
    seconds = round(time.perf_counter() - started, 3)
    return Matched(members, Count(len(members), len(universe), moment.as_of, seconds, data_version))


def rule_count(viewer: Viewer, rule: Any, as_of: datetime | None = None) -> Count:
    """How many customers a rule gives: the live count of a form."""
    return rule_members(viewer, rule, as_of).count
