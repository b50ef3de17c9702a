"""The pages of the playbook."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cdp.access.viewer import may
from cdp.access.web import page
from cdp.errors import Problem, UserError

from . import services
from .files import starter
from .forms import PlayForm, initial_of
from .models import Play
from .pages import play_lines
from .selectors import plays
from .services import EDIT

NEW = {"direction": "over", "tgi": 120, "is_on": True}


@page()
def play_list(request: HttpRequest) -> HttpResponse:
    lines = play_lines(request.user)
    missing = len(set(starter()) - {line.play.slug for line in lines})
    shown = {"lines": lines, "missing": missing, "may_edit": may(request.user, EDIT)}
    return render(request, "playbook/list.html", shown)


@page(EDIT)
def play_new(request: HttpRequest) -> HttpResponse:
    begun = NEW | {name: request.GET[name] for name in ("field", "value", "direction") if name in request.GET}
    return _edited(request, None, PlayForm(request.POST or None, viewer=request.user, initial=begun))


@page(EDIT)
def play_edit(request: HttpRequest, pk: int) -> HttpResponse:
    play = get_object_or_404(plays(request.user), pk=pk)
    return _edited(request, play, PlayForm(request.POST or None, viewer=request.user, initial=initial_of(play)))


def _edited(request: HttpRequest, play: Play | None, form: PlayForm) -> HttpResponse:
    problems: tuple[Problem, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            if play is None:
                services.play_create(wish=form.wish(), actor=request.user)
            else:
                services.play_change(play=play, wish=form.wish(), actor=request.user)
            messages.success(request, _("Saved."))
            return redirect("playbook:list")
        except UserError as error:
            problems = error.problems
    failed = bool(form.errors or problems)
    shown = {"form": form, "play": play, "problems": problems}
    return render(request, "playbook/edit.html", shown, status=422 if failed else 200)


@require_POST
@page(EDIT)
def play_delete(request: HttpRequest, pk: int) -> HttpResponse:
    play = get_object_or_404(plays(request.user), pk=pk)
    services.play_delete(play=play, actor=request.user)
    messages.success(request, _("“%(name)s” was deleted.") % {"name": play.name})
    return redirect("playbook:list")


@require_POST
@page(EDIT)
def starter_install(request: HttpRequest) -> HttpResponse:
    made = len(services.starter_install(actor=request.user))
    text = ngettext("%(made)s entry was added.", "%(made)s entries were added.", made) % {"made": made}
    messages.success(request, text)
    return redirect("playbook:list")
