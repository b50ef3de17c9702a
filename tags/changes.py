"""What is different between two definitions, in sentences: which condition was added, removed or changed.

Rules are compared in their canonical form, so that what only stands in another order is no change.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cdp.access.viewer import Viewer
from cdp.errors import UserError

from .dependencies import SEGMENT, Ref
from .moments import moment_of
from .readings import lines_of
from .rules.canonical import canonical
from .rules.catalog import Catalog, name_in
from .rules.definition import Labels, read_definition
from .rules.describe import describe
from .rules.nodes import All, AnyOf, Node
from .rules.validate import read_rule
from .rules.walk import references
from .selectors import catalog

ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@dataclass(frozen=True)
class Change:
    """`mark`: added, removed or changed. `of`: the value it is about, "" for none; `text` is a condition or says
    what else is different, `before` the condition as it was."""

    mark: str
    text: str
    before: str = ""
    of: str = ""


def changes(viewer: Viewer, ref: Ref, kind: str, before: Any, after: Any, as_of: datetime) -> list[Change]:
    """From one definition to the other; nothing where one of them cannot be read any more. `kind` is a tag's."""
    known = catalog(viewer)
    try:
        if ref.kind == SEGMENT:
            return _Told(known, as_of).rules("", read_rule(before, known), read_rule(after, known))
        old, new = (read_definition(kind, one, known) for one in (before, after))
    except UserError:
        return []
    if isinstance(old, Labels) and isinstance(new, Labels):
        return _Told(known, as_of).labels(old, new)
    return _of_lines(*(lines_of(viewer, ref, kind, one, as_of)[0] for one in (before, after)))


class _Told:
    def __init__(self, known: Catalog, as_of: datetime) -> None:
        self.known, self.moment, self.language = known, moment_of(as_of), get_language() or "zh-hans"

    def say(self, node: Node) -> str:
        return describe(node, self.known, self.moment, self.language)

    def labels(self, old: Labels, new: Labels) -> list[Change]:
        was, now = ({layer.label.value: layer for layer in one.layers} for one in (old, new))
        found = [
            Change(REMOVED, self.say(layer.when), of=self.name(layer.label))
            for value, layer in was.items()
            if value not in now
        ]
        for value, layer in now.items():
            name = self.name(layer.label)
            if value not in was:
                found.append(Change(ADDED, self.say(layer.when), of=name))
                continue
            if (called := self.name(was[value].label)) != name:
                found.append(Change(CHANGED, _("is called %(name)s now") % {"name": name}, of=called))
            found += self.rules(name, was[value].when, layer.when)
        return found + list(self._around(old, new, [value for value in now if value in was]))

    def _around(self, old: Labels, new: Labels, both: Sequence[str]) -> Iterator[Change]:
        if not new.multiple and [layer.label.value for layer in old.layers if layer.label.value in both] != both:
            names = {layer.label.value: self.name(layer.label) for layer in new.layers}
            order = _(", ").join(names[value] for value in both)
            text = _("The order of the values, of which the first counts, is now: %(names)s.")
            yield Change(CHANGED, text % {"names": order})
        if old.multiple != new.multiple:
            several = _("A customer may have several of these values now.")
            yield Change(CHANGED, several if new.multiple else _("A customer has one of these values at most now."))
        was, now = (self.name(one.rest) if one.rest else "" for one in (old, new))
        if was != now:
            named = _("Everyone else is now: %(name)s.") % {"name": now}
            yield Change(CHANGED, named if now else _("Everyone else has no value now."))

    def name(self, label: Any) -> str:
        return name_in(label.names, self.language, label.value)

    def rules(self, of: str, before: Node, after: Node) -> list[Change]:
        """What became of the outermost conditions."""
        old, new = canonical(before), canonical(after)
        found = []
        was, now = _items(old), _items(new)
        if type(old) is not type(new) and len(was) > 1 and len(now) > 1:
            joined = _("All conditions must hold now; before, one was enough.")
            one = _("One condition is enough now; before, all had to hold.")
            found.append(Change(CHANGED, joined if isinstance(new, All) else one, of=of))
        gone, came = [node for node in was if node not in now], [node for node in now if node not in was]
        for node in gone:
            successor = next((one for one in came if _about(one) == _about(node)), None)
            if successor is None:
                found.append(Change(REMOVED, self.say(node), of=of))
            else:
                came.remove(successor)
                found.append(Change(CHANGED, self.say(successor), self.say(node), of))
        return found + [Change(ADDED, self.say(node), of=of) for node in came]


def _items(node: Node) -> tuple[Node, ...]:
    return node.items if isinstance(node, All | AnyOf) else (node,)


def _about(node: Node) -> Any:
    """What a condition asks about: two that ask about the same are one that was changed."""
    return type(node), references(node)


def _of_lines(before: Sequence[str], after: Sequence[str]) -> list[Change]:
    """Definitions that are no rules, by their sentences."""
    found: list[Change] = []
    for what, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        gone, came = list(before[start:end]), list(after[new_start:new_end])
        pairs = min(len(gone), len(came))
        found += [Change(CHANGED, new, old) for old, new in zip(gone, came, strict=False)]
        found += [Change(REMOVED, text) for text in gone[pairs:]] + [Change(ADDED, text) for text in came[pairs:]]
    return found
