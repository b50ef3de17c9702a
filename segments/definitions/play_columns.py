"""The sheet of the playbook."""

from django.utils.translation import gettext_lazy as _

from .column import NAMES, OWNER, SLUG, Column, Form, Sheet

PLAYBOOK = "playbook"
OTHERWISE = _("Empty: it is shown in another language.")
SUFFIXES = ("zh_hans", "zh_hant", "en")
TEXTS = {
    "action": (
        _("Do this (Simplified Chinese)"),
        _("Do this (Traditional Chinese)"),
        _("Do this (English)"),
    ),
    "effect": (
        _("Expected effect (Simplified Chinese)"),
        _("Expected effect (Traditional Chinese)"),
        _("Expected effect (English)"),
    ),
    "measure": (
        _("How to measure it (Simplified Chinese)"),
        _("How to measure it (Traditional Chinese)"),
        _("How to measure it (English)"),
    ),
}
PLAYBOOK_SHEET = Sheet(
    PLAYBOOK,
    _("Playbook"),
    ("slug",),
    (
        SLUG,
        *NAMES,
        Column(
            "field",
            _("When this stands out"),
            _("The attribute, tag or property a persona finds. Choose one."),
            Form.CHOICE,
            among="play_field",
            width=20,
        ),
        Column("value", _("Value"), _("As the persona shows it; empty for any."), width=14, longest=120),
        Column(
            "direction",
            _("Direction"),
            _("More often or less often than everyone."),
            Form.CHOICE,
            among="direction",
        ),
        Column("tgi", _("TGI"), _("More often: at least this; less often: at most."), Form.NUMBER, width=8),
        Column(
            "segment",
            _("Only for the segment"),
            _("Empty: for every segment."),
            Form.CHOICE,
            among="segment",
            width=18,
        ),
        *(
            Column(f"{name}_{suffix}", label, OTHERWISE, width=36, longest=2000)
            for name, labels in TEXTS.items()
            for suffix, label in zip(SUFFIXES, labels, strict=True)
        ),
        Column(
            "channels",
            _("On these channels"),
            _("Several with commas, as the form lists them, for example: Text message, E-mail."),
            Form.MANY,
            among="channel",
            width=20,
        ),
        OWNER,
        Column("is_on", _("In use"), _("Yes or no."), Form.CHOICE, among="yes_no", width=8),
    ),
)
