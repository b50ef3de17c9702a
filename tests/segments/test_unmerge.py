"""After an un-merge and the next refresh, tags and segments are what they were before the merge."""

import pytest

from cdp.access.viewer import SYSTEM
from cdp.identity.services import customers_merge, merge_undo
from segments.models import Segment
from segments.selectors import segments_members
from segments.services import segment_refresh_request, segment_save
from tags.selectors import all_tag_values, tag_numbers
from tests.shop import AS_OF, SPENT, bought, labels, lives_in, tag_make

pytestmark = pytest.mark.django_db


def test_tags_and_segments_come_back_with_both_sides(shop, analyst, compute, django_capture_on_commit_callbacks):
    (anna,) = shop.people(1, "浙江省")
    (ben,) = shop.people(1, "四川省")
    shop.buy((anna, "2026-06-01", 10), (ben, "2026-06-02", 20), (ben, "2026-06-03", 30))
    tags = [
        tag_make("buys", labels(("often", bought(3)), ("sometimes", bought(1))), analyst),
        tag_make("spent", {"v": 1, "measure": SPENT}, analyst),
    ]
    segment_save(slug="east", rule=lives_in("浙江省"), actor=analyst)
    segment_save(slug="often", rule=bought(3), actor=analyst)

    def refreshed():
        compute(*tags)
        with django_capture_on_commit_callbacks(execute=True):
            segment_refresh_request(segments=list(Segment.objects.all()), as_of=AS_OF)
        spent = tag_numbers(SYSTEM, "spent").sort_by("customer_id").to_pylist()
        return all_tag_values(SYSTEM), spent, segments_members(SYSTEM)

    before = refreshed()
    merge = customers_merge(one=anna, other=ben, by=analyst)
    values, spent, members = refreshed()
    assert set(values["buys"]["often"]) == set(members["often"]) == {anna}
    assert [row["number"] if "number" in row else row["value"] for row in spent] == [60]
    assert set(members["east"]) == set(), "the later word on where she lives"
    merge_undo(merge=merge, by=analyst)
    assert refreshed() == before
