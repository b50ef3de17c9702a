from django.urls import path

from . import shared_views, views

app_name = "sharing"
urlpatterns = [
    path("shared/<str:token>/", shared_views.shared, name="shared"),
    path("personas/editions/<str:slug>/<int:number>/links/", views.links, name="links"),
    path("personas/editions/<str:slug>/<int:number>/links/<int:pk>/", views.link, name="link"),
    path("personas/editions/<str:slug>/<int:number>/links/<int:pk>/revoke/", views.revoke, name="revoke"),
]
