"""Keep a drawn dashboard as an edition, and seal an edition with what its review came to."""

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone, translation

from cdp.access.people import person_name
from cdp.access.viewer import SYSTEM, Viewer, require
from cdp.errors import N_, user_error
from cdp.ledger.models import JobState
from segments.dashboards.models import Render
from segments.dashboards.sentences import sentence_of
from segments.interviews.keeping import summary_of
from segments.personas.models import Persona
from tags.services import person

from .canonical import digest_of
from .models import Edition, EditionFrozen

LONGEST = 120
GONE = N_("The picture is no longer there.")


@transaction.atomic
def edition_make(*, persona: Persona, render: Render, title: str, actor: Viewer) -> Edition:
    """Keep what a finished rendering of the persona shows. `UserError` where it shows nothing to keep, or the same
    as an edition there is."""
    require(actor, "access.edit_segments")
    # Whoever else keeps one of this persona waits, so that numbers follow each other.
    persona = Persona.objects.select_for_update(of=("self",)).order_by("pk").get(pk=persona.pk)
    said = summary_of(persona)
    _refuse_unkept(persona, render, said)
    title = _title_read(title, persona, render.language)
    latest = Edition.objects.filter(persona=persona).aggregate(number=Max("number"))["number"] or 0
    by = person(actor)
    made = Edition(
        persona=persona,
        number=latest + 1,
        title=title,
        language=render.language,
        base=render.base.slug if render.base else "",
        as_of=render.as_of,
        fingerprint=render.fingerprint,
        head=head_of(persona, render),
        content=render.content | ({"interviews": said} if said else {}),
        made_by=by,
        maker=person_name(by),
        made_at=timezone.now(),
    )
    made.digest = digest_of(made.frozen)
    made.save()
    return made


def edition_same(persona: Persona, render: Render) -> Edition | None:
    """The newest edition that shows what this picture and the persona's interviews would."""
    return _same(persona, render, summary_of(persona))


def _same(persona: Persona, render: Render, said: dict[str, Any]) -> Edition | None:
    same = Edition.objects.filter(persona=persona, fingerprint=render.fingerprint).order_by("-number").first()
    return same if same is not None and same.content.get("interviews", {}) == said else None


def edition_seal(*, edition: Edition, outcome: dict[str, Any]) -> None:
    """Put what was decided under the edition, once and for all."""
    if not Edition.objects.seal(edition.pk, outcome, digest_of(outcome)):
        raise EditionFrozen("the edition was sealed before")


def head_of(persona: Persona, render: Render) -> dict[str, Any]:
    """What stands above the dashboard, in its language: names, owner, the rule in words, and members among
    customers as the segment's run had them."""
    segment = render.segment
    with translation.override(render.language):
        return {
            "persona": persona.slug,
            "name": persona.name_in(render.language),
            "lead": persona.description,
            "sentence": sentence_of(SYSTEM, segment, render.language),
            "segment": segment.slug,
            "segment_name": segment.name_in(render.language),
            "owner": person_name(persona.owner or segment.owner),
            "members": render.content["members"],
            "universe": segment.run.universe if segment.run and segment.run.as_of == render.as_of else None,
            "drawn_at": render.finished_at.isoformat() if render.finished_at else "",
        }


def _refuse_unkept(persona: Persona, render: Render, said: dict[str, Any]) -> None:
    if render.state != JobState.DONE or render.segment_id != persona.segment_id:
        raise user_error(GONE, N_("Open the persona again, then keep what it shows."))
    if render.filters:
        raise user_error(
            N_("This picture is cut by time or channel."),
            N_("Take the filters away, then keep what the persona shows."),
        )
    if render.content.get("too_small"):
        raise user_error(
            N_("This group is too small to show, so there is nothing to keep."),
            N_("Keep an edition once it has more members."),
        )
    if (same := _same(persona, render, said)) is not None:
        raise user_error(
            N_("Edition %(number)s shows the same already."),
            N_("Keep another one when the segment or its data has changed."),
            number=same.number,
        )


def _title_read(title: str, persona: Persona, language: str) -> str:
    title = " ".join(title.split()) or persona.name_in(language)
    if len(title) > LONGEST:
        raise user_error(N_("The title is too long."), N_("Keep it under 120 characters."), path=("title",))
    return title
