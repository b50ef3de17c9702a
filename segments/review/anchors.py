"""What a comment may be about: all of an edition, a key number, a chart, or a tag that charts or findings name.
Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

NUMBER, CHART, TAG = "number", "chart", "tag"
# How the slug of a chart of a tag begins.
TAGGED = ("tag-steps-", "tag-")


@dataclass(frozen=True)
class Anchor:
    """`key` is `kind:slug`, as comments keep it; `title` in the language of the edition."""

    kind: str
    slug: str
    title: str

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.slug}"


def anchors_of(content: Mapping[str, Any], tags: Iterable[str]) -> dict[str, Anchor]:
    """By key, in the order of the page; `tags` are the slugs of the tags there are."""
    found = [*_numbers(content), *_charts(content), *_tags(content, frozenset(tags))]
    return {anchor.key: anchor for anchor in found}


def _numbers(content: Mapping[str, Any]) -> Iterator[Anchor]:
    for number in content.get("numbers", []):
        yield Anchor(NUMBER, number["slug"], number["label"])


def _charts(content: Mapping[str, Any]) -> Iterator[Anchor]:
    for section in content.get("sections", []):
        for chart in section["charts"]:
            yield Anchor(CHART, chart["slug"], chart["title"])


def _tags(content: Mapping[str, Any], known: frozenset[str]) -> Iterator[Anchor]:
    for anchor in _charts(content):
        for start in TAGGED:
            if anchor.slug.startswith(start) and (slug := anchor.slug.removeprefix(start)) in known:
                yield Anchor(TAG, slug, anchor.title)
                break
    for way in ("over", "under"):
        for found in content.get(way, []):
            tag = (found.get("rule") or {}).get("tag")
            if tag in known:
                yield Anchor(TAG, tag, found["subject"])


def figure_of(content: Mapping[str, Any], anchor: str) -> dict[str, Any] | None:
    """The figures a comment is about, as they stood: what a sealed review keeps beside it."""
    kind, _colon, slug = anchor.partition(":")
    if kind == NUMBER:
        wanted = (number for number in content.get("numbers", []) if number["slug"] == slug)
        return next(({key: one[key] for key in ("label", "text", "beside", "tgi")} for one in wanted), None)
    names = {slug} if kind == CHART else {f"{start}{slug}" for start in TAGGED} if kind == TAG else set()
    charts = (chart for section in content.get("sections", []) for chart in section["charts"])
    return next(
        (
            {"title": one["title"], "note": one["note"], "data": one.get("data")}
            for one in charts
            if one["slug"] in names
        ),
        None,
    )
