"""Which fields of a case can be used, and what should the others be?

Reads the fields of the smaller funding rules (nursing care, grants, deferral, benefits) and keeps a sentence for each
that is wrong; `done` refuses them all at once. Sentences name the field and what it should be, never what it was. The
shape of the case has been checked against the rule's schema before. Left out: the charge, whose evidence is larger.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import cast

from joinedup.base.errors import OperatorMustAct, SenderMustAct
from joinedup.base.explanation import Step
from joinedup.base.money import Money
from joinedup.base.parameters import Parameter, Parameters

NOTHING = Money(0)
LAST_DAY = date.max.replace(year=date.max.year - 100)
"""From no later day are weeks or months counted, so that none runs out of the calendar."""
AMOUNT_DESCRIPTION = "Pounds of 0 or more with at most two decimals, as text: 230.25"

_AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")
_PERCENT = re.compile(r"[0-9]{1,2}(\.[0-9]{1,4})?|100(\.0{1,4})?")


def read_amount(found: object, where: str, faults: list[str]) -> Money:
    """An amount of a case; nothing, and a sentence more in `faults`, when it is none."""
    if isinstance(found, str) and _AMOUNT.fullmatch(found):
        return Money.from_text(found)
    faults.append(
        f"{where} must be an amount of 0 or more in pounds, such as 230.25: "
        "no minus, £ sign or comma, at most two decimals and nine digits before them"
    )
    return NOTHING


class CaseReader:
    """One case of one rule on one day (`on`), with the dated values that hold then."""

    def __init__(self, rule: str, case: Mapping[str, object], parameters: Parameters) -> None:
        self.rule = rule
        self.case = case
        self.parameters = parameters
        self.faults: list[str] = []
        self.on = self.day("on") or LAST_DAY

    def amount(self, name: str, default: Money = NOTHING) -> Money:
        """A sum of 0 or more; the default when the case leaves it out."""
        found = self.case.get(name)
        if found is None:
            return default
        return read_amount(found, name, self.faults)

    def percent(self, name: str) -> Decimal | None:
        """A percentage from 0 to 100; None when the case leaves it out."""
        found = self.case.get(name)
        if found is None:
            return None
        if isinstance(found, str) and _PERCENT.fullmatch(found):
            return Decimal(found)
        self.faults.append(f"{name} must be a percentage from 0 to 100 as text, such as 4.65: no minus and no % sign")
        return None

    def day(self, name: str) -> date | None:
        """A day; None when the case leaves it out, and for one so late that nothing can be counted from it."""
        found = self.case.get(name)
        told = None if found is None else date.fromisoformat(str(found))
        if told is not None and told > LAST_DAY:
            self.faults.append(f"{name} must be {LAST_DAY.isoformat()} or earlier")
            return None
        return told

    def flag(self, name: str) -> bool:
        """Yes or no; no when the case leaves it out."""
        return bool(self.case.get(name, False))

    def count(self, name: str) -> int:
        """A whole number; 0 when the case leaves it out."""
        return cast(int, self.case.get(name, 0))

    def words(self, name: str) -> tuple[str, ...]:
        """A list of words, each at most once; empty when the case leaves it out."""
        found = tuple(str(each) for each in cast("Sequence[object]", self.case.get(name, ())))
        if len(set(found)) != len(found):
            self.faults.append(f"{name} must name each once")
        return found

    def need(self, names: Iterable[str], why: str) -> None:
        """Fields that this case needs although the schema leaves them open."""
        self.faults.extend(f"{name} is missing: {why}" for name in names if name not in self.case)

    def done(self) -> None:
        """SenderMustAct (<rule>-case) with a sentence for each field that is wrong, if any is."""
        if self.faults:
            raise self.refusal()

    def refusal(self) -> SenderMustAct:
        """The refusal of the case, from the sentences so far."""
        return SenderMustAct(
            f"{self.rule}-case",
            "No answer can be worked out from this case.",
            f"{'; '.join(self.faults)}.",
            f"Correct the fields that are named; `joinedup rule --schema {self.rule}` describes them.",
        )

    def value(self, name: str, group: str | None = None, known_on: date | None = None) -> Parameter:
        """The dated value that holds on the case's day.

        SenderMustAct for a day before the figures begin, with the day on which they do; OperatorMustAct
        (parameter-missing) for a later day that the files do not cover.
        """
        try:
            return self.parameters.value_at(name, self.on, group, known_on)
        except OperatorMustAct:
            starts = [each.starts_on for each in self.parameters.history(name, group) if each.starts_on]
            if not starts or self.on >= min(starts):
                raise
        self.faults.append(f"on must be {min(starts).isoformat()} or later: the values of {name} begin then")
        raise self.refusal()

    def value_or_none(self, name: str, group: str | None = None) -> Parameter | None:
        """The same, or None when no value is known for the day: the rule then says what is missing."""
        try:
            return self.parameters.value_at(name, self.on, group)
        except OperatorMustAct:
            return None


def unverified(steps: Iterable[Step]) -> Iterator[str]:
    """A sentence for each dated value of the steps that nobody has verified."""
    for each in dict.fromkeys(step.parameter for step in steps if step.parameter is not None):
        if not each.verified:
            yield unverified_value(each)


def unverified_value(parameter: Parameter) -> str:
    """The sentence that says so of one dated value."""
    called = parameter.name if parameter.group is None else f"{parameter.name} ({parameter.group})"
    starts = f" from {parameter.starts_on.isoformat()}" if parameter.starts_on else ""
    return f"The value of {called}{starts}, {parameter.value_text()}, is not verified. Its source: {parameter.source}."


Schema = dict[str, object]
MONEY_IN: Schema = {"type": "string", "maxLength": 100, "description": AMOUNT_DESCRIPTION}
MONEY_OUT: Schema = {"type": "string", "pattern": "^[0-9]+\\.[0-9]{2}$"}
MONEY_OR_NULL: Schema = {"type": ["string", "null"], "pattern": "^[0-9]+\\.[0-9]{2}$"}
DAY: Schema = {"type": "string", "format": "date"}
DAY_OR_NULL: Schema = {"type": ["string", "null"], "format": "date"}
ON: Schema = {**DAY, "description": "The day for which the question is asked; today if left out."}
YES_NO: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 0}
COUNT_OR_NULL: Schema = {"type": ["integer", "null"], "minimum": 0}
WARNINGS: Schema = {"type": "array", "items": {"type": "string"}}
STEPS: Schema = {
    "type": "array",
    "items": {"type": "object", "required": ["rule", "text", "source", "parameter", "inputs", "result"]},
}


def money_in(about: str) -> Schema:
    """An amount of a case, with what it is."""
    return {**MONEY_IN, "description": f"{about} {AMOUNT_DESCRIPTION}"}


def yes_no(about: str) -> Schema:
    """A yes or no of a case, with what it asks."""
    return {**YES_NO, "description": about}


def one_of(words: Iterable[str], about: str = "") -> Schema:
    """One word of a list."""
    return {"type": "string", "enum": list(words), **({"description": about} if about else {})}


def several_of(words: Iterable[str], about: str) -> Schema:
    """Any words of a list, each once."""
    allowed = list(words)
    return {
        "type": "array",
        "maxItems": len(allowed),
        "description": about,
        "items": {"type": "string", "enum": allowed},
    }


def case_schema(required: Sequence[str], **properties: Schema) -> Schema:
    """The schema of a case: these fields, of which some are required, and no others."""
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def answer_schema(name: str, **properties: Schema) -> Schema:
    """The schema of an answer: its fields, then warnings and steps; all are there."""
    fields = {"schema": one_of([name]), **properties, "warnings": WARNINGS, "steps": STEPS}
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}
