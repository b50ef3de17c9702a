"""The registries of properties and attributes while messages are read: what has a name gets its kind, what has none
yet is registered, and what does not fit is set aside with a reason."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus
from zoneinfo import ZoneInfo

from cdp.cleaning.email import ADDRESS
from cdp.errors import N_, Problem
from cdp.identity.matching.roles import Role
from cdp.sources.people_headers import people_columns

from .values import is_nothing, kind_of, slug_of, value_clean

_QUERY = re.compile(r"([?&#])([^?&#=\s]{1,60})=([^&#\s]*)")
# Beyond so many, new names have no column of their own: a sender that makes names up would fill the registry.
MOST_NAMES = 500
LONGEST_SHOWN = 60
PERSONAL = frozenset((Role.PHONE, Role.EMAIL, Role.ID, Role.ADDRESS, Role.NAME, Role.GIVEN, Role.SURNAME))
PRIVATE = Problem(
    (),
    N_("This is a person's own and was not kept with the event"),
    N_("Send it as a trait of identify: there it is kept apart, and shown only to who may see it"),
)
TOO_MANY = Problem(
    (),
    N_("There are %(n)s names already, so this new one has no column of its own"),
    N_("Put what differs from event to event into the value, not into the name"),
    {"n": MOST_NAMES},
)


IN_QUERY = Problem(
    (),
    N_("This address says something of a person, which was left out"),
    N_("Have pages take what is a person's own in the body of a request, not in the address"),
)
OBJECT = Problem(
    (), N_("An attribute cannot hold an object or a list of objects"), N_("Send each of its parts as a trait")
)
NO_LETTER = Problem((), N_("The name has no letter in it"), N_("Give it a name with letters"))


@dataclass
class Cleaned:
    """`values` by column, as columns hold them; `extra` is what has no column; `problems` what was set aside."""

    values: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


class Book:
    """Names and kinds of one registry. `new` are those to be registered, `private` those of them that are personal;
    a book that does not keep these sets them aside."""

    def __init__(
        self,
        kinds: Mapping[str, str],
        *,
        reserved: Collection[str],
        keeps_personal: bool,
        plain: Collection[str] = (),
    ) -> None:
        self.kinds = dict(kinds)
        self.new: dict[str, str] = {}
        self.private: set[str] = set()
        self._reserved, self._plain, self._keeps = frozenset(reserved), frozenset(plain), keeps_personal
        self._folded = {slug.lower(): slug for slug in self.kinds}
        self._slugs: dict[str, str] = {}
        self._personal: dict[str, bool] = {}

    def clean(self, given: Mapping[str, Any], zone: ZoneInfo) -> Cleaned:
        found = Cleaned()
        for name, value in given.items():
            if not is_nothing(value):
                self._one(found, name, value, zone)
        return found

    def slug(self, name: str) -> str:
        found = self._slugs.get(name)
        if found is None:
            wanted = name if name in self.kinds else slug_of(name)
            wanted = f"{wanted}_value" if wanted in self._reserved else wanted
            found = self._slugs[name] = self._folded.get(wanted.lower(), wanted)
        return found

    def is_personal(self, name: str) -> bool:
        """Whether a name says that its values are somebody's phone, address and the like."""
        if name not in self._personal:
            role = people_columns([name])[0].role
            self._personal[name] = role in PERSONAL and name not in self._plain
        return self._personal[name]

    def _one(self, found: Cleaned, name: str, value: Any, zone: ZoneInfo) -> None:
        slug = self.slug(name)
        is_private = is_address(value) or (slug not in self.kinds and self.is_personal(name))
        if is_private and not self._keeps:
            found.problems.append(_at(PRIVATE, name))
            return
        if isinstance(value, str) and not self._keeps:
            given, value = value, query_bare(value, self.is_personal)
            if value != given:
                found.problems.append(_at(IN_QUERY, name))
        kind = self.kinds.get(slug) or self._begun(found, name, slug, value, is_private)
        clean = value_clean(kind, value, zone) if kind else None
        if not kind or isinstance(clean, Problem):
            if not self._keeps:
                found.extra[name[:LONGEST_SHOWN]] = self._without_personal(value)
            if isinstance(clean, Problem):
                found.problems.append(_at(clean, name))
        elif clean is not None:
            found.values[slug] = clean

    def _begun(self, found: Cleaned, name: str, slug: str, value: Any, is_private: bool) -> str:
        """The kind that a name not met before begins with; "" where it gets no column."""
        kind = kind_of(slug, value) if slug else ""
        if not kind and self._keeps:
            found.problems.append(_at(OBJECT if slug else NO_LETTER, name))
        if kind and len(self.kinds) >= MOST_NAMES:
            found.problems.append(_at(TOO_MANY, name))
            return ""
        if kind:
            self.kinds[slug] = self.new[slug] = kind
            self._folded[slug.lower()] = slug
            if is_private:
                self.private.add(slug)
        return kind

    def _without_personal(self, value: Any) -> Any:
        """What has no column goes to the lake as it is, but for what is a person's own."""
        if isinstance(value, Mapping):
            kept = {name: one for name, one in value.items() if not (self.is_personal(name) or is_address(one))}
            return {name: self._without_personal(one) for name, one in kept.items()}
        if isinstance(value, list):
            return [self._without_personal(one) for one in value if not is_address(one)]
        return query_bare(value, self.is_personal) if isinstance(value, str) else value


def is_address(value: Any) -> bool:
    """Whether it is an e-mail address, whatever its name says."""
    return isinstance(value, str) and "@" in value and bool(ADDRESS.fullmatch(value.strip().lower()))


def query_bare(text: str, is_personal: Callable[[str], bool]) -> str:
    """The address of a page without what its query says of a person; any other text as it is."""
    if "=" not in text:
        return text

    def bare(found: re.Match[str]) -> str:
        mark, name, said = found.groups()
        is_own = is_address(unquote_plus(said)) or is_personal(unquote_plus(name))
        return f"{mark}{name}=" if said and is_own else found[0]

    return _QUERY.sub(bare, text)


def _at(problem: Problem, name: str) -> Problem:
    return Problem((name[:LONGEST_SHOWN],), problem.message, problem.hint, problem.params)
