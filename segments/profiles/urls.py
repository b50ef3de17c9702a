from django.urls import path

from . import key_views as views

app_name = "keys"
urlpatterns = [
    path("", views.keys, name="list"),
    path("new/", views.new, name="new"),
    path("<int:pk>/switch/", views.switch, name="switch"),
    path("<int:pk>/delete/", views.delete, name="delete"),
]
