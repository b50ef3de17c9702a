from django.urls import path

from . import value_views, views

urlpatterns = [
    path("customers/", views.customers, name="customers"),
    path("customers/rules/", value_views.rules, name="value-rules"),
    path("customers/rules/set/", value_views.rules_set, name="value-rules-set"),
    path("customers/<int:pk>/values/", value_views.values, name="customer-values"),
    path("customers/<int:pk>/values/set/", value_views.value_set, name="customer-value-set"),
]
