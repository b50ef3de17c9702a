"""Preference: each customer's heaviest values of a property. Which values there are, the data says."""

from typing import assert_never

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from pyroaring import BitMap

from cdp.errors import N_, user_error
from tags.rules.catalog import Catalog
from tags.rules.definition import Preference
from tags.rules.definitions.base import LONGEST_VALUE
from tags.rules.definitions.preference import ByCount, ByHalfLife, BySum
from tags.rules.describe import Describer
from tags.rules.windows import Moment

from .base import Facts, Result, Sentence, World
from .happenings import asked, days_between, events_of, events_said, number_column, property_said
from .words import KindWords, words_of

MOST_VALUES = 1_000
# Weights are compared to so many decimals: sums of fractions differ in their last digits.
DECIMALS = 9


def evaluate(definition: Preference, world: World) -> Result:
    weighed = _weighed(definition, _happenings(definition, events_of(definition.events, world)))
    found = asked(_heaviest(definition, weighed), definition.events, world, "heaviest", definition)
    return Result(_by_value(definition, found))


def _happenings(definition: Preference, rows: ir.Table) -> ir.Table:
    """customer_id, day, value and amount, a row for each value an event has."""
    weight = definition.weight
    amount = number_column(rows, weight.property) if isinstance(weight, BySum) else ibis.literal(1)
    table = rows.select("customer_id", "day", value=_value(rows, definition.of), amount=amount)
    return table.filter(table.value.notnull() & (table.value != ""))


def _value(rows: ir.Table, slug: str) -> ir.Value:
    """The property as text; of a list each item."""
    if slug != "weekday" and rows[slug].type().is_array():
        return rows[slug].unnest()
    column = number_column(rows, slug) if slug == "weekday" or rows[slug].type().is_numeric() else rows[slug]
    if not column.type().is_floating():
        return column.cast("string")
    whole = (column == column.floor()) & (column.abs() < 2**53)
    return ibis.ifelse(whole, column.cast("int64").cast("string"), column.cast("string"))


def _weighed(definition: Preference, table: ir.Table) -> ir.Table:
    """customer_id, value, events and weight."""
    match definition.weight:
        case ByCount() | BySum():
            weight = table.amount.sum().cast("float64").coalesce(0.0)
            return table.group_by("customer_id", "value").aggregate(events=table.count(), weight=weight)
        case ByHalfLife(days):
            daily = table.group_by("customer_id", "value", "day").aggregate(events=table.count())
            # Age counts from the customer's latest event, so that old habits do not vanish in rounding.
            latest = daily.day.max().over(ibis.window(group_by="customer_id"))
            aged = daily.mutate(age=days_between(latest, daily.day))
            weight = (aged.events * ibis.literal(0.5).pow(aged.age / ibis.literal(float(days)))).sum()
            return aged.group_by("customer_id", "value").aggregate(events=aged.events.sum(), weight=weight)
        case _:
            assert_never(definition.weight)


def _heaviest(definition: Preference, weighed: ir.Table) -> ir.Table:
    """customer_id and value of those that are heavy enough; equal weights by the value's text."""
    positive = weighed.filter(weighed.weight > 0) if isinstance(definition.weight, BySum) else weighed
    whole = positive.weight.sum().over(ibis.window(group_by="customer_id"))
    shared = positive.mutate(whole=whole)
    over = (shared.weight - shared.whole * float(definition.min_share)).round(DECIMALS)
    fitting = shared.filter((shared.events >= definition.min_events) & (over >= 0))
    order = [fitting.weight.round(DECIMALS).desc(), fitting.value.asc()]
    ranked = fitting.mutate(place=ibis.row_number().over(ibis.window(group_by="customer_id", order_by=order)))
    return ranked.filter(ranked.place < definition.top).select("customer_id", "value")


def _by_value(definition: Preference, found: pa.Table) -> dict[str, BitMap]:
    """Value → customers, the commonest first."""
    encoded = found["value"].combine_chunks().cast(pa.string()).dictionary_encode()
    values, codes = encoded.dictionary.to_pylist(), encoded.indices.to_numpy()
    _guard(definition, values)
    order = np.argsort(codes, kind="stable")
    ids = np.split(found["customer_id"].to_numpy()[order], np.searchsorted(codes[order], np.arange(1, len(values))))
    members = {value: BitMap(some) for value, some in zip(values, ids, strict=False)}
    known = {label.value: BitMap() for label in definition.labels}
    return dict(sorted((known | members).items(), key=lambda one: (-len(one[1]), one[0])))


def _guard(definition: Preference, values: list[str]) -> None:
    if len(values) > MOST_VALUES:
        raise user_error(
            N_('The property "%(name)s" gives %(count)s different values, more than %(most)s.'),
            N_("Take a coarser property, filter the events, or ask for more events of a value."),
            name=definition.of,
            count=len(values),
            most=MOST_VALUES,
        )
    if long := next((value for value in values if len(value) > LONGEST_VALUE), None):
        raise user_error(
            N_('The property "%(name)s" has a value longer than %(most)s characters: %(value)s…'),
            N_("Filter such events out, or take another property."),
            name=definition.of,
            most=LONGEST_VALUE,
            value=long[:40],
        )


def keep(definition: Preference, result: Result, before: Result, universe: BitMap) -> Result:
    """Who has no preference now keeps those of before, whatever values these were."""
    empty, nobody = universe - result.everyone(), BitMap()
    values = dict.fromkeys([*result.values, *before.values])
    joined = {v: result.values.get(v, nobody) | (before.values.get(v, nobody) & empty) for v in values}
    return Result({value: members for value, members in joined.items() if members or value in result.values})


# In words


def read_out(
    definition: Preference, catalog: Catalog, moment: Moment, language: str, facts: Facts | None = None
) -> list[Sentence]:
    describer, words = Describer(catalog, moment, language), words_of(language)
    what = words.preference.format(
        top=definition.top,
        property=property_said(catalog, definition.of, language),
        weight=_weight_said(definition, catalog, language, words),
        events=events_said(describer, catalog, definition.events),
    )
    parts = [what]
    if definition.min_events > 1:
        parts.append(words.min_events.format(n=definition.min_events))
    if definition.min_share:
        parts.append(words.min_share.format(share=f"{(definition.min_share * 100).normalize():f}"))
    return [Sentence("", describer.time.timed(words.comma.join(parts), definition.events.window))]


def _weight_said(definition: Preference, catalog: Catalog, language: str, words: KindWords) -> str:
    match definition.weight:
        case ByCount():
            return words.by_count
        case BySum(slug):
            return words.by_sum.format(property=property_said(catalog, slug, language))
        case ByHalfLife(days):
            return words.by_half_life.format(days=days)
        case _:
            assert_never(definition.weight)
