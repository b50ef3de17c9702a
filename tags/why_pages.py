"""The panel that says why: the same for tags and segments, beside a page or as one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from cdp.access.web import is_htmx
from cdp.errors import Problem, UserError

from .rules.explain import Explained
from .why import LayerExplained, TagExplained


@dataclass(frozen=True)
class Part:
    """A rule explained; of a tag of labels with the value it gives and whether it does."""

    rule: Explained
    label: str = ""
    chosen: bool = False
    state: str = ""


@dataclass(frozen=True)
class WhyPage:
    name: str
    back_url: str
    customer_id: int = 0
    as_of: datetime | None = None
    answer: str = ""
    parts: tuple[Part, ...] = ()
    texts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    differs: bool = False
    problems: tuple[Problem, ...] = ()

    @property
    def title(self) -> str:
        return f"{self.name}: {self.answer}" if self.answer else self.name

    @property
    def customer_url(self) -> str:
        return f"/customers/{self.customer_id}/"


def why_answered(request: HttpRequest, name: str, back_url: str, ask: Callable[[str], WhyPage]) -> HttpResponse:
    """The panel for htmx, a page without it; what cannot be asked is said in the same place."""
    try:
        found = ask(request.GET.get("customer", ""))
    except UserError as error:
        found = WhyPage(name, back_url, problems=error.problems)
    template = "tags/why/panel.html" if is_htmx(request) else "tags/why/page.html"
    return render(request, template, {"why": found}, status=422 if found.problems else 200)


def tag_why_page(found: TagExplained) -> WhyPage:
    measured = (Part(found.measure),) if found.measure else ()
    answer = _(", ").join(found.labels)
    if found.detail:
        answer = f"{answer} ({found.detail})" if answer else found.detail
    return WhyPage(
        name=found.tag.name,
        back_url=reverse("tags:detail", args=[found.tag.slug]),
        customer_id=found.customer_id,
        as_of=found.as_of,
        answer=answer or _("no value"),
        parts=(*layer_parts(found.layers), *measured),
        texts=(*_rest(found), *(_said(one.value, one.text) for one in found.sentences)),
        notes=found.notes,
        differs=found.differs,
    )


def layer_parts(layers: Sequence[LayerExplained]) -> tuple[Part, ...]:
    return tuple(
        Part(layer.rule, layer.label, layer.chosen, _state(layer.rule.holds, layer.chosen)) for layer in layers
    )


def _state(holds: bool, chosen: bool) -> str:
    if chosen:
        return _("applies")
    return _("would apply, but an earlier value comes first") if holds else _("does not apply")


def _rest(found: TagExplained) -> tuple[str, ...]:
    return (_said(found.rest, _("everyone else")),) if found.rest else ()


def _said(value: str, text: str) -> str:
    return f"{value} — {text}" if value else text
