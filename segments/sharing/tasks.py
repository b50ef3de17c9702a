from celery import shared_task

from .services import looks_clean


@shared_task(name="sharing.clean")
def looks_clean_task() -> None:
    looks_clean()
