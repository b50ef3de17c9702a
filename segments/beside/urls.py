from django.urls import path

from . import views

app_name = "beside"
urlpatterns = [
    path("", views.compare, name="compare"),
    path("numbers.xlsx", views.compare_workbook, name="workbook"),
]
