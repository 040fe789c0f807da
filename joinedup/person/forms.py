"""What may be asked for or written on the pages of the record? Shapes of input only, no meaning."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms

from joinedup.access.models import BreakGlass, Proxy
from joinedup.person.queries import AboutMeShown, Record, Sharing
from joinedup.web.forms import EnglishDateField

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
    """The key of this one asking."""

    request_key = forms.CharField(max_length=100, widget=forms.HiddenInput)


def fresh_request_key() -> str:
    """A key for one sending of one form."""
    return f"form-{secrets.token_hex(16)}"
