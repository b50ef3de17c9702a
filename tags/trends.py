"""What a run leaves behind for its history: how many had each value, where the numbers lay, whether it jumped."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _
from pyroaring import BitMap

from cdp.ledger.models import JobState
from cdp.templatetags.quanxi import percent

from .charts import Bands, Flow, Level, bands, flow, level, lines
from .drift import MOST_EARLIER, drift

POINTS = 400


def run_record(values: Mapping[str, BitMap], quartiles: Iterable[float]) -> dict[str, Any]:
    """The fields of a tag run that keep its distribution: `counts` by value, `quartiles` of its numbers."""
    counts = {value: len(members) for value, members in values.items()}
    return {"counts": counts, "quartiles": [round(cut, 6) for cut in quartiles]}


def drift_record(earlier: QuerySet[Any], as_of: datetime, matched: int, universe: int) -> dict[str, Any] | None:
    """The `drift` of a run that matched so many, after the `earlier` runs of the same version."""
    done = earlier.filter(state=JobState.DONE, as_of__lt=as_of, universe__gt=0).order_by("-as_of", "-pk")
    rows = list(done.values_list("as_of", "matched", "universe")[: 2 * MOST_EARLIER])
    return _drift(rows, matched, universe)


def drift_records(
    model: type[Any], of: str, runs: Sequence[tuple[Any, Mapping[str, Any]]]
) -> dict[int, dict[str, Any] | None]:
    """Run → its `drift`, of runs with what each found (`matched`, `universe`); `of` is the column by which the
    runs of one thing are told from those of others. One query a moment, however many runs."""
    found: dict[int, dict[str, Any] | None] = {}
    for as_of in {run.as_of for run, _row in runs}:
        mine = [(run, row) for run, row in runs if run.as_of == as_of]
        earlier = _latest(model, of, [getattr(run, of) for run, _row in mine], as_of)
        found |= {
            run.pk: _drift(earlier.get(getattr(run, of), []), row["matched"], row["universe"]) for run, row in mine
        }
    return found


Earlier = tuple[datetime, int, int]


def _latest(model: type[Any], of: str, keys: list[int], as_of: datetime) -> dict[int, list[Earlier]]:
    place = Window(RowNumber(), partition_by=[F(of)], order_by=[F("as_of").desc(), F("pk").desc()])
    done = model.objects.filter(**{f"{of}__in": keys}, state=JobState.DONE, as_of__lt=as_of, universe__gt=0)
    rows = done.order_by().annotate(place=place).filter(place__lte=2 * MOST_EARLIER).order_by(of, "place")
    found: dict[int, list[Earlier]] = {}
    for key, *row in rows.values_list(of, "as_of", "matched", "universe"):
        found.setdefault(key, []).append((row[0], row[1], row[2]))
    return found


def _drift(earlier: Sequence[Earlier], matched: int, universe: int) -> dict[str, Any] | None:
    """`earlier`, the latest first, are moments with how many matched out of how many."""
    by_moment = {moment: part / whole for moment, part, whole in reversed(earlier)}
    found = drift([*by_moment.values(), matched / universe if universe else 0.0])
    return found.as_json() if found else None


@dataclass(frozen=True)
class Trends:
    """The history as charts; each is None where there is not enough of it."""

    first_at: datetime
    last_at: datetime
    coverage: Level | None
    flow: Flow | None
    values: Bands | None
    numbers: Bands | None


def history(runs: QuerySet[Any]) -> list[Any]:
    """The finished runs by what they are as of, oldest first; of several as of one moment the latest."""
    done = runs.filter(state=JobState.DONE).order_by("-as_of", "-pk")[:POINTS]
    return list({run.as_of: run for run in reversed(done)}.values())


def trends(runs: Sequence[Any], labels: dict[str, str]) -> Trends | None:
    """Of the `history` of a tag or segment; None for fewer than two runs. `labels`: value → its name."""
    if len(runs) < 2:
        return None
    moments = [run.as_of for run in runs]
    shares = [run.matched / run.universe if run.universe else 0.0 for run in runs]
    return Trends(
        first_at=moments[0],
        last_at=moments[-1],
        coverage=level(moments, shares, [bool(run.drift) for run in runs]),
        flow=flow(moments[1:], [run.entered for run in runs[1:]], [run.left for run in runs[1:]]),
        values=_values(runs, labels),
        numbers=_numbers(runs),
    )


def _values(runs: Sequence[Any], labels: dict[str, str]) -> Bands | None:
    kept = [run for run in runs if getattr(run, "counts", None)]
    values = dict.fromkeys(value for run in reversed(kept) for value in run.counts if value)
    if len(kept) < 2 or not values:
        return None
    rows = {labels.get(value, value): [run.counts.get(value, 0) for run in kept] for value in values}
    return bands([run.as_of for run in kept], rows)


def _numbers(runs: Sequence[Any]) -> Bands | None:
    kept = [run for run in runs if getattr(run, "quartiles", None)]
    if len(kept) < 2:
        return None
    names = (_("a quarter are below"), _("half are below"), _("three quarters are below"))
    rows = {name: [run.quartiles[place] for run in kept] for place, name in enumerate(names)}
    return lines([run.as_of for run in kept], rows)


def drift_note(run: Any) -> str:
    """What a run's jump is, in words; empty when there is none, or no run."""
    if run is None or not run.drift:
        return ""
    words = {name: percent(abs(share)) for name, share in run.drift.items()}
    return _(
        "Coverage jumped from %(before)s to %(now)s of the customers; by its own history it changes by about "
        "%(usual)s from refresh to refresh, give or take %(limit)s."
    ) % {**words, "usual": percent(run.drift["usual"])}
