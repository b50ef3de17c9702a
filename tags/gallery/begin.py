"""A new form filled in with a ready rule. Nothing is saved before somebody saves it."""

from django.utils.translation import get_language

from cdp.access.viewer import Viewer

from ..forms import About, TagForm, tag_form_new
from ..models import Tag, TagKind
from ..rules.catalog import name_in
from ..workbench import work_saved
from .files import ReadyRule


def tag_form_begun(viewer: Viewer, ready: ReadyRule) -> TagForm:
    form = tag_form_new(viewer, TagKind.LABELS)
    about_begin(form.about, ready, is_taken=Tag.objects.filter(slug=ready.slug).exists())
    form.work = work_saved(viewer, TagKind.LABELS, ready.as_tag)
    return form


def about_begin(about: About, ready: ReadyRule, *, is_taken: bool) -> None:
    """Name and description; a short name that is in use is left to be made from the name."""
    about.names = dict(ready.names)
    about.slug = "" if is_taken else ready.slug
    about.values["description"] = name_in(ready.finds, get_language() or "zh-hans", "")
