"""Data pages. Views read the request, call a service and hand a page object to a template."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import escape
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from cdp.access.table_files import rows_a_page
from cdp.access.viewer import require
from cdp.access.web import page, person
from cdp.channels import CHANNELS
from cdp.errors import Problem, UserError
from cdp.templatetags.quanxi import problem_hint, problem_text

from . import pages, selectors, services
from .event_names import EventNames
from .forms import NEW, UploadForm, source_slug
from .mapping_form import mapping_form, mapping_of, with_problems
from .models import Load, LoadStage, Source, UpdateMode, Upload
from .pages import LoadPage, MappingPage, SourcesPage, batches_without_file, sample_values
from .plan import make_plan
from .posted_form import one_more, posted_form, switched_form
from .presets import PRESETS
from .proposal import Proposal
from .pulls.pages import PullsPage
from .quarantine.views import corrected_workbook
from .quarantine.workbook import is_corrected
from .steps_page import StepsPage
from .understanding import NO_PRESET, NOT_AS_BEFORE, fits, understood

LOAD = "access.load_data"
LOADS_A_PAGE = 50


@page()
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "data/home.html", {"page": SourcesPage.of(request.user)})


@page(LOAD)
def upload(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("source", "")
    form = UploadForm(request.POST or None, request.FILES or None, initial={"source": asked})
    problems: tuple = ()
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            received = _received(request, data["file"], data["lines"])
        except UserError as error:
            problems = error.problems
        else:
            if is_corrected(selectors.sample(received).shape):
                return redirect(corrected_workbook(request, received))
            return redirect(f"{reverse('data:mapping', args=[received.pk])}?{_whose(data)}")
    return render(request, "data/upload.html", {"form": form, "problems": problems, "new": NEW})


def _received(request: HttpRequest, file: Any, lines: Any) -> Upload:
    """The file that came; with the lines of its orders where those came too."""
    by = person(request)
    received = services.upload_receive(file=file, name=file.name, by=by)
    if not lines:
        return received
    other = services.upload_receive(file=lines, name=lines.name, by=by)
    received, joined = services.uploads_join(heads=received, lines=other, by=by)
    messages.info(request, pages.joined_text(joined))
    return received


def _whose(data: dict[str, Any]) -> str:
    new = {"name": data["name"], "channel": data["channel"]}
    said = {"preset": data["preset"]} if data["preset"] else {}
    return urlencode((new if data["source"] == NEW else {"source": data["source"]}) | said)


@page(LOAD)
def mapping(request: HttpRequest, pk: int) -> HttpResponse:
    received = get_object_or_404(Upload, pk=pk)
    source = Source.objects.filter(slug=request.GET.get("source", "")).first()
    sample = selectors.sample(received)
    kind, preset = request.POST.get("kind", ""), request.GET.get("preset", "")
    start, samples = _start(source, sample, kind, preset), sample_values(sample)
    form, warnings = mapping_form(start.mapping, list(samples), samples), start.warnings
    problems: list[Problem] = []
    if request.method == "POST":
        posted = posted_form(request.POST, list(samples), samples)
        if "switch" in request.POST:
            before = _start(source, sample, "customers" if kind == "events" else "events", preset).mapping
            form = switched_form(posted, before=before, after=start.mapping, samples=samples)
        elif request.POST.get("more", "").isdecimal():
            form = one_more(posted, int(request.POST["more"]))
        else:
            made, problems = mapping_of(request.POST, sample.columns, start.mapping)
            problems = problems or _problems_of(made, sample, source.slug if source else "")
            if not problems:
                return redirect("data:load", _checked(request, received, source, start, made).pk)
            form, warnings = with_problems(posted, made, problems), ()
    shown = MappingPage.of(received, source, request.GET.get("name", ""), form, sample, start, warnings)
    return render(request, "data/mapping.html", {"page": shown, "new": NEW}, status=422 if problems else 200)


def _start(source: Source | None, sample: selectors.Sample, kind: str, preset: str) -> Proposal:
    """What the form begins with: the source's own mapping, unless it is said that the file is something else."""
    preset = preset if preset in (*PRESETS, NO_PRESET) else ""
    if preset or not source or not source.mapping or kind not in ("", source.mapping.get("kind")):
        return understood(sample, kind=kind, preset=preset)
    if fits(source.mapping, sample.columns):
        return Proposal(source.mapping)
    start = understood(sample, kind=kind)
    return replace(start, warnings=(NOT_AS_BEFORE, *start.warnings))


@require_POST
@page(LOAD)
def steps(request: HttpRequest, pk: int, index: int) -> HttpResponse:
    """The steps of one line of the form and what they make of the column, while they are being written."""
    received = get_object_or_404(Upload, pk=pk)
    shown = StepsPage.of(received, selectors.sample(received), request.POST, index)
    return render(request, "data/column_steps.html", {"page": shown})


