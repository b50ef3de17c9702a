"""Forms whose limits may be left out: bins of a measure, and the fixed limits of RFM scores."""

from tags.rules.definitions.rfm import PARTS

from .posted import Tree, below
from .rfm_form import QUINTILES


def without_limits(of: str, tree: Tree) -> Tree:
    """The same form without them; of other kinds, the form."""
    if of == "measure":
        return {**tree, "bins": []} if tree.get("bins") else tree
    if of == "rfm":
        own = below(tree, of)
        return {**tree, of: {**{key: own[key] for key in own if key not in PARTS}, "scores": QUINTILES}}
    return tree
