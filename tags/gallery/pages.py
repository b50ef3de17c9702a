"""The gallery, ready to draw."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language, gettext

from cdp.access.viewer import Viewer, may

from ..rules.catalog import name_in
from .files import ReadyRule, ready_rules
from .needs import KINDS, RULE, Held, Need, asked_by, held


@dataclass(frozen=True)
class NeedShown:
    kind: str
    name: str
    is_here: bool


@dataclass(frozen=True)
class Card:
    slug: str
    icon: str
    name: str
    finds: str
    needs: list[NeedShown]

    @property
    def missing(self) -> list[NeedShown]:
        return [need for need in self.needs if not need.is_here]


@dataclass(frozen=True)
class Gallery:
    """`ready`: those her data has everything for."""

    ready: list[Card]
    waiting: list[Card]
    may_tag: bool
    may_segment: bool


def gallery(viewer: Viewer) -> Gallery:
    has = held(viewer)
    cards = [_card(ready, has) for ready in ready_rules().values()]
    return Gallery(
        [card for card in cards if not card.missing],
        [card for card in cards if card.missing],
        may(viewer, "access.edit_tags"),
        may(viewer, "access.edit_segments"),
    )


def _card(ready: ReadyRule, has: Held) -> Card:
    language = get_language() or "zh-hans"
    name, finds = (name_in(texts, language, ready.slug) for texts in (ready.names, ready.finds))
    return Card(ready.slug, ready.icon, name, finds, needs_shown(has.needs(asked_by(RULE, ready.rule))))


def needs_shown(needs: Iterable[Need]) -> list[NeedShown]:
    language = get_language() or "zh-hans"
    return [NeedShown(gettext(KINDS[need.kind]), need.name_in(language), need.is_here) for need in needs]
