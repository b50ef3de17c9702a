"""Everything that decides who is who."""

from .blocking import blocked_sql
from .linker import Preview, identities_link, identities_preview
from .merging import customer_part, customers_keep_apart, customers_merge, merge_undo
from .registry import identifier_type_register
from .reviewing import reviews_open
from .reviews import review_decide, review_undo, reviews_decide, reviews_decide_above
from .undo import identity_undo

__all__ = [
    "Preview",
    "blocked_sql",
    "customer_part",
    "customers_keep_apart",
    "customers_merge",
    "identifier_type_register",
    "identities_link",
    "identities_preview",
    "identity_undo",
    "merge_undo",
    "review_decide",
    "review_undo",
    "reviews_decide",
    "reviews_decide_above",
    "reviews_open",
]
