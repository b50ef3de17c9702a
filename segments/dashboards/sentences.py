"""What a segment is, in words."""

from django.utils.translation import gettext as _

from cdp.access.viewer import Viewer
from cdp.errors import UserError
from cdp.templatetags.quanxi import problem_text
from segments.models import BY_RULE, Segment
from tags.moments import moment_of
from tags.rules.describe import describe
from tags.rules.validate import read_rule
from tags.selectors import catalog


def sentence_of(viewer: Viewer, segment: Segment, language: str) -> str:
    """The segment's rule read out as of its last run; where its members come from when it has none."""
    if segment.kind not in BY_RULE:
        return _("The customers of an uploaded list.")
    names = catalog(viewer)
    try:
        rule = read_rule(segment.definition, names)
    except UserError as error:
        return _("Its rule cannot be read: %(problem)s") % {"problem": problem_text(error.problems[0])}
    return describe(rule, names, moment_of(segment.run.as_of if segment.run else None), language)
