"""How tags, and segments of the storey above, are published once everybody concerned has approved."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from django.contrib.auth.models import User


@dataclass(frozen=True)
class Facets:
    """What approval goes by."""

    category_id: int | None = None
    sensitivity: str = ""


class Publisher(Protocol):
    def named(self, slug: str) -> Any:
        """The tag or segment, or None."""

    def facets(self, slugs: Iterable[str]) -> dict[str, Facets]:
        """Of those that are there."""

    def names(self, slugs: Iterable[str]) -> dict[str, str]:
        """What each is called in the language in force."""

    def put_in_force(self, slug: str, seal: str, by: User) -> None:
        """Publish the draft that carries this seal and ask for its refresh, without asking for approval; inside a
        transaction. `UserError` as publishing."""


PUBLISHERS: dict[str, Publisher] = {}
