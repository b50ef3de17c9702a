from datetime import datetime, timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from .models import Look


@shared_task(name="looks.note")
def note(customer_id: int, by: int, who: str, clear: bool, at: str) -> None:
    Look.objects.create(customer_id=customer_id, by_id=by, who=who, clear=clear, at=datetime.fromisoformat(at))


@shared_task(name="looks.forget")
def forget() -> None:
    """Those older than CDP_LOOK_DAYS."""
    Look.objects.filter(at__lt=timezone.now() - timedelta(days=settings.CDP_LOOK_DAYS)).delete()
