from django.urls import path

from . import field_views as fields
from . import quality_views as quality
from . import raw_views as raw
from . import views
from .pulls import views as pulls
from .quarantine import views as quarantine

app_name = "data"
urlpatterns = [
    path("", views.home, name="home"),
    path("upload/", views.upload, name="upload"),
    path("upload/<int:pk>/", views.mapping, name="mapping"),
    path("upload/<int:pk>/steps/<int:index>/", views.steps, name="steps"),
    path("upload/<int:pk>/sheet/", views.sheet, name="sheet"),
    path("event-name/", views.event_name, name="event-name"),
    path("loads/", views.loads, name="loads"),
    path("loads/<int:pk>/", views.load, name="load"),
    path("loads/<int:pk>/write/", views.load_write, name="write"),
    path("loads/<int:pk>/undo/", views.load_undo, name="undo"),
    path("loads/<int:pk>/rejected/", views.rejected, name="rejected"),
    path("sources/<str:slug>/", views.source, name="source"),
    path("sources/<str:slug>/save/", views.source_save, name="source-save"),
    path("sources/<str:slug>/folder/", pulls.folder, name="folder"),
    path("sources/<str:slug>/folder/run/", pulls.folder_run, name="folder-run"),
    path("pulls/new/", pulls.new, name="feed-new"),
    path("pulls/<int:pk>/", pulls.feed, name="feed"),
    path("pulls/<int:pk>/edit/", pulls.edit, name="feed-edit"),
    path("pulls/<int:pk>/test/", pulls.test, name="feed-test"),
    path("pulls/<int:pk>/run/", pulls.run, name="feed-run"),
    path("pulls/<int:pk>/pause/", pulls.pause, name="feed-pause"),
    path("pulls/<int:pk>/restart/", pulls.restart, name="feed-restart"),
    path("pulls/<int:pk>/delete/", pulls.delete, name="feed-delete"),
    path("loads/<int:pk>/row/", raw.row, name="raw-row"),
    path("events/<int:batch>/<str:event>/row/", raw.event_row, name="event-row"),
    path("quarantine/", quarantine.home, name="quarantine"),
    path("quarantine/corrected/", quarantine.corrected, name="quarantine-corrected"),
    path("quarantine/<int:pk>/", quarantine.load, name="quarantine-load"),
    path("quarantine/<int:pk>/rows/<int:row>/", quarantine.fix, name="quarantine-fix"),
    path("quarantine/<int:pk>/replace/", quarantine.replace, name="quarantine-replace"),
    path("quarantine/<int:pk>/dismiss/", quarantine.dismiss, name="quarantine-dismiss"),
    path("quarantine/<int:pk>/restore/", quarantine.restore, name="quarantine-restore"),
    path("quarantine/<int:pk>/retry/", quarantine.retry, name="quarantine-retry"),
    path("quarantine/<int:pk>/workbook/", quarantine.workbook, name="quarantine-workbook"),
    path("quality/", quality.home, name="quality"),
    path("quality/<str:slug>/", quality.source, name="quality-source"),
    path("quality/<str:slug>/save/", quality.save, name="quality-save"),
    path("fields/", fields.fields, name="fields"),
    path("fields/themes/", fields.themes, name="fields-themes"),
]
