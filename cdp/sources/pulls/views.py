"""Pages on which pulls are set up, tried, run, paused and ended."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from cdp.access.web import page, person
from cdp.errors import Problem, UserError
from cdp.sources.forms import NEW
from cdp.sources.models import Feed, Source, Watch
from cdp.sources.watching import pull_request, watch_save
from cdp.templatetags.quanxi import problem_hint, problem_text

from . import services
from .databases import DATABASES
from .forms import FeedForm
from .pages import FeedPage, FolderPage

LOAD = "access.load_data"


@sensitive_post_parameters("password")
@page(LOAD)
def new(request: HttpRequest) -> HttpResponse:
    form = FeedForm(request.POST or None, initial={"source": request.GET.get("source", "")})
    if request.method == "POST" and form.is_valid():
        data, by = form.cleaned_data, person(request)
        try:
            services.feed_check(Feed(**form.given()))
        except UserError as error:
            form.told(error)
        else:
            source = form.source_settled(by)
            feed = services.feed_save(source=source, given=form.given(), password=data["password"], by=by)
            return redirect("data:feed", feed.pk)
    return _form(request, form)


@sensitive_post_parameters("password")
@page(LOAD)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    feed = _feed(pk)
    form = FeedForm(request.POST or None, feed=feed)
    if request.method == "POST" and form.is_valid():
        try:
            services.feed_save(
                source=feed.source, feed=feed, given=form.given(), password=form.cleaned_data["password"]
            )
        except UserError as error:
            form.told(error)
        else:
            messages.success(request, gettext("Saved. It counts from the next pull on."))
            return redirect("data:feed", pk)
    return _form(request, form, _feed(pk))


def _form(request: HttpRequest, form: FeedForm, feed: Feed | None = None) -> HttpResponse:
    ports = {kind.value: database.port or "" for kind, database in DATABASES.items()}
    shown = {"form": form, "feed": feed, "new": NEW, "ports": ports}
    return render(request, "data/pulls/form.html", shown, status=422 if form.errors else 200)


@page(LOAD)
def feed(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "data/pulls/feed.html", {"page": FeedPage.of(_feed(pk))})


@require_POST
@page(LOAD)
def test(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        tried = services.feed_test(feed=_feed(pk), by=person(request))
    except UserError as error:
        _tell(request, messages.ERROR, error.problems)
        return redirect("data:feed", pk)
    _tell(request, messages.WARNING, tuple(tried.notes))
    if tried.sample is None:
        messages.warning(request, gettext("The database answers, but there is no row to read yet."))
    else:
        messages.success(request, gettext("The database answers. These are its first rows."))
    return redirect("data:feed", pk)


@require_POST
@page(LOAD)
def run(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        services.feed_pull_request(feed=_feed(pk), by=person(request))
    except UserError as error:
        _tell(request, messages.ERROR, error.problems)
    return redirect("data:feed", pk)


@require_POST
@page(LOAD)
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    services.feed_pause(feed=_feed(pk), active=request.POST.get("active") == "1")
    return redirect("data:feed", pk)


@require_POST
@page(LOAD)
def restart(request: HttpRequest, pk: int) -> HttpResponse:
    services.feed_restart(feed=_feed(pk))
    messages.success(request, gettext("The next pull begins at the beginning."))
    return redirect("data:feed", pk)


@require_POST
@page(LOAD)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = _feed(pk)
    services.feed_delete(feed=found)
    messages.success(request, gettext("The pull was deleted. What it brought stays."))
    return redirect("data:source", found.source.slug)


@page(LOAD)
def folder(request: HttpRequest, slug: str) -> HttpResponse:
    source = get_object_or_404(Source, slug=slug)
    if request.method == "POST":
        active = request.POST.get("active") == "1"
        watch_save(source=source, pattern=request.POST.get("pattern", "")[:120], active=active)
        return redirect("data:folder", slug)
    return render(request, "data/pulls/folder.html", {"page": FolderPage.of(source)})


@require_POST
@page(LOAD)
def folder_run(request: HttpRequest, slug: str) -> HttpResponse:
    watch = get_object_or_404(Watch.objects.select_related("source"), source__slug=slug)
    pull_request(source=watch.source, by=person(request))
    return redirect("data:folder", slug)


def _feed(pk: int) -> Feed:
    return get_object_or_404(Feed.objects.select_related("source", "sample"), pk=pk)


def _tell(request: HttpRequest, level: int, problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        messages.add_message(request, level, f"{problem_text(problem)} {problem_hint(problem)}".strip())
