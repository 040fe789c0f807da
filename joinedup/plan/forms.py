"""What may be written in a plan, who may be named, and which visit is wanted? Shapes of input only, no meaning."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms

from joinedup.base.clock import LONDON
from joinedup.person.forms import fresh_request_key
from joinedup.plan.models import UNITS
from joinedup.plan.queries import PlaceReceivers, PlanShown, Worker
from joinedup.plan.rules import PURPOSES
from joinedup.web.forms import EnglishDateField

SERVICES = (
    ("home_care", "Home care"),
    ("care_home", "Care home"),
    ("nursing_home", "Care home with nursing"),
    ("day_care", "Day care"),
    ("meals", "Meals"),
    ("reablement", "Reablement"),
    ("sitting", "Sitting service"),
    ("community_nursing", "Community nursing"),
    ("equipment", "Equipment"),
    ("direct_payment", "Direct payment"),
)
AGREED_HOW = (
    ("In person, at home", "In person, at home"),
    ("In person, elsewhere", "In person, elsewhere"),
    ("By telephone", "By telephone"),
    ("By video", "By video"),
)


class ActForm(forms.Form):
    """The key of one act that needs nothing else."""

    request_key = forms.CharField(max_length=100, widget=forms.HiddenInput)


class VersionForm(ActForm):
    """An act on something that was read at a version."""

    expected_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class WhatMattersForm(VersionForm):
    """What matters to the person."""

    what_matters = forms.CharField(
        label="What matters to the person", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 7}),
        help_text="In their own words. It began with what the record already held.",
    )  # fmt: skip
    field_order = ("what_matters",)


class GoalForm(ActForm):
    """A goal in the person's words."""

    words = forms.CharField(
        label="What do they want to be able to do?", max_length=600, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="In their own words, such as: I want to walk to the shop again.",
    )  # fmt: skip
    field_order = ("words",)


class LineForm(ActForm):
    """What every line has: words, an owner, and perhaps the goal it serves."""

    title = forms.CharField(label="What", max_length=200)
    goal_id = forms.ChoiceField(label="Which goal does it serve? (optional)", required=False)
    owner_id = forms.ChoiceField(label="Who sees to it")

    def offer(self, plan: PlanShown, workers: Iterable[Worker]) -> LineForm:
        """Offer the goals of this plan and the people of its place."""
        goals = [("", "None in particular"), *((str(each.goal_id), each.words[:80]) for each in plan.goals)]
        _choose(self, "goal_id", goals)
        _choose(self, "owner_id", worker_choices(workers))
        return self


class CareLineForm(LineForm):
    """Care with its quantity a week."""

    service_code = forms.ChoiceField(label="Kind of care", choices=SERVICES)
    quantity_per_week = forms.DecimalField(label="How much a week", min_value=0.25, max_value=999, decimal_places=2)
    unit = forms.ChoiceField(label="Of what", choices=UNITS)
    starts_on = EnglishDateField(label="From", help_text="For example, 9 11 2026")
    field_order = ("service_code", "title", "quantity_per_week", "unit", "starts_on", "owner_id", "goal_id")


class ActionLineForm(LineForm):
    """An action with the day it is due."""

    due_on = EnglishDateField(label="By when", help_text="For example, 9 11 2026")
    field_order = ("title", "owner_id", "due_on", "goal_id")


class AgreeForm(VersionForm):
    """By whom and how."""

    agreed_by = forms.CharField(
        label="Agreed by", max_length=200, help_text="The person, or who agreed for them and by what right."
    )
    agreed_how = forms.ChoiceField(label="How", choices=AGREED_HOW, widget=forms.RadioSelect)
    field_order = ("agreed_by", "agreed_how")


class CaseManagerForm(VersionForm):
    """Who answers for the plan from now on, and how to reach them."""

    subject_id = forms.ChoiceField(label="Case manager", widget=forms.Select)
    contact = forms.CharField(
        label="How to reach them", max_length=200, help_text="A telephone number that somebody answers.",
        error_messages={"required": "Enter how the case manager can be reached"},
    )  # fmt: skip
    field_order = ("subject_id", "contact")

    def offer(self, workers: Iterable[Worker]) -> CaseManagerForm:
        """Offer the people of the plan's place."""
        _choose(self, "subject_id", worker_choices(workers))
        return self


