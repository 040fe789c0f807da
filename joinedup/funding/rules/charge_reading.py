"""Can this case be charged as it stands, and if not, which field must be what?

Turns the JSON case of `joinedup rule charge` into `Evidence`, and names every field that cannot be used, with what it
should be and never with what it was. The shape (fields, kinds, dates) has been checked against the schema before. Left
out: what counts and for how much.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import cast

from joinedup.base.errors import SenderMustAct
from joinedup.base.money import Money
from joinedup.funding.rules.case_reader import read_amount
from joinedup.funding.rules.evidence import Evidence, Holding, Line, LocalPolicy
from joinedup.funding.rules.treatments import FREE_FOR_WEEKS, PENSIONS_TO_HALVE

_SHARE = re.compile(r"([0-9]{1,3})/([0-9]{1,3})|[01](\.[0-9]{1,6})?|\.[0-9]{1,6}")
_PERCENT = re.compile(r"100(\.0{1,2})?|[0-9]{1,2}(\.[0-9]{1,2})?")

_ONLY_FOR: Mapping[str, tuple[str, ...]] = {
    "occupied_by": ("main_home",),
    "intends_to_occupy_since": ("main_home",),
    "bought_to_replace_since": ("home_sale_proceeds_for_new_home",),
    "received_on": ("personal_injury_payment",),
    "reduced_by": ("notional_capital",),
}
BEGINS_WITH: Mapping[str, str] = {
    "main_home": "intends_to_occupy_since",
    "home_sale_proceeds_for_new_home": "bought_to_replace_since",
    "personal_injury_payment": "received_on",
}
"""Of each kind of capital that is left out for a time, the field with the day from which that time runs."""
_PERMANENT_ONLY = ("became_permanent_on", "property_disregard_ended_on")
_CARE_HOME_ONLY = (
    "funded_nursing_care", "chosen_home_weekly_cost", "personal_expenses_allowance_weekly", *_PERMANENT_ONLY,
)  # fmt: skip


def read_case(case: Mapping[str, object]) -> Evidence:
    """The case as evidence. SenderMustAct (charge-case) names each field that is wrong and what it should be."""
    reader = _Reader(case)
    as_at = date.fromisoformat(str(case["as_at"]))
    free_service, free_since = reader.free_service(as_at)
    evidence = Evidence(
        as_at=as_at,
        born=reader.born(as_at),
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
        policy=reader.policy(),
        not_given=tuple(name for name in ("income", "capital") if name not in case),
        setting=str(case["setting"]),
        permanent_on=reader.day("became_permanent_on"),
        disregard_ended_on=reader.day("property_disregard_ended_on"),
        personal_allowance=reader.amount_or_none("personal_expenses_allowance_weekly"),
        nursing_care=cast("str | None", case.get("funded_nursing_care")),
        chosen_cost=reader.amount_or_none("chosen_home_weekly_cost"),
        top_up_by_resident=case.get("top_up_paid_by") == "resident",
        deferred_payment=bool(case.get("deferred_payment", False)),
        free_service=free_service,
        free_since=free_since,
        light_touch=reader.light_touch(),
        council_arranges=bool(case.get("council_arranges", False)),
    )
    faults = [*reader.faults, *_contradictions(case)]
    if faults:
        raise not_chargeable(faults)
    return evidence


def not_chargeable(faults: Sequence[str], rule: str = "charge") -> SenderMustAct:
    """The refusal of a case, from a sentence for each field; each begins with the field's name."""
    return SenderMustAct(
        "charge-case",
        "No charge can be worked out from this case.",
        f"{'; '.join(faults)}.",
        f"Correct the fields that are named; `joinedup rule --schema {rule}` describes them.",
    )


def _contradictions(case: Mapping[str, object]) -> Iterator[str]:
    setting = str(case["setting"])
    for name in _CARE_HOME_ONLY if setting == "home" else ():
        if name in case:
            yield f"{name} is for somebody in a care home: leave it out, or change setting"
    for name in _PERMANENT_ONLY if setting not in ("home", "care_home_permanent") else ():
        if name in case:
            yield f"{name} is for a permanent resident: leave it out, or change setting"
    if "top_up_paid_by" in case and "chosen_home_weekly_cost" not in case:
        yield "chosen_home_weekly_cost is missing: give it, or leave top_up_paid_by out"


