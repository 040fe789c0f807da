"""What is asked of people who tell of their own money, and of the officer who answers. Shapes only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from joinedup.base.money import Money
from joinedup.funding.evidence_set import KINDS, Held, Piece
from joinedup.funding.forms.charge import SHARES, ActForm
from joinedup.funding.forms.stay import PoundsField
from joinedup.funding.own_telling_models import OWN_TOPICS
from joinedup.web.forms import EnglishDateField
from joinedup.web.words import day as day_of
from joinedup.web.words import label as words_of
from joinedup.web.words import money as money_of

BESIDE = "beside"
_NOTIONAL = ("notional_income", "notional_capital")


def _choices() -> list[tuple[str, str | list[tuple[str, str]]]]:
    kinds = [
        (title, [(f"{topic}/{kind}", words_of(kind)) for kind in KINDS[topic] if kind not in _NOTIONAL])
        for topic, title in OWN_TOPICS.items()
    ]
    return [("", "Choose one"), *kinds]


class OwnForm(ActForm):
    """One thing that somebody tells of their own money; `piece()` is what was told."""

    what = forms.ChoiceField(label="What is it about?", choices=_choices)
    amount = PoundsField(
        label="How much is it?", help_text="In pounds, such as 230.25. Of what comes in or goes out: how much a week"
    )
    share = forms.ChoiceField(label="If you own it with somebody: how much of it is yours?", choices=SHARES,
                              required=False)  # fmt: skip
    starts_on = EnglishDateField(label="Since which day?", help_text="For example, 6 4 2026")
    paper = forms.CharField(
        label="Which paper shows it?", max_length=200, required=False,
        help_text="For example: pension letter of 1 4 2026. Leave this empty if you have none",
    )  # fmt: skip

    def piece(self) -> Piece:
        """What was told; call when the form is valid."""
        given = self.cleaned_data
        topic, _, kind = given["what"].partition("/")
        more: dict[str, object] = {"share": given["share"] or "1"} if topic == "capital" else {}
        pence = Money.from_text(given["amount"]).pence
        return Piece(topic, kind, pence, given["starts_on"], None, more, given["paper"])


class AcceptForm(ActForm):
    """Take it into the evidence: in place of which piece, and which paper was seen."""

    replaces = forms.ChoiceField(label="Does it take the place of something told before?", widget=forms.RadioSelect)
    document = forms.CharField(label="Which document did you see?", max_length=200, required=False,
                               help_text="Leave empty if you saw none")  # fmt: skip
    seen_on = EnglishDateField(label="When did you see it?", required=False)
    field_order = ("replaces", "document", "seen_on")

    def __init__(self, alike: Iterable[Held], *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        held = [(str(each.evidence_id), f"Yes: {_named(each)}") for each in alike]
        self.fields["replaces"].choices = [(BESIDE, "No, it stands beside what was told before"), *held]  # type: ignore[attr-defined]
        if not held:
            self.initial["replaces"] = BESIDE

    def clean(self) -> dict[str, Any]:
        """A document with its day; the piece's key, or None."""
        given: dict[str, Any] = super().clean() or {}
        if bool(given.get("document")) != bool(given.get("seen_on")):
            missing = "seen_on" if given.get("document") else "document"
            self.add_error(missing, ValidationError("Enter both the document and the day on which you saw it"))
        chosen = given.get("replaces")
        return given | {"replaces": None if chosen in (None, BESIDE) else UUID(chosen)}


class RefuseForm(ActForm):
    """Why it is not accepted."""

    reason = forms.CharField(label="Why is it not accepted?", max_length=300, help_text="The person reads this")
    field_order = ("reason",)


class WithdrawForm(ActForm):
    """Which thing that was told is taken back."""

    telling_id = forms.UUIDField(widget=forms.HiddenInput)


def _named(each: Held) -> str:
    return f"{words_of(each.piece.kind)}, {money_of(each.piece.amount_pence)}, since {day_of(each.piece.starts_on)}"
