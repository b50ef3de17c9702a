"""The words sentences are made of, in each language; the operators' own words are in their table."""

from collections.abc import Mapping
from dataclasses import dataclass

from .nodes import Agg, Unit


@dataclass(frozen=True)
class Phrases:
    """Templates; units are (one, many)."""

    both: str
    either: str
    separator: str
    grouped: str
    negated: str
    quoted: str
    any_event: str
    or_event: str
    tag: str
    segment: str
    on_list: str
    where: str
    timed: str
    happened: str
    never: str
    ever: str
    last: str
    last_complete: str
    between_ago: str
    until: str
    bounds: str
    zoned: str
    length: str
    units: Mapping[Unit, tuple[str, str]]
    previous: Mapping[Unit, str]
    this: Mapping[Unit, str]
    measures: Mapping[Agg, str]


ZH_HANS = Phrases(
    both="，且",
    either="，或",
    separator="、",
    grouped="（{item}）",
    negated="不满足（{item}）",
    quoted="「{name}」",
    any_event="任意事件",
    or_event="或",
    tag="标签「{name}」",
    segment="属于分群「{name}」",
    on_list="在名单「{name}」中",
    where="{events}（其中{where}）",
    timed="{window}{zoned}{item}",
    happened="有{events}",
    never="没有{events}",
    ever="有史以来",
    last="最近 {length}",
    last_complete="今天之前的 {length}",
    between_ago="{far} 至 {near} {unit}前",
    until="至 {end}",
    bounds="{start} 至 {end}",
    zoned="（{bounds}，{zone}）",
    length="{n} {unit}",
    units={
        Unit.HOUR: ("小时", "小时"),
        Unit.DAY: ("天", "天"),
        Unit.WEEK: ("周", "周"),
        Unit.MONTH: ("个月", "个月"),
        Unit.QUARTER: ("个季度", "个季度"),
        Unit.YEAR: ("年", "年"),
    },
    previous={
        Unit.HOUR: "上一小时",
        Unit.DAY: "昨天",
        Unit.WEEK: "上周",
        Unit.MONTH: "上个月",
        Unit.QUARTER: "上个季度",
        Unit.YEAR: "去年",
    },
    this={
        Unit.HOUR: "这一小时",
        Unit.DAY: "今天",
        Unit.WEEK: "本周",
        Unit.MONTH: "本月",
        Unit.QUARTER: "本季度",
        Unit.YEAR: "今年",
    },
    measures={
        Agg.COUNT: "{events}的次数",
        Agg.DAYS: "{events}的天数",
        Agg.SUM: "{events}的{property}合计",
        Agg.AVG: "{events}的平均{property}",
        Agg.MIN: "{events}的最小{property}",
        Agg.MAX: "{events}的最大{property}",
        Agg.MEDIAN: "{events}的{property}中位数",
        Agg.P90: "{events}的{property} 90 分位数",
        Agg.DISTINCT: "{events}的不同{property}数",
        Agg.FIRST: "首次{events}的时间",
        Agg.LAST: "最近一次{events}的时间",
        Agg.DAYS_SINCE_FIRST: "距首次{events}的天数",
        Agg.DAYS_SINCE_LAST: "距最近一次{events}的天数",
    },
)

