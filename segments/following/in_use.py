"""What is in use of a few customers, segments and lists included."""

from django.db.models import F
from pyroaring import BitMap

from cdp.store.bulk import among
from tags.following.in_use import TagsInUse
from tags.membership import bitmap_read

from ..models import LiveMember, Segment


class InUse(TagsInUse):
    def segment(self, slug: str) -> BitMap:
        row = Segment.objects.filter(slug=slug).values_list("pk", "bitmap").first()
        if row is None or row[1] is None:
            return BitMap()
        found = bitmap_read(row[1]) & self.customers
        where, value = among("customer_id", [int(one) for one in self.customers])
        newer = LiveMember.objects.filter(segment=row[0], as_of__gt=F("segment__run__as_of"))
        live = dict(newer.extra(where=[where], params=[value]).values_list("customer_id", "is_member"))
        return (found - BitMap(live)) | BitMap(customer for customer, is_member in live.items() if is_member)

    def list(self, slug: str) -> BitMap:
        return self.segment(slug)
