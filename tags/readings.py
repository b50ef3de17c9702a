"""A definition as lines of text, the same for every version, so that two can be laid side by side."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cdp.access.viewer import Viewer
from cdp.errors import UserError

from .dependencies import SEGMENT, Ref
from .rules.catalog import name_in
from .rules.definition import parse_definition
from .selectors import rule_sentence, sentences
from .workbench import said


def lines_of(viewer: Viewer, ref: Ref, kind: str, definition: Any, as_of: datetime) -> tuple[list[str], str]:
    """The lines, and what is wrong with the definition by now. `kind` is a tag's."""
    try:
        if ref.kind == SEGMENT:
            return _rule_lines(viewer, definition, as_of), ""
        return _tag_lines(viewer, kind, definition, as_of), ""
    except UserError as error:
        return [], " ".join(said(problem) for problem in error.problems)


def _rule_lines(viewer: Viewer, rule: Mapping[str, Any], as_of: datetime) -> list[str]:
    """A rule's outermost conditions one by one, so that a change in one is seen as that."""
    rule_sentence(viewer, rule, as_of)
    for join, heading in (("all", _("All of these hold:")), ("any", _("At least one of these holds:"))):
        if join in rule and len(rule[join]) > 1:
            return [heading, *(rule_sentence(viewer, item, as_of) for item in rule[join])]
    return [rule_sentence(viewer, rule, as_of)]


def _tag_lines(viewer: Viewer, kind: str, definition: Mapping[str, Any], as_of: datetime) -> list[str]:
    found = sentences(viewer, kind, definition, as_of)
    lines = [f"{one.value} — {one.text}" if one.value else one.text for one in found]
    if definition.get("multiple"):
        lines.append(_("A customer may have several of these values."))
    if rest := definition.get("rest"):
        lines.append(f"{_named(rest)} — {_('everyone else')}")
    return lines


def _named(part: Any) -> str:
    if not isinstance(part, Mapping):
        return str(part)
    return name_in(part.get("names") or {}, get_language() or "zh-hans", part["value"])


def label_names(kind: str, *definitions: Any) -> dict[str, str]:
    """Value → its name in the language in force, by the first of these definitions that gives it."""
    language = get_language() or "zh-hans"
    found: dict[str, str] = {}
    for definition in definitions:
        if definition is not None:
            for label in parse_definition(kind, definition).labels:
                found.setdefault(label.value, name_in(label.names, language, label.value))
    return found
