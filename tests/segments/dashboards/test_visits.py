"""What members lately did, and the sample of a large group."""

import numpy as np
import pytest
from django.utils import translation
from pyroaring import BitMap

from cdp.store.lake import snapshot
from segments.dashboards.opening import group_open
from segments.dashboards.queries import paths
from segments.dashboards.visits import done_by, sample_of
from tests.segments.settled import segment_of
from tests.world import DEEDS, HAN_MEIMEI, JIM, LI_LEI, LUCY

FRIENDS = {LI_LEI, HAN_MEIMEI, LUCY, JIM}


def test_what_some_did_in_some_months(settled):
    with snapshot() as lake:
        who, when, names, what = done_by(lake, BitMap(FRIENDS), ["2026-10", "2026-11"])
    assert sorted((int(one), names[event]) for one, event in zip(who, what, strict=True)) == sorted(
        (deed.customer_id, deed.event)
        for deed in DEEDS
        if deed.customer_id in FRIENDS and f"{deed.time:%Y-%m}" in ("2026-10", "2026-11")
    )
    assert len(when) == len(who)


def test_a_sample_is_the_same_every_time_and_spread_over_all():
    members = BitMap(range(1, 100_001))
    found = sample_of(members, 1_000)
    assert found == sample_of(members, 1_000)
    assert len(found) == 1_000 and found <= members
    tenths = np.bincount(np.array(found.to_array()) // 10_001, minlength=10)
    assert tenths.min() > 60
    assert sample_of(BitMap([1, 2]), 1_000) == BitMap([1, 2])


@pytest.mark.parametrize("least", [1, 3])
def test_no_way_is_told_that_fewer_than_may_be_shown_went(settled, settings, least):
    settings.CDP_MIN_GROUP = least
    segment = segment_of("friends", FRIENDS)
    with translation.override("en"), snapshot() as lake:
        (answer,) = paths.visits(group_open(segment, lake, "en"))
    assert all(flow.customers >= least for flow in answer.data.flows)
    assert answer.n == 4
    assert "since 2026-09" in answer.note
