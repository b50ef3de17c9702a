"""The form tree → the objects that the templates draw, in the reader's language."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tags.rules.catalog import FIXED, Catalog, Field, Names, TagInfo, name_in
from tags.rules.nodes import ANY_EVENT, Agg, Window
from tags.rules.operators import Operator, operators_of
from tags.rules.parse_patterns import MOST_STEPS
from tags.rules.parse_windows import read_window as parse_window
from tags.rules.reading import Reading as Checking
from tags.rules.value_kinds import NUMBER, measure_kind
from tags.rules.windows import Moment

from .choosing import attribute_headings, chooser, in_order, property_headings, tag_headings
from .kept import PATTERNS, kept_sentence, rule_sentence
from .operands import operand_inputs
from .owns import fitting_attributes, is_of, kinds_beside, own_inputs, own_side, owns
from .parts import Add, Choice, Choices, Group, Hidden, Input, Row
from .patterns import (
    absent_input,
    pattern_chooser,
    pattern_details,
    rank_inputs,
    sample_inputs,
    sequence_inputs,
)
from .posted import Tree, below, fields_of, text
from .read import OFF, Reading, items_of, join_of, read_condition, read_window, steps_of
from .settle import event_kind
from .sources import NOWHERE, Sources
from .table import MEASURES, left_kind, needs_property, operators_for, value_kind
from .windows import resolved_text, window_inputs

FEWEST_STEPS = 2
ICONS = {"attribute": "badge", "event": "bolt", "tag": "sell", "segment": "join_inner", "list": "list_alt"}
ICONS |= {**dict.fromkeys((*PATTERNS, "sequence"), "timeline"), "sample": "casino", "rank": "leaderboard"}
ICONS |= {"property": "filter_alt", "group": "account_tree", "kept": "notes"}


@dataclass
class Draw:
    """Everything a form needs to know to be shown. `problems`: path in the form → texts; `used`: event → the
    properties it has values of; `events`: those a filter that is drawn is about."""

    catalog: Catalog
    language: str
    moment: Moment
    sources: Sources = NOWHERE
    problems: Mapping[str, list[str]] = field(default_factory=dict)
    used: Mapping[str, Collection[str]] = field(default_factory=dict)
    events: tuple[str, ...] = ()

    def group(self, node: Tree, path: str, *, root: bool = False, in_where: bool = False) -> Group:
        join = join_of(node)
        word = (
            pgettext("between conditions", "and")
            if join in ("all", "not_all")
            else pgettext("between conditions", "or")
        )
        problems = tuple(self.problems.get(path, ()))
        group = Group(path, join_input(path, join), word, [], [], root, in_where, problems, off=bool(node.get(OFF)))
        group.hidden = [Hidden(f"{path}.{OFF}", text(node, OFF))] * group.off
        if text(node, "fold") and not (root or in_where):
            self._fold(group, node)
            return group
        group.rows = [
            self.group(item, f"{path}.items.{number}", in_where=in_where)
            if text(item, "type") == "group"
            else self.row(item, f"{path}.items.{number}")
            for number, item in enumerate(items_of(node))
        ]
        group.adds = where_adds() if in_where else rule_adds(self.catalog, deep=path.count(".items.") >= 6)
        return group

    def _fold(self, part: Row | Group, node: Tree) -> None:
        """Its sentence, while all its fields go along unseen. Problems of what is in it are told beside it."""
        part.folded = True
        part.sentence = self._sentence(node) or _("Not filled in yet.")
        part.hidden = [
            Hidden(f"{part.path}.{name}", value)
            for name, values in fields_of(node)
            if name != "type"
            for value in values
        ]
        within = [texts for path, texts in self.problems.items() if f"{path}.".startswith(f"{part.path}.")]
        part.problems = tuple(dict.fromkeys(one for texts in within for one in texts))

    def _sentence(self, node: Tree) -> str:
        reading = Reading(self.catalog)
        rule = read_condition(node, "", (), reading)
        return "" if reading.blanks else rule_sentence(rule, self.catalog, self.moment, self.language)

    def row(self, node: Tree, path: str) -> Row:
        kind = text(node, "type")
        if text(node, "fold") and kind not in ("kept", "property"):
            row = Row(path, kind, type_title(kind), ICONS[kind], [], off=bool(node.get(OFF)))
            self._fold(row, node)
            return row
        match kind:
            case "attribute" | "property" | "tag":
                row = self._tested(node, path, kind)
            case "event":
                row = self._event(node, path)
            case "first" | "stopped" | "resumed" | "regular":
                row = self._pattern(node, path, kind)
            case "sequence":
                row = self._sequence(node, path)
            case "rank":
                row = self._rank(node, path)
            case "sample":
                row = Row(path, kind, type_title(kind), ICONS[kind], sample_inputs(node, path))
            case "kept":
                row = self._kept(node, path)
            case _:
                row = self._member(node, path, "list" if kind == "list" else "segment")
        row.hidden, row.off = hidden_of(node, path, row), bool(node.get(OFF))
        row.negated = row.may_negate and bool(text(node, "negate"))
        row.problems = tuple(self._problems_under(row))
        return row

    def problems_of(self, row: Row) -> tuple[str, ...]:
        return tuple(self._problems_under(row))

    def _problems_under(self, row: Row) -> Iterable[str]:
        """Each once. A filter's conditions show their own, and so do the parts inside a condition."""
        within = (f"{row.path}.where", *(part.path for part in row.parts))
        found = [
            text
            for path, texts in self.problems.items()
            if (path == row.path or path.startswith(f"{row.path}.")) and not path.startswith(within)
            for text in texts
        ]
        return dict.fromkeys(found)

    def _tested(self, node: Tree, path: str, kind: str) -> Row:
        slug = text(node, kind)
        row = Row(path, kind, type_title(kind), ICONS[kind], [self._subject(kind, slug, path)])
        if slug:
            left = left_kind(kind, slug, text(node, "op"), self.catalog)
            rows = operators_for(kind, slug, self.catalog)
            known = self._known(kind, slug)
            row.inputs += self.test_inputs(node, rows, left, path, self.sources.of(kind, slug), known)
            self._compared(row, node, left)
        return row

    def _subject(self, kind: str, slug: str, path: str) -> Input:
        named: dict[str, Names]
        match kind:
            case "attribute":
                named = {key: field.names for key, field in self.catalog.attributes.items()}
                headings = attribute_headings(self.catalog.attributes)
            case "property":
                named = {key: field.names for key, field in {**self.catalog.properties, **FIXED}.items()}
                headings = self._property_headings(named, self.events)
            case _:
                named = {key: tag.names for key, tag in self.catalog.tags.items()}
                headings = tag_headings(self.catalog.tags, self.language)
        return self.select(
            f"{path}.{kind}", type_title(kind), slug, in_order(named, headings), headings=headings, rebuilds=True
        )

    def _property_headings(self, named: Collection[str], events: Collection[str]) -> dict[str, str]:
        return property_headings(named, [one for one in events if one], self.used, self.catalog)

    def select(
        self,
        name: str,
        label: str,
        value: str,
        named: Mapping[str, Names],
        *,
        headings: Mapping[str, str] | None = None,
        rebuilds: bool = False,
    ) -> Input:
        return chooser(name, label, value, named, self.language, headings=headings, rebuilds=rebuilds)

    def test_inputs(
        self,
        node: Tree,
        rows: tuple[Operator, ...],
        left: str,
        path: str,
        source: Sources = NOWHERE,
        known: tuple[Choice, ...] = (),
    ) -> list[Input]:
        op = text(node, "op")
        names = tuple(Choice(row.name, row.labels[self.language]) for row in rows)
        chooser = Input(
            f"{path}.op", "select", _("How it is compared"), op, options=(Choices("", names),), rebuilds=True
        )
        value = below(node, "value")
        if own := own_side(node, left, self.catalog):
            return [chooser, *self._own_inputs(node, f"{path}.value", own, left)]
        return [chooser, *operand_inputs(value, f"{path}.value", op, value_kind(op, left), source, known)]

    def _own_inputs(self, node: Tree, path: str, own: str, left: str) -> list[Input]:
        found = own_inputs(node, path, own, left, self.catalog)
        if own == "attribute":
            fitting = fitting_attributes(node, left, self.catalog)
            named = {slug: self.catalog.attributes[slug].names for slug in fitting}
            headings = attribute_headings({slug: self.catalog.attributes[slug] for slug in fitting})
            chosen = text(below(node, "value"), "attribute")
            found.append(
                self.select(f"{path}.attribute", type_title("attribute"), chosen, named, headings=headings)
            )
        return found

    def _compared(self, row: Row, node: Tree, left: str) -> None:
        """The other measure it is compared with, or a button that brings one."""
        may, own = owns(node, left, self.catalog), own_side(node, left, self.catalog)
        if may and not own:
            row.more.append(
                Add(f"compare {may[0]}", _("Compare with another value of theirs"), "compare_arrows", row.path)
            )
        if own == "measure":
            measure, path = below(below(node, "value"), "measure"), f"{row.path}.value.measure"
            row.other = self.measure(measure, path, kinds_beside(left))
            row.other.title, row.other.lead = _("The other measure"), _("the other measure:")

    def _sequence(self, node: Tree, path: str) -> Row:
        row = Row(path, "sequence", type_title("sequence"), ICONS["sequence"], sequence_inputs(node, path))
        first, *others = self._when(row, node)
        row.window = [replace(first, before=_("the first of them")), *others]
        steps = steps_of(node)
        row.steps = [self._step(step, path, number, len(steps)) for number, step in enumerate(steps)]
        if len(steps) < MOST_STEPS:
            row.more.append(Add("add step", _("then another step"), "add", f"{path}.steps"))
        return row

    def _step(self, step: Tree, path: str, number: int, among: int) -> Row:
        here = f"{path}.steps.{number}"
        row = Row(here, "step", _("Step %(number)s") % {"number": number + 1}, "", [], alone=True)
        row.lead = f"{number + 1}."
        row.inputs = [*([absent_input(step, here)] if number else []), *self.happened_inputs(step, here)]
        row.where = self._where(step, f"{here}.where")
        if number > 1 or (number and not text(step, "absent")):
            row.more.append(Add("up", _("Move up"), "arrow_upward", here))
        if among > FEWEST_STEPS:
            row.more.append(Add("remove", _("Remove"), "close", here))
        row.hidden, row.problems = hidden_of(step, here, row), tuple(self._problems_under(row))
        return row

    def _rank(self, node: Tree, path: str) -> Row:
        first, *others = self.measure_inputs(node, path, NUMBER)
        by = replace(first, before=pgettext("ranked by a measure", "by"))
        inputs = [*rank_inputs(node, path), by, *others, *self.happened_inputs(node, path)]
        row = Row(path, "rank", type_title("rank"), ICONS["rank"], inputs)
        self.when_and_where(row, node)
        return row

    def _known(self, kind: str, slug: str) -> tuple[Choice, ...]:
        """The values that have names of their own."""
        holder: Field | TagInfo | None
        match kind:
            case "attribute":
                holder = self.catalog.attributes.get(slug)
            case "property":
                holder = self.catalog.property_field(slug)
            case _:
                holder = self.catalog.tags.get(slug)
        values = holder.values if holder else {}
        return tuple(Choice(value, name_in(names, self.language, value)) for value, names in values.items())

    def value_names(self, slug: str) -> dict[str, str]:
        """What the values of a property are called, where they have names."""
        return {choice.value: choice.label for choice in self._known("property", slug)} if slug else {}

    def _event(self, node: Tree, path: str) -> Row:
        did = (Choice("", _("did")), Choice("1", _("did not")))
        negate = Input(
            f"{path}.negate", "select", _("Did or did not"), text(node, "negate"), options=(Choices("", did),)
        )
        inputs = [negate, *self.happened_inputs(node, path), *self.measure_inputs(node, path)]
        kind = event_kind(node, self.catalog)
        inputs += self.test_inputs(node, operators_of(kind), kind, path)
        row = Row(path, "event", type_title("event"), ICONS["event"], inputs)
        self.when_and_where(row, node)
        self._compared(row, node, kind)
        return row

    def _pattern(self, node: Tree, path: str, kind: str) -> Row:
        inputs = [
            pattern_chooser(path, kind),
            *self.happened_inputs(node, path),
            *pattern_details(node, path, kind),
        ]
        row = Row(path, kind, type_title(kind), ICONS[kind], inputs)
        self.when_and_where(row, node)
        if kind != "first":
            row.window, row.resolved = [], ""
        return row

    def happened_inputs(self, node: Tree, path: str) -> list[Input]:
        """A drop-down an event: any of them counts."""
        any_event = dict.fromkeys(("zh-hans", "zh-hant", "en"), _("any event"))
        named = {**self.catalog.events, ANY_EVENT: any_event}
        return [
            replace(
                self.select(f"{path}.event[]", type_title("event"), slug, named, rebuilds=True),
                before=pgettext("between conditions", "or") if place else "",
                place=str(place),
            )
            for place, slug in enumerate(events_chosen(node) or [""])
        ]

    def measure_inputs(self, node: Tree, path: str, kinds: tuple[str, ...] = ()) -> list[Input]:
        """`kinds`: of what kind the measure has to be, where not every one does."""
        agg = text(node, "agg") if text(node, "agg") in MEASURES else "count"
        rows = tuple(
            Choice(one.value, _(label)) for one, label in MEASURES.items() if one == agg or is_of(one, kinds)
        )
        inputs = [
            Input(f"{path}.agg", "select", _("What is measured"), agg, options=(Choices("", rows),), rebuilds=True)
        ]
        if needs_property(agg):
            fitting = {
                slug: known.names
                for slug, known in {**self.catalog.properties, **FIXED}.items()
                if (kind := measure_kind(Agg(agg), known.kind)) and (not kinds or kind in kinds)
            }
            chosen, headings = text(node, "property"), self._property_headings(fitting, events_chosen(node))
            inputs.append(
                self.select(
                    f"{path}.property",
                    type_title("property"),
                    chosen,
                    in_order(fitting, headings),
                    headings=headings,
                    rebuilds=True,
                )
            )
        return inputs

    def measure(self, node: Tree, path: str, kinds: tuple[str, ...] = ()) -> Row:
        """A measure that stands alone, in a measure tag or on a right-hand side."""
        row = Row(path, "event", type_title("event"), ICONS["event"], [])
        row.inputs = [*self.measure_inputs(node, path, kinds), *self.happened_inputs(node, path)]
        self.when_and_where(row, node)
        row.hidden, row.problems = hidden_of(node, path, row), tuple(self._problems_under(row))
        row.alone = True
        return row

    def when_and_where(self, row: Row, node: Tree) -> None:
        self._when(row, node)
        row.where = self._where(node, f"{row.path}.where")

    def _where(self, node: Tree, path: str) -> Group:
        """The filter of the events that are chosen beside it."""
        about = replace(self, events=tuple(events_chosen(node)))
        return about.group(below(node, "where"), path, root=True, in_where=True)

    def _when(self, row: Row, node: Tree) -> list[Input]:
        window = below(node, "window")
        row.window = window_inputs(window, f"{row.path}.window")
        row.resolved = resolved_text(self._window(window), self.moment)
        return row.window

    def _window(self, window: Tree) -> Window | None:
        """The window as it stands; None while it is unfinished."""
        reading = Reading(self.catalog)
        json = read_window(window, (), reading)
        return None if reading.blanks else parse_window(Checking(), json, ())

    def _kept(self, node: Tree, path: str) -> Row:
        row = Row(path, "kept", type_title("kept"), ICONS["kept"], [])
        row.sentence = kept_sentence(text(node, "json"), self.catalog, self.moment, self.language)
        return row

    def _member(self, node: Tree, path: str, kind: str) -> Row:
        named = self.catalog.lists if kind == "list" else self.catalog.segments
        choices = (Choice("", _("is a member of")), Choice("1", _("is not a member of")))
        negate = Input(
            f"{path}.negate", "select", _("Member or not"), text(node, "negate"), options=(Choices("", choices),)
        )
        chooser = self.select(f"{path}.{kind}", type_title(kind), text(node, kind), named)
        return Row(path, kind, type_title(kind), ICONS[kind], [negate, chooser])


