"""Where rows are pulled from, which ones, and when."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cdp.errors import UserError
from cdp.sources.forms import SourceForm
from cdp.sources.models import Feed, FeedKind
from cdp.templatetags.quanxi import problem_hint, problem_text

MINUTES, DAILY = "minutes", "daily"
_FIELDS = ("kind", "host", "port", "database", "user", "query", "column", "again")


class FeedForm(SourceForm):
    """Of a new pull, or of `feed`; then its source is settled. The password is never shown again."""

    kind = forms.ChoiceField(label=_("Kind of database"), choices=FeedKind.choices)
    host = forms.CharField(label=_("Server"), max_length=255, required=False)
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, required=False)
    database = forms.CharField(
        label=_("Database"), max_length=255, error_messages={"required": _("Say which database it is.")}
    )
    user = forms.CharField(label=_("User"), max_length=120, required=False)
    password = forms.CharField(label=_("Password"), max_length=255, required=False, strip=False)
    query = forms.CharField(
        label=_("Table, or a SELECT"),
        max_length=20_000,
        error_messages={"required": _("Write the name of a table, or a SELECT.")},
    )
    column = forms.CharField(label=_("Column that only grows"), max_length=255, required=False)
    again = forms.IntegerField(label=_("Look again so far back"), min_value=0, max_value=1_000_000, initial=10)
    schedule = forms.ChoiceField(
        label=_("How often"),
        choices=[(MINUTES, _("every so many minutes")), (DAILY, _("once a day"))],
        initial=MINUTES,
    )
    every = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=100_000, required=False, initial=60)
    daily = forms.TimeField(label=_("Time of day"), required=False, initial="02:30")

    def __init__(self, *args: Any, feed: Feed | None = None, **kwargs: Any):
        if feed is not None:
            kwargs["initial"] = feed_values(feed)
        super().__init__(*args, **kwargs)
        if feed is not None:
            for name in ("source", "name", "channel"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("schedule") == MINUTES and not data.get("every") and "every" not in self.errors:
            self.add_error("every", _("Say how many minutes lie between two pulls."))
        if data.get("schedule") == DAILY and not data.get("daily") and "daily" not in self.errors:
            self.add_error("daily", _("Say at what time of day, such as 02:30."))
        return data

    def given(self) -> dict[str, Any]:
        """Fields of `Feed`, as `feed_save` takes them."""
        data = self.cleaned_data
        given = {name: data[name] for name in _FIELDS}
        if data["kind"] == FeedKind.SQLITE:
            given |= {"host": "", "port": None, "user": ""}
        is_daily = data["schedule"] == DAILY
        return given | {"every": None if is_daily else data["every"], "daily": data["daily"] if is_daily else None}

    def told(self, error: UserError) -> None:
        """Problems that were found on saving, beside the field they are about."""
        for problem in error.problems:
            field = str(problem.path[0]) if problem.path else ""
            text = f"{problem_text(problem)} {problem_hint(problem)}".strip()
            self.add_error(field if field in self.fields else None, text)


def feed_values(feed: Feed) -> dict[str, Any]:
    values = {name: getattr(feed, name) for name in _FIELDS}
    return values | {
        "schedule": DAILY if feed.daily else MINUTES,
        "every": feed.every or 60,
        "daily": feed.daily.strftime("%H:%M") if feed.daily else "02:30",
    }
