from django.urls import path

from . import jobs

app_name = "jobs"
urlpatterns = [
    path("<str:label>/<int:pk>/", jobs.bar, name="bar"),
    path("<str:label>/<int:pk>/cancel/", jobs.cancel, name="cancel"),
]
