"""What is typed while somebody calls: what was said, what is decided, and a few words for a first estimate.

Every field is carried from one move of the page to the next, so that nothing is typed twice. While a call goes on
little is required: something to look for. To take the call, it must be whole.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django import forms

from joinedup.access.models import Subject
from joinedup.base.clock import LONDON
from joinedup.base.errors import BadValue
from joinedup.base.money import Money
from joinedup.base.nhs_number import NhsNumber
from joinedup.base.postcode import Postcode
from joinedup.desk.first_estimate import Bands
from joinedup.desk.queries import WordsOfPerson
from joinedup.door.actions import ToldOfPerson
from joinedup.door.rules import URGENCIES
from joinedup.web.forms import EnglishDateField

QUIET = {"autocomplete": "off", "spellcheck": "false"}
HOUSEHOLDS = (
    ("", "Choose"), ("single", "Single, or not living as a couple"),
    ("couple_working_age", "Couple, both of working age"),
    ("couple_pension_age", "Couple, one or both of pension age"),
)  # fmt: skip


class ToldForm(forms.Form):
    """Who calls, about whom, what is wrong and what they want. `whole` asks for all that a call needs."""

    caller_name = forms.CharField(label="Name of the caller", max_length=120, widget=forms.TextInput(attrs=QUIET))
    caller_relationship = forms.CharField(
        label="Who they are to the person", max_length=60, help_text="For example daughter, neighbour, GP, themselves",
        widget=forms.TextInput(attrs=QUIET),
    )  # fmt: skip
    caller_phone = forms.CharField(
        label="Telephone to ring back", max_length=60, required=False,
        widget=forms.TextInput(attrs=QUIET | {"type": "tel"}),
    )  # fmt: skip
    given = forms.CharField(label="First names", max_length=200, required=False, widget=forms.TextInput(attrs=QUIET))
    family = forms.CharField(label="Family name", max_length=120, required=False, widget=forms.TextInput(attrs=QUIET))
    birth_date = EnglishDateField(label="Date of birth", required=False)
    postcode = forms.CharField(label="Postcode", max_length=12, required=False, widget=forms.TextInput(attrs=QUIET))
    nhs_number = forms.CharField(
        label="NHS number, if at hand", max_length=20, required=False,
        widget=forms.TextInput(attrs=QUIET | {"inputmode": "numeric"}),
    )  # fmt: skip
    phone = forms.CharField(
        label="Their own telephone", max_length=60, required=False,
        widget=forms.TextInput(attrs=QUIET | {"type": "tel"}),
    )  # fmt: skip
    what_is_wrong = forms.CharField(
        label="What is wrong",
        max_length=4000,
        help_text="In the caller’s words",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    what_they_want = forms.CharField(
        label="What they want", max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    CALLER = ("caller_name", "caller_relationship", "caller_phone")
    PERSON = ("given", "family", "birth_date", "postcode", "nhs_number", "phone")
    WORDS = ("what_is_wrong", "what_they_want")

    def __init__(self, *args: Any, whole: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not whole:
            for field in self.fields.values():
                field.required = False

    def clean_nhs_number(self) -> str:
        """Ten digits that pass the check, or nothing."""
        text = self.cleaned_data["nhs_number"]
        return _read(lambda: NhsNumber.parse(text).digits if text else "")

    def clean_postcode(self) -> str:
        """A postcode as it is written, or nothing."""
        text = self.cleaned_data["postcode"]
        return _read(lambda: str(Postcode.parse(text)) if text else "")

    def said(self) -> WordsOfPerson:
        """What was said of the person, to look for them."""
        words = self.cleaned_data
        born = words.get("birth_date")
        return WordsOfPerson(
            names=f"{words.get('given', '')} {words.get('family', '')}".strip(),
            birth_date=f"{born:%d/%m/%Y}" if born else "", postcode=words.get("postcode", ""),
            nhs_number=words.get("nhs_number", ""),
        )  # fmt: skip

    def told(self) -> ToldOfPerson:
        """What a new record is made of."""
        words = self.cleaned_data
        return ToldOfPerson(**{name: words[name] for name in self.PERSON})


class DecisionForm(forms.Form):
    """How urgent it is, who owns it, and what happens next by when."""

    place = forms.ChoiceField(label="In which place")
    urgency = forms.ChoiceField(label="How soon must something happen?", widget=forms.RadioSelect)
    owner = forms.ChoiceField(label="Who owns it from now")
    next_step = forms.CharField(
        label="The next step, as the caller was told", max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    due_on = EnglishDateField(
        label="On another day", required=False, help_text="Leave both empty for the time that the urgency gives"
    )
    due_time = forms.TimeField(
        label="By what time", required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    def __init__(
        self, *args: Any, places: Sequence[tuple[UUID, str]], owners: Sequence[Subject], due: Mapping[str, str],
        own: Collection[UUID] = (), **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        offered: Any = self.fields
        offered["place"].choices = [(str(key), name) for key, name in places]
        if len(places) == 1:
            offered["place"].widget = forms.HiddenInput()
            self.initial.setdefault("place", str(places[0][0]))
        offered["urgency"].choices = [
            (key, f"{words}: next step by {due[key]}" if key in due else words) for key, words in URGENCIES.items()
        ]
        teams = [(str(each.id), each.label) for each in owners if each.kind == "team"]
        people = [(str(each.id), each.label) for each in owners if each.kind != "team"]
        mine = next((str(each.id) for each in owners if each.kind == "team" and each.id in own), "")
        self.initial.setdefault("owner", mine)
        groups = [(name, rows) for name, rows in (("Teams", teams), ("People", people)) if rows]
        offered["owner"].choices = [("", "Choose"), *groups]

    def clean(self) -> dict[str, Any]:
        """A time needs its day."""
        words: dict[str, Any] = super().clean() or {}
        if words.get("due_time") and not words.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", "Give the day as well, or leave the time empty")
        return words

    def due(self) -> datetime | None:
        """When the next step is due; None means by urgency."""
        day = self.cleaned_data["due_on"]
        return instant_of(day, self.cleaned_data["due_time"]) if day else None

    def place_id(self) -> UUID:
        """The place in which the call is taken."""
        return UUID(self.cleaned_data["place"])

    def owner_id(self) -> UUID:
        """The chosen owner."""
        return UUID(self.cleaned_data["owner"])


SETTINGS = (
    ("home", "At home"), ("care_home_permanent", "In a care home, for good"),
    ("care_home_temporary", "In a care home, for a time"), ("care_home_short_term", "In a care home, for a short stay"),
)  # fmt: skip
KNOWN_OR_NOT = (("", "Not known"), ("yes", "Yes"), ("no", "No"))
YES_OR_NO: Mapping[str, bool | None] = {"yes": True, "no": False, "": None}


class EstimateForm(forms.Form):
    """A few words about the care and means; the bands are those of the day."""

    setting = forms.ChoiceField(label="Where would they be cared for?", choices=SETTINGS, required=False)
    household = forms.ChoiceField(label="Household", choices=HOUSEHOLDS)
    savings = forms.ChoiceField(label="Savings of their own, without the home they live in")
    income = forms.ChoiceField(label="Income a week, pensions and benefits together")
    weekly_cost = forms.DecimalField(
        label="What care may cost a week, in pounds", required=False, min_value=0, max_digits=8, decimal_places=2,
        help_text="Leave empty when nobody knows", widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip

    nursing = forms.ChoiceField(
        label="In a care home: does it give nursing that the NHS pays for?", choices=KNOWN_OR_NOT, required=False
    )
    own_home = forms.ChoiceField(
        label="In a care home for good: do they own a home?", choices=KNOWN_OR_NOT, required=False
    )

    def __init__(self, *args: Any, bands: Bands, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bands = bands
        for name, choices in (("savings", bands.savings), ("income", bands.income)):
            offered: Any = self.fields[name]
            offered.choices = [(each.key, each.words) for each in choices]

    def clean(self) -> dict[str, Any]:
        """Nursing that the NHS pays for is given in a care home."""
        words: dict[str, Any] = super().clean() or {}
        if words.get("nursing") == "yes" and (words.get("setting") or "home") == "home":
            self.add_error(
                "nursing", "The NHS pays for nursing in a care home only: choose a care home, or “Not known”"
            )
        return words

    def means(self) -> dict[str, Any]:
        """Setting, household, bands and cost as the estimate takes them."""
        words = self.cleaned_data
        cost = words["weekly_cost"]
        return {
            "setting": words["setting"] or "home",
            "nursing": YES_OR_NO[words["nursing"]],
            "own_home": YES_OR_NO[words["own_home"]],
            "household": words["household"],
            "savings": next(each.band for each in self.bands.savings if each.key == words["savings"]),
            "income": next(each.band for each in self.bands.income if each.key == words["income"]),
            "weekly_cost": Money.from_text(f"{cost:.2f}") if cost else None,
        }


def instant_of(day: Any, at_time: time | None) -> datetime:
    """A day and a time as clocks in England show them; without a time, the end of the working day."""
    return datetime.combine(day, at_time or time(17, 0), tzinfo=LONDON)


def _read(parse: Any) -> str:
    try:
        return str(parse())
    except BadValue as error:
        raise forms.ValidationError(f"{error.what} {error.why}") from None
