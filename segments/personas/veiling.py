"""Which counts of a table are not told, so that none of a few follows from sums that are. Pure."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def veiled(counts: Ints, lines: Sequence[Ints], least: int) -> Bools:
    """Of counts of any shape. `lines` are the flat places of counts whose sum may be known. A count of a few is not
    told; where those of a line that are not told are a few together, the smallest of its others is not told either,
    until that is so nowhere (complementary suppression, Cox 1980)."""
    flat = counts.ravel()
    hidden = (flat > 0) & (flat < least)
    found = True
    while found:
        found = False
        for line in lines:
            if 0 < flat[line][hidden[line]].sum() < least:
                told = line[~hidden[line] & (flat[line] > 0)]
                if len(told):
                    hidden[told[np.argmin(flat[told])]] = found = True
    return hidden.reshape(counts.shape)
