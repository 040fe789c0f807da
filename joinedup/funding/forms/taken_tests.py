"""What is asked for a further test: its own facts, whether to keep the answer, and a decision on it. Shapes only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from joinedup.funding.asked_facts import AskedFact
from joinedup.funding.evidence_set import Held
from joinedup.funding.forms.charge import ActForm
from joinedup.funding.forms.stay import PoundsField
from joinedup.funding.ready_tests import value_of
from joinedup.funding.taken_models import RECOMMENDS
from joinedup.web.forms import EnglishDateField
from joinedup.web.words import label as words_of

YES_NO = (("", "Not told"), ("yes", "Yes"), ("no", "No"))
_PERCENT = re.compile(r"[0-9]{1,2}(\.[0-9]{1,4})?")


class PercentField(forms.CharField):
    """A percentage as people write it (4.25%); cleans to text without the sign, '' when empty."""

    def clean(self, value: Any) -> str:
        """ValidationError for what is none."""
        text: str = super().clean(value).replace("%", "").strip()
        if text and not _PERCENT.fullmatch(text):
            raise ValidationError("Enter a percentage, such as 4.25", code="invalid")
        return text


class FactsForm(ActForm):
    """The facts that one test asks, filled in with what was told; `facts()` is what is told now. None must be."""

    def __init__(self, asked: Iterable[tuple[AskedFact, Held | None]], today: date, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        self.asked = tuple(each for each, _ in asked)
        start = {fact.kind: _start(fact, held) for fact, held in asked if held is not None}
        for fact in self.asked:
            self.fields[fact.kind] = _field(fact)
        self.fields["starts_on"] = EnglishDateField(label="From which day is this so?", initial=today)
        self.fields["document"] = forms.CharField(
            label="Which document shows it?", max_length=200, required=False, help_text="Leave empty if you saw none"
        )
        self.fields["seen_on"] = EnglishDateField(label="When did you see it?", required=False)
        self.fields["told_by"] = forms.CharField(label="Who told you?", max_length=120)
        self.initial |= start

    def clean(self) -> dict[str, Any]:
        """A document with its day, and at least one fact."""
        given: dict[str, Any] = super().clean() or {}
        if bool(given.get("document")) != bool(given.get("seen_on")):
            missing = "seen_on" if given.get("document") else "document"
            self.add_error(missing, ValidationError("Enter both the document and the day on which you saw it"))
        if not self.errors and not self.facts():
            self.add_error(self.asked[0].kind, ValidationError("Tell at least one of these"))
        return given

    def facts(self) -> dict[str, object]:
        """Kind to what was told: text of an amount, or a value; what was left empty is not told."""
        told = {}
        for fact in self.asked:
            value: Any = self.cleaned_data.get(fact.kind)
            if value in (None, "", []):
                continue
            if fact.answer == "yes_no":
                value = value == "yes"
            elif fact.answer == "day":
                value = value.isoformat()
            elif fact.answer == "several":
                value = sorted(value)
            told[fact.kind] = value
        return told

    def own_fields(self) -> list[forms.BoundField]:
        """The test's own facts, bound."""
        return [self[fact.kind] for fact in self.asked]

    def source_fields(self) -> list[forms.BoundField]:
        """Where they come from, bound."""
        return [self[name] for name in ("starts_on", "document", "seen_on", "told_by")]


class TakeForm(ActForm):
    """Keep what the rule says of what was told."""

    expected_set = forms.CharField(widget=forms.HiddenInput, max_length=40)


class TakeToolForm(TakeForm):
    """Keep a Decision Support Tool, with what its team recommends."""

    recommends = forms.ChoiceField(
        label="What does the team recommend?", choices=list(RECOMMENDS.items()), widget=forms.RadioSelect
    )
    because = forms.CharField(
        label="Why?", widget=forms.Textarea(attrs={"rows": 5}),
        help_text="By the nature, intensity, complexity and unpredictability of the needs. The person reads this",
    )  # fmt: skip
    field_order = ("recommends", "because")


class DecideForm(ActForm):
    """A decision on continuing healthcare."""

    decides = forms.ChoiceField(label="What do you decide?", choices=list(RECOMMENDS.items()), widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Why?", widget=forms.Textarea(attrs={"rows": 5}),
        help_text="The person reads this. Say so where it goes against the team’s recommendation",
    )  # fmt: skip
    starts_on = EnglishDateField(label="From which day?")
    tool_id = forms.UUIDField(widget=forms.HiddenInput)
    field_order = ("decides", "reason", "starts_on")


def _field(fact: AskedFact) -> forms.Field:
    words: Mapping[str, Any] = {"label": fact.question, "help_text": fact.hint, "required": False}
    choices = [(each, words_of(each)) for each in fact.choices]
    if fact.answer == "pounds":
        return PoundsField(**words)
    if fact.answer == "percent":
        return PercentField(max_length=10, **words)
    if fact.answer == "day":
        return EnglishDateField(**words)
    if fact.answer == "several":
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **words)
    if fact.answer == "yes_no":
        return forms.ChoiceField(choices=YES_NO, **words)
    return forms.ChoiceField(choices=[("", "Not told"), *choices], **words)


def _start(fact: AskedFact, held: Held) -> object:
    value = value_of(held)
    if fact.answer == "yes_no":
        return "yes" if value else "no"
    return date.fromisoformat(str(value)) if fact.answer == "day" else value
