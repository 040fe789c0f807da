"""What a privacy officer found, in one word and in words of their own. Shapes only."""

from __future__ import annotations

from django import forms

from joinedup.access.models import BreakGlass, DeskReview, LookQuestion
from joinedup.desk.forms.requests import ActForm
from joinedup.person.forms import fresh_request_key

_WORDS = forms.Textarea(attrs={"rows": 5})


class ItemForm(ActForm):
    """Something unusual, looked into."""

    outcome = forms.ChoiceField(label="What did you find?", choices=DeskReview.OUTCOMES, widget=forms.RadioSelect)
    words = forms.CharField(label="In your words", max_length=4000, widget=_WORDS)
    field_order = ("outcome", "words")


class GlassReviewForm(ActForm):
    """Broken glass, at the version that was read."""

    found = forms.ChoiceField(label="Was it right?", choices=BreakGlass.REVIEWS[1:], widget=forms.RadioSelect)
    words = forms.CharField(label="What you asked and heard", max_length=4000, widget=_WORDS)
    expected_version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    field_order = ("found", "words")


class LookAnswerForm(ActForm):
    """The answer to a person's question, at the version that was read."""

    found = forms.ChoiceField(label="What did you find?", choices=LookQuestion.OUTCOMES[1:], widget=forms.RadioSelect)
    words = forms.CharField(
        label="Your answer", max_length=4000, widget=_WORDS,
        help_text="The person reads this beside the look. Say who looked, why, and what follows.",
    )  # fmt: skip
    expected_version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    field_order = ("found", "words")


def fresh(version: int | None = None) -> dict[str, object]:
    """What a form that has not been sent yet holds."""
    return {"request_key": fresh_request_key(), "expected_version": version}
