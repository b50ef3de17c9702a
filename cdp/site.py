"""The one admin site: unfold's look, our side bar, and stock model pages for administrators."""

from dataclasses import asdict, dataclass
from typing import Any

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite


@dataclass(frozen=True)
class Place:
    title: str | Promise
    icon: str
    url_name: str
    administrators_only: bool = False


PLACES = (
    Place(_("Home"), "home", "home"),
    Place(_("Customers"), "group", "customers"),
    Place(_("Data"), "database", "data:home"),
    Place(_("Tags"), "sell", "tags:list"),
    Place(_("Segments"), "join_inner", "segments:list"),
    Place(_("Personas"), "frame_person", "personas:list"),
    Place(_("Settings"), "settings", "admin:index", administrators_only=True),
)


def places(request: HttpRequest) -> list[dict[str, Any]]:
    """The side bar in unfold's form, without places whose pages are not there."""
    items = [_item(place, request) for place in PLACES if _may_open(place, request)]
    return [{"title": None, "items": [item for item in items if item["link"]]}]


def _may_open(place: Place, request: HttpRequest) -> bool:
    return not place.administrators_only or request.user.is_superuser


def _item(place: Place, request: HttpRequest) -> dict[str, Any]:
    link = _link(place.url_name)
    here = request.path == link if link == "/" else bool(link) and request.path.startswith(link)
    return {**asdict(place), "link": link, "active": here}


def _link(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


class QuanxiAdminSite(UnfoldAdminSite):
    site_url = "/"
    index_title = _("Settings")

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The stock pages' index is the Settings place; everyone else starts at home."""
        if not request.user.is_superuser:
            return redirect("home")
        return super().index(request, extra_context)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.method == "GET" and self.has_permission(request):
            return redirect("home")
        asked_for = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME)
        target = {REDIRECT_FIELD_NAME: asked_for or reverse("home")}
        return super().login(request, {**target, **(extra_context or {})})
