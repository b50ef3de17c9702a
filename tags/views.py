"""Pages of tags: the catalogue, a tag, and the form that makes one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cdp.access.web import page, person

from .catalogue import workbook
from .dependencies import TAG
from .forms import TagForm, tag_form_new, tag_form_of, tag_form_posted
from .gallery.begin import tag_form_begun
from .gallery.views import ready_named
from .json_forms import is_written, json_form_new, json_form_of, json_form_posted
from .live import live_answer, live_url
from .live_more import more_answer
from .models import Tag
from .pages import tag_catalogue, tag_list_page, tag_page, tags_asked
from .pictures import PICTURES
from .preview import tag_preview
from .resources import TagResource
from .selectors import tags
from .services import tag_refresh_request
from .suggested_form import Begun, begun_asked, name_filled, suggested_of, suggestion_saved
from .teamwork.suggestions import suggestion_drop
from .typed import typed_key, typed_saved
from .versions import draft_of

EDIT = "access.edit_tags"


@require_GET
@page()
def tag_list(request: HttpRequest) -> HttpResponse:
    return render(request, "tags/list.html", {"list": tag_list_page(request.user, request.GET)})


@require_GET
@page()
def tag_export(request: HttpRequest) -> HttpResponse:
    """The catalogue as it is filtered, as the workbook that can be brought in again."""
    rows = tags_asked(request.user, tag_catalogue(request.user, request.GET))
    return workbook(TagResource(), rows, "tags.xlsx")


@require_GET
@page()
def tag_detail(request: HttpRequest, slug: str) -> HttpResponse:
    tag = get_object_or_404(tags(request.user), slug=slug)
    return render(request, "tags/detail.html", {"page": tag_page(request.user, tag, request.GET.get("on", ""))})


@page(EDIT)
def tag_new(request: HttpRequest) -> HttpResponse:
    return _edited(request, None)


@page(EDIT)
def tag_edit(request: HttpRequest, slug: str) -> HttpResponse:
    return _edited(request, get_object_or_404(tags(request.user), slug=slug))


def _edited(request: HttpRequest, tag: Tag | None) -> HttpResponse:
    if is_written(tag, request.POST or request.GET):
        return _written(request, tag)
    begun = begun_asked(tag, request.POST or request.GET)
    if request.method != "POST":
        form = tag_form_of(request.user, tag) if tag else _begun(request)
        name_filled(form.about, begun)
        return _form(request, form, begun)
    form = tag_form_posted(request.user, tag, request.POST)
    if "do" in request.POST:
        return _form(request, form, begun)
    publish = request.POST.get("save") == "publish"
    saved = form.save(publish=publish)
    if saved is None:
        return _form(request, form, begun, status=422)
    suggestion_saved(begun, saved, person(request))
    return typed_saved(_saved(request, saved, publish), typed_key(request, TAG, tag))


@require_POST
@page(EDIT)
def tag_suggestion_drop(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    tag = get_object_or_404(tags(request.user), slug=slug)
    suggestion_drop(suggested=suggested_of(tag, pk), by=person(request))
    messages.success(request, _("The suggestion was dropped. The tag stays as it is."))
    return redirect("tags:detail", slug)


def _begun(request: HttpRequest) -> TagForm:
    """A new form: empty, or filled in with a template."""
    if template := request.GET.get("template"):
        return tag_form_begun(request.user, ready_named(template))
    return tag_form_new(request.user, request.GET.get("kind", ""))


def _written(request: HttpRequest, tag: Tag | None) -> HttpResponse:
    """The form of a definition that is written as JSON."""
    begun = begun_asked(tag, request.POST or request.GET)
    if request.method != "POST":
        form = json_form_of(request.user, tag) if tag else json_form_new(request.user, request.GET.get("kind", ""))
        name_filled(form.about, begun)
        return render(request, "tags/edit_json.html", {"form": form, "begun": begun})
    form = json_form_posted(request.user, tag, request.POST)
    if "check" in request.POST:
        form.check()
        return render(request, "tags/edit_json.html", {"form": form, "begun": begun})
    publish = request.POST.get("save") == "publish"
    if (saved := form.save(publish=publish)) is None:
        return render(request, "tags/edit_json.html", {"form": form, "begun": begun}, status=422)
    suggestion_saved(begun, saved, person(request))
    return _saved(request, saved, publish)


def _saved(request: HttpRequest, tag: Tag, publish: bool) -> HttpResponse:
    if publish and draft_of(tag):
        return redirect("tags:publish", tag.slug)
    done = _("Published. The values are being worked out.") if publish else _("Saved as a draft.")
    messages.success(request, done)
    return redirect("tags:detail", tag.slug)


def _form(request: HttpRequest, form: TagForm, begun: Begun | None = None, status: int = 200) -> HttpResponse:
    urls = {"build_url": reverse("tags:build"), "live_url": live_url(reverse("tags:live-count"))}
    urls["more_url"] = reverse("tags:live-more", args=["examples"])
    context = {"form": form, "board": form.board, "typed_key": typed_key(request, TAG, form.tag), "begun": begun}
    return render(request, "tags/edit.html", context | urls, status=status)


@require_POST
@page(EDIT)
def tag_build(request: HttpRequest) -> HttpResponse:
    """The form after a button or a choice changed its shape; what was typed stays."""
    form = tag_form_posted(request.user, None, request.POST)
    context = {"form": form, "board": form.board, "build_url": reverse("tags:build")}
    response = render(request, "tags/builder/board.html", context)
    response["HX-Trigger-After-Settle"] = "rebuilt"
    return response


@require_POST
@page(EDIT)
def tag_live(request: HttpRequest) -> HttpResponse:
    """How many customers the form as it stands would give, and what it says."""
    form = tag_form_posted(request.user, None, request.POST)
    form.work.name_the_nameless()
    return live_answer(request, form.work, form.tried, _counted)


@require_POST
@page(EDIT)
def tag_live_more(request: HttpRequest, more: str) -> HttpResponse:
    form = tag_form_posted(request.user, None, request.POST)
    form.work.name_the_nameless()
    return more_answer(request, form.work, more)


def _counted(work):
    return tag_preview(work.viewer, work.of, work.definition, picture=PICTURES.get(work.of))


@require_POST
@page(EDIT)
def tag_refresh(request: HttpRequest, slug: str) -> HttpResponse:
    tag = get_object_or_404(Tag, slug=slug)
    tag_refresh_request(tags=[tag], by=request.user)
    return redirect("tags:detail", slug)
