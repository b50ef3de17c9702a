"""The mapping as a table people fill in: one line a column of the file, and back to the mapping's JSON."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cdp.cleaning.text import normal
from cdp.errors import N_, Problem

from .column_steps import PLACES, Place, steps_json, with_steps, without_steps
from .event_names import EventNames
from .line_roles import column_of, is_column, key_columns, line_roles, when_column
from .step_form import StepJson, posted_steps

ROLES = (
    ("ignore", N_("Not used")),
    ("identifier", N_("Identifier: who it is")),
    ("attribute", N_("Attribute of the customer")),
    ("event", N_("Event: what happened")),
    ("time", N_("Time of the event")),
    ("property", N_("Property of the event")),
    ("key", N_("Number of the row (order line)")),
    ("also", N_("One more event when filled")),
)
EVENTS_ONLY = frozenset(("event", "time", "property", "key", "also"))
NEW = "+"
MOST_VALUES = 20
MOST_MORE = 40
# What the form offers, where the mapping's own hint speaks of its JSON.
FORM_HINTS: dict[tuple[str | int, ...], str] = {
    ("name",): N_("Write the event above the table, or mark the column that says it"),
    ("time",): N_("Mark the column that says when it happened as “Time of the event”"),
}


@dataclass(frozen=True)
class ColumnLine:
    """One column: what it is taken for, and the details that role needs. `picked` is what is chosen from the
    list of identifier types or attributes (NEW for one that is typed into `slug`). `event_values` pairs a value of
    the column with the event it means; `filled`/`empty` name the events of a column that is filled or not; `also`
    is the further event of rows in which the column is filled. `steps` are what is done to its texts before."""

    index: int
    column: str
    samples: Sequence[str]
    role: str = "ignore"
    picked: str = ""
    slug: str = ""
    kind: str = ""
    zone: str = ""
    by_value: bool = True
    event_values: Sequence[tuple[str, str]] = ()
    met: int | None = None  # how many of these, the first ones, are among the samples; None: all
    filled: str = ""
    empty: str = ""
    also: str = ""
    steps: Sequence[StepJson] = ()
    of: int | None = None  # one more field of the column at this place of the file
    problems: list[Problem] = field(default_factory=list)

    @property
    def steps_json(self) -> str:
        return json.dumps(self.steps, ensure_ascii=False)

    @property
    def pairs(self) -> list[tuple[int, str, str]]:
        """(place, value, event) of values the file is seen to have."""
        return self._placed()[: self.met]

    @property
    def other_pairs(self) -> list[tuple[int, str, str]]:
        """Those it might have further down."""
        return [] if self.met is None else self._placed()[self.met :]

    def _placed(self) -> list[tuple[int, str, str]]:
        return [(place, value, event) for place, (value, event) in enumerate(self.event_values)]


@dataclass(frozen=True)
class MappingForm:
    kind: str
    constant: str
    lines: list[ColumnLine]
    problems: list[Problem]

    @property
    def has_problems(self) -> bool:
        return bool(self.problems) or any(line.problems for line in self.lines)


def mapping_form(
    mapping: Mapping[str, Any],
    columns: Sequence[str],
    samples: Mapping[str, Sequence[str]],
    problems: Sequence[Problem] = (),
) -> MappingForm:
    """Every problem stands beside the column it is about; the others above the table."""
    steps, mapping = steps_json(mapping), without_steps(mapping)
    name, names = mapping.get("name"), EventNames(mapping.get("labels"))
    lines: list[ColumnLine] = []
    more = len(columns)
    for index, column in enumerate(columns):
        for one in _lines(index, column, mapping, samples.get(column, ()), names):
            stepped = replace(one, steps=steps.get(_place(one), ()))
            if one.of is not None:
                stepped, more = replace(stepped, index=more), more + 1
            lines.append(stepped)
    constant = names.shown(name) if isinstance(name, str) else ""
    return with_problems(MappingForm(mapping.get("kind", "events"), constant, lines, []), mapping, problems)


def with_problems(form: MappingForm, mapping: Mapping[str, Any], problems: Sequence[Problem]) -> MappingForm:
    """The form with what is wrong with the mapping that was made of it."""
    mapping = without_steps(mapping)
    columns = {line.index: line.column for line in form.lines}
    by_place = {_place(line): line for line in form.lines}
    by_column = {line.column: line for line in reversed(form.lines)}
    general: list[Problem] = []
    for problem in problems:
        path = tuple(map(str, problem.path))
        at = by_place.get(path[:2]) or by_place.get(path[:1])
        line = at or by_column.get(column_of(problem.path, mapping, columns))
        if problem.path in FORM_HINTS and mapping.get(str(problem.path[0])) is None:
            problem = replace(problem, hint=FORM_HINTS[problem.path])
        (line.problems if line else general).append(problem)
    return replace(form, problems=general)


def _place(line: ColumnLine) -> Place:
    """Where the mapping speaks of a line."""
    if line.role in PLACES:
        return (PLACES[line.role], line.slug)
    return ("name" if line.role == "event" else line.role,)


def _lines(
    index: int, column: str, mapping: Mapping[str, Any], samples: Sequence[str], names: EventNames
) -> Iterator[ColumnLine]:
    """A line for the column, and one more for each further field that is made of it."""
    first, *others = list(line_roles(column, mapping)) or [{}]
    yield _line(index, column, first, samples, names)
    for details in others:
        yield replace(_line(index, column, details, samples, names), of=index)


def _line(
    index: int, column: str, details: dict[str, Any], samples: Sequence[str], names: EventNames
) -> ColumnLine:
    proposed = [(value, "" if re.fullmatch(r"[\d.,:/ -]*", value) else value) for value in samples[:MOST_VALUES]]
    line = ColumnLine(index, column, samples, slug=column_slug(column), kind="text", event_values=proposed)
    if details.get("event_values"):
        said = {normal(value): (value, names.shown(event)) for value, event in details["event_values"]}
        met = dict.fromkeys(normal(value).removesuffix(".0") for value in samples)
        unsaid = [(value, "") for value in samples if normal(value).removesuffix(".0") not in said]
        # What is in the file comes first: a preset knows many words more.
        details["event_values"] = [said[value] for value in met if value in said] + unsaid[:MOST_VALUES]
        details["met"] = len(details["event_values"])
        details["event_values"] += [pair for value, pair in said.items() if value not in met]
    for part in ("filled", "empty", "also"):
        if part in details:
            details[part] = names.shown(details[part])
    return replace(line, problems=[], **details)


def column_slug(column: str) -> str:
    """A name for a column that has none yet: its header, with underscores for what may not stand in a name."""
    text = re.sub(r"\W+", "_", unicodedata.normalize("NFKC", column)).strip("_").lower()
    return f"c_{text}"[:63] if text[:1].isdigit() else text[:63] or "column"


def mapping_of(
    post: Mapping[str, str], columns: Sequence[str], mapping: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Problem]]:
    """What people filled in, as JSON, and what two columns cannot both be. `mapping` is what the form was
    made from: meanings of an attribute's values are kept from it, as the form does not show them."""
    reader = _Reader(post, columns, mapping)
    for index, _of in posted_lines(post, columns):
        reader.read(index)
    return reader.finished(), reader.problems


