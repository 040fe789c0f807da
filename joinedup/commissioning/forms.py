"""What is asked to propose, decide, deliver, end and delegate. Shapes only, no meaning."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from joinedup.base.money import Money
from joinedup.commissioning.queries import Delegations, Offer
from joinedup.funding.forms import PoundsField
from joinedup.person.forms import fresh_request_key
from joinedup.web.forms import EnglishDateField


class ActForm(forms.Form):
    """The key of one act that needs nothing else."""

    request_key = forms.CharField(max_length=100, widget=forms.HiddenInput)


class VersionForm(ActForm):
    """An act on something that was read at a version."""

    expected_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class ProposeForm(ActForm):
    """From whom, how much a week, at which rate, from when, and who pays the rest."""

    provider_id = forms.ChoiceField(label="From whom")
    quantity_per_week = forms.DecimalField(label="How much a week", min_value=0.01, max_value=999, decimal_places=2)
    rate = PoundsField(label="Rate in pounds", help_text="For one of what is counted, such as 24.50 an hour")
    starts_on = EnglishDateField(label="From")
    rest_payer = forms.ChoiceField(
        label="Who pays what the person does not?", widget=forms.RadioSelect,
        choices=(("pooled_fund", "The pooled fund: the partners share it by their terms"),
                 ("council", "The council alone, through the fund")),
    )  # fmt: skip
    field_order = ("provider_id", "quantity_per_week", "rate", "starts_on", "rest_payer")

    def offer(self, offered: Offer) -> ProposeForm:
        """Offer the providers of the place."""
        field: Any = self.fields["provider_id"]
        field.choices = [("", "Choose a provider"), *((str(key), name) for key, name in offered.providers)]
        return self

    def rate_pence(self) -> int:
        """The rate in pence; call when the form is valid."""
        return Money.from_text(self.cleaned_data["rate"]).pence


class EndForm(VersionForm):
    """The first day without it, and why."""

    ends_on = EnglishDateField(label="The first day without it")
    why = forms.CharField(label="Why", max_length=400, widget=forms.Textarea(attrs={"rows": 3}))
    field_order = ("ends_on", "why")


class WeekForm(ActForm):
    """One week: the day it began and how much was delivered."""

    week_starts_on = forms.DateField(widget=forms.HiddenInput)
    quantity = forms.DecimalField(
        label="How much was delivered", min_value=Decimal("0.01"), max_value=999, decimal_places=2, required=False
    )


class DelegationForm(ActForm):
    """To whom, where, and up to how much a week."""

    office = forms.ChoiceField(label="To whom")
    weekly_limit = PoundsField(label="Up to how many pounds a week", help_text="For one package, such as 1500.00")
    field_order = ("office", "weekly_limit")

    def offer(self, held: Delegations) -> DelegationForm:
        """Offer whoever holds the office in each place."""
        field: Any = self.fields["office"]
        field.choices = [("", "Choose an accounting officer")] + [
            (f"{place_id} {key}", f"{label}, {place}") for place_id, place, officers in held.offices
            for key, label in officers
        ]  # fmt: skip
        return self


def fresh(version: int | None = None, **initial: Any) -> dict[str, Any]:
    """What a fresh form starts with: its key, and the version that was read."""
    held = {"request_key": fresh_request_key(), **initial}
    return held if version is None else held | {"expected_version": version}
