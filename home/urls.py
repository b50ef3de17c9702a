from django.urls import path

from . import tour_views, views

urlpatterns = [
    path("", views.home, name="home"),
    path("find/", views.find, name="find"),
    path("help/", views.help_page, name="help"),
    path("tour/", tour_views.tour, name="tour"),
]