class _Reader:
    """Reads fields of one case and keeps a sentence for each that is wrong."""

    def __init__(self, case: Mapping[str, object]) -> None:
        self.case = case
        self.faults: list[str] = []

    def amount(self, where: str, found: object) -> Money:
        return read_amount(found, where, self.faults)

    def amount_or_none(self, name: str, of: Mapping[str, object] | None = None, where: str = "") -> Money | None:
        found = (self.case if of is None else of).get(name)
        return None if found is None else self.amount(f"{where}{name}", found)

    def day(self, name: str) -> date | None:
        found = self.case.get(name)
        return None if found is None else date.fromisoformat(str(found))

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
        found = tuple(str(each) for each in cast("list[object]", self.case.get("premiums", [])))
        if len(set(found)) != len(found):
            self.faults.append("premiums must name each premium once")
        return found

    def lines(self, name: str) -> tuple[Line, ...]:
        return tuple(self._line(f"{name}[{position}]", each) for position, each in self._objects(name))

    def _line(self, where: str, each: Mapping[str, object]) -> Line:
        kind, half = str(each["kind"]), bool(each.get("half_to_partner", False))
        if half and kind not in PENSIONS_TO_HALVE:
            self.faults.append(f"{where}.half_to_partner is only for {', '.join(sorted(PENSIONS_TO_HALVE))}")
        return Line(kind, self.amount(f"{where}.weekly", each["weekly"]), half)

    def holdings(self, name: str) -> tuple[Holding, ...]:
        return tuple(self._holding(f"{name}[{position}]", each) for position, each in self._objects(name))

    def _holding(self, where: str, each: Mapping[str, object]) -> Holding:
        kind = str(each["kind"])
        for field, kinds in _ONLY_FOR.items():
            if field in each and kind not in kinds:
                self.faults.append(f"{where}.{field} is only for {', '.join(kinds)}")
        since = next((date.fromisoformat(str(each[field])) for field in BEGINS_WITH.values() if field in each), None)
        return Holding(
            kind,
            self.amount(f"{where}.amount", each["amount"]),
            self._share(f"{where}.share", each.get("share", "1")),
            self.amount_or_none("debts_secured", each, f"{where}.") or Money(0),
            cast("str | None", each.get("occupied_by")),
            since,
            self.amount_or_none("reduced_by", each, f"{where}.") or Money(0),
        )

    def free_service(self, as_at: date) -> tuple[str | None, date | None]:
        found = cast("Mapping[str, object] | None", self.case.get("free_service"))
        if found is None:
            return None, None
        kind = str(found["kind"])
        started = date.fromisoformat(str(found["started_on"])) if "started_on" in found else None
        if kind in FREE_FOR_WEEKS and started is None:
            self.faults.append("free_service.started_on is missing: its free weeks run from that day")
        if started is not None and started > as_at:
            self.faults.append("free_service.started_on must not be later than as_at")
        return kind, started

    def light_touch(self) -> str | None:
        found = cast("Mapping[str, object] | None", self.case.get("light_touch"))
        if found is None:
            return None
        if found.get("consented") is not True:
            self.faults.append(
                "light_touch.consented must be true: without the person's consent a full assessment is done"
            )
        return str(found["reason"])

    def policy(self) -> LocalPolicy:
        found = cast("Mapping[str, object]", self.case.get("local_policy", {}))

        def amount(name: str) -> Money | None:
            return self.amount_or_none(name, found, "local_policy.")

        return LocalPolicy(
            minimum=amount("minimum_income_guarantee_weekly"),
            personal_allowance=amount("personal_expenses_allowance_weekly"),
            upper_limit=amount("upper_capital_limit"),
            percent_hundredths=self._percent(found.get("charge_percent")),
            savings_credit_ignored=cast("bool | None", found.get("savings_credit_ignored")),
            flat_disability_costs=amount("flat_disability_related_expenditure_weekly"),
            arrangement_fee=amount("arrangement_fee_weekly"),
            short_term_rules=cast("str | None", found.get("short_term_rules")),
        )

    def _percent(self, found: object) -> int | None:
        if found is None:
            return None
        if isinstance(found, str) and _PERCENT.fullmatch(found):
            return int(Decimal(found) * 100)
        self.faults.append("local_policy.charge_percent must be from 0 to 100 as text, such as 90: no % sign")
        return None

    def _share(self, where: str, found: object) -> Fraction:
        matched = _SHARE.fullmatch(found) if isinstance(found, str) else None
        if matched is not None and (matched[2] is None or int(matched[2]) > 0):
            share = Fraction(str(found))
            if 0 < share <= 1:
                return share
        self.faults.append(f"{where} must be the person's own part, above 0 and at most 1, such as 1, 0.5 or 1/2")
        return Fraction(1)

    def _objects(self, name: str) -> Iterator[tuple[int, Mapping[str, object]]]:
        yield from enumerate(cast("list[Mapping[str, object]]", self.case.get(name, [])), start=1)
