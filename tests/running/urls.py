from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from cdp.ledger.services import job_send
from cdp.urls import urlpatterns as ours
from tests.running.naps.models import Nap


@csrf_exempt
def nap_ask(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"id": job_send(Nap.objects.create(seconds=float(request.POST["seconds"]))).pk})


def nap_show(request: HttpRequest, pk: int) -> JsonResponse:
    job = Nap.objects.get(pk=pk)
    return JsonResponse({"state": job.state, "attempts": job.attempts, "percent": job.percent})


urlpatterns = [path("naps", nap_ask), path("naps/<int:pk>", nap_show), *ours]
