"""Where the shares of two groups differ, and whether that is more than chance. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

NOTABLE_Z = 3.0


@dataclass(frozen=True)
class Difference:
    """How many of two groups, of `sizes` customers, have one value of one tag."""

    tag: str
    value: str
    counts: tuple[int, int]
    sizes: tuple[int, int]

    @property
    def shares(self) -> tuple[float, float]:
        left, right = (count / size if size else 0.0 for count, size in zip(self.counts, self.sizes, strict=True))
        return left, right

    @property
    def points(self) -> float:
        """The left share less the right one, -1 … 1."""
        return self.shares[0] - self.shares[1]

    @property
    def z(self) -> float:
        """The difference over its spread, were the value as frequent in both: the z of two proportions."""
        pooled = sum(self.counts) / sum(self.sizes)
        spread = sqrt(pooled * (1 - pooled) * sum(1 / size for size in self.sizes))
        return self.points / spread if spread else 0.0


def differences(
    counts: Mapping[str, Mapping[str, Sequence[int]]],
    sizes: tuple[int, int],
    *,
    least: int,
    most: int,
    per_tag: int,
) -> list[Difference]:
    """The values whose shares differ most, by percentage points, the largest first; at most `per_tag` of one tag.

    What chance explains is left out (|z| below 3), and so is what so few customers have, of either group, that the
    number could single somebody out.
    """
    if not all(sizes):
        return []
    found = [
        Difference(tag, value, (left, right), sizes)
        for tag, values in counts.items()
        for value, (left, right) in values.items()
        if not any(0 < count < least for count in (left, right))
    ]
    notable = [one for one in found if abs(one.z) >= NOTABLE_Z]
    return _varied(sorted(notable, key=lambda one: (-abs(one.points), one.tag, one.value)), most, per_tag)


def _varied(ranked: Iterable[Difference], most: int, per_tag: int) -> list[Difference]:
    kept: list[Difference] = []
    seen: dict[str, int] = {}
    for one in ranked:
        if len(kept) < most and seen.get(one.tag, 0) < per_tag:
            seen[one.tag] = seen.get(one.tag, 0) + 1
            kept.append(one)
    return kept