@require_POST
@page(LOAD)
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with another sheet of the same workbook; the question whose file it is stays answered."""
    received = get_object_or_404(Upload, pk=pk)
    try:
        received = services.upload_sheet(upload=received, sheet=request.POST.get("sheet", ""), by=person(request))
    except UserError as error:
        for problem in error.problems:
            messages.error(request, f"{problem_text(problem)} {problem_hint(problem)}".strip())
    return redirect(f"{reverse('data:mapping', args=[received.pk])}?{request.GET.urlencode()}")


@page(LOAD)
def event_name(request: HttpRequest) -> HttpResponse:
    """What the name of an event leads to, said while it is typed."""
    text = next((str(value) for value in request.GET.values()), "")
    return HttpResponse(escape(EventNames().explained(text)))


def _problems_of(mapping: dict[str, Any], sample: selectors.Sample, slug: str) -> list[Problem]:
    try:
        make_plan(mapping, sample.shape, slug)
    except UserError as error:
        return list(error.problems)
    return []


def _checked(
    request: HttpRequest, received: Upload, source: Source | None, start: Proposal, mapping: dict[str, Any]
) -> Load:
    """Save the mapping with its source and ask for the dry run."""
    channel = source.channel if source else request.GET.get("channel", "")
    if not channel and start.preset:
        channel = start.preset.channel
    name = request.GET.get("name", "").strip() or received.name
    kept = services.source_save(
        slug=source.slug if source else source_slug(name),
        names={} if source else {"zh_hans": name},
        channel=channel,
        mapping=mapping,
        by=person(request),
    )
    return services.load_request(
        source=kept, upload=received, mapping=mapping, stage=LoadStage.CHECK, by=person(request)
    )


@page()
def loads(request: HttpRequest) -> HttpResponse:
    rows = Paginator(selectors.loads(request.user), rows_a_page(LOADS_A_PAGE))
    return render(request, "data/loads.html", {"rows": rows.get_page(request.GET.get("page"))})


@page()
def load(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "data/load.html", {"page": LoadPage.of(request.user, _load(request, pk))})


@require_POST
@page(LOAD)
def load_write(request: HttpRequest, pk: int) -> HttpResponse:
    check = _load(request, pk)
    if later := LoadPage.of(request.user, check).later:
        return redirect("data:load", later.pk)
    made = services.load_request(
        source=check.source, upload=check.upload, mapping=check.mapping, stage=LoadStage.WRITE, by=person(request)
    )
    return redirect("data:load", made.pk)


@require_POST
@page(LOAD)
def load_undo(request: HttpRequest, pk: int) -> HttpResponse:
    done = _load(request, pk)
    if request.POST.get("name", "").strip() != done.source.name:
        messages.error(request, gettext("The name did not match, so nothing was undone."))
        return redirect("data:load", pk)
    services.load_undo(load=done, by=person(request))
    messages.success(request, gettext("The load was undone: its customers, values and events are gone again."))
    if done.pulls.exists():
        messages.warning(request, gettext("The pull that brought it is paused: its next run would bring it again."))
    if texts := [pages.again_text(later) for later in selectors.loads_repeating(done)]:
        messages.warning(request, " ".join(texts))
    return redirect("data:load", pk)


@page(LOAD)
def rejected(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    found = _load(request, pk)
    if not found.rejects:
        raise Http404
    require(request.user, "access.view_personal")
    name = gettext("rejected rows of %(file)s") % {"file": found.upload.name.rsplit(".", 1)[0]}
    return FileResponse(default_storage.open(found.rejects), as_attachment=True, filename=f"{name}.xlsx")


@page()
def source(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Source, slug=slug)
    rows = selectors.loads(request.user).filter(source=found)[: rows_a_page(LOADS_A_PAGE)]
    others = batches_without_file(found)
    shown = {"source": found, "rows": rows, "others": others, "updates": UpdateMode.choices, "channels": CHANNELS}
    return render(request, "data/source.html", shown | {"pulls": PullsPage.of(request.user, found)})


@require_POST
@page(LOAD)
def source_save(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Source, slug=slug)
    update, channel = request.POST.get("update", ""), request.POST.get("channel", "")
    if update not in UpdateMode.values or (channel and channel not in dict(CHANNELS)):
        raise Http404
    services.source_save(slug=found.slug, update=update, channel=channel, by=person(request))
    messages.success(request, gettext("Saved. It counts from the next file on."))
    return redirect("data:source", slug)


def _load(request: HttpRequest, pk: int) -> Load:
    return get_object_or_404(selectors.loads(request.user), pk=pk)
