from django.urls import path

from . import views

app_name = "editions"
urlpatterns = [
    path("<str:slug>/", views.edition_list, name="list"),
    path("<str:slug>/new/", views.edition_new, name="new"),
    path("<str:slug>/<int:number>/", views.edition, name="edition"),
    path("<str:slug>/<int:number>/changes/", views.changes, name="changes"),
    path("<str:slug>/<int:number>/file/<str:form>/", views.edition_file, name="file"),
]
