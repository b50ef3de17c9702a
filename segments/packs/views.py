"""The page of the industry packs, installing one and removing it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from cdp.access.viewer import may
from cdp.access.web import page
from cdp.errors import UserError
from tags.gallery.views import refuse_readers
from tags.workbench import said

from .files import Pack, packs
from .pages import packs_page
from .services import Kept, pack_install, pack_remove


@require_GET
@page()
def pack_list(request: HttpRequest) -> HttpResponse:
    refuse_readers(request.user)
    return render(request, "segments/packs/list.html", {"page": packs_page(request.user)})


@require_POST
@page("access.edit_segments")
def pack_install_view(request: HttpRequest, slug: str) -> HttpResponse:
    pack = _asked(request, slug)
    try:
        installed = pack_install(pack=pack, actor=request.user)
    except UserError as error:
        _tell(request, error)
    else:
        made, left = len(installed.parts), len(installed.left_out)
        text = ngettext("Installed: %(made)s tag or segment.", "Installed: %(made)s tags and segments.", made)
        if left:
            text += " " + ngettext("%(left)s was left out.", "%(left)s were left out.", left)
        messages.success(request, text % {"made": made, "left": left})
    return redirect("segments:packs")


@require_POST
@page("access.edit_segments")
def pack_remove_view(request: HttpRequest, slug: str) -> HttpResponse:
    _asked(request, slug)
    try:
        kept = pack_remove(slug=slug, actor=request.user)
    except UserError as error:
        _tell(request, error)
    else:
        messages.success(request, _("The pack is removed."))
        for one in kept:
            messages.warning(request, _kept(one))
    return redirect("segments:packs")


def _asked(request: HttpRequest, slug: str) -> Pack:
    if not may(request.user, "access.edit_tags"):
        raise PermissionDenied("access.edit_tags")
    if slug not in packs():
        raise Http404
    return packs()[slug]


def _kept(one: Kept) -> str:
    why = " ".join(said(problem) for problem in one.problems)
    return _("“%(name)s” stays: %(why)s") % {"name": one.name, "why": why}


def _tell(request: HttpRequest, error: UserError) -> None:
    for problem in error.problems:
        messages.error(request, said(problem))
