"""A chat of a group as it is typed, and a person's choices."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cdp.posting.addresses import is_address, is_plainly_private

from .channels.registry import CHATS
from .chats import Wish
from .models import GROUP_LABELS, LABELS, Outlet
from .preferences import When
from .preferences import Wish as PersonalWish


class ChatForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80, error_messages={"required": _("Say which group it is.")})
    channel = forms.ChoiceField(label=_("Platform"))
    address = forms.CharField(label=_("Webhook address of the robot"), max_length=500, required=False)
    secret = forms.CharField(label=_("Secret of the signature"), max_length=200, required=False)
    kinds = forms.MultipleChoiceField(
        label=_("Tell"), error_messages={"required": _("Choose at least one of them.")}
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, chat: Outlet | None = None, **kwargs: Any) -> None:
        begun: dict[str, Any] = {"channel": next(iter(CHATS)), "kinds": list(GROUP_LABELS)}
        begun["language"] = settings.LANGUAGE_CODE
        if chat:
            begun = {name: getattr(chat, name) for name in ("name", "channel", "kinds", "language")}
        kwargs["initial"] = begun
        super().__init__(*args, **kwargs)
        self.chat = chat
        offered = {"channel": ((slug, one.title) for slug, one in CHATS.items()), "kinds": GROUP_LABELS.items()}
        for field, choices in offered.items():
            self.fields[field].choices = [(str(value), label) for value, label in choices]  # type: ignore[attr-defined]

    def clean_address(self) -> str:
        address = self.cleaned_data["address"].strip()
        if not address:
            if self.chat is None:
                raise forms.ValidationError(_("Paste the address that the group’s robot shows."))
            return ""
        if not is_address(address) or not (address.startswith("https://") or settings.CDP_WEBHOOK_PRIVATE):
            raise forms.ValidationError(_("Paste the whole address of the robot; it begins with https://."))
        if is_plainly_private(address):
            raise forms.ValidationError(
                _("This address is of a private network. An administrator can allow that: CDP_WEBHOOK_PRIVATE=1.")
            )
        return address

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.chat and data.get("channel") not in (None, self.chat.channel) and not data.get("address"):
            self.add_error("address", _("Another platform has another address: paste it."))
        return data

    def wish(self) -> Wish:
        return Wish(**{name: self.cleaned_data[name] for name in self.fields})


class PreferenceForm(forms.Form):
    """Of each kind: `bell_KIND` and `mail_KIND`."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in LABELS:
            self.fields[f"bell_{kind}"] = forms.BooleanField(required=False)
            self.fields[f"mail_{kind}"] = forms.ChoiceField(choices=When.choices, required=False)

    def wishes(self) -> dict[str, PersonalWish]:
        data = self.cleaned_data
        return {
            str(kind): PersonalWish(bell=data[f"bell_{kind}"], mail=When(data[f"mail_{kind}"])) for kind in LABELS
        }
