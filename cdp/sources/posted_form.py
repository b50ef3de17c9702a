"""The mapping table as somebody left it: drawn again after an error, or when the rows are something else."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from .mapping_form import (
    EVENTS_ONLY,
    MOST_VALUES,
    NEW,
    ColumnLine,
    MappingForm,
    column_slug,
    mapping_form,
    posted_lines,
)
from .step_form import posted_steps

Samples = Mapping[str, Sequence[str]]


def posted_form(post: Mapping[str, str], columns: Sequence[str], samples: Samples) -> MappingForm:
    """Just what was chosen and typed, right or wrong."""
    kind = "customers" if post.get("kind") == "customers" else "events"
    lines = [
        _line(post, index, columns[index if of is None else of], of, samples)
        for index, of in posted_lines(post, columns)
    ]
    return MappingForm(kind, post.get("constant", ""), _in_order(lines), [])


def _in_order(lines: list[ColumnLine]) -> list[ColumnLine]:
    """One more field stands below the column it is made of."""
    return sorted(lines, key=lambda line: (line.index if line.of is None else line.of, line.index))


def one_more(form: MappingForm, index: int) -> MappingForm:
    """The form with one more field of the column at `index`, yet to be chosen."""
    place = max(place for place, line in enumerate(form.lines) if index in (line.index, line.of))
    line = next(line for line in form.lines if line.index == index)
    number = max(line.index for line in form.lines) + 1
    new = ColumnLine(number, line.column, line.samples, slug=column_slug(line.column), kind="text", of=index)
    return replace(form, lines=[*form.lines[: place + 1], new, *form.lines[place + 1 :]])


def _line(post: Mapping[str, str], index: int, column: str, of: int | None, samples: Samples) -> ColumnLine:
    def text(name: str) -> str:
        return post.get(f"{name}-{index}", "").strip()

    role = text("role") or "ignore"
    listed = {"identifier": "type", "attribute": "attribute"}.get(role, "")
    picked = text(listed) if listed else ""
    typed = text(f"{listed}_new") if picked == NEW else picked
    return ColumnLine(
        index,
        column,
        samples.get(column, ()),
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
        steps=posted_steps(post, index),
        of=of,
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
    mine = _first_lines(posted)
    columns = [line.column for line in mine]
    was, fresh = mapping_form(before, columns, samples), mapping_form(after, columns, samples)
    lines = [
        left if _was_changed(left, proposed) and _fits(left, fresh.kind) else new
        for left, proposed, new in zip(mine, _first_lines(was), _first_lines(fresh), strict=True)
    ]
    lines += [line for line in posted.lines if line.of is not None and _fits(line, fresh.kind)]
    return replace(fresh, constant=posted.constant or fresh.constant, lines=_in_order(lines))


def _first_lines(form: MappingForm) -> list[ColumnLine]:
    return [line for line in form.lines if line.of is None]


def _was_changed(left: ColumnLine, proposed: ColumnLine) -> bool:
    if left.role != proposed.role:
        return True
    return left.role in ("identifier", "attribute", "property") and left.slug != proposed.slug


def _fits(line: ColumnLine, kind: str) -> bool:
    return kind == "events" or line.role not in EVENTS_ONLY
