"""What is asked for a charge: household, income, capital, costs and the cost of the week. Shapes only, no meaning.

A fixed number of rows for each list, so that the form is whole without script; rows left empty do not count. What the
record and the evidence tell is filled in, and a list has at least one row more than the evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from joinedup.base.money import Money
from joinedup.funding.forms.stay import PoundsField, StayForm, initial_stay
from joinedup.funding.queries import Asking
from joinedup.funding.rules.treatments import (
    CAPITAL,
    DISABILITY_RELATED_EXPENDITURE,
    DISREGARDS,
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
SHARES = (("1", "All of it"), ("1/2", "A half"), ("1/3", "A third"), ("1/4", "A quarter"))


BESIDES = {"income": ("half",), "capital": ("share", "debts")}
"""What is asked of each row beside its kind and amount."""


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


class ActForm(forms.Form):
    """The key of one act that needs nothing else."""

    request_key = forms.CharField(max_length=100, widget=forms.HiddenInput)


class ChargeForm(StayForm, ActForm):
    """The whole form; `case()` is what was told, as the rule reads it."""

    as_at = EnglishDateField(label="From which day?", help_text="For example, 2 11 2026. Today if left empty.",
                             required=False)  # fmt: skip
    demo_policy = forms.BooleanField(
        label="Use the policy that was invented for this demo", required=False,
        help_text="It lies over the national figures. The council did not write it, and nobody may be charged by it.",
    )  # fmt: skip
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
        if not asked.policy.invented:
            del fields["demo_policy"]
        for each in self.lines:
            kinds = [("", "Nothing"), *((kind, words_of(kind)) for kind in each.kinds)]
            for number in range(1, each.count + 1):
                fields[f"{each.name}_{number}_kind"] = forms.ChoiceField(
                    label=f"{each.row} {number}", choices=kinds, required=False
                )
                fields[f"{each.name}_{number}_amount"] = PoundsField(
                    label="Pounds" if each.amount == "amount" else "Pounds a week", required=False
                )
                fields.update(_asked_besides(each.name, number))

    def lists(self) -> list[tuple[Rows, list[list[BoundField]]]]:
        """Each list with its rows of fields, for the page."""
        return [(each, [self._row(each, number) for number in range(1, each.count + 1)]) for each in self.lines]

    def clean(self) -> dict[str, Any]:
        """A row has both its kind and its amount, or neither; a day belongs to what it is the day of."""
        given: dict[str, Any] = super().clean() or {}
        self.clean_stay(given)
        for each in self.lines:
            for number in range(1, each.count + 1):
                kind, amount = (given.get(f"{each.name}_{number}_{part}") for part in ("kind", "amount"))
                if kind and amount == "":
                    self.add_error(f"{each.name}_{number}_amount", f"Enter the amount of {words_of(kind).lower()}")
                if amount and kind == "":
                    self.add_error(f"{each.name}_{number}_kind", f"Choose what {each.row.lower()} {number} is")
                if given.get(f"{each.name}_{number}_half") and kind not in PENSIONS_TO_HALVE:
                    self.add_error(f"{each.name}_{number}_half", "Only half of a pension of an employer, a private "
                                   "pension or an annuity is left out: take the tick away, or choose such a pension"
                                   )  # fmt: skip
                if given.get(f"{each.name}_{number}_debts") and not (amount or kind):
                    self.add_error(f"{each.name}_{number}_amount", "Enter what it is worth before the debts are taken "
                                   "off, or leave the debts empty")  # fmt: skip
        return given

    def case(self) -> dict[str, object]:
        """What was told, as the rule reads it; call when the form is valid."""
        given = self.cleaned_data
        told: dict[str, object] = {
            "household": given["household"], "dependent_children": given["dependent_children"],
            "premiums": given["premiums"], **{each.name: self._told(each) for each in self.lines}, **self.stay(),
        }  # fmt: skip
        if "pension_age" in given:
            told["pension_age"] = given["pension_age"] == "yes"
        if given["as_at"]:
            told["as_at"] = given["as_at"].isoformat()
        return told

    def _row(self, each: Rows, number: int) -> list[BoundField]:
        return [self[f"{each.name}_{number}_{part}"] for part in ("kind", "amount", *BESIDES.get(each.name, ()))]

    def _told(self, each: Rows) -> list[dict[str, object]]:
        given = self.cleaned_data
        rows = [
            {"kind": given[f"{each.name}_{number}_kind"], each.amount: given[f"{each.name}_{number}_amount"]}
            | ({"share": given[f"capital_{number}_share"] or "1"} if each.name == "capital" else {})
            | self._of_row(each.name, number)
            for number in range(1, each.count + 1)
        ]
        return [row for row in rows if row["kind"]]

    def _of_row(self, list_name: str, number: int) -> dict[str, object]:
        """What is asked of a row besides, as far as it was answered; who lives in the main home is asked once."""
        given, told = self.cleaned_data, dict[str, object]()
        if list_name == "capital":
            if given[f"capital_{number}_debts"]:
                told["debts_secured"] = given[f"capital_{number}_debts"]
            if given[f"capital_{number}_kind"] == "main_home" and given["home_occupied_by"]:
                told["occupied_by"] = given["home_occupied_by"]
        if list_name == "income" and given[f"income_{number}_half"]:
            told["half_to_partner"] = True
        return told


def _asked_besides(list_name: str, number: int) -> dict[str, forms.Field]:
    if list_name == "income":
        label = "At least half goes to the partner at home"
        return {f"income_{number}_half": forms.BooleanField(label=label, required=False)}
    if list_name == "capital":
        return {
            f"capital_{number}_share": forms.ChoiceField(label="The person's own part", choices=SHARES, required=False),
            f"capital_{number}_debts": PoundsField(label="Debts secured on it, own part", required=False),
        }
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
    initial |= initial_stay(case) | {"demo_policy": asked.policy.used_before}
    for each in LISTS:
        initial |= _initial_rows(each, case.get(each.name, ()))
    initial["expected_set"] = asked.evidence.mark
    return ChargeForm(asked, initial=initial)


def act_form() -> ActForm:
    """A fresh key for one act."""
    return ActForm(initial={"request_key": fresh_request_key()})


def _initial_rows(each: Rows, held: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    initial: dict[str, Any] = {}
    for number, row in enumerate(held, start=1):
        initial[f"{each.name}_{number}_kind"] = row["kind"]
        initial[f"{each.name}_{number}_amount"] = row[each.amount]
        if each.name == "capital":
            initial[f"capital_{number}_share"] = row.get("share", "1")
            initial[f"capital_{number}_debts"] = row.get("debts_secured", "")
        if each.name == "income":
            initial[f"income_{number}_half"] = bool(row.get("half_to_partner"))
    return initial
