"""The password of a pull as it lies in the database (`cdp.access.sealed`)."""

from cdp.access.sealed import Unreadable, opened, sealed
from cdp.errors import N_, user_error

PURPOSE = "quanxi passwords of pulls"


def encrypted(password: str) -> str:
    return sealed(password, purpose=PURPOSE)


def decrypted(secret: str) -> str:
    """Raises `UserError` when it was encrypted under another SECRET_KEY."""
    try:
        return opened(secret, purpose=PURPOSE)
    except Unreadable:
        raise user_error(
            N_("The password of this pull can no longer be read: the installation's SECRET_KEY was changed"),
            N_("Type the password again on the page of the pull"),
        ) from None
