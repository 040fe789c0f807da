"""Which figures of law does somebody look for?"""

from __future__ import annotations

from django import forms


class FiguresAsked(forms.Form):
    """Words, in the address as `?q=nursing care`."""

    q = forms.CharField(
        label="Find a figure", help_text="Such as nursing care", max_length=100,
        required=False,
    )  # fmt: skip
