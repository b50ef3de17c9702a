"""Give a segment a face."""

import re
import unicodedata

from cdp.access.viewer import Viewer, require
from cdp.errors import N_, user_error
from segments.models import Segment
from tags.services import person

from .models import Persona

LONGEST = 60


def persona_create(*, segment: Segment, name: str, description: str, language: str, actor: Viewer) -> Persona:
    """Named in the language it is made in; other languages fall back to that name."""
    require(actor, "access.edit_segments")
    name = unicodedata.normalize("NFKC", name).strip()
    if not name:
        raise user_error(N_("A persona needs a name."), N_("For example: night-time snackers"), path=("name",))
    if len(name) > 120:
        raise user_error(N_("The name is too long."), N_("Keep it under 120 characters."), path=("name",))
    return Persona.objects.create(
        segment=segment,
        slug=_slug_for(name),
        description=description.strip(),
        owner=person(actor),
        **{f"name_{language.replace('-', '_')}": name},
    )


def _slug_for(name: str) -> str:
    """Letters of any script and hyphens, numbered when taken."""
    stem = re.sub(r"[^\w]+", "-", name.lower()).strip("-_")[:LONGEST] or "persona"
    taken = set(Persona.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return stem if stem not in taken else next(slug for slug in numbered if slug not in taken)
