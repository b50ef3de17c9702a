"""A secret as it lies in the database: readable only together with the installation's SECRET_KEY."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Unreadable(Exception):
    """It was sealed under another SECRET_KEY, or for another purpose."""


def sealed(text: str, *, purpose: str) -> str:
    """What was sealed for one purpose is not opened for another. "" stays as it is."""
    return _box(purpose).encrypt(text.encode()).decode() if text else ""


def opened(seal: str, *, purpose: str) -> str:
    """Raises `Unreadable`."""
    try:
        return _box(purpose).decrypt(seal.encode()).decode() if seal else ""
    except InvalidToken:
        raise Unreadable from None


def _box(purpose: str) -> Fernet:
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode())
    return Fernet(base64.urlsafe_b64encode(kdf.derive(settings.SECRET_KEY.encode())))
