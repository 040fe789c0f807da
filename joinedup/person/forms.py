"""What may be asked for or written on the pages of the record? Shapes of input only, no meaning."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django import forms

from joinedup.person.queries import AboutMeShown, Record, Wanted
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
