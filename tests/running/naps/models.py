from django.db import models

from cdp.ledger.models import Job


class Nap(Job):
    task_name = "naps.nap"

    seconds = models.FloatField()
