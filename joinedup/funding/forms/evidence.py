"""What is asked to tell, correct or end one piece of evidence. Shapes only."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from joinedup.base.money import Money
from joinedup.funding.evidence_set import CHARGE_TOPICS, FACTS, HOUSEHOLD, KINDS, TOPICS, Piece
from joinedup.funding.forms.charge import HOUSEHOLDS, SHARES, ActForm
from joinedup.funding.forms.stay import OCCUPIERS, PoundsField
from joinedup.funding.rules.treatments import PENSIONS_TO_HALVE
from joinedup.web.forms import EnglishDateField
from joinedup.web.words import label as words_of


def _choices() -> list[tuple[str, list[tuple[str, str]]]]:
    money = [
        (TOPICS[topic], [(f"{topic}/{kind}", words_of(kind)) for kind in kinds])
        for topic, kinds in KINDS.items()
        if topic in CHARGE_TOPICS and topic != HOUSEHOLD
    ]
    return [*money, (TOPICS[HOUSEHOLD], [(f"{HOUSEHOLD}/{fact}", words_of(fact)) for fact in FACTS])]


class EvidenceForm(ActForm):
    """One piece; `piece()` is what was told."""

    what = forms.ChoiceField(label="What is it about?", choices=_choices)
    amount = PoundsField(
        label="How much?", required=False,
        help_text="In pounds; a week, but for savings and other capital. Not for the household",
    )  # fmt: skip
    share = forms.ChoiceField(label="The person's own part, of savings", choices=SHARES, required=False)
    half_to_partner = forms.BooleanField(
        label="At least half of this pension goes to a spouse or civil partner who lives elsewhere", required=False
    )
    occupied_by = forms.ChoiceField(
        label="Who lives in the home that the person owns?", choices=OCCUPIERS, required=False
    )
    living = forms.ChoiceField(
        label="How the person lives, of the household", choices=[("", "Not asked"), *HOUSEHOLDS], required=False
    )
    children = forms.IntegerField(
        label="Dependent children, of the household", min_value=0, max_value=20, required=False
    )
    starts_on = EnglishDateField(label="From which day?", help_text="For example, 6 4 2026")
    ends_on = EnglishDateField(label="Until when, if it has ended?", required=False,
                               help_text="The first day on which it no longer holds")  # fmt: skip
    document = forms.CharField(
        label="Which document shows it?", max_length=200, required=False,
        help_text="For example: pension letter of 1 4 2026. Leave empty if you saw none",
    )  # fmt: skip
    seen_on = EnglishDateField(label="When did you see it?", required=False)
    told_by = forms.CharField(label="Who told you?", max_length=120)

    def clean(self) -> dict[str, Any]:
        """An amount for money, a value for the household; a document with its day."""
        given: dict[str, Any] = super().clean() or {}
        topic, _, kind = (given.get("what") or "/").partition("/")
        if topic and topic != HOUSEHOLD and given.get("amount") == "":
            self.add_error("amount", ValidationError("Enter how much it is"))
        if kind == "living" and not given.get("living"):
            self.add_error("living", ValidationError("Choose how the person lives"))
        if bool(given.get("document")) != bool(given.get("seen_on")):
            missing = "seen_on" if given.get("document") else "document"
            self.add_error(missing, ValidationError("Enter both the document and the day on which you saw it"))
        return given

    def piece(self) -> Piece:
        """What was told; call when the form is valid."""
        given = self.cleaned_data
        topic, _, kind = given["what"].partition("/")
        more: dict[str, object] = {}
        if topic == HOUSEHOLD:
            values = {"living": given["living"], "dependent_children": given["children"] or 0}
            more = {"value": values.get(kind, True)}
        elif topic == "capital":
            more = {"share": given["share"] or "1"}
            more |= {"occupied_by": given["occupied_by"]} if kind == "main_home" and given["occupied_by"] else {}
        elif kind in PENSIONS_TO_HALVE and given["half_to_partner"]:
            more = {"half_to_partner": True}
        pence = None if topic == HOUSEHOLD else Money.from_text(given["amount"]).pence
        return Piece(topic, kind, pence, given["starts_on"], given["ends_on"], more, given["document"],
                     given["seen_on"], given["told_by"])  # fmt: skip


class CorrectionForm(EvidenceForm):
    """The piece as it should have been, and why."""

    because = forms.CharField(label="Why is it corrected?", max_length=300)


class EndForm(ActForm):
    """The day on which a piece holds no longer, and why."""

    ends_on = EnglishDateField(label="From which day does it no longer hold?")
    because = forms.CharField(label="Why?", max_length=300)


def asked_again(piece: Piece, today: date) -> dict[str, object]:
    """What a correction starts from: the piece as it stands."""
    value = piece.more.get("value")
    return {
        "what": f"{piece.topic}/{piece.kind}", "starts_on": piece.starts_on, "ends_on": piece.ends_on,
        "amount": "" if piece.amount_pence is None else Money(piece.amount_pence).to_text(),
        "share": piece.more.get("share", "1"), "occupied_by": piece.more.get("occupied_by", ""),
        "half_to_partner": piece.more.get("half_to_partner", False), "living": value if piece.kind == "living" else "",
        "children": value if piece.kind == "dependent_children" else None, "document": piece.document,
        "seen_on": piece.seen_on or (today if piece.document else None), "told_by": piece.told_by,
    }  # fmt: skip
