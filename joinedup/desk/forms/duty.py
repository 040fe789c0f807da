"""Who goes on duty at a desk, from when to when?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms

from joinedup.base.clock import LONDON
from joinedup.desk.forms.call import instant_of
from joinedup.desk.forms.requests import ActForm
from joinedup.person.forms import fresh_request_key
from joinedup.web.forms import EnglishDateField

HOURS = (2, 4, 8, 12, 24)
USUAL = 8


class ShiftForm(ActForm):
    """A turn: whose, when it begins, how many hours it lasts."""

    member = forms.ChoiceField(label="Who")
    starts_on = EnglishDateField(label="From which day", help_text="Day, month and year")
    starts_time = forms.TimeField(
        label="From what time", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    hours = forms.TypedChoiceField(
        label="For how many hours", coerce=int, choices=[(each, str(each)) for each in HOURS]
    )

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields
        offered["member"].choices = [("", "Choose"), *people]

    def turn(self) -> tuple[UUID, datetime, datetime]:
        """Whose it is, when it begins and when it ends."""
        starts = instant_of(self.cleaned_data["starts_on"], self.cleaned_data["starts_time"])
        return UUID(self.cleaned_data["member"]), starts, starts + timedelta(hours=self.cleaned_data["hours"])


def shift_form(people: Sequence[tuple[str, str]], now: datetime) -> ShiftForm:
    """An empty form that begins now."""
    here = now.astimezone(LONDON)
    day: date = here.date()
    begins = time(here.hour, here.minute)
    start = {"request_key": fresh_request_key(), "starts_on": day, "starts_time": begins, "hours": USUAL}
    return ShiftForm(people=people, initial=start)
