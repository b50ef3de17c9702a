"""Whether somebody with an address of a link is let in, and what is written down of it.

A password is written down as wrong before it is checked, so that many tries at once do not get past the count.
"""

import ipaddress
import re
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core import signing
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from .models import Look, Outcome, ShareLink
from .services import hash_of

# Wrong passwords in so long: from one network, and at one link from anywhere.
LOCK = timedelta(minutes=15)
FROM_ONE, FROM_ALL = 5, 50
PASSED = timedelta(hours=1)
SALT = "quanxi share links"
AGENTS = (
    ("WeChat", r"MicroMessenger"),
    ("Feishu", r"Lark|Feishu"),
    ("DingTalk", r"DingTalk"),
    ("Edge", r"Edg"),
    ("Opera", r"OPR/"),
    ("Firefox", r"Firefox|FxiOS"),
    ("Chrome", r"Chrome|CriOS"),
    ("Safari", r"Safari"),
)


@dataclass(frozen=True)
class Visitor:
    """Who comes, as far as it is written down."""

    address: str
    agent: str

    @classmethod
    def of(cls, request: HttpRequest) -> "Visitor":
        return cls(network_of(_address(request)), agent_of(request.headers.get("User-Agent", "")))


def _address(request: HttpRequest) -> str:
    """What the outermost proxy of ours saw; what a visitor writes in front of it counts for nothing."""
    passed = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",") if one.strip()]
    if settings.CDP_PROXIES and len(passed) >= settings.CDP_PROXIES:
        return passed[-settings.CDP_PROXIES]
    return request.META.get("REMOTE_ADDR", "")


def network_of(address: str) -> str:
    """`203.0.113.9` → `203.0.113.0/24`; "?" for what is no address."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "?"
    if isinstance(known, ipaddress.IPv6Address) and known.ipv4_mapped:
        known = known.ipv4_mapped
    return str(ipaddress.ip_network(f"{known}/{24 if known.version == 4 else 48}", strict=False))


def agent_of(header: str) -> str:
    return next((name for name, pattern in AGENTS if re.search(pattern, header)), "?")


def link_found(token: str) -> ShareLink | None:
    links = ShareLink.objects.select_related("edition__persona__segment").defer("edition__persona__segment__bitmap")
    return links.filter(token_hash=hash_of(token)).first()


def look_write(link: ShareLink, visitor: Visitor, outcome: Outcome) -> Look:
    return Look.objects.create(link=link, address=visitor.address, agent=visitor.agent, outcome=outcome)


def seen_write(link: ShareLink, visitor: Visitor) -> None:
    look_write(link, visitor, Outcome.SEEN)
    ShareLink.objects.filter(pk=link.pk).update(looks=F("looks") + 1, last_look_at=timezone.now())


def password_try(link: ShareLink, visitor: Visitor, password: str) -> Outcome:
    """SEEN when it is right. Once locked out, even the right one is not looked at."""
    tried = look_write(link, visitor, Outcome.WRONG)
    if _is_locked(link, visitor):
        Look.objects.filter(pk=tried.pk).update(outcome=Outcome.LOCKED)
        return Outcome.LOCKED
    if not check_password(password, link.password):
        return Outcome.WRONG
    # That one was no wrong one.
    tried.delete()
    return Outcome.SEEN


def _is_locked(link: ShareLink, visitor: Visitor) -> bool:
    wrong = link.log.filter(outcome=Outcome.WRONG, at__gt=timezone.now() - LOCK)
    return wrong.filter(address=visitor.address).count() > FROM_ONE or wrong.count() > FROM_ALL


def pass_of(link: ShareLink) -> str:
    """What a browser keeps for an hour once it gave the password; of this link with this password only."""
    return signing.dumps(_mark(link), salt=SALT)


def has_pass(link: ShareLink, given: str) -> bool:
    try:
        return signing.loads(given, salt=SALT, max_age=PASSED) == _mark(link)
    except signing.BadSignature:
        return False


def _mark(link: ShareLink) -> list[str]:
    return [str(link.pk), salted_hmac(SALT, link.password).hexdigest()[:16]]
