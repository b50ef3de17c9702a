"""Page objects: what is chosen, the chats, and how each message went."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import get_language, gettext

from cdp.access.table_files import rows_a_page

from .channels.mail import is_set_up
from .channels.message import trouble_said
from .channels.registry import CHATS
from .chats import address_shown
from .laying import mail_outlet
from .models import GROUP_LABELS, LABELS, Outlet, Sending
from .preferences import When, Wish, language_of, preferences_of, wish_of

EACH = 50


@dataclass(frozen=True)
class KindRow:
    kind: str
    label: Any
    icon: str
    wish: Wish


@dataclass(frozen=True)
class Choices:
    """`language` is the one chosen, or for whoever never chose the one they read now."""

    rows: list[KindRow]
    whens: list[tuple[str, Any]]
    language: str
    has_mail: bool
    lately: "list[SendingLine]"

    @classmethod
    def of(cls, person: User, icons: dict[Any, str]) -> "Choices":
        preference = preferences_of([person.pk]).get(person.pk)
        rows = [KindRow(kind, label, icons[kind], wish_of(preference, kind)) for kind, label in LABELS.items()]
        language = language_of(preference) if preference else get_language() or language_of(None)
        lately = sending_lines(mail_outlet().sendings.filter(person=person)[:5]) if is_set_up() else []
        return cls(rows, list(When.choices), language, is_set_up(), lately)


@dataclass(frozen=True)
class ChatLine:
    chat: Outlet
    platform: Any
    address: str
    kinds: str
    trouble: str


def chat_lines(chats: Iterable[Outlet]) -> list[ChatLine]:
    return [chat_line(chat) for chat in chats]


def chat_line(chat: Outlet) -> ChatLine:
    kinds = gettext("; ").join(str(label) for kind, label in GROUP_LABELS.items() if kind in chat.kinds)
    return ChatLine(chat, CHATS[chat.channel].title, address_shown(chat), kinds, trouble_said(chat.trouble))


@dataclass(frozen=True)
class SendingLine:
    row: Sending
    outcome: str


def sending_lines(rows: Iterable[Sending]) -> list[SendingLine]:
    return [SendingLine(row, _outcome(row)) for row in rows]


def _outcome(row: Sending) -> str:
    said = trouble_said(row.trouble)
    return f"{said} ({row.answer})" if said and row.answer else said or row.answer


def log_of(outlet: Outlet) -> list[SendingLine]:
    """The newest."""
    return sending_lines(outlet.sendings.all()[: rows_a_page(EACH)])
