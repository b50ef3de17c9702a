"""What a rule may name: a frozen picture of the attributes, events, properties, tags, segments and lists."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Names = Mapping[str, str]
"""Language code (`zh-hans`, `zh-hant`, `en`) → text."""

FALLBACKS = {
    "zh-hans": ("zh-hans", "zh-hant", "en"),
    "zh-hant": ("zh-hant", "zh-hans", "en"),
    "en": ("en", "zh-hans", "zh-hant"),
}

NUMERIC = frozenset({"measure", "rfm", "lifecycle", "formula"})
OPEN = frozenset({"preference", "list"})

KINDS = ("text", "number", "money", "date", "boolean", "list", "geo")


@dataclass(frozen=True)
class Field:
    """An attribute or a property: its kind, its names, and the names of the values it is known to have.
    `category` is what it is listed under, by its short name."""

    kind: str
    names: Names = field(default_factory=dict)
    values: Mapping[str, Names] = field(default_factory=dict)
    category: str = ""


@dataclass(frozen=True)
class TagInfo:
    """`kind` is a kind of tag; `values` are the labels that are known before it is computed; `category` is what it
    is listed under, empty where there is none."""

    kind: str
    names: Names = field(default_factory=dict)
    values: Mapping[str, Names] = field(default_factory=dict)
    category: Names = field(default_factory=dict)

    @property
    def has_numbers(self) -> bool:
        """Whether customers have a number of it."""
        return self.kind in NUMERIC

    @property
    def has_labels(self) -> bool:
        """Whether it gives values; a measure or a formula only with bins."""
        return self.kind not in ("measure", "formula") or bool(self.values)

    @property
    def is_open(self) -> bool:
        """Whether its values are data: there may be any."""
        return self.kind in OPEN and not self.values


@dataclass(frozen=True)
class Catalog:
    attributes: Mapping[str, Field] = field(default_factory=dict)
    events: Mapping[str, Names] = field(default_factory=dict)
    properties: Mapping[str, Field] = field(default_factory=dict)
    tags: Mapping[str, TagInfo] = field(default_factory=dict)
    segments: Mapping[str, Names] = field(default_factory=dict)
    lists: Mapping[str, Names] = field(default_factory=dict)
    zone: str = "Asia/Shanghai"

    def property_field(self, slug: str) -> Field | None:
        """A registered property or a fixed column of every event."""
        return FIXED.get(slug) or self.properties.get(slug)


def name_in(names: Names, language: str, slug: str) -> str:
    """The name in a language, or the best there is, or the slug."""
    for code in FALLBACKS.get(language, FALLBACKS["zh-hans"]):
        if text := names.get(code):
            return text
    return slug


def _names(hans: str, hant: str, en: str) -> Names:
    return {"zh-hans": hans, "zh-hant": hant, "en": en}


WEEKDAYS = {
    "1": _names("周一", "週一", "Monday"),
    "2": _names("周二", "週二", "Tuesday"),
    "3": _names("周三", "週三", "Wednesday"),
    "4": _names("周四", "週四", "Thursday"),
    "5": _names("周五", "週五", "Friday"),
    "6": _names("周六", "週六", "Saturday"),
    "7": _names("周日", "週日", "Sunday"),
}

FIXED: Mapping[str, Field] = {
    "channel": Field("text", _names("渠道", "渠道", "channel")),
    "source": Field("text", _names("数据源", "資料來源", "source")),
    "hour": Field("number", _names("小时", "小時", "hour of day")),
    "weekday": Field("number", _names("星期", "星期", "weekday"), WEEKDAYS),
}
