"""What is sent when figures are prepared, approved or set aside? Shapes of input only."""

from __future__ import annotations

import secrets

from django import forms


class PrepareForm(forms.Form):
    """A place, and the key of this one sending."""

    request_key = forms.CharField(max_length=100, widget=forms.HiddenInput)
    place_id = forms.UUIDField(widget=forms.HiddenInput)


class ApproveForm(forms.Form):
    """The version that was seen, and a mark that it was read."""

    request_key = forms.CharField(max_length=100, widget=forms.HiddenInput)
    expected_version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    read = forms.BooleanField(label="I have read these figures and release them in my name")


class SetAsideForm(forms.Form):
    """The version that was seen, and why the figures are not to be released."""

    request_key = forms.CharField(max_length=100, widget=forms.HiddenInput)
    expected_version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    remark = forms.CharField(label="Why are they not to be released?", max_length=400)


def fresh(**values: object) -> dict[str, object]:
    """Values for a form that is about to be shown, with a key of its own."""
    return {"request_key": f"form-{secrets.token_hex(16)}", **values}
