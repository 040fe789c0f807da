"""Which reform, on whom, on which day?"""

from __future__ import annotations

from typing import Any

from django import forms

from joinedup.funding.reform_files import presets
from joinedup.web.forms import EnglishDateField

SIZES = (1_000, 10_000, 100_000)
WHOM = (("generated", "Generated people"), ("caseload", "The caseload: decided charges that I may see"))


class WhatIfAsked(forms.Form):
    """A reform, whom it is tried on, and the day whose law is asked about; all of it in the address."""

    reform = forms.ChoiceField(label="Reform")
    whom = forms.ChoiceField(label="Try it on", widget=forms.RadioSelect, choices=WHOM, initial="generated")
    people = forms.TypedChoiceField(
        label="How many generated people", choices=[(size, f"{size:,}") for size in SIZES], coerce=int,
        initial=SIZES[1], required=False, empty_value=SIZES[1],
    )  # fmt: skip
    seed = forms.IntegerField(
        label="Seed", help_text="The same seed makes the same people", min_value=0, max_value=999_999, initial=1
    )
    as_at = EnglishDateField(
        label="Law of the day", help_text="Such as 2 November 2026. Left out: today", required=False
    )

    def __init__(self, *args: Any, with_caseload: bool = False, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        if not with_caseload:
            self.fields["whom"] = forms.ChoiceField(
                choices=WHOM[:1], initial=WHOM[0][0], widget=forms.HiddenInput, label="Try it on"
            )
        choice = self.fields["reform"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(each.name, each.name.replace("-", " ").capitalize()) for each in presets()]
