from django.urls import path, re_path

from . import views

app_name = "segments"
urlpatterns = [
    path("", views.segment_list, name="list"),
    path("new/", views.segment_new, name="new"),
    path("new/list/", views.segment_new_list, name="new-list"),
    path("build/", views.segment_build, name="build"),
    path("live-count/", views.segment_live, name="live-count"),
    path("<str:slug>/", views.segment_detail, name="detail"),
    path("<str:slug>/edit/", views.segment_edit, name="edit"),
    path("<str:slug>/refresh/", views.segment_refresh, name="refresh"),
    re_path(r"^(?P<slug>[^/]+)/members\.(?P<form>csv|xlsx)$", views.segment_export, name="export"),
]
