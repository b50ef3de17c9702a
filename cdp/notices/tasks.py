from celery import shared_task

from .sending import deliver_task
from .services import notices_clean

__all__ = ["deliver_task", "notices_clean_task"]


@shared_task(name="notices.clean")
def notices_clean_task() -> None:
    notices_clean()
