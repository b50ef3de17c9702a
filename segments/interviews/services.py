"""Notes written and changed, the book of themes, and decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from cdp.access.people import person_name
from cdp.access.viewer import require, sees_personal
from cdp.errors import N_, user_error
from cdp.store.selectors import customers
from segments.personas.models import Persona

from .models import Decision, Note, NoteKind, Theme
from .selectors import is_masked, themes_of

EDIT = "access.edit_segments"
MASKED = N_("In this note is something you see masked, so it is for others to change.")
MOST_QUOTES, LONGEST_QUOTE = 30, 600


@dataclass(frozen=True)
class Wish:
    """What a note is to be; the fields of `Note`, its themes by their keys. `customer` None: as it is."""

    kind: str
    held_on: date
    respondent: str = ""
    goals: str = ""
    pains: str = ""
    motives: str = ""
    remarks: str = ""
    quotes: Sequence[str] = ()
    themes: Sequence[int] = ()
    customer: int | None = None


@transaction.atomic
def note_write(*, persona: Persona, wish: Wish, actor: User, note: Note | None = None) -> Note:
    """A new note, or `note` changed."""
    require(actor, EDIT)
    if note is not None and is_masked(actor, Note.objects.get(pk=note.pk)):
        raise user_error(MASKED, N_("Ask somebody who sees customers in clear."))
    note = note or Note(persona=persona, author=actor, author_name=person_name(actor))
    for name in ("kind", "held_on", "respondent", "goals", "pains", "motives", "remarks"):
        setattr(note, name, getattr(wish, name))
    note.quotes = [quote[:LONGEST_QUOTE] for quote in wish.quotes if quote][:MOST_QUOTES]
    if wish.customer is not None:
        _customer_set(note, wish.customer, actor)
    note.save()
    note.themes.set(themes_of(actor, persona).filter(pk__in=wish.themes))
    return note


def _customer_set(note: Note, number: int, actor: User) -> None:
    """0 takes the reference away. Only for who sees customers in clear: to others it is not shown either."""
    if not sees_personal(actor):
        raise PermissionDenied("access.view_personal")
    if number and not customers(actor).filter(pk=number).exists():
        raise user_error(N_("There is no customer of that number."), N_("Leave it empty."), path=("customer",))
    note.customer_id = number or None


def note_delete(*, note: Note, actor: User) -> None:
    require(actor, EDIT)
    note.delete()


@transaction.atomic
def theme_add(*, persona: Persona, name: str, is_shared: bool, actor: User) -> Theme:
    require(actor, EDIT)
    name = " ".join(name.split())[:60]
    if not name:
        raise user_error(N_("The theme has no name."), N_("Name it in a word or two."), path=("name",))
    if themes_of(actor, persona).filter(name__iexact=name).exists():
        raise user_error(N_("There is a theme of that name."), N_("Choose it at the note."), path=("name",))
    return Theme.objects.create(persona=None if is_shared else persona, name=name)


def theme_delete(*, theme: Theme, actor: User) -> None:
    """Notes lose it, and keep everything else."""
    require(actor, EDIT)
    theme.delete()


def decision_add(*, note: Note, text: str, owner: User | None, due_on: date | None, actor: User) -> Decision:
    require(actor, EDIT)
    text = " ".join(text.split())[:300]
    if note.kind != NoteKind.MEETING or not text:
        raise user_error(N_("Nothing was decided."), N_("Write what a meeting decided."), path=("text",))
    return Decision.objects.create(note=note, text=text, owner=owner, due_on=due_on)


def decision_mark(*, decision: Decision, done: bool, actor: User) -> None:
    require(actor, EDIT)
    Decision.objects.filter(pk=decision.pk).update(done_at=timezone.now() if done else None)
