"""The cube of R, F and M: how many of a group have which three scores, beside everyone. Pure."""

from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from .statistics import Base, Share
from .veiling import Bools, Ints, veiled, veiled_beside

SCORES = 5


@dataclass(frozen=True)
class Cube:
    """`group` and `everyone`: customers at [r − 1, f − 1, m − 1]. What is not told of the group: `few` of the cube,
    `few_squares` of R and F alone. Of a square all five are told or none: its average M would tell one of two. The
    same of everyone `beside`."""

    group: Ints
    everyone: Ints
    few: Bools
    few_squares: Bools
    beside: Bools
    beside_squares: Bools
    base: Base

    @property
    def empty(self) -> bool:
        return self.base.too_small or not self.base.group

    def square(self, r: int, f: int) -> Share:
        """All of one R and one F, whatever their M; scores are 1 to 5."""
        ours, theirs = (int(one[r - 1, f - 1].sum()) for one in (self.group, self.everyone))
        hidden, beside = (bool(one[r - 1, f - 1]) for one in (self.few_squares, self.beside_squares))
        return Share(f"{r}{f}", ours, theirs, f"R{r} F{f}", hidden, beside)

    def piece(self, r: int, f: int, m: int) -> Share:
        place = r - 1, f - 1, m - 1
        ours, theirs = int(self.group[place]), int(self.everyone[place])
        hidden, beside = bool(self.few[place]), bool(self.beside[place])
        return Share(f"{r}{f}{m}", ours, theirs, f"R{r} F{f} M{m}", hidden, beside)

    def money(self, r: int, f: int) -> tuple[float | None, float | None]:
        """The average M of the group and of everyone in a square, to a tenth, so that it tells no sum of scores;
        None where too few are in it to tell."""
        square = self.square(r, f)
        ours = None if square.hidden(self.base) else _average(self.group[r - 1, f - 1])
        return ours, None if square.hidden_beside(self.base) else _average(self.everyone[r - 1, f - 1])


def _average(counts: Ints) -> float | None:
    size = counts.sum()
    return round(float(counts @ np.arange(1, SCORES + 1) / size), 1) if size else None


def cube_of(scores: npt.NDArray[np.float64], inside: Bools, compared: Bools | slice, least: int) -> Cube:
    """`scores` of all who have any, side by side (545 is R 5, F 4, M 5); who of them is `inside` the group, and
    who is compared with it. Who is above the average of all makes the eight groups, whose sizes are told, too."""
    number = scores.astype(np.int64)
    places = number // 100 - 1, number // 10 % 10 - 1, number % 10 - 1
    flat = np.ravel_multi_index(places, (SCORES,) * 3)
    group, everyone = (np.bincount(some, minlength=SCORES**3) for some in (flat[inside], flat[compared]))
    high = [np.arange(SCORES) > place.mean() if len(place) else np.zeros(SCORES, bool) for place in places]
    base = Base(int(group.sum()), int(everyone.sum()), least)
    cube, cubes = (one.reshape((SCORES,) * 3) for one in (group, everyone))
    lines, square_lines = _lines(*high), _square_lines(*high[:2])
    few_squares = veiled(cube.sum(axis=2), square_lines, least)
    beside_squares = veiled_beside(cube.sum(axis=2), cubes.sum(axis=2), square_lines, least)
    # A square that is not told would be the sum of its five.
    of_squares, of_squares_beside = (
        np.broadcast_to(hidden[:, :, None], cube.shape) for hidden in (few_squares, beside_squares)
    )
    few = veiled(cube, lines, least, of_squares).any(axis=2, keepdims=True)
    beside = veiled_beside(cube, cubes, lines, least, of_squares_beside).any(axis=2, keepdims=True)
    return Cube(
        cube,
        cubes,
        np.broadcast_to(few, cube.shape),
        few_squares,
        np.broadcast_to(beside, cube.shape),
        beside_squares,
        base,
    )


def _lines(*high: Bools) -> list[Ints]:
    """Places of the cube whose sums are told: one R and F, one of the eight groups, all."""
    r, f, m = np.indices((SCORES,) * 3).reshape(3, -1)
    squares = [np.flatnonzero((r == one) & (f == other)) for one, other in product(range(SCORES), repeat=2)]
    above = [side[axis] for side, axis in zip(high, (r, f, m), strict=True)]
    groups = [
        np.flatnonzero(np.logical_and.reduce([is_high == side for is_high, side in zip(above, sides, strict=True)]))
        for sides in product((True, False), repeat=3)
    ]
    return [*squares, *groups, np.arange(SCORES**3)]


def _square_lines(high_r: Bools, high_f: Bools) -> list[Ints]:
    """Two of the eight groups differ by M alone: together they are whole squares."""
    r, f = np.indices((SCORES,) * 2).reshape(2, -1)
    sides = product((True, False), repeat=2)
    return [*(np.flatnonzero((high_r[r] == one) & (high_f[f] == two)) for one, two in sides), np.arange(SCORES**2)]
