from django.http import HttpRequest, JsonResponse
from django.urls import path

from cdp.urls import *  # noqa: F403
from cdp.urls import urlpatterns


def constant(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"customer": 1})


urlpatterns = [path("constant", constant), *urlpatterns]
