"""The words sentences are made of, in each language; the operators' own words are in their table."""

from collections.abc import Mapping
from dataclasses import dataclass

from .nodes import Agg, Unit


@dataclass(frozen=True)
class Phrases:
    """Templates; units and times are (one, many), top and bottom are (customers, percent)."""

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
    with_zone: str
    length: str
    units: Mapping[Unit, tuple[str, str]]
    previous: Mapping[Unit, str]
    this: Mapping[Unit, str]
    measures: Mapping[Agg, str]
    sequence: str
    then: str
    no_step: str
    periods: str
    each_period: str
    times: tuple[str, str]
    first: str
    stopped: str
    resumed: str
    sample: str
    top: tuple[str, str]
    bottom: tuple[str, str]
    their: str
    own_measure: str
    multiple: str
    box: str
    ring: str
    more_corners: str


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
    with_zone="{bounds}，{zone}",
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
        Agg.SHARE: "{events}占全部{every}的比例",
    },
    sequence="在 {length}内依次：{steps}",
    then=" → ",
    no_step="没有{}",
    periods="之前完整的 {of}中至少 {least}",
    each_period="每{unit}有{events}{times}",
    times=("至少 {n} 次", "至少 {n} 次"),
    first="首次有{events}",
    stopped="停止{events}：{after}内有过（{active}），此后 {quiet}没有{zoned}",
    resumed="恢复{events}：更早有过（{before}），之后 {quiet}没有（{silent}），最近 {after}又有{zoned}",
    sample="在随机样本「{name}」的 {low}% 至 {high}% 中",
    top=("{measure}排在前 {n} 名", "{measure}排在前 {n}%"),
    bottom=("{measure}排在后 {n} 名", "{measure}排在后 {n}%"),
    their="本人的{name}",
    own_measure="本人{window}{zoned}{item}",
    multiple="{item}的 {times} 倍",
    box="纬度 {south} 至 {north}，经度 {west} 至 {east}",
    ring="顶点 {corners}",
    more_corners="等 {n} 个",
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
    with_zone="{bounds}，{zone}",
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
        Agg.SHARE: "{events}佔全部{every}的比例",
    },
    sequence="在 {length}內依次：{steps}",
    then=" → ",
    no_step="沒有{}",
    periods="之前完整的 {of}中至少 {least}",
    each_period="每{unit}有{events}{times}",
    times=("至少 {n} 次", "至少 {n} 次"),
    first="首次有{events}",
    stopped="停止{events}：{after}內有過（{active}），此後 {quiet}沒有{zoned}",
    resumed="恢復{events}：更早有過（{before}），之後 {quiet}沒有（{silent}），最近 {after}又有{zoned}",
    sample="在隨機樣本「{name}」的 {low}% 至 {high}% 中",
    top=("{measure}排在前 {n} 名", "{measure}排在前 {n}%"),
    bottom=("{measure}排在後 {n} 名", "{measure}排在後 {n}%"),
    their="本人的{name}",
    own_measure="本人{window}{zoned}{item}",
    multiple="{item}的 {times} 倍",
    box="緯度 {south} 至 {north}，經度 {west} 至 {east}",
    ring="頂點 {corners}",
    more_corners="等 {n} 個",
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
    with_zone="{bounds}, {zone}",
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
        Agg.SHARE: "share of {events} among all {every}",
    },
    sequence="{steps} within {length}",
    then=" → ",
    no_step="no {}",
    periods="in at least {least} of the {of} before this one",
    each_period="{events} {times}",
    times=("at least once", "at least {n} times"),
    first="the first {events} ever",
    stopped="stopped {events}: some in {after} ({active}), none in the {quiet} since {zoned}",
    resumed="resumed {events}: some before ({before}), none in {quiet} ({silent}), some in {after} {zoned}",
    sample="is in random sample “{name}”, {low}% to {high}%",
    top=("top {n} by {measure}", "top {n}% by {measure}"),
    bottom=("bottom {n} by {measure}", "bottom {n}% by {measure}"),
    their="their {name}",
    own_measure="their {item} {window} {zoned}",
    multiple="{times} × {item}",
    box="latitude {south} to {north}, longitude {west} to {east}",
    ring="corners {corners}",
    more_corners=" and more, {n} in all",
)

PHRASES: Mapping[str, Phrases] = {"zh-hans": ZH_HANS, "zh-hant": ZH_HANT, "en": EN}
