"""Pages about live events, under data/live/."""

from django.urls import path

from . import key_views, live_views, plan_views

app_name = "live"
urlpatterns = [
    path("", live_views.live, name="home"),
    path("again/", live_views.again, name="again"),
    path("plan/", plan_views.plans, name="plans"),
    path("plan/<slug:slug>/", plan_views.plan, name="plan"),
    path("plan/<slug:slug>/adopt/", plan_views.adopt, name="plan-adopt"),
    path("plan/<slug:slug>/drop/", plan_views.drop, name="plan-drop"),
    path("keys/<int:pk>/events/", live_views.key_events, name="key-events"),
    path("keys/", key_views.keys, name="keys"),
    path("keys/new/", key_views.new, name="key-new"),
    path("keys/<int:pk>/", key_views.key, name="key"),
    path("keys/<int:pk>/rename/", key_views.rename, name="key-rename"),
    path("keys/<int:pk>/switch/", key_views.switch, name="key-switch"),
]
