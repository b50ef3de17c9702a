"""The one table of operators: the parser, the compiler, the forms, the sentences and the docs all read it.

A row says which kinds it serves, what shape its right-hand side has, how it compiles and how it reads.
`test(side, args)` gets the left side (an Ibis column, a `sides.DateSide`, a `sides.LabelSide`, a NumPy
array or a plain number) and the converted arguments (see `values.arguments`).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import reduce
from operator import and_, or_
from typing import Any

from .catalog import Names
from .places import within_circle, within_region


class Shape(StrEnum):
    """What stands on the right-hand side."""

    NONE = "none"
    ONE = "one"
    MANY = "many"
    PAIR = "pair"
    SPAN = "span"
    PLACE = "place"


KIND_NAMES: dict[str, Names] = {
    "text": {"zh-hans": "文本", "zh-hant": "文字", "en": "Text"},
    "number": {"zh-hans": "数字", "zh-hant": "數字", "en": "Number"},
    "money": {"zh-hans": "金额", "zh-hant": "金額", "en": "Money"},
    "date": {"zh-hans": "日期", "zh-hant": "日期", "en": "Date"},
    "boolean": {"zh-hans": "是否", "zh-hant": "是否", "en": "Yes or no"},
    "list": {"zh-hans": "列表", "zh-hant": "列表", "en": "List"},
    "geo": {"zh-hans": "位置", "zh-hant": "位置", "en": "Place"},
    "label": {"zh-hans": "标签", "zh-hant": "標籤", "en": "Tag of labels"},
}
NUMERIC = ("number", "money")


@dataclass(frozen=True)
class Operator:
    """`labels` stand in a drop-down; `sentences` have places {what} and {value}, or {low} and {high}, or
    {span}, or {km} and {point}."""

    name: str
    kinds: tuple[str, ...]
    shape: Shape
    test: Callable[[Any, tuple], Any]
    labels: Names
    sentences: Names
    note: str = ""
    value_kind: str | None = None
    ignores_case: bool = False
    is_pattern: bool = False
    presence: bool | None = None
    whole_days: bool = False

    def kind_of_value(self, kind: str) -> str:
        """The kind a literal on the right-hand side must have."""
        return self.value_kind or {"list": "text", "label": "text"}.get(kind, kind)


def _texts(hans: str, hant: str, en: str) -> Names:
    return {"zh-hans": hans, "zh-hant": hant, "en": en}


def _row(
    name: str,
    kinds: Collection[str],
    shape: Shape,
    test: Callable[[Any, tuple], Any],
    labels: tuple[str, str, str],
    sentences: tuple[str, str, str] | None = None,
    **more: Any,
) -> Operator:
    """The usual sentence is: what, operator, value."""
    hans, hant, en = labels
    if sentences is None and shape is Shape.NONE:
        sentences = ("{what}" + hans, "{what}" + hant, "{what} " + en)
    gap = "" if set(kinds).isdisjoint((*NUMERIC, "date")) else " "
    usual = (f"{{what}}{hans}{gap}{{value}}", f"{{what}}{hant}{gap}{{value}}", f"{{what}} {en} {{value}}")
    return Operator(name, tuple(kinds), shape, test, _texts(*labels), _texts(*(sentences or usual)), **more)


def _is_any(side: Any, args: tuple) -> Any:
    return reduce(or_, (side == arg for arg in args))


def _each(test: Callable[[Any, Any], Any], join: Callable[[Any, Any], Any]) -> Callable[[Any, tuple], Any]:
    return lambda side, args: reduce(join, (test(side, arg) for arg in args))


def _folded(test: Callable[[Any, Any], Any]) -> Callable[[Any, tuple], Any]:
    """Both sides lower-cased by the engine, so that they are folded alike."""
    return lambda side, args: test(side.lower(), args[0].lower())


def _has(side: Any, arg: Any) -> Any:
    return side.contains(arg)


PRESENCE = (
    _row(
        "exists",
        KIND_NAMES,
        Shape.NONE,
        lambda x, a: x.notnull(),
        ("有值", "有值", "has a value"),
        presence=True,
    ),
    _row(
        "missing",
        KIND_NAMES,
        Shape.NONE,
        lambda x, a: x.isnull(),
        ("没有值", "沒有值", "has no value"),
        presence=False,
    ),
)

TEXT = (
    _row("is", ("text",), Shape.ONE, lambda x, a: x == a[0], ("是", "是", "is")),
    _row("is_not", ("text",), Shape.ONE, lambda x, a: x != a[0], ("不是", "不是", "is not")),
    _row("in", ("text",), Shape.MANY, lambda x, a: x.isin(a), ("属于", "屬於", "is one of")),
    _row("not_in", ("text",), Shape.MANY, lambda x, a: x.notin(a), ("不属于", "不屬於", "is none of")),
    _row(
        "contains",
        ("text",),
        Shape.ONE,
        _folded(lambda x, a: x.contains(a)),
        ("包含", "包含", "contains"),
        ignores_case=True,
    ),
    _row(
        "not_contains",
        ("text",),
        Shape.ONE,
        _folded(lambda x, a: ~x.contains(a)),
        ("不包含", "不包含", "does not contain"),
        ignores_case=True,
    ),
    _row(
        "starts_with",
        ("text",),
        Shape.ONE,
        _folded(lambda x, a: x.startswith(a)),
        ("开头是", "開頭是", "starts with"),
        ignores_case=True,
    ),
    _row(
        "ends_with",
        ("text",),
        Shape.ONE,
        _folded(lambda x, a: x.endswith(a)),
        ("结尾是", "結尾是", "ends with"),
        ignores_case=True,
    ),
    _row(
        "matches",
        ("text",),
        Shape.ONE,
        lambda x, a: x.re_search(a[0]),
        ("匹配", "符合", "matches"),
        note="RE2, anywhere in the text",
        is_pattern=True,
    ),
    _row(
        "not_matches",
        ("text",),
        Shape.ONE,
        lambda x, a: ~x.re_search(a[0]),
        ("不匹配", "不符合", "does not match"),
        note="RE2, anywhere in the text",
        is_pattern=True,
    ),
)

NUMBER = (
    _row("=", NUMERIC, Shape.ONE, lambda x, a: x == a[0], ("等于", "等於", "is")),
    _row("!=", NUMERIC, Shape.ONE, lambda x, a: x != a[0], ("不等于", "不等於", "is not")),
    _row("<", NUMERIC, Shape.ONE, lambda x, a: x < a[0], ("少于", "少於", "is below")),
    _row("<=", NUMERIC, Shape.ONE, lambda x, a: x <= a[0], ("不超过", "不超過", "is at most")),
    _row(">", NUMERIC, Shape.ONE, lambda x, a: x > a[0], ("超过", "超過", "is above")),
    _row(">=", NUMERIC, Shape.ONE, lambda x, a: x >= a[0], ("至少", "至少", "is at least")),
    _row(
        "between",
        NUMERIC,
        Shape.PAIR,
        lambda x, a: (x >= a[0]) & (x <= a[1]),
        ("介于", "介於", "is between"),
        (
            "{what}介于 {low} 和 {high} 之间",
            "{what}介於 {low} 和 {high} 之間",
            "{what} is between {low} and {high}",
        ),
        note="both ends belong to it",
    ),
    _row(
        "not_between",
        NUMERIC,
        Shape.PAIR,
        lambda x, a: (x < a[0]) | (x > a[1]),
        ("不介于", "不介於", "is not between"),
        (
            "{what}不介于 {low} 和 {high} 之间",
            "{what}不介於 {low} 和 {high} 之間",
            "{what} is not between {low} and {high}",
        ),
    ),
    _row("in", NUMERIC, Shape.MANY, _is_any, ("属于", "屬於", "is one of")),
)

DATE = (
    _row("before", ("date",), Shape.ONE, lambda x, a: x < a[0].start, ("早于", "早於", "is before")),
    _row("after", ("date",), Shape.ONE, lambda x, a: x >= a[0].end, ("晚于", "晚於", "is after")),
    _row("on", ("date",), Shape.ONE, lambda x, a: x.within(a[0]), ("在", "在", "is on")),
    _row(
        "between",
        ("date",),
        Shape.PAIR,
        lambda x, a: (x >= a[0].start) & (x < a[1].end),
        ("介于", "介於", "is between"),
        ("{what}在 {low} 至 {high} 之间", "{what}在 {low} 至 {high} 之間", "{what} is between {low} and {high}"),
        note="both days belong to it",
    ),
    _row(
        "within_last",
        ("date",),
        Shape.SPAN,
        lambda x, a: x.within(a[0]),
        ("在最近", "在最近", "is within the last"),
        (
            "{what}在最近 {span}（{value}）",
            "{what}在最近 {span}（{value}）",
            "{what} is within the last {span} ({value})",
        ),
    ),
    _row(
        "not_within_last",
        ("date",),
        Shape.SPAN,
        lambda x, a: x.outside(a[0]),
        ("不在最近", "不在最近", "is not within the last"),
        (
            "{what}不在最近 {span}（{value}）",
            "{what}不在最近 {span}（{value}）",
            "{what} is not within the last {span} ({value})",
        ),
    ),
    _row(
        "within_next",
        ("date",),
        Shape.SPAN,
        lambda x, a: x.within(a[0]),
        ("在未来", "在未來", "is within the next"),
        (
            "{what}在未来 {span}（{value}）",
            "{what}在未來 {span}（{value}）",
            "{what} is within the next {span} ({value})",
        ),
        note="today and the units after it",
    ),
    _row(
        "anniversary_within",
        ("date",),
        Shape.SPAN,
        lambda x, a: x.anniversary(a[0]),
        ("周年日在未来", "週年日在未來", "has its anniversary within the next"),
        (
            "{what}的周年日在未来 {span}（{value}）",
            "{what}的週年日在未來 {span}（{value}）",
            "{what} has its anniversary within the next {span} ({value})",
        ),
        note="today and the units after it, in either year; 29 February counts as 28 February in other years",
        whole_days=True,
    ),
)

BOOLEAN = (
    _row("is_true", ("boolean",), Shape.NONE, lambda x, a: x, ("为是", "為是", "is true")),
    _row("is_false", ("boolean",), Shape.NONE, lambda x, a: ~x, ("为否", "為否", "is false")),
)

LIST = (
    _row("has", ("list",), Shape.ONE, lambda x, a: _has(x, a[0]), ("含有", "含有", "has")),
    _row("has_any", ("list",), Shape.MANY, _each(_has, or_), ("含有任一", "含有任一", "has any of")),
    _row("has_all", ("list",), Shape.MANY, _each(_has, and_), ("含有全部", "含有全部", "has all of")),
    _row(
        "has_none",
        ("list",),
        Shape.MANY,
        _each(lambda x, a: ~_has(x, a), and_),
        ("不含任何", "不含任何", "has none of"),
    ),
)

GEO = (
    _row(
        "within_km",
        ("geo",),
        Shape.PLACE,
        lambda x, a: within_circle(x, a[0]),
        ("在附近", "在附近", "is near"),
        (
            "{what}在（{point}）{km} 公里以内",
            "{what}在（{point}）{km} 公里以內",
            "{what} is within {km} km of ({point})",
        ),
        note="great-circle distance on a sphere of radius 6371.0088 km; exactly so far belongs to it",
    ),
    _row(
        "in_region",
        ("geo",),
        Shape.PLACE,
        lambda x, a: within_region(x, a[0]),
        ("在区域内", "在區域內", "is in the region"),
        ("{what}在区域内（{value}）", "{what}在區域內（{value}）", "{what} is in the region ({value})"),
        note="its south and west edges belong to it, the others do not: neighbours share no point",
    ),
)


def _sized(row: Operator) -> Operator:
    """A comparison of numbers as one of the list's length."""
    hans, hant, en = (row.labels[code] for code in ("zh-hans", "zh-hant", "en"))
    return _row(
        f"size {row.name}",
        ("list",),
        row.shape,
        lambda side, args: row.test(side.length(), args),
        (f"项数{hans}", f"項數{hant}", f"size {en}"),
        (f"{{what}}的项数{hans} {{value}}", f"{{what}}的項數{hant} {{value}}", f"size of {{what}} {en} {{value}}"),
        value_kind="number",
    )


