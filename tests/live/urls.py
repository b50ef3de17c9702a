from django.urls import include, path

from cdp.health import healthz

urlpatterns = [path("", include("cdp.live.urls")), path("healthz", healthz)]
