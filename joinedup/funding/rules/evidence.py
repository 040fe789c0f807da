"""What does the case say of this person's money, and can it be charged as it stands?

Turns the JSON case of `joinedup rule charge` into frozen values, and names every field that cannot be used, with what
it should be and never with what it was. The shape (fields, kinds, dates) has been checked against the schema before.
Left out: what counts and for how much.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import cast

from joinedup.base.errors import SenderMustAct
from joinedup.base.money import Money

_AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")
_SHARE = re.compile(r"([0-9]{1,3})/([0-9]{1,3})|[01](\.[0-9]{1,6})?|\.[0-9]{1,6}")


@dataclass(frozen=True, slots=True)
class Line:
    """One income, cost or disregard: its kind and whole pence a week."""

    kind: str
    weekly: Money


@dataclass(frozen=True, slots=True)
class Holding:
    """One piece of capital: its kind, the whole amount and the person's share of it, above 0 and at most 1."""

    kind: str
    amount: Money
    share: Fraction = Fraction(1)

    @property
    def own(self) -> Money:
        """The person's own part; a fraction of a penny is dropped."""
        return Money(int(self.amount.pence * self.share))


@dataclass(frozen=True, slots=True)
class Evidence:
    """One person's case for the charge at home on one day.

    `born` or `pension_age` is known. `not_given` names lists that the case left out and that were taken as empty.
    """

    as_at: date
    household: str
    weekly_cost: Money
    born: date | None = None
    pension_age: bool | None = None
    premiums: tuple[str, ...] = ()
    dependent_children: int = 0
    income: tuple[Line, ...] = ()
    capital: tuple[Holding, ...] = ()
    housing_costs: tuple[Line, ...] = ()
    disability_related_expenditure: tuple[Line, ...] = ()
    disregards: tuple[Line, ...] = ()
    local_minimum: Money | None = None
    not_given: tuple[str, ...] = ()


def read_case(case: Mapping[str, object]) -> Evidence:
    """The case as evidence. SenderMustAct (charge-case) names each field that is wrong and what it should be."""
    reader = _Reader(case)
    as_at = date.fromisoformat(str(case["as_at"]))
    born = reader.born(as_at)
    evidence = Evidence(
        as_at=as_at,
        born=born,
        pension_age=cast("bool | None", case.get("pension_age")),
        household=str(case["household"]),
        premiums=reader.premiums(),
        dependent_children=cast(int, case.get("dependent_children", 0)),
        income=reader.lines("income"),
        capital=reader.holdings("capital"),
        housing_costs=reader.lines("housing_costs"),
        disability_related_expenditure=reader.lines("disability_related_expenditure"),
        disregards=reader.lines("disregards"),
        weekly_cost=reader.amount("weekly_cost", case["weekly_cost"]),
        local_minimum=reader.local_minimum(),
        not_given=tuple(name for name in ("income", "capital") if name not in case),
    )
    if reader.faults:
        raise not_chargeable(reader.faults)
    return evidence


def not_chargeable(faults: Sequence[str]) -> SenderMustAct:
    """The refusal of a case, from a sentence for each field; each begins with the field's name."""
    return SenderMustAct(
        "charge-case",
        "No charge can be worked out from this case.",
        f"{'; '.join(faults)}.",
        "Correct the fields that are named; `joinedup rule --schema charge` describes them.",
    )


class _Reader:
    """Reads fields of one case and keeps a sentence for each that is wrong."""

    def __init__(self, case: Mapping[str, object]) -> None:
        self.case = case
        self.faults: list[str] = []

    def amount(self, where: str, found: object) -> Money:
        if isinstance(found, str) and _AMOUNT.fullmatch(found):
            return Money.from_text(found)
        self.faults.append(
            f"{where} must be an amount of 0 or more in pounds, such as 230.25: "
            "no minus, £ sign or comma, at most two decimals and nine digits before them"
        )
        return Money(0)

    def born(self, as_at: date) -> date | None:
        found = self.case.get("date_of_birth")
        if found is None:
            if self.case.get("pension_age") is None:
                self.faults.append("date_of_birth is missing; give it, or say pension_age true or false")
            return None
        born = date.fromisoformat(str(found))
        if born > as_at:
            self.faults.append("date_of_birth must not be later than as_at")
        return born

    def premiums(self) -> tuple[str, ...]:
        found = tuple(str(each) for each in self._list("premiums"))
        if len(set(found)) != len(found):
            self.faults.append("premiums must name each premium once")
        return found

    def lines(self, name: str) -> tuple[Line, ...]:
        return tuple(
            Line(str(each["kind"]), self.amount(f"{name}[{position}].weekly", each["weekly"]))
            for position, each in enumerate(self._objects(name), start=1)
        )

    def holdings(self, name: str) -> tuple[Holding, ...]:
        return tuple(
            Holding(
                str(each["kind"]),
                self.amount(f"{name}[{position}].amount", each["amount"]),
                self._share(f"{name}[{position}].share", each.get("share", "1")),
            )
            for position, each in enumerate(self._objects(name), start=1)
        )

    def local_minimum(self) -> Money | None:
        policy = cast("Mapping[str, object]", self.case.get("local_policy", {}))
        found = policy.get("minimum_income_guarantee_weekly")
        return None if found is None else self.amount("local_policy.minimum_income_guarantee_weekly", found)

    def _share(self, where: str, found: object) -> Fraction:
        matched = _SHARE.fullmatch(found) if isinstance(found, str) else None
        if matched is not None and (matched[2] is None or int(matched[2]) > 0):
            share = Fraction(str(found))
            if 0 < share <= 1:
                return share
        self.faults.append(f"{where} must be the person's own part, above 0 and at most 1, such as 1, 0.5 or 1/2")
        return Fraction(1)

    def _list(self, name: str) -> list[object]:
        return cast("list[object]", self.case.get(name, []))

    def _objects(self, name: str) -> list[Mapping[str, object]]:
        return cast("list[Mapping[str, object]]", self._list(name))
