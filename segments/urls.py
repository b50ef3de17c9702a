from django.urls import path, re_path

from . import about_views, list_views, version_views, views, why_views
from .combining import views as combining
from .comparing import views as comparing
from .lookalike import views as lookalike
from .packs import views as packs
from .splitting import views as splitting

app_name = "segments"
urlpatterns = [
    path("", views.segment_list, name="list"),
    path("catalogue.xlsx", views.segments_export, name="catalogue"),
    path("list.xlsx", list_views.segment_list_sheet, name="shown"),
    path("bulk/", list_views.segment_bulk, name="bulk"),
    path("look/", list_views.segment_look, name="look"),
    path("new/", views.segment_new, name="new"),
    path("new/list/", views.segment_new_list, name="new-list"),
    path("build/", views.segment_build, name="build"),
    path("live-count/", views.segment_live, name="live-count"),
    path("live-count/<str:more>/", views.segment_live_more, name="live-more"),
    path("splits/<int:pk>/", splitting.split_detail, name="split"),
    path("combine/", combining.segment_combine, name="combine"),
    path("combine/count/", combining.segment_combine_count, name="combine-count"),
    path("packs/", packs.pack_list, name="packs"),
    path("packs/<str:slug>/install/", packs.pack_install_view, name="pack-install"),
    path("packs/<str:slug>/remove/", packs.pack_remove_view, name="pack-remove"),
    path("<str:slug>/", views.segment_detail, name="detail"),
    path("<str:slug>/favourite/", list_views.segment_favourite, name="favourite"),
    path("<str:slug>/lineage/", about_views.segment_lineage, name="lineage"),
    path("<str:slug>/comments/", about_views.segment_comment, name="comment"),
    path("<str:slug>/comments/<int:pk>/", about_views.segment_comment_change, name="comment-change"),
    path("<str:slug>/why/", why_views.segment_why, name="why"),
    path("<str:slug>/edit/", views.segment_edit, name="edit"),
    path("<str:slug>/list/", views.segment_list_report, name="list-report"),
    path("<str:slug>/counted/", views.segment_counted, name="counted"),
    path("<str:slug>/download/", views.segment_download, name="download"),
    path("<str:slug>/keep/", views.segment_keep, name="keep"),
    path("<str:slug>/split/", splitting.segment_split, name="new-split"),
    path("<str:slug>/compare/", comparing.segment_compare, name="compare"),
    path("<str:slug>/similar/", lookalike.segment_similar, name="similar"),
    path("<str:slug>/similar/search/", lookalike.segment_similar_search, name="similar-search"),
    path("<str:slug>/similar/<int:pk>/count/", lookalike.segment_similar_count, name="similar-count"),
    path("<str:slug>/similar/<int:pk>/save/", lookalike.segment_similar_save, name="similar-save"),
    path("<str:slug>/refresh/", views.segment_refresh, name="refresh"),
    path("<str:slug>/publish/", version_views.segment_publish_draft, name="publish"),
    path("<str:slug>/publish/effects/", version_views.segment_effects, name="effects"),
    path("<str:slug>/versions/", version_views.segment_versions, name="versions"),
    path("<str:slug>/versions/<int:number>/restore/", version_views.segment_version_restore, name="restore"),
    re_path(r"^(?P<slug>[^/]+)/members\.(?P<form>csv|xlsx)$", views.segment_export, name="export"),
]
