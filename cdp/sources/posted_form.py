"""The mapping table as somebody left it: drawn again after an error, or when the rows are something else."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from .mapping_form import EVENTS_ONLY, MOST_VALUES, NEW, ColumnLine, MappingForm, column_slug, mapping_form

Samples = Mapping[str, Sequence[str]]


def posted_form(post: Mapping[str, str], columns: Sequence[str], samples: Samples) -> MappingForm:
    """Just what was chosen and typed, right or wrong."""
    kind = "customers" if post.get("kind") == "customers" else "events"
    lines = [_line(post, index, column, samples.get(column, ())) for index, column in enumerate(columns)]
    return MappingForm(kind, post.get("constant", ""), lines, [])


def _line(post: Mapping[str, str], index: int, column: str, samples: Sequence[str]) -> ColumnLine:
    def text(name: str) -> str:
        return post.get(f"{name}-{index}", "").strip()

    role = text("role") or "ignore"
    listed = {"identifier": "type", "attribute": "attribute"}.get(role, "")
    picked = text(listed) if listed else ""
    typed = text(f"{listed}_new") if picked == NEW else picked
    return ColumnLine(
        index,
        column,
        samples,
        role=role,
        picked=picked,
        slug=typed if listed else text("property") or column_slug(column),
        kind=text("attribute_kind" if role == "attribute" else "property_kind") or "text",
        zone=text("zone"),
        by_value=text("by_value") != "no",
        event_values=_pairs(post, index),
        filled=text("filled"),
        empty=text("empty"),
        also=text("also"),
    )


def _pairs(post: Mapping[str, str], index: int) -> list[tuple[str, str]]:
    pairs = []
    for place in range(MOST_VALUES * 5):
        value = post.get(f"value-{index}-{place}")
        if value is None:
            break
        pairs.append((value, post.get(f"event-{index}-{place}", "").strip()))
    return pairs


def switched_form(
    posted: MappingForm, *, before: Mapping[str, Any], after: Mapping[str, Any], samples: Samples
) -> MappingForm:
    """The proposal `after` for rows that are something else now. A column somebody changed in the proposal
    `before` stays as they left it, where rows of the new kind can have that."""
    columns = [line.column for line in posted.lines]
    was, fresh = mapping_form(before, columns, samples), mapping_form(after, columns, samples)
    lines = [
        left if _was_changed(left, proposed) and _fits(left, fresh.kind) else new
        for left, proposed, new in zip(posted.lines, was.lines, fresh.lines, strict=True)
    ]
    return replace(fresh, constant=posted.constant or fresh.constant, lines=lines)


def _was_changed(left: ColumnLine, proposed: ColumnLine) -> bool:
    if left.role != proposed.role:
        return True
    return left.role in ("identifier", "attribute", "property") and left.slug != proposed.slug


def _fits(line: ColumnLine, kind: str) -> bool:
    return kind == "events" or line.role not in EVENTS_ONLY
