"""What is asked to adjust weeks that come out otherwise. Shapes only."""

from __future__ import annotations

from django import forms

from joinedup.desk.forms.requests import ActForm


class AdjustForm(ActForm):
    """Why, and the sum that was read."""

    because = forms.CharField(
        label="Why do these weeks change?",
        max_length=300,
        help_text="The person reads this. For example: the pension was higher than we were told",
    )
    expected_pence = forms.IntegerField(widget=forms.HiddenInput)
    field_order = ("because",)
