"""Which day does the reader of a place's page ask about?"""

from __future__ import annotations

from django import forms

from joinedup.web.forms import EnglishDateField


class DayForm(forms.Form):
    """One optional date, in the address as `?on=2018-05-01`."""

    on = EnglishDateField(label="Show another day", required=False, help_text="For example, 1 5 2018")
