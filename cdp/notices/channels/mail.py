"""Mail by SMTP, to one person: as text and as HTML."""

import smtplib
import ssl

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils.translation import override

from cdp.posting.asking import Trouble
from cdp.posting.retries import Outcome

from .message import Message, Refusal, Result


def is_set_up() -> bool:
    return bool(settings.CDP_MAIL)


def connection() -> BaseEmailBackend:
    """One for as many messages as there are; opened by the first."""
    return get_connection("django.core.mail.backends.smtp.EmailBackend")


def send(message: Message, by: BaseEmailBackend) -> Result:
    """Raises nothing of the network's and the server's."""
    if not message.to:
        return Result(Outcome.REFUSED, Refusal.NO_ADDRESS)
    try:
        # Otherwise each letter would open a connection of its own.
        by.open()
        by.send_messages([_letter(message, by)])
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        return _answered(code, text, Refusal.RECIPIENT)
    except smtplib.SMTPAuthenticationError as error:
        return Result(Outcome.AGAIN, Refusal.LOGIN, _text(error.smtp_error), is_ours=True)
    except smtplib.SMTPResponseException as error:
        return _answered(error.smtp_code, error.smtp_error, Refusal.OTHER)
    except TimeoutError:
        return Result(Outcome.AGAIN, Trouble.TIMEOUT, is_ours=True)
    except ssl.SSLCertVerificationError:
        return Result(Outcome.AGAIN, Trouble.CERTIFICATE, is_ours=True)
    except (ConnectionRefusedError, smtplib.SMTPConnectError):
        return Result(Outcome.AGAIN, Trouble.UNREACHABLE, is_ours=True)
    except (OSError, smtplib.SMTPException):
        return Result(Outcome.AGAIN, Trouble.BROKEN, is_ours=True)
    except ValueError:
        # An address or a line that cannot stand in a letter's head.
        return Result(Outcome.REFUSED, Refusal.RECIPIENT)
    return Result(Outcome.SENT)


def _answered(code: int, text: bytes | str, refusal: Refusal) -> Result:
    """4xx: later. 5xx: never. 421 is about the server, not about this letter."""
    outcome = Outcome.REFUSED if code >= 500 else Outcome.AGAIN
    return Result(outcome, refusal, f"{code}: {_text(text)}"[:200], is_ours=code == 421)


def _text(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return text.replace("\x00", "")[:200]


def _letter(message: Message, by: BaseEmailBackend) -> EmailMultiAlternatives:
    shown, kind = {"message": message}, "letter" if message.body else "mail"
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ")
    with override(message.language or settings.LANGUAGE_CODE):
        text, html = (render_to_string(f"notices/{kind}.{form}", shown) for form in ("txt", "html"))
    letter = EmailMultiAlternatives(
        subject=" ".join(message.title.split()),
        body=text,
        to=[message.to],
        connection=by,
        headers={"Message-ID": f"<{message.id}@{host}>", "Auto-Submitted": "auto-generated"},
    )
    letter.attach_alternative(html, "text/html")
    if message.attached is not None:
        letter.attach(message.attached.name, message.attached.content, message.attached.content_type)
    return letter
