"""The form of a tag whose definition is written: JSON, with what it says and what is wrong with it in words."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import get_language

from cdp.access.viewer import Viewer
from cdp.errors import N_, UserError, user_error

from .forms import BUILT, FIELDS, About, SettingsForm, about_posted, about_saved, version_open
from .json_text import json_read
from .kinds import Sentence
from .models import Tag, TagKind
from .preview import Preview, tag_preview
from .problems import problem_line
from .rules.catalog import name_in
from .rules.definition import parse_definition
from .selectors import sentences

MOST_SHOWN = 30
EXAMPLES: Mapping[str, dict[str, Any]] = {
    TagKind.LIST: {"v": 1, "values": ["KOC", "VIP"], "multiple": True},
    TagKind.FORMULA: {"v": 1, "formula": "round(spend / orders, 2)"},
}


def is_written(tag: Tag | None, asked: Mapping[str, Any]) -> bool:
    """Whether a tag's definition is written as JSON and not put together by choosing."""
    if tag is None:
        kind = asked.get("kind", "")
        return kind in TagKind.values and kind not in BUILT
    version = version_open(tag)
    cut = version is not None and isinstance(version.definition.get("bins"), dict)
    return tag.kind not in BUILT or cut


@dataclass(frozen=True)
class Count:
    label: str
    count: int


@dataclass
class JsonForm(SettingsForm):
    kind: str
    text: str
    tried: bool = False
    problems: list[str] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    preview: Preview | None = None

    @property
    def kind_label(self) -> str:
        return str(TagKind(self.kind).label)

    @property
    def counts(self) -> list[Count]:
        """How many have each value, as far as there is room."""
        if self.preview is None:
            return []
        found = parse_definition(self.kind, self.definition()).labels
        named = {label.value: name_in(label.names, get_language() or "zh-hans", label.value) for label in found}
        shown = list(self.preview.values.items())[:MOST_SHOWN]
        return [Count(named.get(value, value), count) for value, count in shown if value]

    def definition(self) -> Any:
        try:
            return json_read(self.text)
        except json.JSONDecodeError as error:
            raise user_error(
                N_("The definition is not JSON: line %(line)s, column %(column)s."),
                path=("definition",),
                line=error.lineno,
                column=error.colno,
            ) from error

    def check(self) -> None:
        """Say what the definition means and how many it would give, or what is wrong with it."""
        try:
            definition = self.definition()
            self.sentences = sentences(self.viewer, self.kind, definition)
            if self.tag or self.kind != TagKind.LIST:
                self.preview = tag_preview(self.viewer, self.kind, definition, self.tag.slug if self.tag else None)
        except UserError as error:
            self.problems = [problem_line(problem) for problem in error.problems]

    @transaction.atomic
    def save(self, *, publish: bool) -> Tag | None:
        """The saved tag, or None with every problem in its place."""
        self.tried = True
        own = self.own_problems()
        self.about.tell(own)
        try:
            definition = self.definition()
            if own:
                sentences(self.viewer, self.kind, definition)
                return None
            return self.keep(self.kind, definition, publish=publish)
        except UserError as error:
            transaction.set_rollback(True)
            self.problems = [problem_line(problem) for problem in error.problems]
            return None


def json_form_new(viewer: Viewer, kind: str) -> JsonForm:
    about = About(values=dict.fromkeys((*FIELDS, "category"), ""))
    return JsonForm(viewer, None, about, kind, json_text(EXAMPLES[kind]))


def json_form_of(viewer: Viewer, tag: Tag) -> JsonForm:
    about = about_saved(tag, FIELDS)
    about.values["category"] = tag.category.slug if tag.category else ""
    version = version_open(tag)
    form = JsonForm(viewer, tag, about, tag.kind, json_text(version.definition if version else EXAMPLES[tag.kind]))
    form.check()
    return form


def json_form_posted(viewer: Viewer, tag: Tag | None, posted: QueryDict) -> JsonForm:
    about = about_posted(posted, (*FIELDS, "category"))
    about.slug = tag.slug if tag else about.slug
    kind = tag.kind if tag else posted.get("kind", "")
    return JsonForm(viewer, tag, about, kind, posted.get("definition", ""))


def json_text(definition: Any) -> str:
    return json.dumps(definition, ensure_ascii=False, indent=2)
