"""What is in use of a few customers, segments and lists included."""

from collections import defaultdict
from datetime import datetime

import numpy as np
from django.db.models import F
from pyroaring import BitMap

from cdp.bitmaps import bitmap_of_ids
from cdp.store.bulk import among
from cdp.store.chosen import Chosen
from tags.following.in_use import TagsInUse
from tags.membership import bitmap_read

from ..models import LiveMember, SegmentList
from ..sheet import sheet


class InUse(TagsInUse):
    def __init__(self, chosen: Chosen, at: datetime) -> None:
        super().__init__(chosen.customers, at)
        self.chosen = chosen
        self._members = {entry.segment.slug: entry.members for entry in sheet().entries}
        self._live: defaultdict[str, dict[int, bool]] = defaultdict(dict)
        where, value = among("customer_id", [int(one) for one in self.customers])
        newer = LiveMember.objects.filter(as_of__gt=F("segment__run__as_of")).extra(where=[where], params=[value])
        for slug, customer, is_member in newer.values_list("segment__slug", "customer_id", "is_member"):
            self._live[slug][customer] = is_member

    def segment(self, slug: str) -> BitMap:
        live = self._live[slug]
        found = (self._members.get(slug, BitMap()) & self.customers) - BitMap(live)
        return found | BitMap(customer for customer, is_member in live.items() if is_member)

    def list(self, slug: str) -> BitMap:
        return self.segment(slug)

    def listed(self, segment: int) -> BitMap:
        """Whom a list names, by whom they belong to now."""
        blob = SegmentList.objects.filter(segment=segment).values_list("origins", flat=True).first()
        if blob is None:
            return BitMap()
        origins, roots = (self.chosen.members[name].to_numpy() for name in ("id", "root"))
        named = bitmap_read(blob)
        return bitmap_of_ids(roots[np.fromiter((one in named for one in origins.tolist()), bool, len(origins))])
