from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from cdp.health import healthz

urlpatterns = [
    path("", include("home.urls")),
    path("", include("cdp.identity.urls")),
    path("data/live/", include("cdp.live.page_urls")),
    path("data/", include("cdp.sources.urls")),
    path("", include("cdp.live.urls")),
    path("jobs/", include("cdp.job_urls")),
    path("notifications/", include("cdp.notices.urls")),
    path("exports/", include("cdp.exports.urls")),
    path("healthz", healthz),
    path("", include("segments.sharing.urls")),
    path("personas/interviews/", include("segments.interviews.urls")),
    path("personas/mail/", include("segments.mailing.urls")),
    path("personas/editions/", include("segments.editions.urls")),
    path("personas/boards/", include("segments.boards.urls")),
    path("personas/compare/", include("segments.beside.urls")),
    path("playbook/", include("segments.playbook.urls")),
    path("", include("segments.dashboards.urls")),
    path("api/", include("tags.api")),
    path("api/", include("segments.api")),
    path("api/", include("segments.playbook.api")),
    path("api/", include("segments.profiles.api")),
    path("api/", include("segments.editions.api")),
    path("api/", include("segments.review.api")),
    path("api/", include("segments.mailing.api")),
    path("api/", include("segments.sharing.api")),
    path("api/", include("segments.dashboards.maps.api")),
    path("api/", include("segments.interviews.api")),
    path("api/", include("cdp.notices.api")),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="api-schema"), name="api-docs"),
    path("tags/", include("tags.urls")),
    path("segments/", include("segments.urls")),
    path("definitions/", include("segments.definitions.urls")),
    path("approvals/", include("tags.teamwork.urls")),
    path("reviews/", include("segments.review.urls")),
    path("settings/webhooks/", include("segments.activation.webhooks.urls")),
    path("settings/map/", include("segments.dashboards.maps.urls")),
    path("settings/keys/", include("segments.profiles.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]

handler400 = "cdp.error_pages.bad_request"
handler403 = "cdp.error_pages.not_allowed"
handler404 = "cdp.error_pages.not_found"
handler500 = "cdp.error_pages.server_error"