def type_title(kind: str) -> str:
    titles = {
        "attribute": _("Attribute"),
        "event": _("Event"),
        "tag": _("Tag"),
        "segment": _("Segment"),
        "list": _("List"),
        "property": _("Property"),
        "kept": _("Condition that is edited as text"),
        "sample": _("Random sample"),
        "rank": _("Rank"),
        **dict.fromkeys((*PATTERNS, "sequence"), _("Behaviour")),
    }
    return titles[kind]


def events_chosen(node: Tree) -> list[str]:
    chosen = node.get("event")
    return [one for one in chosen if isinstance(one, str)] if isinstance(chosen, list) else []


def join_input(path: str, join: str) -> Input:
    choices = (
        Choice("all", _("All of these are true")),
        Choice("any", _("At least one of these is true")),
        Choice("none", _("None of these is true")),
        Choice("not_all", _("Not all of these are true")),
    )
    return Input(
        f"{path}.join",
        "select",
        _("How the conditions are joined"),
        join,
        options=(Choices("", choices),),
        rebuilds=True,
    )


def rule_adds(catalog: Catalog, *, deep: bool) -> list[Add]:
    kinds = ["attribute", "event", "first"]
    kinds += ["tag"] * bool(catalog.tags) + ["segment"] * bool(catalog.segments) + ["list"] * bool(catalog.lists)
    kinds += ["rank"] * bool(catalog.events) + ["sample"]
    adds = [Add(f"add {kind}", type_title(kind), ICONS[kind]) for kind in kinds]
    return adds if deep else [*adds, Add("add group", _("Group"), ICONS["group"])]


def where_adds() -> list[Add]:
    return [Add("add property", _("Only where…"), "filter_alt")]


def hidden_of(node: Tree, path: str, row: Row) -> list[Hidden]:
    """What was typed for another choice than the present one: kept, in case it is chosen again."""
    drawn = [row, *row.parts]
    shown = {one.name for part in drawn for one in (*part.inputs, *part.window)} | {f"{path}.type"}
    shown |= {one.name for part in drawn for one in part.hidden}
    wheres = tuple(f"{part.path}.where." for part in drawn if part.where)
    return [
        Hidden(f"{path}.{name}", value)
        for name, values in fields_of(node)
        if f"{path}.{name}" not in shown and not f"{path}.{name}".startswith(wheres)
        for value in values
    ]
