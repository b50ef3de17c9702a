"""The Celery application. Tasks are doorbells: what there is to do stands in a ledger row."""

import os
from importlib import import_module
from typing import Any

import pyarrow as pa
from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cdp.settings.local")
app = Celery("quanxi")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def code_load(**_: Any) -> None:
    """Import what only long work needs before the worker's processes part, not in the first job of each."""
    import_module("scipy.sparse.csgraph")
    pa.array([""])  # Arrow looks for pandas when it first meets a list.
