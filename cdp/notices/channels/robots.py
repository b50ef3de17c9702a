"""What the robots of group chats have in common: JSON posted to an address that is the secret, an answer 200 whose
body may say that nothing came of it, and a limit of bytes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from cdp.posting import asking
from cdp.posting.asking import Answer
from cdp.posting.retries import Outcome, outcome_of

from .message import Message, Refusal, Result

HEADERS = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Quanxi-Notices/1"}
CUT = "…"


@dataclass(frozen=True)
class Robot:
    """`body` makes what is posted; `signed` puts the signature where the platform wants it, at so many seconds
    since 1970; `code` is the field of the answer that is 0 when it was taken."""

    body: Callable[[Message], dict[str, Any]]
    signed: Callable[[str, dict[str, Any], str, float], tuple[str, dict[str, Any]]]
    code: str
    text: str
    refusals: Mapping[int, Refusal]

    def send(self, address: str, secret: str, message: Message, now: float) -> Result:
        url, body = self.signed(address, self.body(message), secret, now)
        return self.result(asking.post(url, orjson.dumps(body), HEADERS))

    def result(self, answer: Answer) -> Result:
        outcome = outcome_of(answer)
        if outcome is not Outcome.SENT:
            said = answer.trouble or (Refusal.GONE if outcome is Outcome.GONE else f"HTTP {answer.status}")
            outcome = Outcome.REFUSED if outcome is Outcome.GONE else outcome
            return Result(outcome, str(said), answer.text[:200], answer.retry_after, is_ours=True)
        return self._told(answer.text)

    def _told(self, text: str) -> Result:
        """Anything but the platform's own yes is a no: a proxy's page with status 200, too."""
        try:
            told = orjson.loads(text)
            code = told[self.code] if isinstance(told, dict) else None
        except (orjson.JSONDecodeError, KeyError):
            code = None
        if code == 0:
            return Result(Outcome.SENT)
        if not isinstance(code, int):
            return Result(Outcome.AGAIN, Refusal.OTHER, text[:200], is_ours=True)
        refusal = self.refusals.get(code, Refusal.OTHER)
        outcome = Outcome.AGAIN if refusal is Refusal.FAST else Outcome.REFUSED
        return Result(outcome, refusal, f"{code}: {told.get(self.text, '')}"[:200], is_ours=True)


def markdown(message: Message, most: int) -> str:
    """`most` bytes of UTF-8 at most: whole lines first, the last of them cut."""
    head = f"**{plain(message.title)}**"
    tail = f"\n\n{plain(message.more)}" if message.more else ""
    room = most - len((head + tail).encode()) - len(CUT.encode())
    lines = []
    for line in message.lines:
        written = f"\n- [{plain(line.text)}]({line.url})" if line.url else f"\n- {plain(line.text)}"
        room -= len(written.encode())
        if room < 0:
            lines.append(cut(f"\n- {plain(line.text)}", room + len(written.encode())))
            break
        lines.append(written)
    return head + "\n" + "".join(lines) + tail


def plain(text: str) -> str:
    """Without what the platforms would take for a link, a mark or a call to everybody."""
    return " ".join(text.split()).translate(str.maketrans("[]<>*`@", "［］＜＞＊｀＠"))


def cut(text: str, most: int) -> str:
    """Of so many bytes at most, never through the middle of a character."""
    if len(text.encode()) <= most:
        return text
    return text.encode()[: max(0, most - len(CUT.encode()))].decode(errors="ignore") + CUT
