from django.urls import path

from . import views

app_name = "data"
urlpatterns = [
    path("", views.home, name="home"),
    path("upload/", views.upload, name="upload"),
    path("upload/<int:pk>/", views.mapping, name="mapping"),
    path("upload/<int:pk>/steps/<int:index>/", views.steps, name="steps"),
    path("upload/<int:pk>/sheet/", views.sheet, name="sheet"),
    path("event-name/", views.event_name, name="event-name"),
    path("loads/", views.loads, name="loads"),
    path("loads/<int:pk>/", views.load, name="load"),
    path("loads/<int:pk>/write/", views.load_write, name="write"),
    path("loads/<int:pk>/undo/", views.load_undo, name="undo"),
    path("loads/<int:pk>/rejected/", views.rejected, name="rejected"),
    path("sources/<str:slug>/", views.source, name="source"),
    path("sources/<str:slug>/save/", views.source_save, name="source-save"),
    path("fields/", views.fields, name="fields"),
]