def posted_lines(post: Mapping[str, str], columns: Sequence[str]) -> Iterator[tuple[int, int | None]]:
    """The lines that were sent: their index, and for one more field of a column the index of that column."""
    yield from ((index, None) for index in range(len(columns)))
    for index in range(len(columns), len(columns) + MOST_MORE):
        of = post.get(f"of-{index}", "")
        if of.isdigit() and int(of) < len(columns):
            yield index, int(of)


class _Reader:
    def __init__(self, post: Mapping[str, str], columns: Sequence[str], before: Mapping[str, Any]):
        self.post, self.given, self.before = post, before, without_steps(before)
        self.columns = {index: columns[index if of is None else of] for index, of in posted_lines(post, columns)}
        self.of = dict(posted_lines(post, columns))
        self.places: dict[Place, list[StepJson]] = {}
        self.problems: list[Problem] = []
        self.names = EventNames(before.get("labels"))
        kind = "customers" if post.get("kind") == "customers" else "events"
        self.made: dict[str, Any] = {"kind": kind, "identifiers": {}, "attributes": {}}
        if kind == "events":
            self.made.update({"name": None, "time": None, "key": None, "properties": {}})
        self.keys: list[str] = []
        self.also: list[dict[str, Any]] = []

    def text(self, name: str, index: int) -> str:
        return self.post.get(f"{name}-{index}", "").strip()

    def read(self, index: int) -> None:
        role = self.text("role", index)
        if role in EVENTS_ONLY and self.made["kind"] != "events":
            return
        if role in ("identifier", "attribute", "property"):
            getattr(self, f"read_{role}")(index)
        elif role in ("event", "time"):
            made = {"event": self.event, "time": self.time}[role](index)
            self.once({"event": "name"}.get(role, role), made, index)
        elif role == "key":
            self.keys.append(self.columns[index])
            self.places[("key",)] = posted_steps(self.post, index)
        elif role == "also":
            self.also.append(self.one_more(index))
        if not self.has_more(index):
            self.keep_more(role, index)

    def one_more(self, index: int) -> dict[str, Any]:
        """The further event of a column: as it was, under the name it has now; or a new one, with its amount."""
        column, name = self.columns[index], self.names.slug(self.text("also", index)) or None
        for one in self.before.get("also") or ():
            if is_column(when_column(one), column):
                return {**one, "name": name}
        amount = {"properties": {"amount": {"column": column, "kind": "money"}}}
        is_amount = self.text("property_kind", index) in ("money", "number")
        return {"name": name, "when": column} | (amount if is_amount else {})

    def has_more(self, index: int) -> bool:
        """Whether everything the column is has a line of its own."""
        return self.of[index] is not None or index in self.of.values()

    def keep_more(self, role: str, index: int) -> None:
        """A column can be two things, such as an order's number and the row's. The form shows the first; while
        that stays, so does what else the column is."""
        column = self.columns[index]
        roles = list(line_roles(column, self.before))
        if roles and roles[0]["role"] == role:
            for other in roles[1:]:
                self.keep_one(other["role"], other.get("slug", ""), column)

    def keep_one(self, role: str, slug: str, column: str) -> None:
        group = {"identifier": "identifiers", "attribute": "attributes", "property": "properties"}.get(role, "")
        if group in self.made:
            self.made[group].setdefault(slug, self.given[group][slug])
        elif role == "key":
            self.keys.append(column)
        elif role == "also":
            self.also += [one for one in self.before["also"] if is_column(when_column(one), column)]

    def chosen(self, name: str, index: int) -> str:
        """A name from the list, or the one typed after choosing "new"."""
        picked = self.text(name, index)
        return self.text(f"{name}_new", index) if picked == NEW else picked

    def read_identifier(self, index: int) -> None:
        self.put("identifiers", self.chosen("type", index), self.columns[index], index)

    def read_attribute(self, index: int) -> None:
        slug = self.chosen("attribute", index)
        before = (self.before.get("attributes") or {}).get(slug)
        kept = {"values": before["values"]} if isinstance(before, dict) and before.get("values") else {}
        if self.text("attribute", index) == NEW:
            kept["kind"] = self.text("attribute_kind", index) or "text"
        made = {"column": self.columns[index], **kept} if kept else self.columns[index]
        self.put("attributes", slug, made, index)

    def read_property(self, index: int) -> None:
        kind = self.text("property_kind", index) or "text"
        self.put("properties", self.text("property", index), {"column": self.columns[index], "kind": kind}, index)

    def event(self, index: int) -> dict[str, Any]:
        column = {"column": self.columns[index]}
        if self.text("by_value", index) == "no":
            return {**column, **{part: self.names.slug(self.text(part, index)) for part in ("filled", "empty")}}
        pairs = {}
        for place in range(MOST_VALUES * 5):
            value = self.post.get(f"value-{index}-{place}")
            if value is None:
                break
            event = self.names.slug(self.post.get(f"event-{index}-{place}", ""))
            if event:
                pairs[value] = event
        return {**column, "values": pairs} if any(k != v for k, v in pairs.items()) else column

    def time(self, index: int) -> dict[str, Any]:
        zone = self.text("zone", index)
        return {"column": self.columns[index], **({"zone": zone} if zone else {})}

    def put(self, group: str, slug: str, made: Any, index: int) -> None:
        if not slug:
            self.refuse(index, N_("This column has no name yet"), N_("Choose one, or type a new one"))
        elif slug in self.made[group]:
            self.refuse(
                index, N_("Two columns are both %(name)s"), N_("Keep one and set the other aside"), name=slug
            )
        else:
            self.made[group][slug] = made
            self.places[(group, slug)] = posted_steps(self.post, index)

    def once(self, part: str, made: Any, index: int) -> None:
        if self.made[part] is not None:
            self.refuse(
                index, N_("Only one column can be this"), N_("Keep one; the other can be a property of the event")
            )
        else:
            self.made[part] = made
            self.places[(part,)] = posted_steps(self.post, index)

    def refuse(self, index: int, message: str, hint: str, **params: Any) -> None:
        self.problems.append(Problem(("columns", index), message, hint, params))

    def finished(self) -> dict[str, Any]:
        if self.made["kind"] == "events" and self.made["name"] is None:
            self.made["name"] = self.names.slug(self.post.get("constant", "")) or None
        if self.made["kind"] == "events":
            self.made["key"] = self.key()
        named = [one["name"] for one in self.also if one["name"]]
        labels = self.names.used([*_events_of(self.made.get("name")), *named])
        kept = {"channel": self.before.get("channel"), "labels": labels, "also": self.also}
        made = {**self.made, **{key: value for key, value in kept.items() if value}}
        for place, steps in self.places.items():
            made = with_steps(made, place, steps) if steps else made
        return made

    def key(self) -> Any:
        """In the order it had: events are known again by it."""
        before = key_columns(self.before)
        keys = before if set(before) == set(self.keys) else self.keys
        return keys[0] if len(keys) == 1 else keys or None


def _events_of(name: Any) -> list[str]:
    if isinstance(name, dict):
        return [*(name.get("values") or {}).values(), name.get("filled") or "", name.get("empty") or ""]
    return [name] if name else []
