"""The registries: events, properties, attributes and where these are shown in personas, types of identifiers."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from cdp.access.viewer import Viewer, may
from cdp.access.web import page
from cdp.errors import UserError
from cdp.identity.models import IdentifierType
from cdp.store.models import Attribute, EventType, Property
from cdp.store.selectors import event_counts
from cdp.store.services import themes_set
from cdp.store.themes import Theme
from cdp.templatetags.quanxi import problem_hint, problem_text

# Personas are made by those who make segments.
MAY_CHANGE = "access.edit_segments"


@dataclass(frozen=True)
class FieldsPage:
    """`events` with how many of each there are."""

    events: list[tuple[EventType, int]]
    total: int
    properties: list[Property]
    attributes: list[Attribute]
    identifier_types: list[IdentifierType]
    may_theme: bool

    @property
    def themes(self) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in Theme.choices]

    @classmethod
    def of(cls, viewer: Viewer) -> "FieldsPage":
        counts = event_counts(viewer)
        return cls(
            [(event, counts.get(event.slug, 0)) for event in EventType.objects.all()],
            sum(counts.values()),
            list(Property.objects.all()),
            list(Attribute.objects.all()),
            list(IdentifierType.objects.all()),
            may(viewer, MAY_CHANGE),
        )


@page()
def fields(request: HttpRequest) -> HttpResponse:
    return render(request, "data/fields.html", {"page": FieldsPage.of(request.user)})


@require_POST
@page(MAY_CHANGE)
def themes(request: HttpRequest) -> HttpResponse:
    """Where attributes are shown in personas."""
    given = {name.removeprefix("theme-"): str(text) for name, text in request.POST.items() if name[:6] == "theme-"}
    try:
        themes_set(themes=given)
    except UserError as error:
        for problem in error.problems:
            messages.error(request, f"{problem_text(problem)} {problem_hint(problem)}".strip())
    else:
        messages.success(request, gettext("Kept. Personas are drawn anew when they are opened."))
    return redirect("data:fields")
