"""Drafts and earlier versions, of tags and segments alike: the next number, the draft, going back."""

import hashlib
import json
from typing import Any

from django.contrib.auth.models import User

from cdp.errors import N_, user_error

from .models import VersionState


def draft_write(versions: Any, definition: Any, by: User | None, form: Any = None) -> Any:
    """Keep a definition as the draft among the versions of one tag or segment, and give it back; None when
    it is what is in force, which then has no draft. The caller holds the transaction.

    `form` is the definition with what its form has switched off; empty when that is nothing, None where no form is
    at work, which leaves that of a definition in force as it is.
    """
    drafts = versions.filter(state=VersionState.DRAFT)
    published = versions.filter(state=VersionState.PUBLISHED).first()
    if published and published.definition == definition:
        drafts.delete()
        if form is not None:
            versions.filter(pk=published.pk).update(form=form or None)
        return None
    if draft := drafts.first():
        draft.definition, draft.form, draft.created_by = definition, form or None, by
        draft.save()
        return draft
    return versions.create(number=number_next(versions), definition=definition, form=form or None, created_by=by)


def number_next(versions: Any) -> int:
    return (versions.order_by("-number").values_list("number", flat=True).first() or 0) + 1


def version_numbered(versions: Any, number: int) -> Any:
    found = versions.filter(number=number).first()
    if found is None:
        raise user_error(N_("There is no version %(number)s."), N_("Choose one from the list."), number=number)
    return found


def seal_of(definition: Any) -> str:
    """A short mark of a definition, to see whether what is published is what was looked at."""
    return hashlib.sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()[:16]


def seal_check(draft: Any, seal: str) -> None:
    """`UserError` when the draft is not the one that carried this mark."""
    if draft is None or seal_of(draft.definition) != seal:
        message = N_("The draft has changed since you looked at it. Nothing was published.")
        raise user_error(message, N_("Look at what it changes now, then publish."))


def draft_of(versioned: Any) -> Any:
    """The draft of a tag or segment, or None."""
    return versioned.versions.filter(state=VersionState.DRAFT).first()