# A tag of labels is asked in the same words, but by set algebra over `sides.LabelSide`.
LABEL_TESTS: dict[str, Callable[[Any, tuple], Any]] = {
    "is": lambda x, a: x.any_of(a),
    "is_not": lambda x, a: x.none_of(a),
    "in": lambda x, a: x.any_of(a),
    "not_in": lambda x, a: x.none_of(a),
    "has": lambda x, a: x.any_of(a),
    "has_any": lambda x, a: x.any_of(a),
    "has_all": lambda x, a: x.all_of(a),
    "has_none": lambda x, a: x.none_of(a),
}
LABEL = tuple(
    replace(row, kinds=("label",), test=LABEL_TESTS[row.name]) for row in (*TEXT, *LIST) if row.name in LABEL_TESTS
)

SIZE = tuple(_sized(row) for row in NUMBER if row.shape is Shape.ONE)

OPERATORS: tuple[Operator, ...] = (
    *TEXT,
    *NUMBER,
    *DATE,
    *BOOLEAN,
    *LIST,
    *SIZE,
    *GEO,
    *LABEL,
    *PRESENCE,
)
BY_KIND: dict[tuple[str, str], Operator] = {(row.name, kind): row for row in OPERATORS for kind in row.kinds}
SHAPES: dict[str, Shape] = {row.name: row.shape for row in OPERATORS}


def operator(name: str, kind: str) -> Operator | None:
    """The row of an operator for a kind, or None when the kind has no such operator."""
    return BY_KIND.get((name, kind))


def operators_of(kind: str) -> tuple[Operator, ...]:
    """The operators of a kind, in the order a form shows them."""
    return tuple(row for row in OPERATORS if kind in row.kinds)
