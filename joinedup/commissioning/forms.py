"""What is asked to propose, recommend, decide, tell, deliver, dispute, end and delegate. Shapes only, no meaning."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms

from joinedup.base.money import Money
from joinedup.commissioning.actions import NewCondition, NewMember
from joinedup.commissioning.models import DISPUTE_KINDS, EVERYTHING, HOW_TOLD, RESIDENCE_BASES, SAYS, SECTIONS
from joinedup.commissioning.queries import Delegations, Offer, ToDispute
from joinedup.funding.forms import PoundsField
from joinedup.person.forms import fresh_request_key
from joinedup.plan.forms import SERVICES
from joinedup.web.forms import EnglishDateField


class ActForm(forms.Form):
    """The key of one act that needs nothing else."""

    request_key = forms.CharField(max_length=100, widget=forms.HiddenInput)


class VersionForm(ActForm):
    """An act on something that was read at a version."""

    expected_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class ProposeForm(ActForm):
    """From whom, how much a week, at which rate, from when, and who pays the rest."""

    provider_id = forms.ChoiceField(label="From whom")
    quantity_per_week = forms.DecimalField(label="How much a week", min_value=0.01, max_value=999, decimal_places=2)
    rate = PoundsField(label="Rate in pounds", help_text="For one of what is counted, such as 24.50 an hour")
    starts_on = EnglishDateField(label="From")
    rest_payer = forms.ChoiceField(
        label="Who pays what the person does not?", widget=forms.RadioSelect,
        choices=(("pooled_fund", "The pooled fund: the partners share it by their terms"),
                 ("council", "The council alone, through the fund")),
    )  # fmt: skip
    field_order = ("provider_id", "quantity_per_week", "rate", "starts_on", "rest_payer")

    def offer(self, offered: Offer) -> ProposeForm:
        """Offer the providers of the place."""
        field: Any = self.fields["provider_id"]
        field.choices = [("", "Choose a provider"), *((str(key), name) for key, name in offered.providers)]
        return self

    def rate_pence(self) -> int:
        """The rate in pence; call when the form is valid."""
        return Money.from_text(self.cleaned_data["rate"]).pence


class DecideForm(VersionForm):
    """When it is looked at again, and up to two conditions: what, who sees to it, until when."""

    review_on = EnglishDateField(
        label="Look at it again on",
        required=False,
        help_text="Leave empty for the usual number of days after the start",
    )
    condition_1 = forms.CharField(label="Condition", max_length=400, required=False)
    condition_1_owner = forms.ChoiceField(label="Who sees to it", required=False)
    condition_1_due = EnglishDateField(label="Until", required=False)
    condition_2 = forms.CharField(label="Second condition", max_length=400, required=False)
    condition_2_owner = forms.ChoiceField(label="Who sees to the second", required=False)
    condition_2_due = EnglishDateField(label="The second until", required=False)

    def offer(self, colleagues: Iterable[tuple[UUID, str]]) -> DecideForm:
        """Offer who may see to a condition."""
        for number in (1, 2):
            offered(self.fields[f"condition_{number}_owner"], "Choose somebody", colleagues)
        return self

    def clean(self) -> dict[str, Any]:
        """A condition has an owner and a day, or is not there at all."""
        sent = super().clean() or self.cleaned_data
        for number in (1, 2):
            names = [f"condition_{number}", f"condition_{number}_owner", f"condition_{number}_due"]
            given = [name for name in names if sent.get(name)]
            for name in names if given and len(given) < len(names) else ():
                if not sent.get(name) and name not in self.errors:
                    self.add_error(name, "A condition needs what, who and until when")
        return sent

    def conditions(self) -> tuple[NewCondition, ...]:
        """The conditions that were asked for; call when the form is valid."""
        sent = self.cleaned_data
        return tuple(
            NewCondition(sent[f"condition_{number}"], UUID(sent[f"condition_{number}_owner"]),
                         sent[f"condition_{number}_due"])
            for number in (1, 2) if sent.get(f"condition_{number}")
        )  # fmt: skip


class RecommendForm(ActForm):
    """What is thought of a proposal and why, with the figures that stand on the screen."""

    seen_cost_pence = forms.IntegerField(widget=forms.HiddenInput)
    seen_person_pence = forms.IntegerField(widget=forms.HiddenInput)
    says = forms.ChoiceField(label="What do you say?", widget=forms.RadioSelect, choices=SAYS)
    words = forms.CharField(label="Why", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class AgendaForm(VersionForm):
    """In which meeting an item is looked at."""

    meeting_id = forms.ChoiceField(label="Meeting")

    def offer(self, meetings: Iterable[tuple[UUID, str]]) -> AgendaForm:
        """Offer the meetings."""
        offered(self.fields["meeting_id"], "Choose a meeting", meetings)
        return self


class MeetingForm(ActForm):
    """Where and when the panel meets, and up to six members, each in an office that they hold."""

    place_id = forms.ChoiceField(label="Place")
    held_on = EnglishDateField(label="On")
    MEMBERS = range(1, 7)

    def offer(self, places: Iterable[tuple[UUID, str]], members: Iterable[tuple[UUID, str]]) -> MeetingForm:
        """Offer places and members; two members are asked for, and four more may be named."""
        offered(self.fields["place_id"], "Choose a place", places)
        found = tuple(members)
        for number in self.MEMBERS:
            self.fields[f"member_{number}"] = forms.ChoiceField(label=f"Member {number}", required=number < 3)
            offered(self.fields[f"member_{number}"], "Choose somebody", found)
        return self

    def members(self) -> tuple[NewMember, ...]:
        """Who sits; call when the form is valid."""
        sent = self.cleaned_data
        return tuple(
            NewMember(UUID(sent[f"member_{number}"]))
            for number in self.MEMBERS if sent.get(f"member_{number}")
        )  # fmt: skip


class QuorumForm(ActForm):
    """How many members of each side the panel of a place needs, for which care."""

    place_id = forms.ChoiceField(label="The panel of")
    quorum_kind = forms.ChoiceField(label="For which care", required=False)
    nhs_members = forms.IntegerField(label="Members of the NHS", min_value=1, max_value=6, initial=1)
    council_members = forms.IntegerField(label="Members of the council", min_value=1, max_value=6, initial=1)

    def offer(self, places: Iterable[tuple[UUID, str]]) -> QuorumForm:
        """Offer the places."""
        offered(self.fields["place_id"], "Choose a place", places)
        kind: Any = self.fields["quorum_kind"]
        kind.choices = [(EVERYTHING, "Every kind of care"), *SERVICES]
        return self


class ReviewForm(ActForm):
    """That a package was looked at again: on which day, what was found, and when next."""

    reviewed_on = EnglishDateField(label="Looked at on")
    words = forms.CharField(label="What was found", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    next_on = EnglishDateField(label="Look at it next on")


class WhyForm(VersionForm):
    """Why something is declined."""

    why = forms.CharField(
        label="Why", max_length=400, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The person reads this; say what would help instead",
    )  # fmt: skip


class TellForm(ActForm):
    """Whom, how and on which day somebody told what was decided."""

    person_pence = forms.IntegerField(widget=forms.HiddenInput)
    told_whom = forms.CharField(label="Who was told", max_length=200, help_text="Such as herself and her daughter")
    told_how = forms.ChoiceField(label="How", widget=forms.RadioSelect, choices=HOW_TOLD)
    told_on = EnglishDateField(label="On which day")


class ConditionForm(VersionForm):
    """Whether a condition was met, and how or why not."""

    met = forms.ChoiceField(
        label="Was it met?", widget=forms.RadioSelect, choices=(("yes", "Yes"), ("no", "No, and it will not be"))
    )
    words = forms.CharField(label="How, or why not", max_length=400, widget=forms.Textarea(attrs={"rows": 3}))


class DisputeForm(ActForm):
    """What is in dispute, between whom, who pays meanwhile, and who sees to its end."""

    kind = forms.ChoiceField(label="What is in dispute?", widget=forms.RadioSelect, choices=DISPUTE_KINDS)
    question = forms.CharField(label="The question", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    one_body_id = forms.ChoiceField(label="One side")
    other_body_id = forms.ChoiceField(label="The other side")
    interim_payer_id = forms.ChoiceField(
        label="Who pays until it has ended?", help_text="A partner of the fund. The care starts or goes on at once."
    )
    interim_from = EnglishDateField(label="From the day")
    owner_id = forms.ChoiceField(label="Who sees to its end?")

    def offer(self, start: ToDispute) -> DisputeForm:
        """Offer bodies, partners and owners."""
        for name in ("one_body_id", "other_body_id"):
            offered(self.fields[name], "Choose a body", start.bodies)
        offered(self.fields["interim_payer_id"], "Choose a partner of the fund", start.partners)
        offered(self.fields["owner_id"], "Choose somebody", start.owners)
        return self


class SettleForm(VersionForm):
    """How a dispute would end: who pays, from when, and in which words."""

    settled_payer_id = forms.ChoiceField(label="Who pays?", required=False, widget=forms.RadioSelect)
    settled_from = EnglishDateField(label="From the day")
    words = forms.CharField(label="How and why", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def offer(self, parties: Iterable[tuple[UUID, str]]) -> SettleForm:
        """Offer the two parties, or what the package says."""
        field: Any = self.fields["settled_payer_id"]
        field.choices = [
            *((str(key), name) for key, name in parties), ("terms", "As the package says: the fund's terms"),
        ]  # fmt: skip
        field.required = True
        return self

    def payer(self) -> UUID | None:
        """The settled payer, None for the fund's terms; call when the form is valid."""
        sent = self.cleaned_data["settled_payer_id"]
        return None if sent == "terms" else UUID(sent)


