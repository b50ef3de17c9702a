"""What a sheet and a column are, and the columns that most sheets have."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Form(StrEnum):
    """`CHOICE`: one of a closed set; `MANY`: some of one, with commas; `RULE`: a definition in its own text form;
    `READ`: shown, never taken back."""

    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    MANY = "many"
    RULE = "rule"
    READ = "read"


@dataclass(frozen=True)
class Column:
    """`among`: the closed set of a choice (`choices`). `longest`: characters a text may have, 0 for any number."""

    key: str
    label: Promise
    note: Promise
    form: Form = Form.TEXT
    among: str = ""
    width: int = 16
    longest: int = 0


@dataclass(frozen=True)
class Sheet:
    """`known_by`: the columns that tell its rows apart; none where each row only adds something."""

    key: str
    title: Promise
    known_by: tuple[str, ...]
    columns: tuple[Column, ...]

    def column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)

    @property
    def editable(self) -> tuple[Column, ...]:
        fixed = set(self.known_by)
        return tuple(column for column in self.columns if column.form != Form.READ and column.key not in fixed)


SLUG = Column(
    "slug",
    _("Short name"),
    _("What rules and other systems call it. It never changes: another short name makes a new one."),
    width=20,
    longest=64,
)
NAMES = (
    Column("name_zh_hans", _("Name in Simplified Chinese"), _("At least one name is needed."), longest=120),
    Column("name_zh_hant", _("Name in Traditional Chinese"), _("Empty: another name is shown."), longest=120),
    Column("name_en", _("Name in English"), _("Empty: another name is shown."), longest=120),
)
OWNER = Column(
    "owner", _("Owner"), _("Whom to ask about it. Choose a colleague."), Form.CHOICE, among="owner", width=14
)
