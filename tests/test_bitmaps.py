"""Bitmaps from and to arrays hold the same customers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from cdp.bitmaps import bitmap_of_ids, bitmap_of_mask, ids_of_bitmap, mask_of_bitmap, places_in_mask


@pytest.mark.parametrize("length", [0, 1, 7, 65_535, 65_536, 65_537, 200_000])
@pytest.mark.parametrize("share", [0, 0.0001, 0.06, 0.0625, 0.07, 0.5, 1])
def test_a_bitmap_holds_the_positions_where_a_mask_is_true(length: int, share: float) -> None:
    """A sixteenth is where the stored form turns from a list of positions into bits."""
    mask = np.random.default_rng(length).random(length) < share
    assert bitmap_of_mask(mask) == BitMap(np.flatnonzero(mask).tolist())


@given(st.sets(st.integers(0, 200_000)))
def test_a_mask_and_the_ids_in_it_are_the_same_customers(ids: set[int]) -> None:
    mask = np.zeros(200_001, bool)
    mask[list(ids)] = True
    found = bitmap_of_mask(mask)
    assert found == bitmap_of_ids(np.array(sorted(ids), np.uint32))
    assert ids_of_bitmap(found).tolist() == sorted(ids)


def test_a_bitmap_out_of_a_mask_can_be_changed_and_kept() -> None:
    found = bitmap_of_mask(np.ones(70_000, bool)) - BitMap([3])
    assert BitMap.deserialize(found.serialize()) == BitMap(range(70_000)) - BitMap([3])


@given(st.sets(st.integers(0, 300)), st.lists(st.integers(0, 400)), st.integers(0, 500))
def test_which_of_some_ids_are_in_a_bitmap(held: set[int], asked: list[int], size: int) -> None:
    mask, ids = mask_of_bitmap(BitMap(held), size), np.array(asked, np.int32)
    assert len(mask) == max(size, max(held, default=-1) + 1)
    assert places_in_mask(ids, mask).tolist() == [place for place, one in enumerate(asked) if one in held]
