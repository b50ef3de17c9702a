"""Give a segment a face."""

import unicodedata

from cdp.access.viewer import Viewer, require
from cdp.errors import N_, user_error
from cdp.naming import slug_for
from segments.models import Segment
from tags.services import person

from .models import Persona

# Pages beside those of personas (`segments.beside`, `segments.boards`, `segments.mailing`).
KEPT = ("compare", "boards", "mail")


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
        slug=slug_for(name, Persona, otherwise="persona", kept=KEPT),
        description=description.strip(),
        owner=person(actor),
        **{f"name_{language.replace('-', '_')}": name},
    )
