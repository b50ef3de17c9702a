from django.urls import path

from . import views

app_name = "notices"
urlpatterns = [
    path("", views.notice_list, name="list"),
    path("bell/", views.bell, name="bell"),
    path("latest/", views.latest, name="latest"),
    path("read/", views.mark_all, name="mark-all"),
    path("<int:pk>/", views.opened, name="open"),
    path("<int:pk>/mark/", views.mark, name="mark"),
]
