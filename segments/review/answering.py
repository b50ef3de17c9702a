"""A later edition answers comments of the review before it. Those stay as they were sealed; the answers stand
beside."""

from django.contrib.auth.models import User
from django.db import transaction

from cdp.access.people import person_name
from cdp.access.viewer import require
from cdp.errors import N_, user_error
from segments.editions.models import Edition

from .models import Answered, Remark
from .rules import refuse_unless, text_read


@transaction.atomic
def remark_answer(*, remark: Remark, edition: Edition, text: str, by: User) -> Answered:
    """Say that (and how) an edition answers a comment on an earlier one; said again, the later text counts."""
    edition = _open(edition, by)
    earlier = remark.review.edition
    refuse_unless(earlier.persona_id == edition.persona_id and earlier.number < edition.number)
    refuse_unless(remark.thread_id is None)
    text = text_read(text)
    said = {"text": text, "by": by, "by_name": person_name(by)}
    return Answered.objects.update_or_create(remark=remark, edition=edition, defaults=said)[0]


@transaction.atomic
def remark_unanswer(*, remark: Remark, edition: Edition, by: User) -> None:
    """It does not answer that after all."""
    _open(edition, by)
    Answered.objects.filter(remark=remark, edition=edition).delete()


def _open(edition: Edition, by: User) -> Edition:
    require(by, "access.edit_segments")
    found = Edition.objects.select_for_update(of=("self",)).order_by("pk").get(pk=edition.pk)
    if found.sealed_at is not None:
        raise user_error(N_("This edition is sealed. Nothing of it changes any more."))
    return found
