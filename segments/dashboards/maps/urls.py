from django.urls import path

from . import views

app_name = "maps"
urlpatterns = [
    path("", views.own_map, name="own"),
    path("<int:pk>/", views.decide, name="decide"),
]
