from django.urls import path

from . import views

app_name = "webhooks"
urlpatterns = [
    path("", views.hooks, name="list"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.hook, name="hook"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/test/", views.test, name="test"),
    path("<int:pk>/switch/", views.switch, name="switch"),
    path("<int:pk>/secret/", views.secret, name="secret"),
    path("<int:pk>/delete/", views.delete, name="delete"),
    path("<int:pk>/deliveries/<int:number>/", views.delivery, name="delivery"),
    path("<int:pk>/deliveries/<int:number>/again/", views.again, name="again"),
]
