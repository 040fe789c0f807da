"""What is asked to raise an appeal, to answer one and to hand one over. Shapes only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms

from joinedup.funding.appeal_rules import KINDS, OUTCOMES, RAISED_FOR
from joinedup.funding.forms.charge import ActForm

_WORDS = forms.Textarea(attrs={"rows": 5})


class AppealForm(ActForm):
    """A complaint or an appeal; whoever is no member of staff is not asked for whom beyond person and family."""

    kind = forms.ChoiceField(label="What is it?", choices=list(KINDS.items()), widget=forms.RadioSelect)
    raised_for = forms.ChoiceField(label="Who raises it?", choices=list(RAISED_FOR.items()), widget=forms.RadioSelect)
    words = forms.CharField(
        label="What is wrong, in your words?", max_length=4000, widget=_WORDS,
        help_text="For example: a cost that was not counted, or something that you no longer have",
    )  # fmt: skip
    field_order = ("kind", "raised_for", "words")

    def __init__(self, *arguments: Any, staff: bool, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if not staff:
            asked: Any = self.fields["raised_for"]
            asked.choices = [each for each in RAISED_FOR.items() if each[0] != "staff"]


class AnswerForm(ActForm):
    """The answer to an appeal."""

    outcome = forms.ChoiceField(label="What is the outcome?", choices=list(OUTCOMES.items()), widget=forms.RadioSelect)
    reason = forms.CharField(
        label="The reason", max_length=4000, widget=_WORDS, help_text="The person and the family read this.",
    )  # fmt: skip
    field_order = ("outcome", "reason")


class HandOverForm(ActForm):
    """Who answers an appeal from now on, and why; `from_owner_id` is whom the sender saw."""

    from_owner_id = forms.UUIDField(widget=forms.HiddenInput)
    to_owner_id = forms.ChoiceField(label="Who answers it from now on?")
    because = forms.CharField(label="Why", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    field_order = ("to_owner_id", "because")

    def offer(self, people: Iterable[tuple[UUID, str]]) -> HandOverForm:
        """Offer who may answer it."""
        field: Any = self.fields["to_owner_id"]
        field.choices = [("", "Choose somebody"), *((str(key), name) for key, name in people)]
        return self
