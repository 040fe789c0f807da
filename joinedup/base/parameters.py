"""What was the value, on that day, and who says so?

Nearly every figure of law and policy changes on a date. A `Parameter` is one value with its dates and source; a
`Parameters` answers which one holds on a day. Rules are given a `Parameters` and never read a file
(`parameter_files` does that). A reform or a local policy is another `Parameters` laid on top: pure data, where the top
layer speaks for the days that it covers and the one below for the rest. Left out: whether a local policy may go below
the national minimum, which is a rule of the step that owns the value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from joinedup.base.errors import OperatorMustAct, WeMustAct
from joinedup.base.money import Money

Unit = Literal["pence", "pounds", "count", "percent", "text"]
Value = Money | int | Decimal | str
Key = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value of law or policy for the days from `starts_on` (None = always) up to `ends_on` (None = still holds).

    `value` is Money for the units pence and pounds, int for count, Decimal for percent (3.8 means 3.8%), str for text.
    `verified` says that somebody read the value in the named source, not only heard of it. `known_from` is the day on
    which it was announced, where that was too late to be taken for granted (None = known all along).

    >>> limit = Parameter("search-results-limit", None, "count", 20, None, None, "joinedup policy", True)
    >>> limit.count()
    20
    >>> limit.money()
    Traceback (most recent call last):
    joinedup.base.errors.WeMustAct: The parameter search-results-limit is not money. ... [parameter-unit]
    """

    name: str
    group: str | None
    unit: Unit
    value: Value
    starts_on: date | None
    ends_on: date | None
    source: str
    verified: bool
    known_from: date | None = None

    def holds_on(self, day: date) -> bool:
        """Does this value hold on this day?"""
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or day < self.ends_on)

    def is_known_on(self, day: date | None) -> bool:
        """Was this value known on this day? None stands for now, when all that is here is known."""
        return day is None or self.known_from is None or self.known_from <= day

    def money(self) -> Money:
        """The value as Money. WeMustAct when its unit is another: the rule asked wrongly."""
        if isinstance(self.value, Money):
            return self.value
        raise self._wrong_unit("money")

    def count(self) -> int:
        """The value as a whole number. WeMustAct when its unit is another."""
        if self.unit == "count" and isinstance(self.value, int):
            return self.value
        raise self._wrong_unit("a count")

    def percent(self) -> Decimal:
        """The value in hundredths of the whole. WeMustAct when its unit is another."""
        if isinstance(self.value, Decimal):
            return self.value
        raise self._wrong_unit("a percentage")

    def text(self) -> str:
        """The value as text. WeMustAct when its unit is another."""
        if isinstance(self.value, str):
            return self.value
        raise self._wrong_unit("text")

    def value_text(self) -> str:
        """The value as files and answers carry it: pounds with two decimals, whole number, decimal or text."""
        return self.value.to_text() if isinstance(self.value, Money) else str(self.value)

    def to_json(self) -> dict[str, object]:
        """Keys name, group, value, unit, from, to, known_from, source, verified; money in pounds, dates ISO or null."""
        return {
            "name": self.name,
            "group": self.group,
            "value": self.value if isinstance(self.value, int) else self.value_text(),
            "unit": "pounds" if isinstance(self.value, Money) else self.unit,
            "from": self.starts_on.isoformat() if self.starts_on else None,
            "to": self.ends_on.isoformat() if self.ends_on else None,
            "known_from": self.known_from.isoformat() if self.known_from else None,
            "source": self.source,
            "verified": self.verified,
        }

    def _wrong_unit(self, wanted: str) -> WeMustAct:
        return WeMustAct(
            "parameter-unit",
            f"The parameter {self.name} is not {wanted}.",
            f"Its unit is {self.unit}.",
            "Correct the rule that asked, or the unit in the parameter file.",
        )


