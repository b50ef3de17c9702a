from celery import shared_task

from .services import notices_clean


@shared_task(name="notices.clean")
def notices_clean_task() -> None:
    notices_clean()
