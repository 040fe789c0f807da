"""What is asked for a charge: household, income, capital, costs and the cost of the week. Shapes only, no meaning.

A fixed number of rows for each list, so that the form is whole without script; rows left empty do not count. What the
record and the evidence tell is filled in, and a list has at least one row more than the evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from joinedup.base.money import Money
from joinedup.funding.queries import Asking
from joinedup.funding.rules.treatments import (
    CAPITAL,
    DISABILITY_RELATED_EXPENDITURE,
    DISREGARDS,
    FREE_FOR_WEEKS,
    HOUSING_COSTS,
    INCOME,
    PENSIONS_TO_HALVE,
)
from joinedup.person.forms import fresh_request_key
from joinedup.web.forms import EnglishDateField
from joinedup.web.words import label as words_of

HOUSEHOLDS = (
    ("single", "Alone, or with somebody who is not a partner"),
    ("couple_working_age", "With a partner, both below pension age"),
    ("couple_pension_age", "With a partner, one or both of pension age"),
)
PREMIUMS = (("disability", "Disability"), ("enhanced_disability", "Enhanced disability"), ("carer", "Carer"))
SETTINGS = (
    ("home", "At home, or anywhere that is not a care home"),
    ("care_home_permanent", "In a care home, for good"),
    ("care_home_temporary", "In a care home, for a time"),
    ("care_home_short_term", "In a care home, for a short stay"),
)
FREE_SERVICES = (
    ("", "No, or not known"),
    ("reablement", "Reablement"),
    ("intermediate_care", "Intermediate care"),
    ("section_117_aftercare", "Aftercare under section 117 of the Mental Health Act"),
    ("cjd_care", "Care for Creutzfeldt-Jakob disease"),
)
OCCUPIERS = (
    ("", "Nobody of these"),
    ("partner", "The partner, or a former partner who is not estranged"),
    ("former_partner_lone_parent", "A former partner who is a lone parent"),
    ("relative_60_or_over", "A relative of 60 or over"),
    ("relative_incapacitated", "A relative who is incapacitated"),
    ("child_under_18", "A child under 18 whom the person must maintain"),
    ("council_discretion", "Somebody for whom the council has decided to leave it out"),
)
SHARES = (("1", "All of it"), ("1/2", "A half"), ("1/3", "A third"), ("1/4", "A quarter"))


_POUNDS = re.compile(r"£? ?(?:[0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{3}){1,3})(?:\.[0-9]{1,2})?")


@dataclass(frozen=True, slots=True)
class Rows:
    """One list of the form: its name in the case, its heading, the word for a row, its kinds and how many rows."""

    name: str
    heading: str
    row: str
    kinds: Iterable[str]
    amount: str
    count: int


LISTS = (
    Rows("income", "Income a week", "Income", INCOME, "weekly", 6),
    Rows("capital", "Savings and other capital", "Capital", CAPITAL, "amount", 4),
    Rows("housing_costs", "What the home costs a week, after any benefit that pays for it", "Cost", HOUSING_COSTS,
         "weekly", 3),
    Rows("disability_related_expenditure", "What the disability costs a week", "Cost",
         DISABILITY_RELATED_EXPENDITURE, "weekly", 5),
    Rows("disregards", "What the council leaves out of income", "Left out", DISREGARDS, "weekly", 2),
)  # fmt: skip


class PoundsField(forms.CharField):
    """An amount in pounds as people write it (£1,234.50); cleans to text with two decimals, '' when empty.

    A comma stands before three digits only, so that 230,25 is asked again and not read as 23,025 pounds.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(max_length=20, **kwargs)

    def clean(self, value: Any) -> str:
        """ValidationError for what is no amount of 0 or more."""
        text = super().clean(value)
        if not text:
            return ""
        if text.startswith("-"):
            raise ValidationError("Enter an amount of 0 or more", code="invalid")
        if _POUNDS.fullmatch(text) is None:
            raise ValidationError("Enter an amount in pounds, such as 230.25 or 1,230.25", code="invalid")
        return Money.from_text(text.lstrip("£ ").replace(",", "")).to_text()


class ActForm(forms.Form):
    """The key of one act that needs nothing else."""

    request_key = forms.CharField(max_length=100, widget=forms.HiddenInput)


