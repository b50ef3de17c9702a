"""Who is looking at a review now, and whether its page shows what it did: one cheap question, asked every few
seconds."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from django.contrib.auth.models import User
from django.db.models import FilteredRelation, Q
from django.utils import timezone

from cdp.access.people import person_name

from .models import Looker
from .selectors import reviews

# Who has not been heard of for so long has gone; while somebody looks, it is noted no more often than that.
GONE, NOTED = timedelta(seconds=45), timedelta(seconds=15)


@dataclass(frozen=True)
class Live:
    """`token` tells whether anything is different: what was said and decided, or who is looking."""

    token: str
    lookers: tuple[User, ...]

    def names(self, viewer: User) -> list[str]:
        """Of the others."""
        return [person_name(one) for one in self.lookers if one.pk != viewer.pk]


def live_of(viewer: User, pk: int) -> Live | None:
    """Of the review, the viewer looking; None where they see no such review. One query, and another one to note
    it."""
    now = timezone.now()
    here = FilteredRelation("lookers", condition=Q(lookers__seen_at__gte=now - GONE))
    person = "here__person__"
    rows = list(
        reviews(viewer)
        .filter(pk=pk)
        .annotate(here=here)
        .order_by(f"{person}username")
        .values_list(
            "moved",
            "here__seen_at",
            "here__person",
            *(f"{person}{name}" for name in ("username", "first_name", "last_name")),
        )
    )
    if not rows:
        return None
    seen = {at[2]: at[1] for at in rows if at[2] is not None}
    lookers = [
        User(pk=who, username=username, first_name=first, last_name=last)
        for _moved, _at, who, username, first, last in rows
        if who is not None
    ]
    if viewer.pk not in seen:
        lookers.append(viewer)
    if seen.get(viewer.pk, datetime.min.replace(tzinfo=now.tzinfo)) < now - NOTED:
        look_note(viewer, pk, now)
    return Live(_token(rows[0][0], lookers), tuple(lookers))


def look_note(viewer: User, pk: int, now: datetime) -> None:
    Looker.objects.bulk_create(
        [Looker(review_id=pk, person_id=viewer.pk, seen_at=now)],
        update_conflicts=True,
        unique_fields=["review", "person"],
        update_fields=["seen_at"],
    )


def _token(moved: int, lookers: list[User]) -> str:
    people = ",".join(str(pk) for pk in sorted(one.pk for one in lookers))
    return f"{moved}-{blake2b(people.encode(), digest_size=6).hexdigest()}"
