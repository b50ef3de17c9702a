"""How a person with an account is called."""

from django.contrib.auth.models import AbstractBaseUser, AbstractUser, AnonymousUser


def person_name(person: AbstractBaseUser | AnonymousUser | None) -> str:
    """Family name first, and no space, for names in Chinese characters; nothing for nobody."""
    if person is None:
        return ""
    if not isinstance(person, AbstractUser):
        return person.get_username()
    written = person.last_name + person.first_name
    chinese = written and all(ord(character) > 0x2E80 for character in written)
    return written if chinese else person.get_full_name() or person.get_username()