class AnswerEndForm(VersionForm):
    """What the other side says to a proposed end; `heard_from` is asked where nobody here speaks for it."""

    answer = forms.ChoiceField(
        label="What does your side say?", widget=forms.RadioSelect,
        choices=(("confirmed", "Confirm it: the dispute ends and what is owed is settled"),
                 ("refused", "Refuse it: the dispute goes on")),
    )  # fmt: skip
    heard_from = forms.CharField(
        label="Who of the other side answered, and on which paper", max_length=200, required=False,
        help_text="Such as J Bloggs, head of commissioning, letter of 4 November 2026",
    )  # fmt: skip
    words = forms.CharField(
        label="In which words", max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Whoever refuses says why",
    )  # fmt: skip

    def ask(self, on_paper: bool) -> AnswerEndForm:
        """Ask who was heard, and only where the other side answers on paper."""
        heard: Any = self.fields["heard_from"]
        heard.required = on_paper
        if on_paper:
            self.fields["answer"].label = "What does the other side say?"
        else:
            del self.fields["heard_from"]
        return self


class HandOverForm(VersionForm):
    """Who sees to it from now on, and why."""

    to_owner_id = forms.ChoiceField(label="Who sees to it from now on?")
    because = forms.CharField(label="Why", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def offer(self, people: Iterable[tuple[UUID, str]]) -> HandOverForm:
        """Offer who is in post."""
        offered(self.fields["to_owner_id"], "Choose somebody", people)
        return self


class ResidenceForm(ActForm):
    """Where somebody lives from a day on, on which basis, and on what that rests."""

    council_id = forms.ChoiceField(label="In the area of")
    since = EnglishDateField(label="Since")
    basis = forms.ChoiceField(label="On which basis?", widget=forms.RadioSelect, choices=RESIDENCE_BASES)
    placed_by_id = forms.ChoiceField(
        label="Which council arranged it?", required=False, help_text="Only for accommodation that a council arranged"
    )
    words = forms.CharField(label="On what this rests", max_length=400, widget=forms.Textarea(attrs={"rows": 2}))

    def offer(self, councils: Iterable[tuple[UUID, str]]) -> ResidenceForm:
        """Offer the councils."""
        found = tuple(councils)
        offered(self.fields["council_id"], "Choose a council", found)
        offered(self.fields["placed_by_id"], "None", found)
        return self


class AftercareForm(ActForm):
    """Since which detention, under which section, and which ICB owes aftercare; the council follows from residence."""

    detained_on = EnglishDateField(label="Detained on")
    section = forms.ChoiceField(label="Under which section?", choices=SECTIONS, widget=forms.RadioSelect)
    icb_id = forms.ChoiceField(label="Which ICB owes it?")
    icb_words = forms.CharField(
        label="On what the ICB rests", max_length=400, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Such as registered with a practice of this ICB on the day of detention",
    )  # fmt: skip

    def offer(self, icbs: Iterable[tuple[UUID, str]]) -> AftercareForm:
        """Offer the ICBs."""
        offered(self.fields["icb_id"], "Choose an ICB", icbs)
        return self


def offered(field: Any, nothing: str, choices: Iterable[tuple[UUID, str]]) -> None:
    """Let a field be chosen from keys and names."""
    field.choices = [("", nothing), *((str(key), name) for key, name in choices)]


class EndForm(VersionForm):
    """The first day without it, and why."""

    ends_on = EnglishDateField(label="The first day without it")
    why = forms.CharField(label="Why", max_length=400, widget=forms.Textarea(attrs={"rows": 3}))
    field_order = ("ends_on", "why")


class MovesForm(ActForm):
    """The sum of what is to be posted, as it was read."""

    expected_pence = forms.IntegerField(widget=forms.HiddenInput)


class WeekForm(ActForm):
    """One week: the day it began and how much was delivered."""

    week_starts_on = forms.DateField(widget=forms.HiddenInput)
    quantity = forms.DecimalField(
        label="How much was delivered", min_value=Decimal("0.01"), max_value=999, decimal_places=2, required=False
    )


class DelegationForm(ActForm):
    """To whom, where, and up to how much a week."""

    office = forms.ChoiceField(label="To whom")
    weekly_limit = PoundsField(label="Up to how many pounds a week", help_text="For one package, such as 1500.00")
    kind = forms.ChoiceField(label="For which care", required=False, initial=EVERYTHING)
    field_order = ("office", "kind", "weekly_limit")

    def clean_kind(self) -> str:
        """Everything unless one kind was chosen."""
        return self.cleaned_data["kind"] or EVERYTHING

    def offer(self, held: Delegations) -> DelegationForm:
        """Offer whoever holds the office in each place."""
        field: Any = self.fields["office"]
        field.choices = [("", "Choose an accounting officer")] + [
            (f"{place_id} {key}", f"{label}, {place}") for place_id, place, officers in held.offices
            for key, label in officers
        ]  # fmt: skip
        kind: Any = self.fields["kind"]
        kind.choices = [(EVERYTHING, "Every kind of care"), *SERVICES]
        return self


def fresh(version: int | None = None, **initial: Any) -> dict[str, Any]:
    """What a fresh form starts with: its key, and the version that was read."""
    held = {"request_key": fresh_request_key(), **initial}
    return held if version is None else held | {"expected_version": version}
