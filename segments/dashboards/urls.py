from django.urls import path

from . import drill_views, views

app_name = "personas"
urlpatterns = [
    path("personas/", views.persona_list, name="list"),
    path("personas/segment/<str:slug>/", views.segment, name="segment"),
    path("personas/segment/<str:slug>/new/", views.persona_new, name="new"),
    path("personas/segment/<str:slug>/again/", views.again, name="again"),
    path("personas/picture/<int:pk>/", views.download, name="download"),
    path("personas/picture/<int:pk>/cities/", drill_views.cities, name="cities"),
    path("personas/picture/<int:pk>/<str:form>/", views.download, name="file"),
    path("personas/picture/<int:pk>/numbers/<str:slug>/", drill_views.numbers, name="numbers"),
    path("personas/picture/<int:pk>/customers/<str:slug>/<int:place>/", drill_views.customers, name="customers"),
    path("customers/<int:pk>/", views.customer, name="customer"),
    path("customers/<int:pk>/timeline/", views.timeline, name="timeline"),
    path("customers/<int:pk>/moves/", views.moves, name="moves"),
    path("customers/<int:pk>/looks/", views.looks, name="looks"),
    path("personas/<str:slug>/", views.persona, name="persona"),
]
