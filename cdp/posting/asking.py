"""One request to one address, and what came of it. No redirect is followed, no proxy asked."""

import http.client
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from threading import Timer
from urllib.parse import urlsplit

from django.db import models
from django.utils.translation import gettext_lazy as _

from .addresses import NoSuchHost, Private, addresses_of

SECONDS = 10.0
KEPT = 500


class Trouble(models.TextChoices):
    """Why there was no answer."""

    TIMEOUT = "timeout", _("no answer within 10 seconds")
    NAME = "name", _("there is no host of that name")
    PRIVATE = "private", _("the address leads into a private network, where webhooks are not sent")
    UNREACHABLE = "unreachable", _("the host could not be reached")
    CERTIFICATE = "certificate", _("the certificate of the host is not trusted")
    BROKEN = "broken", _("the connection broke before there was an answer")
    SECRET = "secret", _("the secret can no longer be read; make a new one")


@dataclass(frozen=True)
class Answer:
    """The status and the beginning of what was answered; or why there was none."""

    status: int | None = None
    text: str = ""
    retry_after: str = ""
    trouble: Trouble | None = None


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Takes `SECONDS` to connect and as long for the answer, at most, and raises nothing of the network's."""
    try:
        return _post(url, body, headers)
    except Private:
        return Answer(trouble=Trouble.PRIVATE)
    except NoSuchHost:
        return Answer(trouble=Trouble.NAME)
    except TimeoutError:
        return Answer(trouble=Trouble.TIMEOUT)
    except ssl.SSLCertVerificationError:
        return Answer(trouble=Trouble.CERTIFICATE)
    except ConnectionRefusedError:
        return Answer(trouble=Trouble.UNREACHABLE)
    except (OSError, http.client.HTTPException, ValueError):
        return Answer(trouble=Trouble.BROKEN)


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    parts = urlsplit(url)
    host, is_secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if is_secure else 80)
    connection = http.client.HTTPConnection(host, port)
    # "host:443" is not what a virtual host goes by.
    connection.default_port = 443 if is_secure else 80
    with _connected(host, port) as plain, _within(plain, SECONDS) as late:
        try:
            connection.sock = _tls().wrap_socket(plain, server_hostname=host) if is_secure else plain
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", target, body, dict(headers))
            response = connection.getresponse()
            text = response.read(KEPT).decode("utf-8", "replace").replace("\x00", "")
        except (OSError, http.client.HTTPException):
            if late:
                raise TimeoutError from None
            raise
        finally:
            connection.close()
    return Answer(response.status, text[:KEPT], response.getheader("Retry-After", ""))


@contextmanager
def _connected(host: str, port: int) -> Iterator[socket.socket]:
    trouble: OSError | None = None
    addresses = addresses_of(host, port)
    for address in addresses:
        try:
            sock = socket.create_connection((address, port), timeout=SECONDS / len(addresses))
        except OSError as error:
            trouble = error
            continue
        with sock:
            sock.settimeout(SECONDS)
            yield sock
        return
    raise TimeoutError if isinstance(trouble, TimeoutError) else ConnectionRefusedError


@contextmanager
def _within(sock: socket.socket, seconds: float) -> Iterator[list[bool]]:
    """A receiver that sends a byte now and then is cut off, too: the list is not empty then."""
    late: list[bool] = []
    # TLS takes the socket over; the descriptor stays the same connection.
    own = sock.dup()

    def cut() -> None:
        late.append(True)
        own.shutdown(socket.SHUT_RDWR)

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()
        own.close()


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
