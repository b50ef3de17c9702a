from django.urls import path

from . import rule_views, views

app_name = "approvals"
urlpatterns = [
    path("", views.request_list, name="list"),
    path("rules/", rule_views.rule_list, name="rules"),
    path("rules/<int:pk>/delete/", rule_views.rule_delete, name="rule-delete"),
    path("<int:pk>/", views.request_page, name="request"),
    path("<int:pk>/effects/", views.request_effects, name="effects"),
]
