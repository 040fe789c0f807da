"""Which lines of the log does the privacy officer want to see?"""

from __future__ import annotations

from django import forms

from joinedup.access.queries import ACT_WORDS

ACTS = [("", "Everything"), *sorted(ACT_WORDS.items(), key=lambda each: each[1])]


class LogFilter(forms.Form):
    """One kind of act, or everything, in the address as `?act=record.opened`."""

    act = forms.ChoiceField(label="Show", choices=ACTS, required=False)
