"""Reading notes. The viewer comes first: who may see a persona may see its notes. Phone numbers and addresses in
them are masked for those who see customers' masked, and which customer it was is told to the others alone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet

from cdp.access.viewer import Viewer, sees_personal
from cdp.notices.redacting import redacted
from segments.personas.models import Persona
from segments.personas.selectors import personas

from .models import Decision, Note, NoteKind, Theme

TEMPLATE = ("goals", "pains", "motives", "remarks")


def notes(viewer: Viewer, persona: Persona) -> QuerySet[Note]:
    found = Note.objects.filter(persona__in=personas(viewer).filter(pk=persona.pk).values("pk"))
    return found.select_related("author", "customer").prefetch_related("themes", "decisions__owner")


def themes_of(viewer: Viewer, persona: Persona) -> QuerySet[Theme]:
    """The persona's own and everyone's."""
    seen = personas(viewer).filter(pk=persona.pk).values("pk")
    return Theme.objects.filter(Q(persona__in=seen) | Q(persona=None))


def decisions_of(viewer: Viewer, persona: Persona) -> QuerySet[Decision]:
    """Those that are open first, the most urgent of them first."""
    found = Decision.objects.filter(note__in=notes(viewer, persona).order_by().values("pk"))
    open_first, urgent = F("done_at").asc(nulls_first=True), F("due_on").asc(nulls_last=True)
    return found.select_related("owner", "note").order_by(open_first, urgent, "pk")


def coded(viewer: Viewer, persona: Persona) -> list[list[str]]:
    """The themes of each interview; meetings are not counted."""
    held = notes(viewer, persona).filter(kind=NoteKind.INTERVIEW)
    return [[theme.name for theme in note.themes.all()] for note in held]


@dataclass(frozen=True)
class NoteShown:
    """A note as this viewer may read it. `customer_id` only for who sees customers in clear, of whoever that
    customer is now."""

    note: Note
    texts: list[tuple[Any, str]]
    quotes: list[str]
    customer_id: int | None

    @property
    def themes(self) -> list[str]:
        return [theme.name for theme in self.note.themes.all()]


def note_read(viewer: Viewer, note: Note) -> tuple[Callable[[str], str], int | None]:
    """How its texts are read, and the customer it refers to, for who sees customers in clear."""
    clear = sees_personal(viewer)
    customer = (note.customer.merged_into_id or note.customer.pk) if clear and note.customer else None
    return (str if clear else redacted), customer


def is_masked(viewer: Viewer, note: Note) -> bool:
    """Whether something in it is shown to the viewer masked: who saved what they see would lose it."""
    read, _customer = note_read(viewer, note)
    texts = [*(getattr(note, name) for name in TEMPLATE), *note.quotes]
    return any(read(text) != text for text in texts)


def note_shown(viewer: Viewer, note: Note) -> NoteShown:
    read, customer = note_read(viewer, note)
    texts = [
        (Note._meta.get_field(name).verbose_name, read(getattr(note, name)))  # type: ignore[union-attr]
        for name in TEMPLATE
        if getattr(note, name)
    ]
    return NoteShown(note, texts, [read(quote) for quote in note.quotes], customer)
