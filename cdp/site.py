"""The one admin site: unfold's look, our side bar, and stock model pages for administrators."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from cdp.access.viewer import Viewer, may


@dataclass(frozen=True)
class Place:
    title: str | Promise
    icon: str
    url_name: str
    administrators_only: bool = False
    needs: str = ""  # a permission; unfold reads a key of that name otherwise
    beside: tuple[str, ...] = ()  # pages whose addresses begin otherwise, but belong there


PLACES = (
    Place(_("Home"), "home", "home"),
    Place(_("Customers"), "group", "customers"),
    Place(_("Data"), "database", "data:home"),
    Place(_("Tags"), "sell", "tags:list", beside=("approvals:list", "definitions:start")),
    Place(_("Segments"), "join_inner", "segments:list"),
    Place(_("Personas"), "frame_person", "personas:list", beside=("reviews:list",)),
    Place(_("Settings"), "settings", "admin:index", administrators_only=True),
)

# Pages of our own under Settings, where the stock ones stand.
OWN_SETTINGS = (
    Place(_("API keys"), "key", "keys:list", administrators_only=True),
    Place(_("Approvals"), "approval", "approvals:rules", needs="access.set_approvals"),
    Place(_("Own map"), "map", "maps:own", needs="access.set_approvals"),
    Place(_("Webhooks"), "webhook", "webhooks:list", needs="access.edit_segments"),
    Place(_("Chats of groups"), "forum", "notices:chats", administrators_only=True),
    Place(_("Playbook"), "menu_book", "playbook:list", needs="access.edit_segments"),
)


def places(request: HttpRequest) -> list[dict[str, Any]]:
    """The side bar in unfold's form, without places whose pages are not there."""
    items = [_item(place, request) for place in places_of(request.user)]
    return [{"title": None, "items": [item for item in items if item["link"]]}]


def places_of(viewer: Viewer, among: Iterable[Place] = PLACES) -> list[Place]:
    """Those the viewer may open."""
    return [place for place in among if _may_open(place, viewer)]


def _may_open(place: Place, viewer: Viewer) -> bool:
    if place.administrators_only and not getattr(viewer, "is_superuser", False):
        return False
    return not place.needs or may(viewer, place.needs)


def _item(place: Place, request: HttpRequest) -> dict[str, Any]:
    here = link(place.url_name)
    return {**asdict(place), "link": here, "active": _is_within(place, here, request.path)}


def _is_within(place: Place, here: str, path: str) -> bool:
    """Pages of our own under Settings are there, whatever other place their address begins with."""
    if here == "/":
        return path == "/"
    settings = [at for own in OWN_SETTINGS if (at := link(own.url_name))]
    if any(path.startswith(at) for at in settings):
        return place.url_name == "admin:index"
    return any(at and path.startswith(at) for at in (here, *map(link, place.beside)))


def link(url_name: str, *args: Any) -> str:
    """The address of a page; "" when that page is not there."""
    try:
        return reverse(url_name, args=args)
    except NoReverseMatch:
        return ""


def _as_model(place: Place) -> dict[str, Any]:
    return {"name": place.title, "object_name": place.url_name, "admin_url": link(place.url_name), "add_url": None}


class QuanxiAdminSite(UnfoldAdminSite):
    site_url = "/"
    index_title = _("Settings")

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The stock pages' index is the Settings place; everyone else starts at home."""
        if not request.user.is_superuser:
            return redirect("home")
        return super().index(request, extra_context)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """With our own pages among the stock ones."""
        apps = super().get_app_list(request, app_label)
        if app_label is None and request.user.is_superuser:
            models = [_as_model(place) for place in OWN_SETTINGS if link(place.url_name)]
            apps.insert(0, {"name": _("Access"), "app_label": "access", "app_url": "", "models": models})
        return apps

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.method == "GET" and self.has_permission(request):
            return redirect("home")
        asked_for = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME)
        target = {REDIRECT_FIELD_NAME: asked_for or reverse("home")}
        return super().login(request, {**target, **(extra_context or {})})
