"""What one does with the list of tags: the star, the look, the sheet, and one action on many."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from cdp.access.accounts import colleagues
from cdp.access.web import page, person
from cdp.errors import N_, user_error

from . import bulk
from .dependencies import TAG, Ref
from .models import Category, Tag, VersionState
from .pages import COLUMNS, tag_sheet
from .services import tag_describe, tag_refresh_request, tag_retire
from .teamwork.favourites import favourite_turn
from .teamwork.looks import look_keep

EDIT = "access.edit_tags"


@require_GET
@page()
def tag_list_sheet(request: HttpRequest) -> HttpResponse:
    return tag_sheet(request.user, request.GET)


@require_POST
@page()
def tag_favourite(request: HttpRequest, slug: str) -> HttpResponse:
    tag = get_object_or_404(Tag, slug=slug)
    return favourite_answer(request, Ref(TAG, slug), tag, reverse("tags:favourite", args=[slug]))


def favourite_answer(request: HttpRequest, ref: Ref, named: Any, url: str) -> HttpResponse:
    is_one = favourite_turn(ref=ref, by=person(request))
    return render(request, "tags/catalogue/star.html", {"url": url, "is_favourite": is_one, "name": named.name})


@require_POST
@page()
def tag_look(request: HttpRequest) -> HttpResponse:
    return look_answer(request, TAG, COLUMNS, reverse("tags:list"))


def look_answer(request: HttpRequest, kind: str, known: Any, url: str) -> HttpResponse:
    chosen = [key for key in known if key in request.POST.getlist("columns")]
    look_keep(kind=kind, by=person(request), as_cards=request.POST.get("as") == "cards", columns=chosen)
    return redirect(back_to(request, url))


def back_to(request: HttpRequest, url: str) -> str:
    """The list as it was narrowed, or `url` where that is no address of ours."""
    back = request.POST.get("back", "")
    here = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if here and back.startswith(url) else url


@require_POST
@page(EDIT)
def tag_bulk(request: HttpRequest) -> HttpResponse:
    """One action on the tags that were ticked."""
    chosen = Tag.objects.filter(slug__in=request.POST.getlist("chosen")).order_by("slug")
    return bulk_answer(request, list(chosen), _acts(request), reverse("tags:list"))


def _acts(request: HttpRequest) -> dict[str, Callable[[Tag], object]]:
    by = request.user
    return {
        bulk.REFRESH: lambda tag: _refreshed(tag, by),
        bulk.CATEGORY: lambda tag: tag_describe(tag=tag, actor=by, category=_category(request)),
        bulk.OWNER: lambda tag: tag_describe(tag=tag, actor=by, owner=new_owner(request)),
        bulk.DEPARTMENT: lambda tag: tag_describe(tag=tag, actor=by, department=new_department(request)),
        bulk.RETIRE: lambda tag: tag_retire(tag=tag, actor=by),
    }


def bulk_answer(
    request: HttpRequest, chosen: list[Any], acts: Mapping[str, Callable[[Any], object]], url: str
) -> HttpResponse:
    action = request.POST.get("action", "")
    bulk.refuse_nothing(request, chosen, action, acts)
    if chosen and action in acts:
        bulk.outcome_tell(request, action, bulk.each(chosen, acts[action]))
    return redirect(back_to(request, url))


def _refreshed(tag: Tag, by: Any) -> None:
    if not tag.versions.filter(state=VersionState.PUBLISHED).exists():
        raise user_error(N_("It is not published, so there is nothing to refresh."))
    tag_refresh_request(tags=[tag], by=by)


def _category(request: HttpRequest) -> Category:
    found = Category.objects.filter(slug=request.POST.get("category", "")).first()
    if found is None:
        raise user_error(N_("No category was chosen."))
    return found


def new_owner(request: HttpRequest) -> User:
    found = colleagues().filter(username=request.POST.get("owner", "")).first()
    if found is None:
        raise user_error(N_("No owner was chosen."))
    return found


def new_department(request: HttpRequest) -> str:
    given = " ".join(request.POST.get("department", "").split())
    if not given or len(given) > 60:
        raise user_error(N_("Give the name of a department, at most 60 characters."))
    return given
