"""What may be asked for or written on the pages of the record? Shapes of input only, no meaning."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms

from joinedup.person.queries import AboutMeShown, Record, Review

LONGEST_TEXT = 4000


class SearchForm(forms.Form):
    """One box for whatever is known of the person, in the address as `?q=`."""

    q = forms.CharField(
        label="Name, date of birth, postcode or NHS number",
        help_text="In any mixture, for example: edith smith 02/03/1941 · TQ1 3DR · 999 012 3456",
        max_length=200,
        error_messages={"required": "Enter a name, a date of birth, a postcode or an NHS number"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "type": "search"}),
    )


class TimelineFilter(forms.Form):
    """One kind of entry and one body, or all of them, in the address as `?kind=` and `?told_by=`."""

    kind = forms.ChoiceField(label="What", required=False)
    told_by = forms.ChoiceField(label="Told by", required=False)

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
    """The key of this one asking."""

    request_key = forms.CharField(max_length=100, widget=forms.HiddenInput)


def fresh_request_key() -> str:
    """A key for one sending of one form."""
    return f"form-{secrets.token_hex(16)}"


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
