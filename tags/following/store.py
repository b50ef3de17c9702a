"""What was found of followed customers, kept until the next run says it of everybody."""

from collections.abc import Sequence

from django.db.models import Q

from tags.models import LiveChange, LiveTag, Tag, TagRun


def outcomes_write(rows: Sequence[LiveTag], changes: Sequence[LiveChange]) -> None:
    LiveTag.objects.bulk_create(
        rows,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["tag", "customer_id"],
        update_fields=["values", "number", "as_of"],
    )
    LiveChange.objects.bulk_create(changes, batch_size=500)


def outcomes_forget(runs: Sequence[tuple[Tag, TagRun]]) -> None:
    """What these runs, being put in use, say themselves."""
    if LiveTag.objects.exists():
        said = Q(pk__in=[])
        for tag, run in runs:
            said |= Q(tag=tag.pk, as_of__lte=run.as_of)
        LiveTag.objects.filter(said).delete()
