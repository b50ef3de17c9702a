from django.urls import path

from . import views

app_name = "playbook"
urlpatterns = [
    path("", views.play_list, name="list"),
    path("new/", views.play_new, name="new"),
    path("starter/", views.starter_install, name="starter"),
    path("<int:pk>/", views.play_edit, name="edit"),
    path("<int:pk>/delete/", views.play_delete, name="delete"),
]
