"""The words of explanations in each language; the rules' own words are in `tags.rules.phrases`."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ExplainWords:
    """Templates. A tuple is (one, many)."""

    nothing: str
    yes: str
    no: str
    money: str
    times: tuple[str, str]
    place: str
    between: str
    no_rank: str
    ranked: str
    rank_top: str
    member: str
    no_member: str
    on_list: str
    no_list: str
    no_tag: str
    step: str
    busy: str
    last_time: str
    first_time: str
    not_once: str
    more_events: tuple[str, str]
    more_days: tuple[str, str]
    more_sum: str
    more_values: tuple[str, str]
    one_event: str
    wait: tuple[str, str]
    before: str
    over: str
    not_yet: str
    few_days: str
    reach: str
    unreach: str
    set: str
    unset: str
    join: str
    leave: str
    fewer: str
    never: str
    never_sample: str
    never_first: str
    first_event: str
    periods: tuple[str, str]
    pattern: str
    unpattern: str
    rank: str
    unrank: str


ZH_HANS = ExplainWords(
    nothing="没有值",
    yes="是",
    no="否",
    money="¥{n}",
    times=("{n} 次", "{n} 次"),
    place="抽样位置 {n}%",
    between="{low}% 至 {high}%",
    no_rank="没有这项数值，不参与排名",
    ranked="{value}，在 {of} 位客户中排第 {n}",
    rank_top="前 {n} 位",
    member="在分群中",
    no_member="不在分群中",
    on_list="在名单中",
    no_list="不在名单中",
    no_tag="没有这个标签的值",
    step="{events} {n} 次",
    busy="{of}中有 {n} 个达到",
    last_time="最近一次 {time}",
    first_time="首次 {time}",
    not_once="一次也没有",
    more_events=("再有 {n} 次{events}", "再有 {n} 次{events}"),
    more_days=("再有 {n} 天有{events}", "再有 {n} 天有{events}"),
    more_sum="{events}的{property}再增加 {n}",
    more_values=("{events}再多 {n} 种{property}", "{events}再多 {n} 种{property}"),
    one_event="有一次{events}，{property}为 {n}",
    wait=("再过 {n} 天没有{events}（到 {day}）", "再过 {n} 天没有{events}（到 {day}）"),
    before="{day} 之前{text}",
    over="{text}；但这段时间（{bounds}）已经结束，新发生的不再计入",
    not_yet="{text}；这段时间（{bounds}）还没有开始",
    few_days="做不到：这段时间里只有 {n} 天",
    reach="{what}需要{threshold}，现在是 {observed}",
    unreach="{what}需要不再{threshold}，现在是 {observed}",
    set="需要：{sentence}",
    unset="需要不再是：{sentence}",
    join="需要：{sentence}",
    leave="需要不再是：{sentence}",
    fewer="已发生的不会消失：{what}现在是 {observed}，要随时间移出范围才会变少",
    never="已发生的不会消失：{what}一直会是 {observed} 或更多",
    never_sample="抽样位置不会改变",
    never_first="首次发生在 {time}，不会改变",
    first_event="先要有{events}",
    periods=(
        "还差 {n} {unit}达到（每{unit}有{events}{times}）；下次从 {day} 起重新计算",
        "还差 {n} {unit}达到（每{unit}有{events}{times}）；下次从 {day} 起重新计算",
    ),
    pattern="需要：{sentence}",
    unpattern="需要不再是：{sentence}；已发生的要随时间移出范围",
    rank="需要进入前 {n} 位；第 {n} 位现在是 {value}",
    unrank="需要落到前 {n} 位之外",
)

ZH_HANT = ExplainWords(
    nothing="沒有值",
    yes="是",
    no="否",
    money="¥{n}",
    times=("{n} 次", "{n} 次"),
    place="抽樣位置 {n}%",
    between="{low}% 至 {high}%",
    no_rank="沒有這項數值，不參與排名",
    ranked="{value}，在 {of} 位客戶中排第 {n}",
    rank_top="前 {n} 位",
    member="在分群中",
    no_member="不在分群中",
    on_list="在名單中",
    no_list="不在名單中",
    no_tag="沒有這個標籤的值",
    step="{events} {n} 次",
    busy="{of}中有 {n} 個達到",
    last_time="最近一次 {time}",
    first_time="首次 {time}",
    not_once="一次也沒有",
    more_events=("再有 {n} 次{events}", "再有 {n} 次{events}"),
    more_days=("再有 {n} 天有{events}", "再有 {n} 天有{events}"),
    more_sum="{events}的{property}再增加 {n}",
    more_values=("{events}再多 {n} 種{property}", "{events}再多 {n} 種{property}"),
    one_event="有一次{events}，{property}為 {n}",
    wait=("再過 {n} 天沒有{events}（到 {day}）", "再過 {n} 天沒有{events}（到 {day}）"),
    before="{day} 之前{text}",
    over="{text}；但這段時間（{bounds}）已經結束，新發生的不再計入",
    not_yet="{text}；這段時間（{bounds}）還沒有開始",
    few_days="做不到：這段時間裡只有 {n} 天",
    reach="{what}需要{threshold}，現在是 {observed}",
    unreach="{what}需要不再{threshold}，現在是 {observed}",
    set="需要：{sentence}",
    unset="需要不再是：{sentence}",
    join="需要：{sentence}",
    leave="需要不再是：{sentence}",
    fewer="已發生的不會消失：{what}現在是 {observed}，要隨時間移出範圍才會變少",
    never="已發生的不會消失：{what}一直會是 {observed} 或更多",
    never_sample="抽樣位置不會改變",
    never_first="首次發生在 {time}，不會改變",
    first_event="先要有{events}",
    periods=(
        "還差 {n} {unit}達到（每{unit}有{events}{times}）；下次從 {day} 起重新計算",
        "還差 {n} {unit}達到（每{unit}有{events}{times}）；下次從 {day} 起重新計算",
    ),
    pattern="需要：{sentence}",
    unpattern="需要不再是：{sentence}；已發生的要隨時間移出範圍",
    rank="需要進入前 {n} 位；第 {n} 位現在是 {value}",
    unrank="需要落到前 {n} 位之外",
)

EN = ExplainWords(
    nothing="no value",
    yes="yes",
    no="no",
    money="¥{n}",
    times=("{n} time", "{n} times"),
    place="place {n} % in the sample",
    between="{low} % to {high} %",
    no_rank="does not have the measure, so has no rank",
    ranked="{value}, number {n} of {of} customers",
    rank_top="the first {n}",
    member="is in the segment",
    no_member="is not in the segment",
    on_list="is on the list",
    no_list="is not on the list",
    no_tag="has no value of the tag",
    step="{events} × {n}",
    busy="enough in {n} of {of}",
    last_time="last on {time}",
    first_time="first on {time}",
    not_once="not once",
    more_events=("{n} more {events}", "{n} more {events}"),
    more_days=("{events} on {n} more day", "{events} on {n} more days"),
    more_sum="{n} more {property} of {events}",
    more_values=("{n} further {property} of {events}", "{n} further {property} of {events}"),
    one_event="one {events} with {property} {n}",
    wait=("no {events} for {n} more day (until {day})", "no {events} for {n} more days (until {day})"),
    before="{text} before {day}",
    over="{text}; but that time ({bounds}) is over, and nothing new counts",
    not_yet="{text}; that time ({bounds}) has not begun",
    few_days="cannot be: there are only {n} days in that time",
    reach="{what} needs: {threshold}; it is {observed}",
    unreach="{what} must no longer be: {threshold}; it is {observed}",
    set="needed: {sentence}",
    unset="must no longer be so: {sentence}",
    join="needed: {sentence}",
    leave="must no longer be so: {sentence}",
    fewer="what happened stays: {what} is {observed}, and falls only as time moves on",
    never="what happened stays: {what} will always be {observed} or more",
    never_sample="the place in the sample never changes",
    never_first="the first was on {time}, and stays the first",
    first_event="first of all {events}",
    periods=(
        "one more {unit} with enough ({events} {times}); counted anew from {day}",
        "{n} more {unit} with enough ({events} {times} in each); counted anew from {day}",
    ),
    pattern="needed: {sentence}",
    unpattern="must no longer be so: {sentence}; what happened passes only as time moves on",
    rank="needs a place among the first {n}; number {n} has {value} now",
    unrank="must fall behind the first {n}",
)

EXPLAIN_WORDS: Mapping[str, ExplainWords] = {"zh-hans": ZH_HANS, "zh-hant": ZH_HANT, "en": EN}
