"""One action on many tags or segments: each by itself, so that what is refused stops no other."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cdp.errors import UserError

from .workbench import said

REFRESH, CATEGORY, OWNER, DEPARTMENT, RETIRE = "refresh", "category", "owner", "department", "retire"


@dataclass
class Outcome:
    """The names of those it was done to, and name and reason of those it was refused for."""

    done: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def each(rows: Iterable[Any], act: Callable[[Any], object]) -> Outcome:
    """`act` raises `UserError` for what it refuses."""
    outcome = Outcome()
    for row in rows:
        try:
            with transaction.atomic():
                act(row)
        except UserError as error:
            outcome.refused.append((row.name, " ".join(said(problem) for problem in error.problems)))
        else:
            outcome.done.append(row.name)
    return outcome


def outcome_tell(request: HttpRequest, action: str, outcome: Outcome) -> None:
    did = {
        REFRESH: _("Being refreshed: %(names)s."),
        CATEGORY: _("Category changed: %(names)s."),
        OWNER: _("Owner changed: %(names)s."),
        DEPARTMENT: _("Department changed: %(names)s."),
        RETIRE: _("Retired: %(names)s."),
    }
    if outcome.done:
        messages.success(request, did[action] % {"names": _listed(outcome.done)})
    for name, why in outcome.refused:
        messages.error(request, _("Nothing was done to %(name)s: %(why)s") % {"name": name, "why": why})


def _listed(names: list[str]) -> str:
    return _(", ").join(names)


def refuse_nothing(request: HttpRequest, chosen: list[Any], action: str, known: Iterable[str]) -> None:
    """Say why nothing happens, where nothing was ticked or no action was chosen."""
    if not chosen:
        messages.warning(request, _("Nothing was ticked. Tick rows of the list first."))
    elif action not in known:
        messages.warning(request, _("No action was chosen."))
