"""What may be written in a section, and which acts need only a key? Shapes of input, made from questions.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from joinedup.assessment.questions import SIDES, TEXT_LIMIT, Question
from joinedup.person.forms import fresh_request_key

__all__ = ["ActForm", "SectionForm", "StartForm", "act_form", "section_form"]


class SpokenChoice(forms.ChoiceField):
    """A choice that may also be given in its words, as the page of a conflict sends it back."""

    def to_python(self, value: Any) -> str:
        """The code of a choice, from the code or from its words."""
        text = str(value or "").strip()
        offered: Any = self.choices
        by_words = {str(label): str(code) for code, label in offered}
        return by_words.get(text, text)


class SectionForm(forms.Form):
    """The questions of one side, the version that was read, the key of this saving; nothing is needed for a draft."""

    def __init__(self, side: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in SIDES[side]:
            self.fields[question.code] = _field(question)
        self.fields["done"] = forms.CharField(required=False, widget=forms.HiddenInput)
        self.fields["expected_version"] = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
        self.fields["request_key"] = forms.CharField(max_length=100, widget=forms.HiddenInput)

    def answers(self) -> dict[str, str]:
        """The answers alone."""
        outside = ("done", "expected_version", "request_key")
        return {name: str(value or "") for name, value in self.cleaned_data.items() if name not in outside}


class ActForm(forms.Form):
    """The key of one act that needs nothing else."""

    request_key = forms.CharField(max_length=100, widget=forms.HiddenInput)


class StartForm(ActForm):
    """Starting an assessment, perhaps for a request of the door."""

    request_id = forms.UUIDField(required=False, widget=forms.HiddenInput)


def section_form(side: str, answers: Mapping[str, str], version: int) -> SectionForm:
    """A form that holds what stands there now, under a fresh key."""
    return SectionForm(side, initial={**answers, "expected_version": version, "request_key": fresh_request_key()})


def act_form() -> ActForm:
    """A form with a fresh key."""
    return ActForm(initial={"request_key": fresh_request_key()})


def _field(question: Question) -> forms.Field:
    needed = "" if question.needed else " (optional)"
    if question.choices:
        choices = [("", "Not answered yet"), *question.choices]
        return SpokenChoice(label=question.asks + needed, choices=choices, required=False, help_text=question.hint)
    return forms.CharField(
        label=question.asks + needed, required=False, max_length=TEXT_LIMIT, help_text=question.hint,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
