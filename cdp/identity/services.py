"""Everything that decides who is who."""

from .linker import Preview, identities_link, identities_preview
from .registry import identifier_type_register
from .undo import identity_undo

__all__ = ["Preview", "identifier_type_register", "identities_link", "identities_preview", "identity_undo"]
