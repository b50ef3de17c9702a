"""Life cycle: everyone's state today, and the day they entered it.

The number is the days since then; who has never bought has no day of entry.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from pyroaring import BitMap

from tags.rules.catalog import Catalog, name_in
from tags.rules.definition import Lifecycle
from tags.rules.definitions.lifecycle import ACTIVE, CHURNED, DORMANT, NEW, PROSPECT, STATES, WON_BACK
from tags.rules.describe import Describer
from tags.rules.windows import Moment

from .base import Facts, Result, Sentence, World
from .happenings import asked, days_between, days_of, events_of, events_said
from .keeping import keep_nothing
from .words import words_of

EPOCH = np.datetime64("1970-01-01", "D")
NEVER = np.iinfo(np.int64).min // 4
keep = keep_nothing


def evaluate(definition: Lifecycle, world: World) -> Result:
    rows = events_of(definition.events, world)
    ends = asked(_first_and_last(rows), definition.events, world, "first and last")
    ids, first, last = ends["customer_id"].to_numpy(), days_of(ends["first"]), days_of(ends["last"])
    left, back = _returns(definition, rows, ids, world)
    today = int((np.datetime64(world.evaluation.moment.day, "D") - EPOCH).astype(np.int64))
    state, since = _states(definition, today, first, last, left, back)
    values = {label.value: BitMap(ids[state == place]) for place, label in enumerate(STATES)}
    values[PROSPECT.value] = world.universe - BitMap(ids)
    numbers = pa.table({"customer_id": ids, "value": (today - since).astype(np.float64)})
    days = pa.array(since.astype(np.int32)).cast(pa.date32())
    return Result(values, numbers, pa.table({"customer_id": ids, "since": days}))


def _first_and_last(rows: ir.Table) -> ir.Table:
    return rows.group_by("customer_id").aggregate(first=rows.day.min(), last=rows.day.max())


def _returns(definition: Lifecycle, rows: ir.Table, ids: np.ndarray, world: World) -> tuple[np.ndarray, np.ndarray]:
    """The latest time a customer came back after having been dormant: the day before the silence and the day
    after it (days since 1970, `NEVER` for who never did).

    Who buys on the very day they would have become dormant has not been.
    """
    days = rows.select("customer_id", "day").distinct()
    before = days.day.lag().over(ibis.window(group_by="customer_id", order_by="day"))
    steps = days.mutate(before=before)
    silences = steps.filter(days_between(steps.day, steps.before) > definition.dormant + 1)
    latest = silences.group_by("customer_id").aggregate(left=silences.before.max(), back=silences.day.max())
    found = asked(latest, definition.events, world, "silences", definition.dormant)
    place = np.searchsorted(ids, found["customer_id"].to_numpy())
    left, back = np.full(len(ids), NEVER), np.full(len(ids), NEVER)
    left[place], back[place] = days_of(found["left"]), days_of(found["back"])
    return left, back


def _states(
    definition: Lifecycle, today: int, first: np.ndarray, last: np.ndarray, left: np.ndarray, back: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The place of each customer's state in `STATES`, and the day it began."""
    lost = back - left > definition.churned + 1
    cases = [
        (CHURNED, today - last > definition.churned, last + definition.churned + 1),
        (DORMANT, today - last > definition.dormant, last + definition.dormant + 1),
        (NEW, today - first <= definition.new, first),
        (WON_BACK, lost & (today - back <= definition.won_back), back),
        (ACTIVE, lost, back + definition.won_back + 1),
        (ACTIVE, back != NEVER, back),
    ]
    when = [holds for _state, holds, _since in cases]
    state = np.select(when, [STATES.index(label) for label, _holds, _since in cases], STATES.index(ACTIVE))
    return state, np.select(when, [since for _state, _holds, since in cases], first + definition.new + 1)


# In words


def read_out(
    definition: Lifecycle, catalog: Catalog, moment: Moment, language: str, facts: Facts | None = None
) -> list[Sentence]:
    words = words_of(language)
    events = events_said(Describer(catalog, moment, language), catalog, definition.events)

    def said(template: str, days: int, start: int, end: int = 0) -> str:
        places = {"start": _ago(moment, start), "end": _ago(moment, end), "zone": moment.zone}
        return template.format(events=events, days=days, more=definition.churned, **places)

    texts = (
        words.prospect.format(events=events),
        said(words.new, definition.new, definition.new),
        said(words.active, definition.dormant, definition.dormant),
        said(words.dormant, definition.dormant, definition.churned, definition.dormant + 1),
        said(words.churned, definition.churned, definition.churned),
        said(words.won_back, definition.won_back, definition.won_back),
    )
    return [
        Sentence(name_in(label.names, language, label.value), text)
        for label, text in zip(STATES, texts, strict=True)
    ]


def _ago(moment: Moment, days: int) -> str:
    return f"{moment.day - timedelta(days=days):%Y-%m-%d}"


def note(row: Mapping[str, Any], language: str) -> str:
    return words_of(language).since.format(day=f"{row['since']:%Y-%m-%d}")
