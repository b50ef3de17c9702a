"""Which addresses may be asked. A webhook's host is looked up, every address it has is judged, and the one that was
judged is connected to: nothing is looked up a second time."""

import ipaddress
import socket
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit

from django.conf import settings

Address = IPv4Address | IPv6Address
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Private(Exception):
    """The host has an address that is not in the public network."""


class NoSuchHost(Exception):
    pass


def addresses_of(host: str, port: int) -> list[str]:
    """The addresses to try, in order. Raises `Private`, `NoSuchHost`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NoSuchHost from None
    told = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not settings.CDP_WEBHOOK_PRIVATE and not all(is_public(one) for one in told):
        raise Private
    return told


def is_public(text: str) -> bool:
    """Whether an address, and the IPv4 address inside it if there is one, is everybody's."""
    # Link-local ones carry the name of an interface.
    address = ipaddress.ip_address(text.partition("%")[0])
    inner = _inner(address)
    return address.is_global and not address.is_multicast and (inner is None or inner.is_global)


def _inner(address: Address) -> IPv4Address | None:
    if isinstance(address, IPv4Address):
        return None
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


def is_plainly_private(url: str) -> bool:
    """Whether the address itself says so, without looking anything up."""
    host = urlsplit(url).hostname or ""
    if settings.CDP_WEBHOOK_PRIVATE:
        return False
    try:
        return not is_public(host)
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".internal", ".local"))


def is_address(url: str) -> bool:
    """Whether it is a whole http(s) address without a name, password or fragment."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    is_plain = url.isascii() and url.isprintable() and " " not in url and not parts.fragment
    is_named = bool(parts.hostname) and not parts.username and not parts.password and port != 0
    return is_plain and is_named and parts.scheme in ("http", "https")
