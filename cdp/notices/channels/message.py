"""What a channel is given to send, and what it says came of it."""

from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _

from cdp.posting.asking import Trouble
from cdp.posting.retries import Outcome


class Refusal(models.TextChoices):
    """Why a message was not taken, beside what can go wrong on the way (`cdp.posting.asking.Trouble`)."""

    SIGN = "sign", _("the signature does not fit: check the secret")
    GONE = "robot gone", _("there is no robot at this address any more")
    KEYWORD = "keyword", _("the robot takes only messages with its keyword: let it check a signature instead")
    SERVER = "server", _("the robot does not take messages from this server’s address")
    FAST = "fast", _("too many messages in a minute")
    LONG = "long", _("the message is too long for the platform")
    OTHER = "other", _("the platform turned it down")
    LOGIN = "login", _("the mail server did not accept the user and password")
    RECIPIENT = "recipient", _("the mail server does not take mail for this address")
    NO_ADDRESS = "no address", _("there is no mail address in the account")
    STOPPED = "stopped", _("the sending was interrupted; whether it arrived is not known")


def trouble_said(code: str) -> str:
    for choices in (Trouble, Refusal):
        if code in choices.values:
            return str(choices(code).label)
    return code


@dataclass(frozen=True)
class Line:
    """One thing told; `url` is absolute, or "" where the product does not know its own address."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of texts; the first of a row says what it is about, and one alone is said of all."""

    title: str
    rows: list[list[str]]


@dataclass(frozen=True)
class Body:
    """What a letter says, in the reader's language: sentences, tables, and what there is to press."""

    paragraphs: list[str]
    tables: list[Table]
    press: Line


@dataclass(frozen=True)
class Attached:
    name: str
    content: bytes
    content_type: str


@dataclass(frozen=True)
class Message:
    """In the reader's language. `id` stays the same when it is tried again. `more`: how many lines are left out.
    A letter has a `body` instead of lines."""

    id: str
    title: str
    lines: list[Line] = field(default_factory=list)
    more: str = ""
    to: str = ""
    footer: str = ""
    language: str = ""
    body: Body | None = None
    attached: Attached | None = None


@dataclass(frozen=True)
class Result:
    """`is_ours`: the way out itself does not work, so that whatever else waits there need not be tried."""

    outcome: Outcome
    trouble: str = ""
    answer: str = ""
    retry_after: str = ""
    is_ours: bool = False
