from django.urls import path

from . import views

app_name = "mailings"
urlpatterns = [
    path("", views.mailing_list, name="list"),
    path("new/", views.mailing_new, name="new"),
    path("<int:pk>/", views.mailing, name="mailing"),
    path("<int:pk>/edit/", views.mailing_edit, name="edit"),
    path("<int:pk>/do/", views.mailing_do, name="do"),
]
