"""Events as people name them, 加购 or "add to cart", and as files and rules do: add_to_cart."""

import re
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cdp import pinyin
from cdp.store.models import EventType

from .headers import EVENT_WORDS
from .mapping import EVENT_SLUG, LONGEST_LABEL

USUAL_EVENTS = {
    "browse": _("browse"),
    "add_to_cart": _("add to cart"),
    "favorite": _("favourite"),
    "search": _("search"),
    "order": _("order"),
    "purchase": _("purchase"),
    "refund": _("refund"),
    "register": _("register"),
}


class EventNames:
    """What events are called here, so that a name always leads to the same event. `labels` are those a mapping
    brings along: slug → name; new ones are added to it as they are met."""

    def __init__(self, labels: Mapping[str, str] | None = None):
        known = list(EventType.objects.all())
        self.registered = {event.slug: event.name for event in known}
        self.by_name = {_folded(name): slug for name, slug in EVENT_WORDS.items()}
        self.by_name |= {_folded(str(name)): slug for slug, name in USUAL_EVENTS.items()}
        self.by_name |= {_folded(name): event.slug for event in known for name in event.names.values()}
        self.labels = dict(labels or {})
        for slug, name in self.labels.items():
            self.by_name.setdefault(_folded(name), slug)

    def slug(self, text: str) -> str:
        """The event somebody means: by its short name, by its name, or a new one of that name. "" stays "".

        A text that cannot name an event, such as one without a letter, is given back as it is.
        """
        text = text.strip()[:LONGEST_LABEL]
        if not text or EVENT_SLUG.fullmatch(text):
            return text
        slug = self.by_name.get(_folded(text)) or self._free(_spelled(text))
        if not slug:
            return text
        if slug not in self.registered:
            self.labels.setdefault(slug, text)
        self.by_name[_folded(text)] = slug
        return slug

    def known(self, text: str) -> str:
        """The registered event somebody means; "" when there is none, and none is begun."""
        text = text.strip()[:LONGEST_LABEL]
        slug = text if text in self.registered else self.by_name.get(_folded(text), "")
        return slug if slug in self.registered else ""

    def _free(self, wanted: str) -> str:
        taken = {*self.registered, *self.by_name.values()}
        return next(slug for slug in _numbered(wanted) if slug not in taken) if wanted else ""

    def shown(self, slug: str) -> str:
        """What a form says for an event that a mapping names."""
        return self.labels.get(slug, slug)

    def used(self, slugs: Iterable[str]) -> dict[str, str]:
        """The labels of these events, to be kept with a mapping."""
        return {slug: self.labels[slug] for slug in slugs if slug in self.labels}

    def explained(self, text: str) -> str:
        """One sentence on what a name typed into the form leads to; "" when there is nothing to say."""
        text = text.strip()
        if not text:
            return ""
        if not EVENT_SLUG.fullmatch(slug := self.slug(text)):
            return gettext("Give it a name with letters.")
        if name := self.registered.get(slug):
            return name if slug == text else gettext("This is the event %(slug)s.") % {"slug": slug}
        return gettext("A new event; in rules and files it is called %(slug)s.") % {"slug": slug}


def event_names(name: str, language: str) -> dict[str, str]:
    """A label as the names of an event type, in the language it is written in."""
    if not name:
        return {}
    if not re.search(r"[\u3400-\u9fff]", name):
        return {"name_en": name}
    return {"name_zh_hant" if language == "zh-hant" else "name_zh_hans": name}


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _spelled(name: str) -> str:
    """加入购物车 → jia_ru_gou_wu_che; "" when it has neither letters nor digits."""
    words = "_".join(re.findall(r"[a-z0-9]+", " ".join(pinyin.syllables(name)).lower()))
    words = f"event_{words}" if words[:1].isdigit() else words
    return words[:50].strip("_")


def _numbered(slug: str) -> Iterable[str]:
    yield slug
    number = 2
    while True:
        yield f"{slug}_{number}"
        number += 1
