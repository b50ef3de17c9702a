"""Making keys, finding one by its secret, noting that it was used. What a key sees is decided in `viewer.py`."""

import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils import timezone

from cdp.compiled import Compiled

from .models import ApiKey

MARK = "qx_"
SECRET_BYTES = 32
SHOWN = len(MARK) + 8
# How exactly it is known when a key was last used: every use would be a write otherwise.
NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class KeyScope:
    """What a key may see and ask by, as `ApiKey` has it. Nothing, unless it is said."""

    all_attributes: bool = False
    attributes: Iterable[str] = ()
    sees_personal: bool = False
    all_tags: bool = False
    tags: Iterable[str] = ()
    all_segments: bool = False
    segments: Iterable[str] = ()
    lookups: Iterable[str] = ()
    shows_identifiers: bool = False


def key_create(
    *, name: str, scope: KeyScope, actor: User, expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """A new key and its secret, which nobody is told again. `PermissionDenied` for all but administrators."""
    _require_administrator(actor)
    secret = MARK + secrets.token_urlsafe(SECRET_BYTES)
    given = {
        field: value if isinstance(value, bool) else sorted(set(value)) for field, value in asdict(scope).items()
    }
    key = ApiKey.objects.create(
        name=name,
        prefix=secret[:SHOWN],
        digest=_digest(secret),
        expires_at=expires_at,
        created_by=actor,
        **given,
    )
    return key, secret


def key_switch(*, key: ApiKey, is_on: bool, actor: User) -> None:
    _require_administrator(actor)
    ApiKey.objects.filter(pk=key.pk).update(is_on=is_on)


def key_delete(*, key: ApiKey, actor: User) -> None:
    _require_administrator(actor)
    ApiKey.objects.filter(pk=key.pk).delete()


def key_found(secret: str) -> ApiKey | None:
    """The key with this secret, in use or not. By its digest, so the time it takes tells nothing of secrets."""
    return next(iter(_keys_with(_digest(secret))), None)


_keys_with = Compiled(lambda digest: ApiKey.objects.filter(digest=digest), "a digest")


def key_used(key: ApiKey) -> None:
    """Note that it was used now, at most once a minute."""
    now = timezone.now()
    if key.last_used_at is None or now - key.last_used_at >= NOTED_EVERY:
        lately = Q(last_used_at__gt=now - NOTED_EVERY)
        ApiKey.objects.filter(pk=key.pk).exclude(lately).update(last_used_at=now)


def _digest(secret: str) -> str:
    # A random secret of 256 bits is not guessed from its digest: what slows down guessing passwords is not needed.
    return sha256(secret.encode()).hexdigest()


def _require_administrator(actor: User) -> None:
    if not (actor.is_active and actor.is_superuser):
        raise PermissionDenied("access.keys")
