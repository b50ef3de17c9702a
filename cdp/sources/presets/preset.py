"""What is known of a platform's export: how its columns are called, and what its words mean."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..headers import Known


@dataclass(frozen=True)
class Preset:
    """`signs` are headers that few other files have; a file with `enough` of them is recognised.

    `fields` are columns by role, the first choice first: identifier, attribute and property (several each), time,
    paid (when it was paid), key, line (what tells the lines of one order apart), status, refund (an amount),
    refund_status, refund_time, and left_out (personal, and of no use). `statuses` say which event a status means,
    `refunded` which statuses tell of money paid back. `event` is the event of files without a status.
    """

    slug: str
    name: str
    signs: tuple[str, ...]
    fields: tuple[Known, ...]
    kind: str = "events"
    channel: str = ""
    enough: int = 2
    event: str = "purchase"
    statuses: dict[str, str] = field(default_factory=dict)
    refunded: tuple[str, ...] = ()

    def of(self, role: str) -> Iterable[Known]:
        return (known for known in self.fields if known.role == role)


def column(role: str, headers: str, slug: str = "", kind: str = "text") -> Known:
    """`headers` with blanks between them; the blanks inside a header do not matter and are left out."""
    return Known(role, slug, kind, tuple(headers.split()))


def identifier(slug: str, headers: str) -> Known:
    return column("identifier", headers, slug, "")


def attribute(slug: str, headers: str, kind: str = "text") -> Known:
    return column("attribute", headers, slug, kind)


def prop(slug: str, headers: str, kind: str = "text") -> Known:
    return column("property", headers, slug, kind)


def money(slug: str, headers: str) -> Known:
    return prop(slug, headers, "money")


def statuses(**words: str) -> dict[str, str]:
    """Event → statuses with blanks between, turned round."""
    return {status: event for event, listed in words.items() for status in listed.split()}
