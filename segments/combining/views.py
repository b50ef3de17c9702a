"""Pages on which segments are combined into a new one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cdp.access.viewer import may, require
from cdp.access.web import page
from cdp.errors import UserError
from tags.selectors import rule_sentence
from tags.versions import draft_of
from tags.workbench import said

from ..forms import EDIT
from .forms import CombineForm, combine_form, name_suggested
from .pages import choices, combine_page


@page()
def segment_combine(request: HttpRequest) -> HttpResponse:
    """The overlaps of some segments for everybody; a new segment of them for those who may make one."""
    if request.method != "POST":
        form = combine_form(request.user, request.GET)
        name_suggested(form)
        return _shown(request, form)
    require(request.user, EDIT)
    form = combine_form(request.user, request.POST)
    segment = form.save()
    if segment is None:
        return _shown(request, form, status=422)
    if draft_of(segment):
        return redirect("segments:publish", segment.slug)
    messages.success(request, _("Saved. The members are being worked out."))
    return redirect("segments:detail", segment.slug)


def _shown(request: HttpRequest, form: CombineForm, status: int = 200) -> HttpResponse:
    found = combine_page(form)
    context = {
        "form": form,
        "picture": found,
        "others": [] if form.full else choices(request.user, form.slugs),
        "may_edit": may(request.user, EDIT),
        "counted": _counted(request, form),
    }
    return render(request, "segments/combine.html", context, status=status)


@require_POST
@page()
def segment_combine_count(request: HttpRequest) -> HttpResponse:
    form = combine_form(request.user, request.POST)
    return render(request, "segments/combine_count.html", {"counted": _counted(request, form)})


def _counted(request: HttpRequest, form: CombineForm) -> dict[str, object]:
    """How many the choice means, and the rule in words."""
    found = form.combined
    if found is None:
        return {"missing": form.problems}
    if blanks := form.blanks():
        return {"missing": [said(problem) for problem in blanks]}
    try:
        sentence = rule_sentence(request.user, form.rule())
    except UserError as error:
        return {"missing": [said(problem) for problem in error.problems]}
    return {"count": len(form.members(found)), "total": sum(map(len, found.areas.values())), "sentence": sentence}
