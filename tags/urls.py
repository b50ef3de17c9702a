from django.urls import path

from . import about_views, entry_views, list_views, value_views, version_views, views, why_views
from .gallery import views as gallery

app_name = "tags"
urlpatterns = [
    path("", views.tag_list, name="list"),
    path("catalogue.xlsx", views.tag_export, name="catalogue"),
    path("list.xlsx", list_views.tag_list_sheet, name="shown"),
    path("bulk/", list_views.tag_bulk, name="bulk"),
    path("look/", list_views.tag_look, name="look"),
    path("new/", views.tag_new, name="new"),
    path("build/", views.tag_build, name="build"),
    path("live-count/", views.tag_live, name="live-count"),
    path("live-count/<str:more>/", views.tag_live_more, name="live-more"),
    path("values/", value_views.value_list, name="values"),
    path("values/known/", value_views.value_check, name="values-known"),
    path("values/regions/", value_views.value_regions, name="regions"),
    path("values/range/", value_views.value_range, name="ranges"),
    path("templates/", gallery.template_list, name="templates"),
    path("templates/<str:slug>/count/", gallery.template_count, name="template-count"),
    path("<str:slug>/", views.tag_detail, name="detail"),
    path("<str:slug>/favourite/", list_views.tag_favourite, name="favourite"),
    path("<str:slug>/lineage/", about_views.tag_lineage, name="lineage"),
    path("<str:slug>/comments/", about_views.tag_comment, name="comment"),
    path("<str:slug>/comments/<int:pk>/", about_views.tag_comment_change, name="comment-change"),
    path("<str:slug>/why/", why_views.tag_why, name="why"),
    path("<str:slug>/edit/", views.tag_edit, name="edit"),
    path("<str:slug>/suggestions/<int:pk>/drop/", views.tag_suggestion_drop, name="suggestion-drop"),
    path("<str:slug>/entries/", entry_views.tag_entries, name="entries"),
    path("<str:slug>/entries/<int:pk>/remove/", entry_views.tag_entry_remove, name="entry-remove"),
    path("<str:slug>/refresh/", views.tag_refresh, name="refresh"),
    path("<str:slug>/publish/", version_views.tag_publish_draft, name="publish"),
    path("<str:slug>/publish/effects/", version_views.tag_effects, name="effects"),
    path("<str:slug>/versions/", version_views.tag_versions, name="versions"),
    path("<str:slug>/versions/<int:number>/restore/", version_views.tag_version_restore, name="restore"),
]
