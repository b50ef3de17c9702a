"""The words of the kinds' sentences, in each language; conditions have theirs in `tags.rules.phrases`."""

from collections.abc import Mapping
from dataclasses import dataclass

from tags.rules.formulas.nodes import Function


@dataclass(frozen=True)
class KindWords:
    """Templates."""

    comma: str
    semicolon: str
    quoted: str
    bracketed: str
    functions: Mapping[Function, str]
    quantiles: str
    width: str
    below: str
    from_: str
    above: str
    up_to: str
    every_number: str
    nobody: str
    preference: str
    by_count: str
    by_sum: str
    by_half_life: str
    min_events: str
    min_share: str
    listed_last: str
    listed_all: str
    listed_values: str
    rfm: str
    rfm_quintiles: str
    rfm_limits: str
    rfm_scores: str
    rfm_score: str
    rfm_group: str
    rfm_high: str
    rfm_low: str
    rfm_mean: str
    rfm_note: str
    prospect: str
    new: str
    active: str
    dormant: str
    churned: str
    won_back: str
    since: str


ZH_HANS = KindWords(
    comma="，",
    semicolon="；",
    quoted="「{name}」",
    bracketed="（{text}）",
    functions={
        Function.MIN: "最小值（{list}）",
        Function.MAX: "最大值（{list}）",
        Function.ABS: "绝对值（{list}）",
        Function.ROUND: "四舍五入（{list}）",
        Function.COALESCE: "首个有值的（{list}）",
    },
    quantiles="按客户人数平均分成 {n} 档：{names}；分界值在每次刷新时算出",
    width="从最小到最大等宽分成 {n} 档：{names}；分界值在每次刷新时算出",
    below="低于 {n}",
    from_="从 {n} 起",
    above="超过 {n}",
    up_to="不超过 {n}",
    every_number="任意数字",
    nobody="没有客户：分界值相同",
    preference="{events}中{weight}最多的前 {top} 个{property}",
    by_count="次数",
    by_sum="{property}合计",
    by_half_life="次数（每过 {days} 天权重减半）",
    min_events="每个至少 {n} 次",
    min_share="每个至少占 {share}%",
    listed_last="由同事上传或手动给出的值，以最近一次给出的为准",
    listed_all="由同事上传或手动给出的值，可有多个",
    listed_values="可用的值：{names}",
    rfm="{events}：最近一次距今的天数、次数、{amount}合计，各评 1 至 5 分",
    rfm_quintiles="按有{events}的客户五等分评分，数值相同的客户分数相同",
    rfm_limits="按固定标准评分",
    rfm_scores="{part}：{scores}",
    rfm_score="{score} 分（{range}）",
    rfm_group="R {r}，F {f}，M {m}",
    rfm_high="高于平均分",
    rfm_low="不高于平均分",
    rfm_mean="平均分：R {r}，F {f}，M {m}",
    rfm_note="R{r} F{f} M{m}：{days} 天前，{times} 次，{money}",
    prospect="从未有{events}",
    new="首次{events}在最近 {days} 天内（{start} 起，{zone}）",
    active="最近一次{events}在最近 {days} 天内（{start} 起，{zone}），且不属于新客或赢回",
    dormant="最近一次{events}早于最近 {days} 天、但在最近 {more} 天内（{start} 至 {end}，{zone}）",
    churned="最近 {days} 天没有{events}（最近一次早于 {start}，{zone}）",
    won_back="流失之后又有{events}，回来在最近 {days} 天内（{start} 起，{zone}）",
    since="自 {day} 起",
)

