from django.urls import path

from . import views

app_name = "interviews"
urlpatterns = [
    path("<str:slug>/", views.note_list, name="list"),
    path("<str:slug>/section/", views.section, name="section"),
    path("<str:slug>/new/", views.note_new, name="new"),
    path("<str:slug>/themes/", views.theme_add, name="theme-add"),
    path("<str:slug>/themes/<int:pk>/delete/", views.theme_delete, name="theme-delete"),
    path("<str:slug>/decisions/<int:pk>/", views.decision_mark, name="decision-mark"),
    path("<str:slug>/<int:pk>/", views.note, name="note"),
    path("<str:slug>/<int:pk>/edit/", views.note_edit, name="edit"),
    path("<str:slug>/<int:pk>/delete/", views.note_delete, name="delete"),
    path("<str:slug>/<int:pk>/decisions/", views.decision_add, name="decision-add"),
]
