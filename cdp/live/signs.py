"""Whether the program that takes in is at work: it says so every few seconds."""

from datetime import timedelta

from django.utils import timezone

from .models import Sign

SILENT = timedelta(seconds=30)
# While it fails it looks again less and less often (`program.LONGEST_PAUSE`).
SILENT_WHILE_FAILING = timedelta(seconds=90)


def sign_give(*, failures: int) -> None:
    Sign.objects.update_or_create(pk=1, defaults={"seen_at": timezone.now(), "failures": failures})


def is_silent(sign: Sign | None) -> bool:
    """Whether so long nothing was heard that it does not run."""
    if sign is None:
        return True
    return timezone.now() - sign.seen_at > (SILENT_WHILE_FAILING if sign.failures else SILENT)