class ChargeForm(ActForm):
    """The whole form; `case()` is what was told, as the rule reads it."""

    weekly_cost = PoundsField(label="What does a week of the care cost?", help_text="In pounds, such as 400.00")
    as_at = EnglishDateField(label="From which day?", help_text="For example, 2 11 2026. Today if left empty.",
                             required=False)  # fmt: skip
    setting = forms.ChoiceField(
        label="Where is the person cared for?", choices=SETTINGS, required=False, initial="home",
        widget=forms.RadioSelect,
    )  # fmt: skip
    became_permanent_on = EnglishDateField(
        label="Since when is the stay for good?", required=False,
        help_text="Only in a care home for good. For the first 12 weeks the home is left out.",
    )  # fmt: skip
    home_occupied_by = forms.ChoiceField(
        label="Who lives in the main home, if the person is in a care home for good?", choices=OCCUPIERS, required=False
    )
    half_to_partner = forms.BooleanField(
        label="At least half of the private pensions goes to a husband, wife or civil partner who stays at home",
        required=False,
    )
    free_service = forms.ChoiceField(label="Is the care of a kind that is free?", choices=FREE_SERVICES, required=False)
    free_since = EnglishDateField(label="Since when is it given?", required=False,
                                  help_text="For reablement and intermediate care, free for 6 weeks.")  # fmt: skip
    pension_age = forms.ChoiceField(
        label="Has the person reached pension age?", choices=(("yes", "Yes"), ("no", "No, and is 25 or over")),
        widget=forms.RadioSelect,
    )  # fmt: skip
    household = forms.ChoiceField(label="How does the person live?", choices=HOUSEHOLDS, widget=forms.RadioSelect)
    dependent_children = forms.IntegerField(label="Dependent children", min_value=0, max_value=20, initial=0)
    premiums = forms.MultipleChoiceField(
        label="Premiums that are due, if any", choices=PREMIUMS, required=False, widget=forms.CheckboxSelectMultiple
    )

    told_by = forms.CharField(label="Who told you this?", max_length=120, initial="The person",
                              help_text="For example: the person, her daughter, a letter of the bank")  # fmt: skip
    expected_set = forms.CharField(max_length=40, widget=forms.HiddenInput, required=False)

    def __init__(self, asked: Asking, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        fields: dict[str, Any] = self.fields
        held = asked.start
        self.lines = tuple(replace(each, count=max(each.count, len(held.get(each.name, ())) + 1)) for each in LISTS)
        if asked.birth_date is not None:
            del fields["pension_age"]
        for each in self.lines:
            kinds = [("", "Nothing"), *((kind, words_of(kind)) for kind in each.kinds)]
            for number in range(1, each.count + 1):
                fields[f"{each.name}_{number}_kind"] = forms.ChoiceField(
                    label=f"{each.row} {number}", choices=kinds, required=False
                )
                fields[f"{each.name}_{number}_amount"] = PoundsField(
                    label="Pounds" if each.amount == "amount" else "Pounds a week", required=False
                )
                if each.name == "capital":
                    fields[f"capital_{number}_share"] = forms.ChoiceField(
                        label="The person's own part", choices=SHARES, required=False
                    )

    def lists(self) -> list[tuple[Rows, list[list[BoundField]]]]:
        """Each list with its rows of fields, for the page."""
        return [(each, [self._row(each, number) for number in range(1, each.count + 1)]) for each in self.lines]

    def clean(self) -> dict[str, Any]:
        """A row has both its kind and its amount, or neither; a day belongs to what it is the day of."""
        given: dict[str, Any] = super().clean() or {}
        self._clean_setting(given)
        for each in self.lines:
            for number in range(1, each.count + 1):
                kind, amount = (given.get(f"{each.name}_{number}_{part}") for part in ("kind", "amount"))
                if kind and amount == "":
                    self.add_error(f"{each.name}_{number}_amount", f"Enter the amount of {words_of(kind).lower()}")
                if amount and kind == "":
                    self.add_error(f"{each.name}_{number}_kind", f"Choose what {each.row.lower()} {number} is")
        return given

    def _clean_setting(self, given: Mapping[str, Any]) -> None:
        if given.get("became_permanent_on") and given.get("setting") != "care_home_permanent":
            self.add_error("became_permanent_on", "Leave this empty, or choose “In a care home, for good”")
        service, since = given.get("free_service"), given.get("free_since")
        if service in FREE_FOR_WEEKS and not since and "free_since" not in self.errors:
            self.add_error("free_since", "Enter the day on which it began: the free weeks run from it")
        if since and not service:
            self.add_error("free_service", "Choose which service began on that day, or leave the day empty")

    def case(self) -> dict[str, object]:
        """What was told, as the rule reads it; call when the form is valid."""
        given = self.cleaned_data
        told: dict[str, object] = {
            "household": given["household"], "dependent_children": given["dependent_children"],
            "premiums": given["premiums"], **{each.name: self._told(each) for each in self.lines}, **self._setting(),
        }  # fmt: skip
        if "pension_age" in given:
            told["pension_age"] = given["pension_age"] == "yes"
        if given["as_at"]:
            told["as_at"] = given["as_at"].isoformat()
        return told

    def _setting(self) -> dict[str, object]:
        given = self.cleaned_data
        told: dict[str, object] = {"setting": given["setting"] or "home"}
        if given["became_permanent_on"]:
            told["became_permanent_on"] = given["became_permanent_on"].isoformat()
        if given["free_service"]:
            since = {"started_on": given["free_since"].isoformat()} if given["free_since"] else {}
            told["free_service"] = {"kind": given["free_service"], **since}
        return told

    def cost_pence(self) -> int:
        """The cost of the week in pence; call when the form is valid."""
        return Money.from_text(self.cleaned_data["weekly_cost"]).pence

    def _row(self, each: Rows, number: int) -> list[BoundField]:
        parts = ("kind", "amount", "share") if each.name == "capital" else ("kind", "amount")
        return [self[f"{each.name}_{number}_{part}"] for part in parts]

    def _told(self, each: Rows) -> list[dict[str, object]]:
        given = self.cleaned_data
        rows = [
            {"kind": given[f"{each.name}_{number}_kind"], each.amount: given[f"{each.name}_{number}_amount"]}
            | ({"share": given[f"capital_{number}_share"] or "1"} if each.name == "capital" else {})
            | self._of_kind(each.name, given[f"{each.name}_{number}_kind"])
            for number in range(1, each.count + 1)
        ]
        return [row for row in rows if row["kind"]]

    def _of_kind(self, list_name: str, kind: str) -> dict[str, object]:
        """What is asked once and holds for rows of a kind."""
        if list_name == "capital" and kind == "main_home" and self.cleaned_data["home_occupied_by"]:
            return {"occupied_by": self.cleaned_data["home_occupied_by"]}
        if list_name == "income" and kind in PENSIONS_TO_HALVE and self.cleaned_data["half_to_partner"]:
            return {"half_to_partner": True}
        return {}


def starting_form(asked: Asking) -> ChargeForm:
    """The form with the person's last case in it, under a fresh key."""
    case = asked.start
    initial: dict[str, Any] = {"request_key": fresh_request_key(), "dependent_children": 0, "household": "single"}
    initial |= {name: case[name] for name in ("household", "dependent_children", "premiums") if name in case}
    if "pension_age" in case:
        initial["pension_age"] = "yes" if case["pension_age"] else "no"
    if asked.last_cost_pence is not None:
        initial["weekly_cost"] = Money(asked.last_cost_pence).to_text()
    initial |= _initial_setting(case)
    for each in LISTS:
        initial |= _initial_rows(each, case.get(each.name, ()))
    initial["expected_set"] = asked.evidence.mark
    return ChargeForm(asked, initial=initial)


def act_form() -> ActForm:
    """A fresh key for one act."""
    return ActForm(initial={"request_key": fresh_request_key()})


def _initial_setting(case: Mapping[str, Any]) -> dict[str, Any]:
    service = case.get("free_service", {})
    occupied = (each["occupied_by"] for each in case.get("capital", ()) if "occupied_by" in each)
    days = {"became_permanent_on": case.get("became_permanent_on"), "free_since": service.get("started_on")}
    return {
        "setting": case.get("setting", "home"),
        "free_service": service.get("kind", ""),
        "home_occupied_by": next(occupied, ""),
        "half_to_partner": any(each.get("half_to_partner") for each in case.get("income", ())),
        **{name: date.fromisoformat(day) for name, day in days.items() if day},
    }


def _initial_rows(each: Rows, held: Iterable[Mapping[str, str]]) -> dict[str, str]:
    initial: dict[str, str] = {}
    for number, row in enumerate(held, start=1):
        initial[f"{each.name}_{number}_kind"] = row["kind"]
        initial[f"{each.name}_{number}_amount"] = row[each.amount]
        if each.name == "capital":
            initial[f"capital_{number}_share"] = row.get("share", "1")
    return initial
