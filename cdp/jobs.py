"""Long work as people watch it: a bar that looks again every second, and its cancel button."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from cdp.access.viewer import Viewer, is_system, may, require
from cdp.access.web import page
from cdp.errors import N_
from cdp.ledger.models import Job, JobState
from cdp.ledger.services import job_cancel

# Before this much is known, a guess of the remaining time would only jump about.
SURE_AFTER = timedelta(seconds=2)


@dataclass(frozen=True)
class JobPage:
    """A job's numbers for the bar. `rate` is units a second, `remaining` seconds; None while unknown."""

    step: str
    percent: int
    rate: int | None
    remaining: float | None
    seconds: float | None

    @classmethod
    def of(cls, job: Job, now: datetime) -> "JobPage":
        passed = ((job.finished_at or now) - job.started_at).total_seconds() if job.started_at else None
        rate = job.steps_done / passed if passed and passed >= SURE_AFTER.total_seconds() else None
        left = job.steps_total - job.steps_done
        remaining = left / rate if rate and job.is_open and left >= 0 and job.steps_total else None
        return cls(_step(job), job.percent, round(rate) if rate else None, remaining, passed)


def _step(job: Job) -> str:
    if job.state == JobState.WAITING:
        return gettext(N_("Waiting for its turn"))
    if job.cancel_asked and job.is_open:
        return gettext(N_("Stopping at the next step"))
    return gettext(job.step) if job.step else gettext(N_("Working"))


def may_cancel(user: Viewer, job: Job) -> bool:
    """Who asked for it, and administrators; what nobody asked for, a schedule did for those who may watch it."""
    if job.requested_by_id is None and job.permission and may(user, job.permission):
        return True
    return is_system(user) or job.requested_by_id == getattr(user, "pk", 0) or getattr(user, "is_superuser", False)


@require_GET
@page()
def bar(request: HttpRequest, label: str, pk: int) -> HttpResponse:
    return _shown(request, _job(request, label, pk))


@require_POST
@page()
def cancel(request: HttpRequest, label: str, pk: int) -> HttpResponse:
    job = _job(request, label, pk)
    if not may_cancel(request.user, job):
        raise PermissionDenied
    job_cancel(job)
    job.refresh_from_db()
    return _shown(request, job)


def _shown(request: HttpRequest, job: Job) -> HttpResponse:
    """The bar; once the work is over, a page that asked for it is loaded anew."""
    response = render(request, "parts/job_poll.html", {"job": job, "reload": "reload" in request.GET})
    if "reload" in request.GET and not job.is_open:
        response["HX-Refresh"] = "true"
    return response


def _job(request: HttpRequest, label: str, pk: int) -> Any:
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError) as error:
        raise Http404 from error
    if not issubclass(model, Job):
        raise Http404
    if model.permission:
        require(request.user, model.permission)
    return get_object_or_404(model, pk=pk)
