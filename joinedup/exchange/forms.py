"""What may be sent on the page of a refused row? Shapes of input only, no meaning."""

from __future__ import annotations

from django import forms

from joinedup.exchange.put_right import TEXT_LIMIT_CHARACTERS
from joinedup.exchange.queries import RefusedRowShown
from joinedup.person.forms import fresh_request_key


class CorrectionForm(forms.Form):
    """The row as it should be, with the key of this one sending."""

    text = forms.CharField(
        label="The row",
        max_length=TEXT_LIMIT_CHARACTERS,
        strip=False,
        error_messages={"required": "Give the row as it should be"},
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false", "autocomplete": "off"}),
    )
    request_key = forms.CharField(max_length=64, widget=forms.HiddenInput)


def correction_form(shown: RefusedRowShown) -> CorrectionForm:
    """The form with the row as it was sent."""
    text = shown.text.text if shown.text else ""
    return CorrectionForm(initial={"text": text, "request_key": fresh_request_key()})
