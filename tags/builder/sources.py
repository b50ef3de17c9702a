"""Where the controls of a value ask for what the data has: values, pasted ones, regions, the range of numbers."""

from dataclasses import dataclass
from urllib.parse import urlencode

# The attributes whose values are places, the widest first.
REGIONS = ("province", "city", "district")


@dataclass(frozen=True)
class Sources:
    """Addresses; an empty one is not asked."""

    values: str = ""
    known: str = ""
    regions: str = ""
    ranges: str = ""

    def of(self, kind: str, slug: str) -> "Sources":
        """Those for one attribute, property or tag."""
        asked = urlencode({"of": kind, "slug": slug})
        places = self.regions if kind == "attribute" and slug in REGIONS else ""
        return Sources(*(f"{url}?{asked}" if url else "" for url in (self.values, self.known, places, self.ranges)))


NOWHERE = Sources()
