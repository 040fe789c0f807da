"""What is asked of the care itself for a charge: where, since when, nursing, a dearer home, and whether it is free.

Part of the form of a charge (`charge.py`). What stands in the case comes back into the form, so that a charge decided
anew starts from what is known. Shapes only; which of them may stand together is said beside the field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from joinedup.base.money import Money
from joinedup.funding.rules.treatments import FREE_FOR_WEEKS
from joinedup.web.forms import EnglishDateField

SETTINGS = (
    ("home", "At home, or anywhere that is not a care home"),
    ("care_home_permanent", "In a care home, for good"),
    ("care_home_temporary", "In a care home, for a time"),
    ("care_home_short_term", "In a care home, for a short stay"),
)
NURSING = (
    ("", "No"),
    ("standard", "Yes, at the standard rate"),
    ("higher", "Yes, at the higher rate: on it since before October 2007"),
)
TOP_UP_PAYERS = (("third_party", "Somebody else"), ("resident", "The person"))
FREE_SERVICES = (
    ("", "No, or not known"),
    ("reablement", "Reablement"),
    ("intermediate_care", "Intermediate care"),
    ("section_117_aftercare", "Aftercare under section 117 of the Mental Health Act"),
    ("cjd_care", "Care for Creutzfeldt-Jakob disease"),
    ("nhs_continuing_healthcare", "NHS continuing healthcare, as the NHS has decided"),
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
DAYS = ("became_permanent_on", "property_disregard_ended_on")
WORDS_OF_THE_RULE = {
    "top_up_paid_by": "The person may pay it only in the first 12 weeks, with a deferred payment agreement, or under "
    "section 117: choose somebody else, or say that there is such an agreement",
}
"""What the rule refuses of one field, in the words of the form."""


_POUNDS = re.compile(r"£? ?(?:[0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{3}){1,3})(?:\.[0-9]{1,2})?")


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


class StayForm(forms.Form):
    """Where and by whom the person is cared for; `stay()` is what the rule reads of it."""

    weekly_cost = PoundsField(label="What does a week of the care cost?", help_text="In pounds, such as 400.00")
    setting = forms.ChoiceField(
        label="Where is the person cared for?", choices=SETTINGS, required=False, initial="home",
        widget=forms.RadioSelect,
    )  # fmt: skip
    became_permanent_on = EnglishDateField(
        label="Since when is the stay for good?", required=False,
        help_text="Only in a care home for good. For the first 12 weeks the home is left out.",
    )  # fmt: skip
    property_disregard_ended_on = EnglishDateField(
        label="Has another reason to leave the home out ended unexpectedly? On which day?", required=False,
        help_text="Such as the death of the partner who lived there: 12 weeks run from that day as well.",
    )  # fmt: skip
    home_occupied_by = forms.ChoiceField(
        label="Who lives in the main home, if the person is in a care home for good?", choices=OCCUPIERS, required=False
    )
    funded_nursing_care = forms.ChoiceField(
        label="Does the NHS pay for nursing in the care home?", choices=NURSING, required=False,
        help_text="The rate of the day is taken from the figures of law. The person never pays this part.",
    )  # fmt: skip
    chosen_home_weekly_cost = PoundsField(
        label="What does a week in the chosen home cost, if it is dearer?", required=False,
        help_text="Leave empty if it is not. The difference is a top-up; it does not count in the means test.",
    )  # fmt: skip
    top_up_paid_by = forms.ChoiceField(
        label="Who pays the top-up, if there is one?", choices=TOP_UP_PAYERS, required=False, initial="third_party"
    )
    deferred_payment = forms.BooleanField(label="There is a deferred payment agreement", required=False)
    free_service = forms.ChoiceField(label="Is the care of a kind that is free?", choices=FREE_SERVICES, required=False)
    free_since = EnglishDateField(label="Since when is it given?", required=False,
                                  help_text="For reablement and intermediate care, free for 6 weeks.")  # fmt: skip

    def cost_pence(self) -> int:
        """The cost of the week in pence; call when the form is valid."""
        return Money.from_text(self.cleaned_data["weekly_cost"]).pence

    def stay(self) -> dict[str, object]:
        """What was told of the care, as the rule reads it; call when the form is valid."""
        given = self.cleaned_data
        told: dict[str, object] = {"setting": given["setting"] or "home"}
        told |= {name: given[name].isoformat() for name in DAYS if given[name]}
        if given["funded_nursing_care"]:
            told["funded_nursing_care"] = given["funded_nursing_care"]
        if given["chosen_home_weekly_cost"]:
            told["chosen_home_weekly_cost"] = given["chosen_home_weekly_cost"]
            told["top_up_paid_by"] = given["top_up_paid_by"] or "third_party"
        if given["deferred_payment"]:
            told["deferred_payment"] = True
        if given["free_service"]:
            since = {"started_on": given["free_since"].isoformat()} if given["free_since"] else {}
            told["free_service"] = {"kind": given["free_service"], **since}
        return told

    def clean_stay(self, given: Mapping[str, Any]) -> None:
        """A day, nursing or a dearer home belongs to the care that it is told of."""
        in_care_home = (given.get("setting") or "home") != "home"
        for name in DAYS:
            if given.get(name) and given.get("setting") != "care_home_permanent":
                self.add_error(name, "Leave this empty, or choose “In a care home, for good”")
        if given.get("funded_nursing_care") and not in_care_home:
            self.add_error("funded_nursing_care", "The NHS pays this in a care home only: answer No, or choose a care "
                           "home above")  # fmt: skip
        chosen, cost = given.get("chosen_home_weekly_cost"), given.get("weekly_cost")
        if chosen and not in_care_home:
            self.add_error("chosen_home_weekly_cost", "There is a top-up in a care home only: leave this empty, or "
                           "choose a care home above")  # fmt: skip
        elif chosen and cost and Money.from_text(chosen).pence <= Money.from_text(cost).pence:
            self.add_error("chosen_home_weekly_cost", "This is not dearer than the week of care above, so nobody tops "
                           "it up: leave it empty, or correct one of the two")  # fmt: skip
        if given.get("top_up_paid_by") == "resident" and not chosen and "chosen_home_weekly_cost" not in self.errors:
            self.add_error(
                "chosen_home_weekly_cost", "Enter what the dearer home costs, or choose “Somebody else” below"
            )
        service, since = given.get("free_service"), given.get("free_since")
        if service in FREE_FOR_WEEKS and not since and "free_since" not in self.errors:
            self.add_error("free_since", "Enter the day on which it began: the free weeks run from it")
        if since and not service:
            self.add_error("free_service", "Choose which service began on that day, or leave the day empty")


def initial_stay(case: Mapping[str, Any]) -> dict[str, Any]:
    """What a case says of the care, as the form starts."""
    service = case.get("free_service", {})
    occupied = (each["occupied_by"] for each in case.get("capital", ()) if "occupied_by" in each)
    days = {**{name: case.get(name) for name in DAYS}, "free_since": service.get("started_on")}
    kept = ("funded_nursing_care", "chosen_home_weekly_cost", "top_up_paid_by", "deferred_payment")
    return {
        "setting": case.get("setting", "home"),
        "free_service": service.get("kind", ""),
        "home_occupied_by": next(occupied, ""),
        **{name: case[name] for name in kept if name in case},
        **{name: date.fromisoformat(day) for name, day in days.items() if day},
    }
