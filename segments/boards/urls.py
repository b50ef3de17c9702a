from django.urls import path

from . import views

app_name = "boards"
urlpatterns = [
    path("", views.board_list, name="list"),
    path("new/", views.board_new, name="new"),
    path("<str:slug>/", views.board, name="board"),
    path("<str:slug>/edit/", views.board_edit, name="edit"),
    path("<str:slug>/copy/", views.copy, name="copy"),
    path("<str:slug>/delete/", views.delete, name="delete"),
]
