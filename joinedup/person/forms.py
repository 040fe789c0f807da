"""What may be asked for or written on the pages of the record? Shapes of input only, no meaning."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms

from joinedup.person.queries import AboutMeShown, Record

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
