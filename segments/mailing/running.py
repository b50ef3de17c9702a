"""One time of a plan: keep an edition where data moved, or draw a board, and send it to its readers."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.urls import reverse

from cdp.errors import N_, user_error
from cdp.ledger.services import job_beat, job_progress
from cdp.notices.letters import letters_send
from cdp.notices.models import Letter, NoticeKind
from cdp.notices.preferences import language_of, preferences_of
from cdp.store.selectors import data_version
from segments.dashboards.fingerprint import state_now
from segments.editions.models import Edition
from segments.editions.services import edition_make, edition_same
from segments.models import Segment
from segments.personas.models import Persona

from .board_letters import board_letter
from .comparing import bases_of
from .drawing import drawn
from .edition_letters import edition_letter
from .models import Mailing, MailingRun, Outcome
from .selectors import may_keep, meant_for, readers_of
from .telling import BOARD, KEPT, SAME, names_of

KNOWN = ("persona__segment__run", "persona__segment__owner", "persona__owner", "board__segment__run", "owner")


def mailing_run(job: MailingRun) -> None:
    """Done again after a lost worker, it sends nothing twice: letters and outcome are written together."""
    if job.outcome:
        return
    mailing = Mailing.objects.select_related(*KNOWN).get(pk=job.mailing_id)
    if mailing.owner is None or not may_keep(mailing):
        Mailing.objects.filter(pk=mailing.pk).update(next_at=None)
        raise user_error(
            N_("Whoever owns this plan may not keep editions any more, so it is paused."),
            N_("A colleague who may can take it over: change it or resume it."),
        )
    readers = readers_of(mailing)
    if mailing.persona is not None:
        _edition_send(job, mailing, mailing.persona, mailing.owner, readers)
    else:
        _board_send(job, mailing, mailing.owner, readers)


def _edition_send(job: MailingRun, mailing: Mailing, persona: Persona, owner: User, readers: list[User]) -> None:
    job_progress(job, done=0, total=3, step=N_("Drawing the persona"))
    state = state_now(data_version())
    bases = bases_of(owner, mailing)
    base, others = next(iter(bases), None), bases[1:]
    shown = drawn(job, persona.segment, mailing.language, base=base, state=state, by=owner)
    same = edition_same(persona, shown)
    edition = same or edition_make(persona=persona, render=shown, title="", actor=owner)
    # One that a lost worker kept for this very run is new to its readers.
    is_new = edition.made_at >= job.requested_at
    job_progress(job, done=1, total=3, step=N_("Writing the mails"))

    def write(language: str) -> Letter:
        def told(against: Segment | None) -> dict[str, Any]:
            return drawn(job, persona.segment, language, base=against, state=state, by=owner).content

        content = edition.content if language == edition.language else told(base)
        beside = [(one, told(one)) for one in others if one is not None]
        return edition_letter(edition, content, language, is_new=is_new, beside=beside)

    letters = _letters(readers, write)
    outcome, text = (Outcome.KEPT, KEPT) if is_new else (Outcome.SAME, SAME)
    url = reverse("editions:edition", args=[persona.slug, edition.number])
    _send(job, mailing, letters, outcome, text, url, edition)


def _board_send(job: MailingRun, mailing: Mailing, owner: User, readers: list[User]) -> None:
    board, state = mailing.board, state_now(data_version())
    assert board is not None
    job_progress(job, done=1, total=3, step=N_("Writing the mails"))
    bases = [one.slug for one in bases_of(owner, mailing)]

    def write(language: str) -> Letter:
        return board_letter(job, board, language, bases=bases, state=state, by=owner)

    letters = _letters(readers, write)
    _send(job, mailing, letters, Outcome.BOARD, BOARD, reverse("boards:board", args=[board.slug]))


def _letters(readers: list[User], write: Callable[[str], Letter]) -> dict[int, Letter]:
    """One of each language, by reader."""
    preferences = preferences_of([one.pk for one in readers])
    languages = {one.pk: language_of(preferences.get(one.pk)) for one in readers}
    written = {language: write(language) for language in sorted(set(languages.values()))}
    return {pk: written[language] for pk, language in languages.items()}


def _send(
    job: MailingRun,
    mailing: Mailing,
    letters: Mapping[int, Letter],
    outcome: Outcome,
    text: str,
    url: str,
    edition: Edition | None = None,
) -> None:
    job_progress(job, done=2, total=3, step=N_("Sending"))
    params = {"name": names_of(mailing.of), **({"number": edition.number} if edition else {})}
    with transaction.atomic():
        told = letters_send(
            letters=letters, kind=NoticeKind.REPORT, text=text, params=params, url=url, about=job.about
        )
        job_beat(
            job,
            edition=edition,
            outcome=outcome,
            mailed=len(told.mailed),
            unmailed=len(told.unmailed),
            left_out=meant_for(mailing).count() - len(letters),
        )