ZH_HANT = KindWords(
    comma="，",
    semicolon="；",
    quoted="「{name}」",
    bracketed="（{text}）",
    functions={
        Function.MIN: "最小值（{list}）",
        Function.MAX: "最大值（{list}）",
        Function.ABS: "絕對值（{list}）",
        Function.ROUND: "四捨五入（{list}）",
        Function.COALESCE: "首個有值的（{list}）",
    },
    quantiles="按客戶人數平均分成 {n} 檔：{names}；分界值在每次更新時算出",
    width="從最小到最大等寬分成 {n} 檔：{names}；分界值在每次更新時算出",
    below="低於 {n}",
    from_="從 {n} 起",
    above="超過 {n}",
    up_to="不超過 {n}",
    every_number="任意數字",
    nobody="沒有客戶：分界值相同",
    preference="{events}中{weight}最多的前 {top} 個{property}",
    by_count="次數",
    by_sum="{property}合計",
    by_half_life="次數（每過 {days} 天權重減半）",
    min_events="每個至少 {n} 次",
    min_share="每個至少佔 {share}%",
    listed_last="由同事上傳或手動給出的值，以最近一次給出的為準",
    listed_all="由同事上傳或手動給出的值，可有多個",
    listed_values="可用的值：{names}",
    rfm="{events}：最近一次距今的天數、次數、{amount}合計，各評 1 至 5 分",
    rfm_quintiles="按有{events}的客戶五等分評分，數值相同的客戶分數相同",
    rfm_limits="按固定標準評分",
    rfm_scores="{part}：{scores}",
    rfm_score="{score} 分（{range}）",
    rfm_group="R {r}，F {f}，M {m}",
    rfm_high="高於平均分",
    rfm_low="不高於平均分",
    rfm_mean="平均分：R {r}，F {f}，M {m}",
    rfm_note="R{r} F{f} M{m}：{days} 天前，{times} 次，{money}",
    prospect="從未有{events}",
    new="首次{events}在最近 {days} 天內（{start} 起，{zone}）",
    active="最近一次{events}在最近 {days} 天內（{start} 起，{zone}），且不屬於新客或贏回",
    dormant="最近一次{events}早於最近 {days} 天、但在最近 {more} 天內（{start} 至 {end}，{zone}）",
    churned="最近 {days} 天沒有{events}（最近一次早於 {start}，{zone}）",
    won_back="流失之後又有{events}，回來在最近 {days} 天內（{start} 起，{zone}）",
    since="自 {day} 起",
)

EN = KindWords(
    comma=", ",
    semicolon="; ",
    quoted="“{name}”",
    bracketed="({text})",
    functions={
        Function.MIN: "the lowest of ({list})",
        Function.MAX: "the highest of ({list})",
        Function.ABS: "the size of ({list})",
        Function.ROUND: "rounded ({list})",
        Function.COALESCE: "the first that is known of ({list})",
    },
    quantiles="in {n} parts of about as many customers each: {names}; where they are cut is worked out in each"
    " refresh",
    width="in {n} parts of equal width from the lowest to the highest: {names}; where they are cut is worked out in"
    " each refresh",
    below="below {n}",
    from_="from {n}",
    above="above {n}",
    up_to="up to {n}",
    every_number="any number",
    nobody="nobody: the cuts are the same",
    preference="up to {top} {property} of {events}, by {weight}",
    by_count="how often",
    by_sum="total {property}",
    by_half_life="how often (worth half after every {days} days)",
    min_events="each at least {n} times",
    min_share="each at least {share} % of the whole",
    listed_last="the value that was uploaded or given by hand last",
    listed_all="the values that were uploaded or given by hand",
    listed_values="the values are: {names}",
    rfm="{events}: days since the last one, how many, and their total {amount}, each scored 1 to 5",
    rfm_quintiles="scored in fifths of the customers who have {events}; equal numbers get equal scores",
    rfm_limits="scored by fixed limits",
    rfm_scores="{part}: {scores}",
    rfm_score="{score} ({range})",
    rfm_group="R {r}, F {f}, M {m}",
    rfm_high="above the mean",
    rfm_low="not above the mean",
    rfm_mean="mean scores: R {r}, F {f}, M {m}",
    rfm_note="R{r} F{f} M{m}: {days} days ago, {times} times, {money}",
    prospect="has never had {events}",
    new="the first {events} was within the last {days} days (since {start}, {zone})",
    active="the last {events} was within the last {days} days (since {start}, {zone}), neither new nor won back",
    dormant="the last {events} was more than {days} and at most {more} days ago ({start} to {end}, {zone})",
    churned="no {events} for more than {days} days (the last before {start}, {zone})",
    won_back="{events} again after having churned, within the last {days} days (since {start}, {zone})",
    since="since {day}",
)

WORDS: Mapping[str, KindWords] = {"zh-hans": ZH_HANS, "zh-hant": ZH_HANT, "en": EN}


def words_of(language: str) -> KindWords:
    return WORDS.get(language, ZH_HANS)
