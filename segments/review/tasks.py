from celery import shared_task

from .reminding import reviews_remind


@shared_task(name="reviews.remind")
def reviews_remind_task() -> None:
    reviews_remind()
