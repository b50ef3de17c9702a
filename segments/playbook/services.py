"""Write the playbook. Whoever may edit segments may."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from cdp.access.viewer import Viewer, require
from cdp.errors import N_, Problem, UserError
from cdp.naming import slug_for
from cdp.store.lock import exclusive
from segments.models import Segment
from tags.forms import LANGUAGES, slug_from
from tags.services import names_set, person, slug_problems

from .fields import field_names
from .files import starter
from .models import TEXTS, Channel, Direction, Play

EDIT = "access.edit_segments"
HIGHEST, LONGEST_TEXT = 100_000, 2_000


@dataclass(frozen=True)
class Wish:
    """What an entry is to be; the fields of `Play`."""

    names: Mapping[str, str]
    field: str
    texts: Mapping[str, Mapping[str, str]]
    value: str = ""
    direction: str = Direction.OVER
    tgi: int = 120
    segment: Segment | None = None
    channels: Sequence[str] = ()
    owner: User | None = None
    is_on: bool = True


def play_create(*, wish: Wish, actor: Viewer, slug: str = "") -> Play:
    """Without a short name it gets one from its name."""
    require(actor, EDIT)
    _check(wish, actor, *slug_problems(slug or "entry"))
    return _written(Play(slug=slug or _slug(wish.names), owner=wish.owner or person(actor)), wish)


def play_change(*, play: Play, wish: Wish, actor: Viewer) -> Play:
    require(actor, EDIT)
    _check(wish, actor)
    play.owner = wish.owner
    return _written(play, wish)


def play_delete(*, play: Play, actor: Viewer) -> None:
    require(actor, EDIT)
    play.delete()


@transaction.atomic
def starter_install(*, actor: Viewer) -> list[Play]:
    """The shipped entries that are not there, their texts in all languages."""
    require(actor, EDIT)
    # Asked for twice at once, the second one finds what the first one made.
    with exclusive("playbook"), transaction.atomic():
        return _install()


def _install() -> list[Play]:
    there = set(Play.objects.filter(slug__in=starter()).values_list("slug", flat=True))
    return [_written(Play(slug=slug), _shipped(one)) for slug, one in starter().items() if slug not in there]


def _shipped(told: Mapping[str, Any]) -> Wish:
    texts = {name: told[name] for name in TEXTS}
    return Wish(names=told["names"], channels=told["channels"], texts=texts, **told["when"])


def _written(play: Play, wish: Wish) -> Play:
    names_set(play, wish.names)
    for name in ("field", "value", "direction", "tgi", "segment", "is_on"):
        setattr(play, name, getattr(wish, name))
    play.texts = {name: written for name in TEXTS if (written := _written_in(wish.texts.get(name, {})))}
    play.channels = [one for one in Channel.values if one in wish.channels]
    play.save()
    return play


def _written_in(texts: Mapping[str, str]) -> dict[str, str]:
    """Without languages it is not written in."""
    return {language: text.strip() for language in LANGUAGES if (text := texts.get(language, "")).strip()}


def _check(wish: Wish, actor: Viewer, *more: Problem) -> None:
    """All that is wrong at once."""
    problems = [*more, *_missing(wish), *_unknown(wish, actor), *_too_long(wish)]
    if problems:
        raise UserError(*problems)


def _missing(wish: Wish) -> Iterator[Problem]:
    if not any(text.strip() for text in wish.names.values()):
        example = N_("For example: second order within 30 days")
        yield Problem(("names",), N_("An entry needs a name."), example)
    if not _written_in(wish.texts.get("action", {})):
        yield Problem(("action",), N_("Say what is to be done."), N_("For example: a coupon of ¥20 for 7 days"))


def _unknown(wish: Wish, actor: Viewer) -> Iterator[Problem]:
    if wish.field not in field_names(actor):
        yield Problem(("field",), N_("There is no such attribute, tag or property."), N_("Choose one of the list."))
    if wish.direction not in Direction.values:
        yield Problem(("direction",), N_("Choose more often or less often."))
    if not 0 <= wish.tgi <= HIGHEST:
        yield Problem(("tgi",), N_("The TGI is a whole number from 0 on."), N_("100 is as often as everyone."))
    for one in set(wish.channels) - set(Channel.values):
        yield Problem(("channels",), N_("There is no channel “%(name)s”."), "", {"name": one})


def _too_long(wish: Wish) -> list[Problem]:
    texts = {"value": (wish.value, 120), "names": (max(wish.names.values(), key=len, default=""), 120)}
    texts |= {name: (max(of.values(), key=len, default=""), LONGEST_TEXT) for name, of in wish.texts.items()}
    return [
        Problem((name,), N_("This is too long."), N_("At most %(most)s characters."), {"most": most})
        for name, (text, most) in texts.items()
        if len(text) > most
    ]


def _slug(names: Mapping[str, str]) -> str:
    named = next((text for text in names.values() if text.strip()), "")
    return slug_for(slug_from(named), Play, otherwise="entry")
