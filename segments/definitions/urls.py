from django.urls import path

from . import views

app_name = "definitions"
urlpatterns = [
    path("", views.start, name="start"),
    path("definitions.xlsx", views.download, name="download"),
    path("<int:pk>/", views.check, name="check"),
]
