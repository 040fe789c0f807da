"""What may be asked for or written on the pages of the record? Shapes of input only, no meaning."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms

from joinedup.access.models import BreakGlass, Proxy
from joinedup.person.queries import AboutMeShown, Record, Review, Sharing, Wanted
from joinedup.person.relationship_kinds import ALERTS, KINDS
from joinedup.web.forms import EnglishDateField

LONGEST_TEXT = 4000


class SearchForm(forms.Form):
    """One box for whatever is known of the person, in the address as `?q=`."""

    q = forms.CharField(
        label="Name, date of birth, postcode or NHS number",
        help_text="In any mixture, for example: edith smith 2 March 1941 · smith tq1 1941 · TQ1 3DR · 999 012 3456",
        max_length=200,
        error_messages={"required": "Enter a name, a date of birth, a postcode or an NHS number"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "type": "search"}),
    )


class TimelineFilter(forms.Form):
    """Kind, body, days and words of entries, all in the address, so that a page of them can be kept and sent."""

    kind = forms.ChoiceField(label="What", required=False)
    told_by = forms.ChoiceField(label="Told by", required=False)
    words = forms.CharField(label="Words in it", required=False, max_length=100, widget=forms.TextInput())
    starts = EnglishDateField(label="From", required=False, help_text="")
    ends = EnglishDateField(label="To", required=False, help_text="")

    def offer(self, shown: Record) -> TimelineFilter:
        """Offer what this person's timeline holds, with how many entries of each."""
        kinds = [(kind, f"{kind.replace('_', ' ').capitalize()} ({count:,})")
                 for kind, count in shown.contents.kinds.items()]  # fmt: skip
        bodies = [(str(key), f"{shown.bodies.get(key, '')} ({count:,})")
                  for key, count in shown.contents.bodies.items()]  # fmt: skip
        self._choose("kind", [("", f"Everything ({shown.contents.total:,})"), *kinds])
        self._choose("told_by", [("", "Any body"), *sorted(bodies, key=lambda each: each[1])])
        return self

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices


class AlertForm(forms.Form):
    """What everybody must know first, its sort, and when to look at it again."""

    sort = forms.ChoiceField(label="What sort of alert is this?", choices=ALERTS, widget=forms.RadioSelect)
    words = forms.CharField(
        label="What must everybody know?",
        help_text="In one line, for example: Deaf, uses British Sign Language · Lacks capacity to decide where to live "
        "(assessed 3 May 2026) · Her daughter holds lasting power of attorney for health and welfare",
        max_length=300,
        error_messages={"required": "Enter what everybody must know"},
    )
    more = forms.CharField(
        label="More (optional)", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Who decided or said so, where the paper is kept, what to do.",
    )  # fmt: skip
    starts_on = EnglishDateField(label="Since (optional)", required=False)
    review_on = EnglishDateField(label="To be looked at again on (optional)", required=False)
    request_key = forms.CharField(max_length=100, widget=forms.HiddenInput)


class ContactForm(forms.Form):
    """Somebody close to the person. A number finds their own record, if they have one that may be seen."""

    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Enter a name"})
    kind = forms.ChoiceField(label="What are they to the person?", choices=KINDS)
    phone = forms.CharField(label="Telephone (optional)", required=False, max_length=60)
    is_carer = forms.BooleanField(label="Looks after the person without being paid for it", required=False)
    is_next_of_kin = forms.BooleanField(label="Next of kin", required=False)
    in_emergency = forms.BooleanField(label="To be called in an emergency", required=False)
    nhs_number = forms.CharField(
        label="Their NHS number, if they have a record here (optional)", required=False, max_length=20,
        help_text="Joins both records, so that a carer is seen as a person in her own right.",
    )  # fmt: skip
    starts_on = EnglishDateField(label="Since (optional)", required=False)
    note = forms.CharField(label="Anything else (optional)", required=False, max_length=200)
    request_key = forms.CharField(max_length=100, widget=forms.HiddenInput)


class EndContactForm(forms.Form):
    """Since when somebody is no longer a contact, and why."""

    ends_on = EnglishDateField(label="Until", error_messages={"required": "Enter the day"})
    why = forms.CharField(label="Why (optional)", required=False, max_length=150)
    expected_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    request_key = forms.CharField(max_length=100, widget=forms.HiddenInput)


