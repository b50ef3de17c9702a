"""What a write key is for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cdp.sources.forms import SourceForm


class KeyForm(SourceForm):
    """Of a new key: whose events it sends. They go into one source, which may be made on the way."""

    purpose = forms.CharField(label=_("What the key is for"), max_length=80, required=False)
