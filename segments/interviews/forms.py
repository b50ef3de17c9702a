"""A note as it is typed."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdp.access.viewer import Viewer, sees_personal
from segments.personas.models import Persona

from .models import Note, NoteKind
from .selectors import TEMPLATE, themes_of
from .services import Wish

LONG = 5000


class NoteForm(forms.Form):
    """`quotes`: one a line. `customer` is there only for who sees customers in clear."""

    kind = forms.ChoiceField(label=_("Kind"), choices=NoteKind.choices)
    held_on = forms.DateField(label=_("Held on"))
    respondent = forms.CharField(label=_("Respondent, by a pseudonym"), max_length=60, required=False)
    customer = forms.IntegerField(label=_("Customer number"), min_value=0, required=False)
    goals = forms.CharField(label=_("Goals"), max_length=LONG, required=False)
    pains = forms.CharField(label=_("Pains"), max_length=LONG, required=False)
    motives = forms.CharField(label=_("Motives"), max_length=LONG, required=False)
    quotes = forms.CharField(label=_("Quotes, one a line"), max_length=LONG, required=False)
    remarks = forms.CharField(label=_("Remarks"), max_length=LONG, required=False)
    themes = forms.MultipleChoiceField(label=_("Themes"), required=False)

    def __init__(
        self, *args: Any, viewer: Viewer, persona: Persona, note: Note | None = None, **kwargs: Any
    ) -> None:
        kwargs["initial"] = _initial(note)
        super().__init__(*args, **kwargs)
        self.fields["themes"].choices = [  # type: ignore[attr-defined]
            (str(theme.pk), theme.name) for theme in themes_of(viewer, persona)
        ]
        if not sees_personal(viewer):
            del self.fields["customer"]

    def wish(self) -> Wish:
        data = self.cleaned_data
        return Wish(
            kind=data["kind"],
            held_on=data["held_on"],
            respondent=" ".join(data["respondent"].split()),
            quotes=[" ".join(line.split()) for line in data["quotes"].splitlines()],
            themes=[int(one) for one in data["themes"]],
            customer=(data["customer"] or 0) if "customer" in self.fields else None,
            **{name: data[name].strip() for name in TEMPLATE},
        )


def _initial(note: Note | None) -> dict[str, Any]:
    if note is None:
        return {"kind": NoteKind.INTERVIEW, "held_on": timezone.localdate().isoformat()}
    begun: dict[str, Any] = {name: getattr(note, name) for name in ("kind", "respondent", *TEMPLATE)}
    return begun | {
        "held_on": note.held_on.isoformat(),
        "customer": note.customer_id,
        "quotes": "\n".join(note.quotes),
        "themes": [str(theme.pk) for theme in note.themes.all()],
    }
