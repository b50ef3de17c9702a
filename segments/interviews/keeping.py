"""The qualitative half of a persona, as its page shows it and an edition keeps it."""

from typing import Any

from cdp.access.viewer import SYSTEM
from cdp.notices.redacting import redacted
from segments.personas.models import Persona

from .counting import themes_counted, together
from .models import NoteKind
from .selectors import coded, notes

THEMES, BESIDE, QUOTES = 12, 6, 6


def summary_of(persona: Persona) -> dict[str, Any]:
    """Counts, and quotes under their pseudonyms, with nothing by which a customer could be known; {} without notes.
    Shares are 0 to 1."""
    held = list(notes(SYSTEM, persona))
    interviews = [note for note in held if note.kind == NoteKind.INTERVIEW]
    if not held:
        return {}
    names = coded(SYSTEM, persona)
    counted = themes_counted(names)[:THEMES]
    beside = [one.name for one in counted[:BESIDE]]
    said = [
        {"text": redacted(quote), "who": redacted(note.respondent)} for note in interviews for quote in note.quotes
    ]
    return {
        "interviews": len(interviews),
        "meetings": len(held) - len(interviews),
        "themes": [
            {
                "name": one.name,
                "count": one.count,
                "size": one.size,
                "share": one.share,
                "low": one.interval.low,
                "high": one.interval.high,
            }
            for one in counted
        ],
        "beside": [{"name": name, "counts": counts} for name, counts in together(names, beside)],
        "quotes": said[:QUOTES],
    }
