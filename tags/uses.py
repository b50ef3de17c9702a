"""What uses tags and segments beside the rules: webhooks tell of them, personas show them.

`OTHERS` is filled in by the storey above, because tags know nothing of it.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cdp.access.viewer import SYSTEM, Viewer, may

from .dependencies import LIST, SEGMENT, Graph, Ref


@dataclass(frozen=True)
class Use:
    """Something that uses a tag or segment (`of`). `url`: its page; only who has the permission `needs` sees it."""

    of: Ref
    kind: str
    name: str
    url: str
    needs: str


OTHERS: list[Callable[[], Iterable[Use]]] = []


def other_uses(viewer: Viewer) -> list[Use]:
    """Those the viewer may see."""
    return [use for source in OTHERS for use in source() if may(viewer, use.needs)]


def use_counts(edges: Graph) -> Counter[Ref]:
    """Tag or segment → how much is built on it directly, and how much else uses it."""
    found: Counter[Ref] = Counter()
    for user, needed in edges.items():
        # A list is only the other name of its segment.
        found.update({_real(ref) for ref in needed} - {_real(user)})
    found.update(use.of for use in other_uses(SYSTEM))
    return found


def _real(ref: Ref) -> Ref:
    return Ref(SEGMENT, ref.slug) if ref.kind == LIST else ref
