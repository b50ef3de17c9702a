"""A tree as rows in reading order, for a page and for files."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from django.utils.translation import gettext as _

from segments.personas.tree import Leaf, Node, Question

from .figures.numerals import percent, whole
from .group import Group

Way: TypeAlias = tuple[tuple[Question, bool], ...]


def tree_rows(tree: Node, group: Group) -> list[dict[str, Any]]:
    """Empty when there is nothing to ask. `rule` says of whom the answers on the way to a row are true."""
    rows = list(_rows(tree, (), group.against or _("All customers"))) if tree.question else []
    for row in rows:
        if row["rule"] and group.within:
            row["rule"]["all"].insert(0, {"segment": group.within})
    return rows


def _rows(node: Node, way: Way, text: str) -> Iterator[dict[str, Any]]:
    yield {
        "depth": len(way),
        "text": text,
        "share": percent(node.share),
        "percent": round(100 * node.share),
        "members": whole(node.members),
        "everyone": whole(node.everyone),
        "counts": [node.members, node.everyone],
        "rule": Leaf(way, node).rule if way else None,
    }
    if node.question and node.yes and node.no:
        yield from _rows(node.yes, (*way, (node.question, True)), node.question.text)
        yield from _rows(node.no, (*way, (node.question, False)), _("not %(what)s") % {"what": node.question.text})
