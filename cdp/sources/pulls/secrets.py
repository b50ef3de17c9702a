"""A password as it lies in the database: readable only together with the installation's SECRET_KEY."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from cdp.errors import N_, user_error


def encrypted(password: str) -> str:
    return _box().encrypt(password.encode()).decode() if password else ""


def decrypted(secret: str) -> str:
    """Raises `UserError` when it was encrypted under another SECRET_KEY."""
    try:
        return _box().decrypt(secret.encode()).decode() if secret else ""
    except InvalidToken:
        raise user_error(
            N_("The password of this pull can no longer be read: the installation's SECRET_KEY was changed"),
            N_("Type the password again on the page of the pull"),
        ) from None


def _box() -> Fernet:
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"quanxi passwords of pulls")
    return Fernet(base64.urlsafe_b64encode(kdf.derive(settings.SECRET_KEY.encode())))
