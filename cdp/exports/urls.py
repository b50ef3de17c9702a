from django.urls import path

from . import views

app_name = "exports"
urlpatterns = [
    path("", views.export_list, name="list"),
    path("customers/", views.customers, name="customers"),
    path("<int:pk>/", views.export_page, name="export"),
    path("<int:pk>/file/", views.export_file, name="file"),
]
