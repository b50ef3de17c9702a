"""The sheets of the workbook and their columns: one row each, from which it is written, read and explained."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from .column import NAMES, OWNER, SLUG, Column, Form, Sheet
from .play_columns import PLAYBOOK, PLAYBOOK_SHEET

__all__ = ["PLAYBOOK", "Column", "Form", "Sheet"]
TAGS, LAYERS, SEGMENTS, LISTS, CATEGORIES = "tags", "layers", "segments", "lists", "categories"

DEPARTMENT = Column("department", _("Department"), _("At most 60 characters."), width=14, longest=60)
DESCRIPTION = Column("description", _("What it is for"), _("A sentence that colleagues understand."), width=36)
SCHEDULE = Column(
    "schedule", _("Refreshed"), _("How often it is worked out anew."), Form.CHOICE, among="schedule", width=12
)
STATE = Column("state", _("State"), _("Only to read. Drafts are published on their page."), Form.READ, width=12)
COUNT = Column("count", _("Customers"), _("Only to read: how many it has now."), Form.READ, width=11)
SENTENCE = Column(
    "sentence",
    _("In words"),
    _("Only to read: what the definition says. It is changed in the last column, or on the page."),
    Form.READ,
    width=60,
)
DEFINITION = Column(
    "definition",
    _("Definition (advanced)"),
    _("The definition as docs/rules.md writes it. Changed, it becomes a draft, to be published on its page."),
    Form.RULE,
    width=40,
)

ALL: tuple[Sheet, ...] = (
    Sheet(
        TAGS,
        _("Tags"),
        ("slug",),
        (
            SLUG,
            *NAMES,
            Column("category", _("Category"), _("Choose one."), Form.CHOICE, among="category", width=14),
            Column(
                "kind",
                _("Kind"),
                _("A tag that was published keeps its kind."),
                Form.CHOICE,
                among="kind",
                width=12,
            ),
            OWNER,
            DEPARTMENT,
            DESCRIPTION,
            SCHEDULE,
            Column(
                "empty_policy",
                _("When a customer has no value any more"),
                _("Leave blank, or keep the last value."),
                Form.CHOICE,
                among="empty_policy",
            ),
            Column(
                "valid_days",
                _("Valid for days"),
                _("A whole number: so many days after a refresh it stops counting. Empty: it never does."),
                Form.NUMBER,
                width=10,
            ),
            Column(
                "sensitivity",
                _("Sensitivity"),
                _("Sensitive tags are not given to other systems unless they are named."),
                Form.CHOICE,
                among="sensitivity",
                width=12,
            ),
            Column("gives", _("Gives"), _("Only to read: a number, one value, or several."), Form.READ, width=14),
            STATE,
            COUNT,
            SENTENCE,
            DEFINITION,
        ),
    ),
    Sheet(
        LAYERS,
        _("Layers"),
        ("tag", "value"),
        (
            Column("tag", _("Tag"), _("The short name of the tag."), width=20, longest=64),
            Column(
                "value",
                _("Value"),
                _("What rules call it. It never changes: another one makes a new layer."),
                width=16,
                longest=120,
            ),
            Column(
                "order",
                _("Order"),
                _("The first layer that fits a customer counts. 1.5 puts it between 1 and 2."),
                Form.NUMBER,
                width=8,
            ),
            Column("name_zh_hans", _("Name in Simplified Chinese"), _("How the value is shown."), longest=120),
            Column("name_zh_hant", _("Name in Traditional Chinese"), _("How the value is shown."), longest=120),
            Column("name_en", _("Name in English"), _("How the value is shown."), longest=120),
            SENTENCE,
            Column(
                "when",
                _("Rule (advanced)"),
                _("Who gets the value, as docs/rules.md writes it. A change becomes a draft of the tag."),
                Form.RULE,
                width=40,
            ),
        ),
    ),
    Sheet(
        SEGMENTS,
        _("Segments"),
        ("slug",),
        (
            SLUG,
            *NAMES,
            Column(
                "kind",
                _("Kind"),
                _("By rule, or by list; a list's customers are added in the sheet of lists."),
                Form.CHOICE,
                among="segment_kind",
                width=12,
            ),
            OWNER,
            DEPARTMENT,
            DESCRIPTION,
            SCHEDULE,
            STATE,
            COUNT,
            SENTENCE,
            DEFINITION,
        ),
    ),
    Sheet(
        LISTS,
        _("Lists"),
        (),
        (
            Column("list", _("List"), _("The short name of the list, as in the sheet of segments."), width=20),
            Column(
                "type",
                _("Identifier type"),
                _("What the identifier is. Empty: every type is tried."),
                Form.CHOICE,
                among="identifier_type",
                width=16,
            ),
            Column(
                "identifier",
                _("Identifier"),
                _("Each row puts one customer on the list. Removing a row removes nobody."),
                width=28,
            ),
        ),
    ),
    Sheet(
        CATEGORIES,
        _("Categories"),
        ("slug",),
        (
            SLUG,
            *NAMES,
            Column(
                "position",
                _("Position"),
                _("A whole number: lower ones come first."),
                Form.NUMBER,
                width=10,
            ),
            Column("tags", _("Tags"), _("Only to read: how many tags it has."), Form.READ, width=8),
        ),
    ),
    PLAYBOOK_SHEET,
)
SHEETS: Mapping[str, Sheet] = {sheet.key: sheet for sheet in ALL}
