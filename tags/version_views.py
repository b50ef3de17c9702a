"""Pages of a tag's versions: what a draft would change, publishing it, and going back to an earlier one."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cdp.access.viewer import may
from cdp.access.web import page, person
from cdp.errors import UserError

from .dependencies import TAG, Ref
from .models import Tag
from .selectors import tags
from .services import facets_of, tag_publish, tag_refresh_request, tag_restore
from .teamwork.approval import rules_for
from .teamwork.views import approval_note, asked_answer
from .version_pages import effects_page, publish_page, version_rows
from .versions import draft_of, seal_check, seal_of
from .workbench import said

EDIT = "access.edit_tags"


@page(EDIT)
def tag_publish_draft(request: HttpRequest, slug: str) -> HttpResponse:
    """What the draft would change; and, sent from there, putting it in force."""
    tag = get_object_or_404(tags(request.user), slug=slug)
    if request.method == "POST":
        return _published(request, tag)
    found = publish_page(request.user, Ref(TAG, slug), tag.kind, tag)
    if found is None:
        messages.info(request, _("There is no draft to publish."))
        return redirect("tags:detail", slug)
    return render(request, "tags/publish.html", {"tag": tag, "page": found})


def _published(request: HttpRequest, tag: Tag) -> HttpResponse:
    try:
        seal = request.POST.get("seal", "")
        seal_check(draft_of(tag), seal)
        if rules_for(TAG, facets_of(tag)):
            return asked_answer(request, Ref(TAG, tag.slug), seal)
        tag_publish(tag=tag, actor=request.user)
    except UserError as error:
        for problem in error.problems:
            messages.error(request, said(problem))
        return redirect("tags:publish" if draft_of(tag) else "tags:detail", tag.slug)
    tag_refresh_request(tags=[tag], by=request.user)
    messages.success(request, _("Published. The values are being worked out."))
    return redirect("tags:detail", tag.slug)


@require_GET
@page(EDIT)
def tag_effects(request: HttpRequest, slug: str) -> HttpResponse:
    """Who would enter and leave, here and in whatever is built on it; for the page above."""
    tag = get_object_or_404(Tag, slug=slug)
    draft = draft_of(tag)
    if draft is None:
        raise Http404
    found = effects_page(person(request), Ref(TAG, slug), draft.definition, again="again" in request.GET)
    context = {
        "page": found,
        "seal": seal_of(draft.definition),
        "publish_url": reverse("tags:publish", args=[slug]),
        "effects_url": reverse("tags:effects", args=[slug]),
        "approval": approval_note(Ref(TAG, slug), facets_of(tag)),
    }
    return render(request, "tags/builder/effects.html", context)


@require_GET
@page()
def tag_versions(request: HttpRequest, slug: str) -> HttpResponse:
    tag = get_object_or_404(tags(request.user), slug=slug)
    may_edit = may(request.user, EDIT)
    rows = version_rows(request.user, Ref(TAG, slug), tag.kind, tag, may_edit)
    return render(request, "tags/versions.html", {"tag": tag, "rows": rows, "may_edit": may_edit})


@require_POST
@page(EDIT)
def tag_version_restore(request: HttpRequest, slug: str, number: int) -> HttpResponseRedirect:
    tag = get_object_or_404(Tag, slug=slug)
    try:
        tag_restore(tag=tag, number=number, actor=request.user)
    except UserError as error:
        for problem in error.problems:
            messages.error(request, said(problem))
        return redirect("tags:versions", slug)
    return redirect("tags:publish", slug)
