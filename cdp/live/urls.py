"""The event API, where clients of Segment's look for it."""

from django.urls import path

from . import views

urlpatterns = [
    path("v1/projects/<str:key>/settings", views.settings),
    # @segment/analytics-next asks its CDN host, which may be given with or without /v1.
    path("projects/<str:key>/settings", views.settings),
    path("v1/<str:kind>", views.take, name="events"),
    path("v1/<str:kind>/", views.take),
    path("v1/", views.nothing),
    path("v1/<path:path>", views.nothing),
]