class AboutMeForm(forms.Form):
    """Both texts, with the version that was read and the key of this one saving."""

    most_important = forms.CharField(
        label="What matters most to me",
        help_text="People, habits, beliefs, what a good day looks like. In the person's own words where possible.",
        required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 7}),
    )  # fmt: skip
    how_to_support = forms.CharField(
        label="How to support me",
        help_text="How to talk with me, what helps, what to avoid, when to ask somebody else.",
        required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 7}),
    )  # fmt: skip
    expected_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    request_key = forms.CharField(max_length=100, widget=forms.HiddenInput)


def about_me_form(shown: AboutMeShown) -> AboutMeForm:
    """A form that holds what stands there now, under a fresh key."""
    return AboutMeForm(
        initial={
            "most_important": shown.most_important, "how_to_support": shown.how_to_support,
            "expected_version": shown.version, "request_key": fresh_request_key(),
        }
    )  # fmt: skip


class GlassForm(forms.Form):
    """Whom somebody must see at once, and why."""

    who = forms.CharField(
        label="Who is it?",
        help_text="The NHS number and the date of birth. Or two of family name, date of birth and postcode.",
        max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    reason = forms.ChoiceField(label="Why now?", choices=BreakGlass.REASONS, widget=forms.RadioSelect)
    words = forms.CharField(
        label="What has happened, and what do you need to know?", max_length=2000,
        help_text="The privacy officer reads this. No names of others.", widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    request_key = forms.CharField(max_length=100, widget=forms.HiddenInput)


class LookQuestionForm(forms.Form):
    """What somebody wants to know about one look; it may stay empty."""

    words = forms.CharField(
        label="What do you want to know? (optional)", required=False, max_length=2000,
        help_text="You need not say why you ask.", widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    request_key = forms.CharField(max_length=100, widget=forms.HiddenInput)


class SealForm(forms.Form):
    """Why a line is closed, whether others learn that something is, and who besides the writer may open it."""

    request_key = forms.CharField(max_length=100, widget=forms.HiddenInput)
    why = forms.CharField(label="Why", max_length=400, widget=forms.Textarea(attrs={"rows": 3}))
    marked = forms.TypedChoiceField(
        label="What do others see?",
        choices=[("no", "Nothing: for them the line is not there"),
                 ("yes", "That something is sealed; those who work with people may break the seal with a reason")],
        coerce=lambda chosen: chosen == "yes", widget=forms.RadioSelect, initial="no",
    )  # fmt: skip
    readers = forms.MultipleChoiceField(label="Who else may open it", required=False,
                                        widget=forms.CheckboxSelectMultiple)  # fmt: skip

    def __init__(self, *args: Any, readers: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields
        offered["readers"].choices = list(readers)

    def chosen(self) -> list[UUID]:
        """Keys of the chosen readers."""
        return [UUID(each) for each in self.cleaned_data["readers"]]


class SealReasonForm(forms.Form):
    """Why a seal is broken or taken off."""

    request_key = forms.CharField(max_length=100, widget=forms.HiddenInput)
    why = forms.CharField(label="Why", max_length=400, widget=forms.Textarea(attrs={"rows": 3}))


class ConsentForm(forms.Form):
    """Who may see the record because the person says so, and how they said it."""

    receiver = forms.ChoiceField(label="Who may see the record")
    how = forms.CharField(
        label="How was it agreed?", max_length=400, help_text="In whose words, where, and who heard it.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    request_key = forms.CharField(max_length=100, widget=forms.HiddenInput)

    def offer(self, shown: Sharing) -> ConsentForm:
        """Offer the teams there are."""
        field: Any = self.fields["receiver"]
        field.choices = [("", "Choose a team"), *((str(key), words) for key, words in shown.receivers)]
        return self


class DecisionForm(forms.Form):
    """One decision, changed by one button: what is done, to which row, under which key."""

    act = forms.ChoiceField(choices=[(each, each) for each in ("withdraw", "opt_out", "opt_in", "end_proxy")])
    thing = forms.UUIDField(required=False)
    request_key = forms.CharField(max_length=100, widget=forms.HiddenInput)


class ProxyForm(forms.Form):
    """Who acts for whom, by which right, what was seen of it, and for which days."""

    nhs_number = forms.CharField(label="The person’s NHS number", max_length=20)
    birth_date = EnglishDateField(label="The person’s date of birth")
    username = forms.CharField(label="Sign-in name of who acts for them", max_length=60)
    kind = forms.ChoiceField(label="By which right?", choices=Proxy.KINDS, widget=forms.RadioSelect)
    evidence = forms.CharField(
        label="What did you see of it?", max_length=400, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For example: the registered instrument, its date and reference.",
    )  # fmt: skip
    starts_on = EnglishDateField(label="From")
    ends_on = EnglishDateField(label="Until (optional): the first day without it", required=False)
    request_key = forms.CharField(max_length=100, widget=forms.HiddenInput)


class HoldForm(forms.Form):
    """Why nothing may be destroyed; `act` places or lifts the hold."""

    words = forms.CharField(required=False, max_length=400, label="Why nothing of this record may be destroyed")
    act = forms.ChoiceField(choices=[("place", "place"), ("lift", "lift")])
    request_key = forms.CharField(max_length=100, widget=forms.HiddenInput)


class RebuildForm(forms.Form):
    """The key of this one asking; for other acts of one button too."""

    request_key = forms.CharField(max_length=100, widget=forms.HiddenInput)


def fresh_request_key() -> str:
    """A key for one sending of one form."""
    return f"form-{secrets.token_hex(16)}"


def timeline_wanted(given: Mapping[str, str]) -> tuple[dict[str, str], Wanted]:
    """What the address asks of a timeline: as it was given, for links, and as it is read; what is no day is ignored."""
    chosen = {name: given.get(name, "") for name in TimelineFilter.base_fields if given.get(name)}
    return chosen, Wanted(
        kind=chosen.get("kind", "")[:20],
        body_id=_key(chosen.get("told_by", "")), starts=_day(chosen.get("starts", "")),
        ends=_day(chosen.get("ends", "")), words=chosen.get("words", "")[:100].replace("\x00", ""),
    )  # fmt: skip


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        day: date | None = EnglishDateField(required=False).clean(text)
    except forms.ValidationError:
        return None
    return day


class AnswerForm(forms.Form):
    """What somebody decides about a question of who is who; who was asked is needed only where somebody is."""

    DECISIONS = [
        ("same", "The same person"),
        ("not_same", "Two people"),
        ("ask", "Ask somebody first"),
        ("settled", "This is settled"),
        ("open", "Open both records for one hour"),
    ]
    decision = forms.ChoiceField(
        label="What do you decide?", choices=DECISIONS, widget=forms.RadioSelect,
        error_messages={"required": "Choose what you decide"},
    )  # fmt: skip
    asked_of = forms.CharField(label="Who is asked, if somebody is", required=False, max_length=120)
    reason = forms.CharField(
        label="Why", max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One sentence that somebody can follow later.",
    )  # fmt: skip
    expected_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    request_key = forms.CharField(max_length=100, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """A decision needs its reason, and asking needs somebody to ask."""
        told = super().clean() or {}
        if told.get("decision") not in (None, "open") and not told.get("reason", "").strip():
            self.add_error("reason", "Say why")
        if told.get("decision") == "ask" and not told.get("asked_of", "").strip():
            self.add_error("asked_of", "Say who is asked")
        return told


def answer_form(shown: Review) -> AnswerForm:
    """A form that offers what can be decided here, under a fresh key."""
    form = AnswerForm(initial={"expected_version": shown.item.version, "request_key": fresh_request_key()})
    both = shown.one is not None and shown.other is not None
    offered = {"ask"} | ({"same", "not_same"} if both else set()) if shown.of_identity else {"settled", "ask"}
    offered |= {"open"} if shown.may_open_both else set()
    field: Any = form.fields["decision"]
    field.choices = [each for each in AnswerForm.DECISIONS if each[0] in offered]
    return form


class UnlinkForm(forms.Form):
    """Why a link is taken back, and the key of this one asking."""

    reason = forms.CharField(
        label="Why are they two people?", max_length=400, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why they are two people"},
    )  # fmt: skip
    request_key = forms.CharField(max_length=100, widget=forms.HiddenInput)


def unlink_form() -> UnlinkForm:
    """An empty form under a fresh key."""
    return UnlinkForm(initial={"request_key": fresh_request_key()})


class WithdrawForm(forms.Form):
    """Why a decision that two records are two people is taken back, and the key of this one asking."""

    reason = forms.CharField(
        label="Why may they be one person after all?", max_length=400, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why they may be one person"},
    )  # fmt: skip
    request_key = forms.CharField(max_length=100, widget=forms.HiddenInput)


def withdraw_form() -> WithdrawForm:
    """An empty form under a fresh key."""
    return WithdrawForm(initial={"request_key": fresh_request_key()})
