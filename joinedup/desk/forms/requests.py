"""What may be typed on a request's page: the next step, whom to ask, an answer, how it ends, when help began."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms

from joinedup.access.models import Subject
from joinedup.base.clock import LONDON
from joinedup.desk.forms.call import instant_of
from joinedup.door.queries import RequestShown
from joinedup.door.rules import ANSWERS, KINDS, STATES, URGENCIES
from joinedup.person.forms import fresh_request_key
from joinedup.places.models import Place
from joinedup.web.forms import EnglishDateField


class ActForm(forms.Form):
    """The key of one sending of one form."""

    request_key = forms.CharField(max_length=100, widget=forms.HiddenInput)


class ChangeForm(ActForm):
    """A change of what was read: with the version that was read."""

    expected_version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class NextStepForm(ChangeForm):
    """What happens next, by when, how soon, and who of the team does it."""

    next_step = forms.CharField(label="Next step", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    due_on = EnglishDateField(label="On which day", help_text="Day, month and year")
    due_time = forms.TimeField(label="By what time", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    urgency = forms.ChoiceField(label="How soon", choices=list(URGENCIES.items()))
    owner = forms.ChoiceField(label="Owner", required=False)

    def __init__(self, *args: Any, owners: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields
        offered["owner"].choices = list(owners)
        if len(owners) < 2:
            del offered["owner"]

    def due(self) -> datetime:
        """When it is due."""
        return instant_of(self.cleaned_data["due_on"], self.cleaned_data["due_time"])

    def owner_id(self) -> UUID | None:
        """The chosen owner; None leaves it as it is."""
        chosen = self.cleaned_data.get("owner")
        return UUID(chosen) if chosen else None


class PassOnForm(ActForm):
    """Refer or transfer: to whom, and why."""

    kind = forms.ChoiceField(label="What do you ask?", choices=list(KINDS.items()), widget=forms.RadioSelect)
    receiver = forms.ChoiceField(label="Whom")
    reason = forms.CharField(
        label="Why them",
        max_length=300,
        help_text="They read it before they answer",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, receivers: Mapping[Place, Sequence[Subject]], owner: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields
        groups = [
            (place.name, [(str(each.id), each.label) for each in people if each.id != owner])
            for place, people in receivers.items()
        ]
        offered["receiver"].choices = [("", "Choose"), *groups]


class AnswerForm(ActForm):
    """Accept, decline or take back."""

    answer = forms.ChoiceField(choices=list(ANSWERS.items()), widget=forms.HiddenInput)


class StateForm(ChangeForm):
    """Done, closed, or open again."""

    state = forms.ChoiceField(choices=list(STATES.items()), widget=forms.HiddenInput)


class FirstServiceForm(ChangeForm):
    """The day on which help began."""

    served_on = EnglishDateField(label="On which day did somebody first help?", help_text="Day, month and year")


def next_step_form(shown: RequestShown, owners: Sequence[tuple[str, str]], data: Any = None) -> NextStepForm:
    """A form that holds what stands there now, under a fresh key."""
    request = shown.request
    due = request.next_step_due.astimezone(LONDON)
    return NextStepForm(
        data, owners=owners, initial={
            "next_step": request.next_step, "due_on": due.date(), "due_time": due.time(), "urgency": request.urgency,
            "owner": str(request.owner_id), "expected_version": request.version, "request_key": fresh_request_key(),
        },
    )  # fmt: skip
