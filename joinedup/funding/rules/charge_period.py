"""`joinedup rule charge-period`: dated cases in, stretches, weeks and adjustments out.

The form of the question about several days, version 1. Each case is one of `joinedup rule charge` without as_at, with
the days for which it holds. Left out: the reckoning (`charge_days.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import cast

from joinedup.base.explanation import Explanation, Step
from joinedup.base.money import Money
from joinedup.base.parameters import Parameters
from joinedup.base.period import Period
from joinedup.base.rulebook import Case, Rule
from joinedup.funding.rules.case_reader import read_amount
from joinedup.funding.rules.charge_days import Charged, Version, adjustments, charge_days
from joinedup.funding.rules.charge_form import CHARGE_INPUT, LINES_LIMIT
from joinedup.funding.rules.charge_form_parts import POUNDS, Schema
from joinedup.funding.rules.charge_reading import not_chargeable, read_case

_MONEY: Schema = {"type": "string", "pattern": "^-?[0-9]+\\.[0-9]{2}$"}
_DAY: Schema = {"type": "string", "format": "date"}
_CASE_FIELDS = cast("Mapping[str, Schema]", CHARGE_INPUT["properties"])
VERSIONS_LIMIT, WEEKS_LIMIT = LINES_LIMIT, LINES_LIMIT * 10

_CASE: Schema = {
    "type": "object",
    "properties": {name: schema for name, schema in _CASE_FIELDS.items() if name != "as_at"},
    "required": [name for name in cast("list[str]", CHARGE_INPUT["required"]) if name != "as_at"],
    "additionalProperties": False,
    "description": "As `joinedup rule --schema charge`, without as_at.",
}
PERIOD_INPUT: Schema = {
    "type": "object",
    "properties": {
        "from": {**_DAY, "description": "The first day; weeks are counted from it."},
        "to": {**_DAY, "description": "The first day that is not charged any more."},
        "known_on": {
            **_DAY,
            "description": "Work with what was known on this day; left out: with all that is known now.",
        },
        "cases": {
            "type": "array",
            "maxItems": VERSIONS_LIMIT,
            "items": {
                "type": "object",
                "properties": {
                    "from": {**_DAY, "description": "The first day on which it holds."},
                    "to": {**_DAY, "description": "The first day on which it holds no more; left out while it does."},
                    "case": _CASE,
                },
                "required": ["from", "case"],
                "additionalProperties": False,
            },
            "description": "The evidence by its days; each day of the period has exactly one.",
        },
        "already_charged": {
            "type": "array",
            "maxItems": WEEKS_LIMIT,
            "items": {
                "type": "object",
                "properties": {"week_begins": _DAY, "charge": POUNDS},
                "required": ["week_begins", "charge"],
                "additionalProperties": False,
            },
            "description": "What was charged for weeks of the period before; only what differs is adjusted.",
        },
    },
    "required": ["from", "to", "cases"],
    "additionalProperties": False,
}
PERIOD_OUTPUT: Schema = {
    "type": "object",
    "properties": {
        "schema": {"type": "string", "enum": ["charge-period/1"]},
        "periods": {
            "type": "array",
            "items": {"type": "object", "required": ["from", "to", "weekly_charge", "council_pays", "nhs_pays"]},
        },
        "weeks": {"type": "array", "items": {"type": "object", "required": ["week_begins", "days", "charge"]}},
        "charge": _MONEY,
        "council_pays": _MONEY,
        "nhs_pays": _MONEY,
        "adjustments": {
            "type": "array",
            "items": {"type": "object", "required": ["week_begins", "was", "is_now", "difference"]},
        },
        "still_due": {**_MONEY, "description": "All adjustments added up; negative is owed back."},
        "warnings": {"type": "array", "items": {"type": "string"}},
        "steps": {"type": "array", "items": {"type": "object"}},
    },
    "required": [
        "schema", "periods", "weeks", "charge", "council_pays", "nhs_pays", "adjustments", "still_due", "warnings",
        "steps",
    ],
    "additionalProperties": False,
}  # fmt: skip


def charge_period(case: Case, parameters: Parameters) -> Explanation:
    """The answer to one question of PERIOD_INPUT; the steps are those of each stretch, one after another.

    SenderMustAct (charge-case, charge-period) names fields; OperatorMustAct for a day whose law is not known.
    """
    versions, period, before = _read(case)
    if "known_on" in case:
        parameters = parameters.as_known(date.fromisoformat(str(case["known_on"])))
    charged = charge_days(versions, period, parameters)
    changed = adjustments(before, charged.weeks)
    explained = [(stretch, stretch.explained(parameters)) for stretch in charged.stretches]
    warnings = dict.fromkeys(str(each) for _, said in explained for each in cast("list[str]", said.answer["warnings"]))
    answer = {
        "periods": [
            {
                **_days(stretch.period), "weekly_charge": stretch.weekly_charge, "council_pays": stretch.council_pays,
                "nhs_pays": stretch.nhs_pays,
            }
            for stretch in charged.stretches
        ],
        "weeks": [
            {"week_begins": week.begins_on, "days": week.days, "charge": week.charge, "council_pays": week.council,
             "nhs_pays": week.nhs}
            for week in charged.weeks
        ],
        **_sums(charged),
        "adjustments": [
            {"week_begins": each.begins_on, "was": each.was, "is_now": each.is_now, "difference": each.difference}
            for each in changed
        ],
        "still_due": Money.total(each.difference for each in changed),
        "warnings": list(warnings),
    }  # fmt: skip
    steps = [step for stretch, said in explained for step in (_heading(stretch.period), *said.steps)]
    return Explanation(answer, tuple(steps))


def _sums(charged: Charged) -> dict[str, Money]:
    weeks = charged.weeks
    return {
        "charge": Money.total(week.charge for week in weeks),
        "council_pays": Money.total(week.council for week in weeks),
        "nhs_pays": Money.total(week.nhs for week in weeks),
    }


def _days(period: Period) -> dict[str, object]:
    return {"from": period.starts_on, "to": period.ends_on}


def _heading(period: Period) -> Step:
    return Step("from-day", "From this day on, by the rules and the evidence of then.", "Care Act 2014 s 17",
                period.starts_on, inputs=_days(period))  # fmt: skip


def _read(case: Case) -> tuple[list[Version], Period, dict[date, Money]]:
    faults: list[str] = []
    period = _period(case, "", faults)
    versions: list[Version] = []
    for number, each in enumerate(cast("list[Mapping[str, object]]", case["cases"]), start=1):
        held = _period(each, f"cases[{number}].", faults)
        inner = {**cast("Mapping[str, object]", each["case"]), "as_at": held.starts_on.isoformat()}
        versions.append(Version(held, read_case(_begun(inner))))
    before: dict[date, Money] = {}
    for number, each in enumerate(cast("list[Mapping[str, object]]", case.get("already_charged", [])), start=1):
        begins = date.fromisoformat(str(each["week_begins"]))
        if begins in before:
            faults.append(f"already_charged[{number}].week_begins must name each week once")
        before[begins] = read_amount(each["charge"], f"already_charged[{number}].charge", faults)
    if faults:
        raise not_chargeable(faults, "charge-period")
    return versions, period, before


def _begun(case: dict[str, object]) -> dict[str, object]:
    """A service may start within the days of a case: it is read as on its first day."""
    service = cast("Mapping[str, object]", case.get("free_service", {}))
    return case | {"as_at": max(str(case["as_at"]), str(service.get("started_on", "")))}


def _period(of: Mapping[str, object], where: str, faults: list[str]) -> Period:
    starts = date.fromisoformat(str(of["from"]))
    ends = date.fromisoformat(str(of["to"])) if "to" in of else None
    if ends is not None and ends <= starts:
        faults.append(f"{where}to must be later than {where}from")
        ends = None
    return Period(starts, ends)


RULE = Rule(
    name="charge-period",
    question="What is due for each week of a period, by the day of service, and what must be adjusted?",
    run=charge_period,
    input_schema=PERIOD_INPUT,
    output_schema=PERIOD_OUTPUT,
)