ZH_HANT = Phrases(
    both="，且",
    either="，或",
    separator="、",
    grouped="（{item}）",
    negated="不滿足（{item}）",
    quoted="「{name}」",
    any_event="任意事件",
    or_event="或",
    tag="標籤「{name}」",
    segment="屬於分群「{name}」",
    on_list="在名單「{name}」中",
    where="{events}（其中{where}）",
    timed="{window}{zoned}{item}",
    happened="有{events}",
    never="沒有{events}",
    ever="有史以來",
    last="最近 {length}",
    last_complete="今天之前的 {length}",
    between_ago="{far} 至 {near} {unit}前",
    until="至 {end}",
    bounds="{start} 至 {end}",
    zoned="（{bounds}，{zone}）",
    length="{n} {unit}",
    units={
        Unit.HOUR: ("小時", "小時"),
        Unit.DAY: ("天", "天"),
        Unit.WEEK: ("週", "週"),
        Unit.MONTH: ("個月", "個月"),
        Unit.QUARTER: ("個季度", "個季度"),
        Unit.YEAR: ("年", "年"),
    },
    previous={
        Unit.HOUR: "上一小時",
        Unit.DAY: "昨天",
        Unit.WEEK: "上週",
        Unit.MONTH: "上個月",
        Unit.QUARTER: "上個季度",
        Unit.YEAR: "去年",
    },
    this={
        Unit.HOUR: "這一小時",
        Unit.DAY: "今天",
        Unit.WEEK: "本週",
        Unit.MONTH: "本月",
        Unit.QUARTER: "本季度",
        Unit.YEAR: "今年",
    },
    measures={
        Agg.COUNT: "{events}的次數",
        Agg.DAYS: "{events}的天數",
        Agg.SUM: "{events}的{property}合計",
        Agg.AVG: "{events}的平均{property}",
        Agg.MIN: "{events}的最小{property}",
        Agg.MAX: "{events}的最大{property}",
        Agg.MEDIAN: "{events}的{property}中位數",
        Agg.P90: "{events}的{property} 90 分位數",
        Agg.DISTINCT: "{events}的不同{property}數",
        Agg.FIRST: "首次{events}的時間",
        Agg.LAST: "最近一次{events}的時間",
        Agg.DAYS_SINCE_FIRST: "距首次{events}的天數",
        Agg.DAYS_SINCE_LAST: "距最近一次{events}的天數",
    },
)

EN = Phrases(
    both=", and ",
    either=", or ",
    separator=", ",
    grouped="({item})",
    negated="not ({item})",
    quoted="“{name}”",
    any_event="any event",
    or_event=" or ",
    tag="tag “{name}”",
    segment="is in segment “{name}”",
    on_list="is on list “{name}”",
    where="{events} (where {where})",
    timed="{window} {zoned}: {item}",
    happened="has {events}",
    never="has no {events}",
    ever="at any time",
    last="in the last {length}",
    last_complete="in the {length} before today",
    between_ago="{far} to {near} {unit} ago",
    until="until {end}",
    bounds="{start} to {end}",
    zoned="({bounds}, {zone})",
    length="{n} {unit}",
    units={unit: (unit.value, f"{unit.value}s") for unit in Unit},
    previous={
        Unit.HOUR: "in the previous hour",
        Unit.DAY: "yesterday",
        Unit.WEEK: "last week",
        Unit.MONTH: "last month",
        Unit.QUARTER: "last quarter",
        Unit.YEAR: "last year",
    },
    this={
        Unit.HOUR: "this hour",
        Unit.DAY: "today",
        Unit.WEEK: "this week",
        Unit.MONTH: "this month",
        Unit.QUARTER: "this quarter",
        Unit.YEAR: "this year",
    },
    measures={
        Agg.COUNT: "number of {events}",
        Agg.DAYS: "number of days with {events}",
        Agg.SUM: "total {property} of {events}",
        Agg.AVG: "average {property} of {events}",
        Agg.MIN: "lowest {property} of {events}",
        Agg.MAX: "highest {property} of {events}",
        Agg.MEDIAN: "median {property} of {events}",
        Agg.P90: "90th percentile of {property} of {events}",
        Agg.DISTINCT: "number of different {property} of {events}",
        Agg.FIRST: "time of the first {events}",
        Agg.LAST: "time of the last {events}",
        Agg.DAYS_SINCE_FIRST: "days since the first {events}",
        Agg.DAYS_SINCE_LAST: "days since the last {events}",
    },
)

PHRASES: Mapping[str, Phrases] = {"zh-hans": ZH_HANS, "zh-hant": ZH_HANT, "en": EN}
