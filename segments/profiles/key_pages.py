"""Page objects of keys: what each may see in words, and how a new one is used."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from cdp.access.models import ApiKey
from cdp.access.viewer import Viewer
from cdp.identity.selectors import identifier_types
from cdp.naming import Named
from cdp.store import selectors as store
from segments.selectors import segments
from tags.selectors import tags

from .key_forms import Shown

NAMED = 4
# What stands in the example for each type of identifier that most have.
EXAMPLES = {"phone": "13800138000", "email": "anna@example.com"}


@dataclass(frozen=True)
class KeyLine:
    """A key and what it may see: (what, which)."""

    key: ApiKey
    sees: list[tuple[str, str]]

    @property
    def is_on(self) -> bool:
        return self.key.is_on

    @property
    def is_expired(self) -> bool:
        return self.key.is_expired


def key_lines(viewer: Viewer) -> list[KeyLine]:
    """Every key, the newest first. As many queries for one as for many."""
    names = {
        "lookups": _names(identifier_types()),
        "attributes": _names(store.attributes()),
        "tags": _names(tags(viewer)),
        "segments": _names(segments(viewer)),
    }
    keys = ApiKey.objects.select_related("created_by")
    return [KeyLine(key, _sees(key, names)) for key in keys]


def _names(rows: Iterable[Named]) -> Mapping[str, str]:
    return {row.slug: row.name for row in rows}


def _sees(key: ApiKey, names: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str]]:
    identifiers = _("shown") if key.shows_identifiers else _("not shown")
    personal = _("in clear") if key.sees_personal else _("masked")
    every: dict[str, Callable[[], str]] = {
        "attributes": lambda: _("all that are not personal"),
        "tags": lambda: _("all that are not sensitive"),
        "segments": lambda: _("all"),
    }

    def told(group: str) -> str:
        chosen = _listed(getattr(key, group), names[group])
        return every[group]() if getattr(key, f"all_{group}") else chosen or _("none")

    return [
        (_("Looked up by"), _listed(key.lookups, names["lookups"]) or _("nothing")),
        (_("Attributes"), told("attributes")),
        (_("Tags"), told("tags")),
        (_("Segments"), told("segments")),
        (_("Identifiers"), identifiers),
        (_("Personal values"), personal),
    ]


def _listed(slugs: list[str], names: Mapping[str, str]) -> str:
    first = _(", ").join(names.get(slug, slug) for slug in slugs[:NAMED])
    more = len(slugs) - NAMED
    return _("%(first)s and %(more)s more") % {"first": first, "more": more} if more > 0 else first


@dataclass(frozen=True)
class NewKey:
    """Shown once: the secret, and a request that can be tried at once."""

    key: ApiKey
    secret: str
    example: str

    @classmethod
    def of(cls, key: ApiKey, secret: str, absolute: Callable[[str], str]) -> "NewKey":
        by = next((slug for slug in EXAMPLES if slug in key.lookups), next(iter(key.lookups), "phone"))
        url = absolute(reverse("api-profile", args=[by, EXAMPLES.get(by, "12345")]))
        return cls(key, secret, f'curl -H "Authorization: Bearer {secret}" "{url}"')


def choices_of(form: Any) -> list[dict[str, Any]]:
    """The three groups of a key's form, as its template draws them."""
    every = {
        "attributes": _("All that are not personal"),
        "tags": _("All that are not sensitive"),
        "segments": _("All"),
    }
    return [
        {
            "name": name,
            "which": form[f"which_{name}"],
            "field": form[f"some_{name}"],
            "options": [(Shown.NONE, Shown.NONE.label), (Shown.ALL, all_of), (Shown.SOME, Shown.SOME.label)],
            "chosen": set(form[f"some_{name}"].value() or ()),
        }
        for name, all_of in every.items()
    ]