@dataclass(frozen=True, slots=True)
class Parameters:
    """Dated values, with any reform or local policy already laid on top. Make it with `of`.

    >>> law = Parameters.of([
    ...     Parameter("example-fee", None, "pounds", Money(1000), date(2024, 4, 8), date(2025, 4, 7), "list", True),
    ...     Parameter("example-fee", None, "pounds", Money(1100), date(2025, 4, 7), None, "list", True),
    ... ])
    >>> law.value_at("example-fee", date(2025, 4, 6)).money(), law.value_at("example-fee", date(2025, 4, 7)).money()
    (Money(pence=1000), Money(pence=1100))
    >>> dearer = Parameter("example-fee", None, "pounds", Money(1500), date(2026, 4, 6), None, "bill", False)
    >>> reform = Parameters.of([dearer])
    >>> law.overlaid(reform).value_at("example-fee", date(2026, 4, 6)).source
    'bill'
    >>> april, told = date(2019, 4, 1), date(2020, 4, 30)
    >>> rate = Parameters.of([
    ...     Parameter("example-rate", None, "pounds", Money(16556), april, None, "list", True),
    ...     Parameter("example-rate", None, "pounds", Money(18031), april, None, "news", True, known_from=told),
    ... ])
    >>> rate.value_at("example-rate", april).money(), rate.value_at("example-rate", april, known_on=april).money()
    (Money(pence=18031), Money(pence=16556))
    >>> law.value_at("example-fee", date(2020, 1, 1))
    Traceback (most recent call last):
    joinedup.base.errors.OperatorMustAct: No value of example-fee is known for 2020-01-01. ... [parameter-missing]
    """

    entries: Mapping[Key, tuple[Parameter, ...]]
    below: Parameters | None = None

    @classmethod
    def of(cls, parameters: Iterable[Parameter]) -> Parameters:
        """Gather parameters in any order. OperatorMustAct when two of one name and group, known from the same day, hold
        on the same day."""
        gathered: dict[Key, list[Parameter]] = {}
        for parameter in parameters:
            gathered.setdefault((parameter.name, parameter.group), []).append(parameter)
        return cls(MappingProxyType({key: _in_order(found) for key, found in gathered.items()}))

    def value_at(self, name: str, on: date, group: str | None = None, known_on: date | None = None) -> Parameter:
        """The value that holds on a day: as all that is known now says, or as was known on `known_on`.

        Of several that hold, the last announced counts; a layer on top that was not yet known leaves the one below.
        OperatorMustAct (parameter-missing) names the parameter and the day.
        """
        for layer in self._from_the_top():
            found: Parameter | None = None
            for parameter in layer.entries.get((name, group), ()):
                if parameter.holds_on(on) and parameter.is_known_on(known_on):
                    found = parameter if found is None else _later_known(found, parameter)
            if found is not None:
                return found
        called = name if group is None else f"{name} ({group})"
        as_known = "" if known_on is None else f" as it was known on {known_on.isoformat()}"
        raise OperatorMustAct(
            "parameter-missing",
            f"No value of {called} is known for {on.isoformat()}{as_known}.",
            "The parameter files do not cover that day, and none is guessed.",
            "Add the value with its dates and source to its file in parameters/.",
        )

    def as_known(self, on: date) -> Parameters:
        """These parameters as they were known on a day: what was announced later is left out, even if backdated."""
        known = {
            key: kept
            for key, found in self.entries.items()
            if (kept := tuple(each for each in found if each.is_known_on(on)))
        }
        return Parameters(MappingProxyType(known), None if self.below is None else self.below.as_known(on))

    def overlaid(self, top: Parameters) -> Parameters:
        """These parameters with others laid on top: a reform, or a place's own policy."""
        under = self if top.below is None else self.overlaid(top.below)
        return Parameters(top.entries, under)

    def history(self, name: str, group: str | None = None) -> tuple[Parameter, ...]:
        """Every value of a name, top layer first, then by group and date; of one group when it is named."""
        found: list[Parameter] = []
        for layer in self._from_the_top():
            keys = sorted((key for key in layer.entries if key[0] == name), key=lambda key: key[1] or "")
            for key in keys:
                found.extend(layer.entries[key] if group in (None, key[1]) else ())
        return tuple(found)

    def names(self) -> tuple[str, ...]:
        """Every name that has a value, in order."""
        return tuple(sorted({name for layer in self._from_the_top() for name, _ in layer.entries}))

    def _from_the_top(self) -> tuple[Parameters, ...]:
        return (self,) if self.below is None else (self, *self.below._from_the_top())


def _later_known(one: Parameter, other: Parameter) -> Parameter:
    return other if (other.known_from or date.min) > (one.known_from or date.min) else one


def _in_order(found: list[Parameter]) -> tuple[Parameter, ...]:
    """By first day, then by when it was known; refused when two known from one day hold on the same day."""
    last_known: dict[date | None, Parameter] = {}
    ordered = sorted(found, key=lambda each: (each.starts_on or date.min, each.known_from or date.min))
    for later in ordered:
        starts_on, earlier = later.starts_on or date.min, last_known.get(later.known_from)
        if earlier is not None and (earlier.ends_on is None or starts_on < earlier.ends_on):
            called = later.name if later.group is None else f"{later.name} ({later.group})"
            raise OperatorMustAct(
                "parameter-overlap",
                f"Two values of {called} hold on {starts_on.isoformat()}.",
                "A day must have one answer; 'to' is the first day on which a value no longer holds. A value that was "
                "announced later and replaces another carries known_from.",
                "Correct the dates in its file in parameters/.",
            )
        last_known[later.known_from] = later
    return tuple(ordered)
