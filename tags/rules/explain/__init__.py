"""Why a rule is true or not for one customer, and what would change it. `Explainer` is where to begin."""

from .explain import Explainer
from .nodes import Change, ChangeKind, Detail, Explained, Seen

__all__ = ["Change", "ChangeKind", "Detail", "Explained", "Explainer", "Seen"]
