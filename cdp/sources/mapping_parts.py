"""What a mapping is made of, once it is read (docs/mapping.md)."""

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from .column_steps import Steps


@dataclass(frozen=True)
class Column:
    """A column of the file and, where said, what its values mean and of which kind they are."""

    column: str
    values: Dict[str, str | None] | None = None
    kind: str | None = None


@dataclass(frozen=True)
class Name:
    """The event: always `constant`; or what a column's value means; or whether a column is filled."""

    constant: str = ""
    column: str = ""
    values: Dict[str, str] | None = None
    empty: str = ""
    filled: str = ""

    def events(self) -> tuple[str, ...]:
        """The events it can give, as far as the mapping tells."""
        given = (self.constant, self.empty, self.filled, *(self.values or {}).values())
        return tuple(dict.fromkeys(event for event in given if event))


@dataclass(frozen=True)
class Time:
    column: str
    zone: str | None = None

    def zone_or(self, default: str) -> ZoneInfo:
        return ZoneInfo(self.zone or default)


@dataclass(frozen=True)
class Also:
    """One more event of a row: where `when` is filled and not zero, or is one of `values`.

    It happened at `time`, or when the row did. It carries the row's properties; its own take their place.
    """

    name: str
    when: str
    values: tuple[str, ...] | None = None
    time: str | None = None
    properties: Dict[str, Column] = field(default_factory=dict)


@dataclass(frozen=True)
class Mapping:
    kind: str
    identifiers: Dict[str, str]
    attributes: Dict[str, Column] = field(default_factory=dict)
    properties: Dict[str, Column] = field(default_factory=dict)
    name: Name | None = None
    time: Time | None = None
    key: tuple[str, ...] = ()
    channel: str = ""
    labels: Dict[str, str] = field(default_factory=dict)
    also: tuple[Also, ...] = ()
    steps: Steps = field(default_factory=dict)
