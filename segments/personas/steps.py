"""Numbers into a few round steps, chosen from everyone's values so that a group and everyone compare. Pure."""

from collections.abc import Callable, Sequence
from math import ceil, floor, log10

import numpy as np
import numpy.typing as npt

from .statistics import Base, Distribution, Share, veil

Floats = npt.NDArray[np.float64]
Label = Callable[[float], str]
SERIES = tuple(step * 10.0**power for power in range(-2, 12) for step in (1, 2, 5))
# Beyond this ratio of the 95th to the 5th hundredth, even steps would put nearly everyone into the first.
SKEWED = 20


def round_edges(values: Floats, most: int = 7) -> tuple[float, ...]:
    """Lower edges: even steps for even numbers, 1–2–5–10 for skewed ones. Ascending, at least one."""
    if not len(values):
        return (0.0,)
    low, high = (float(q) for q in np.quantile(values, (0.05, 0.95)))
    # Of what is counted there is nothing between none and one.
    finest = 1.0 if bool(np.all(np.mod(values, 1) == 0)) else 0.0
    if low >= 0 and high > SKEWED * max(low, high / 1000):
        return _growing(low, high, most, finest)
    return _even(low, high, most, finest)


def _growing(low: float, high: float, most: int, finest: float) -> tuple[float, ...]:
    inner = [edge for edge in SERIES if max(low, high / 1000, finest) <= edge <= high]
    every = max(1, ceil(len(inner) / (most - 1)))
    return (0.0, *inner[every - 1 :: every])


def _even(low: float, high: float, most: int, finest: float) -> tuple[float, ...]:
    if high <= low:
        return (low,)
    rough = max((high - low) / (most - 1), finest)
    unit = 10.0 ** floor(log10(rough))
    width = next(step * unit for step in (1, 2, 5, 10) if step * unit >= rough)
    first = floor(low / width) * width
    count = min(most, floor((high - first) / width) + 1)
    return tuple(first + i * width for i in range(count))


def distribution_in_steps(
    values: npt.NDArray, inside: npt.NDArray[np.bool_], edges: Sequence[float], least: int, label: Label
) -> Distribution:
    """Each step begins at its edge and ends before the next; below the first counts to it, the last is open. A step
    of a few of everyone becomes part of the one before it."""
    place = np.clip(np.searchsorted(np.asarray(edges), values, side="right") - 1, 0, None)
    everyone = np.bincount(place, minlength=len(edges))
    group = np.bincount(place[inside], minlength=len(edges))
    kept = _kept(everyone.tolist(), least)
    edges = [edges[place] for place in kept]
    everyone, group = np.add.reduceat(everyone, kept), np.add.reduceat(group, kept)
    whole = all(float(edge).is_integer() for edge in edges) and bool(np.all(np.mod(values, 1) == 0))
    shares = (
        Share(f"{edge:g}", int(group[i]), int(everyone[i]), _label(i, edges, label, whole))
        for i, edge in enumerate(edges)
    )
    return veil(Distribution(tuple(shares), Base(int(inside.sum()), len(values), least)))


def _kept(counts: Sequence[int], least: int) -> list[int]:
    """The steps that begin one: of nobody, or of at least so many, as far as there are."""
    steps = [[place, count] for place, count in enumerate(counts)]
    while len(steps) > 1 and (few := [at for at, (_place, count) in enumerate(steps) if 0 < count < least]):
        last = max(few[-1], 1)
        steps[last - 1][1] += steps.pop(last)[1]
    return [place for place, _count in steps]


def _label(place: int, edges: Sequence[float], label: Label, whole: bool) -> str:
    """Whole numbers read `3–4`, others `50–100`; the ends `<50` and `≥5,000`."""
    low = edges[place]
    if place == len(edges) - 1:
        return f"≥{label(low)}"
    high = edges[place + 1]
    if place == 0 and low == 0 and not (whole and high == 1):
        return f"<{label(high)}"
    if not whole:
        return f"{label(low)}–{label(high)}"
    return label(low) if high - low == 1 else f"{label(low)}–{label(high - 1)}"