class WhyForm(VersionForm):
    """An act that needs a reason."""

    why = forms.CharField(label="Why", max_length=400, widget=forms.Textarea(attrs={"rows": 3}))
    field_order = ("why",)


class HandoverForm(VersionForm):
    """To whom in which place a plan goes, from which day, and why."""

    receiver = forms.ChoiceField(
        label="Who takes it over",
        help_text="They see the record from now on, and answer for the plan once they accept.",
    )
    moves_on = EnglishDateField(label="First day there", help_text="For example, 9 11 2026")
    why = forms.CharField(label="Why", max_length=400, widget=forms.Textarea(attrs={"rows": 3}))
    field_order = ("receiver", "moves_on", "why")

    def offer(self, places: Iterable[PlaceReceivers]) -> HandoverForm:
        """Offer teams and people, under the name of the place that they work in; a choice carries both keys."""
        groups = [(each.name, [(f"{each.place_id}/{key}", label) for key, label in each.receivers]) for each in places]
        _choose(self, "receiver", [("", "Choose a team or somebody"), *groups])
        return self


class LineStateForm(VersionForm):
    """What became of a line."""

    state = forms.ChoiceField(choices=(("done", "Done"), ("ended", "Taken out"), ("open", "Open again")))


class AnywayForm(ActForm):
    """Why the person needs a visit for the same purpose so soon."""

    reason = forms.CharField(
        label="Why does the person need both visits?", max_length=400, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why the person needs both visits"},
    )  # fmt: skip
    field_order = ("reason",)


class TimeOfDayField(forms.TimeField):
    """A time as people write it: 14:30, 2:30pm, 2pm, 9."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", ("%H:%M", "%I:%M%p", "%I.%M%p", "%I%p", "%H.%M", "%H"))
        kwargs.setdefault("error_messages", {"invalid": "Enter a time, such as 14:30 or 2:30pm"})
        kwargs.setdefault("widget", forms.TimeInput(format="%H:%M", attrs={"autocomplete": "off"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        """Spaces and full stops inside do not matter."""
        return super().to_python(value.replace(" ", "").replace(".m.", "m") if isinstance(value, str) else value)


class VisitForm(ActForm):
    """Who comes, for what, on which day, from when to when."""

    worker_id = forms.ChoiceField(label="Who comes")
    purpose = forms.ChoiceField(label="For what", choices=[("", "Choose a purpose"), *PURPOSES.items()])
    on = EnglishDateField(label="Day", help_text="For example, 4 11 2026")
    starts = TimeOfDayField(label="From", help_text="For example, 10:30 or 2pm")
    ends = TimeOfDayField(label="To")
    field_order = ("worker_id", "purpose", "on", "starts", "ends")

    def offer(self, workers: Iterable[Worker]) -> VisitForm:
        """Offer the people of the person's place."""
        _choose(self, "worker_id", worker_choices(workers))
        return self

    def clean(self) -> dict[str, Any]:
        """The end must come after the start, on the same day."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("starts") and given.get("ends") and given["ends"] <= given["starts"]:
            self.add_error("ends", "Enter an end that is later than the start")
        return given

    def instants(self) -> tuple[datetime, datetime]:
        """From and to, as instants of clocks in England."""
        day = self.cleaned_data["on"]
        starts, ends = (datetime.combine(day, self.cleaned_data[name], tzinfo=LONDON) for name in ("starts", "ends"))
        return starts, ends


def worker_choices(workers: Iterable[Worker]) -> list[tuple[str, str]]:
    """Names with bodies, after an empty first line."""
    return [("", "Choose somebody"), *((str(each.subject_id), f"{each.label}, {each.body}") for each in workers)]


def fresh(version: int | None = None, **initial: Any) -> dict[str, Any]:
    """What a fresh form starts with: its key, and the version that was read."""
    held = {"request_key": fresh_request_key(), **initial}
    return held if version is None else held | {"expected_version": version}


def _choose(form: forms.Form, name: str, choices: list[Any]) -> None:
    field: Any = form.fields[name]
    field.choices = choices
