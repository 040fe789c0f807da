"""Which fields does a case for the charge have, and which has its answer?

The form of `joinedup rule charge`, version 1. It stays: fields may be added, none changes its meaning. Kinds are
printed here from `treatments.py` with what becomes of each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from joinedup.funding.rules.charge_form_parts import CARE_HOME, HELD, LOCAL_POLICY, POUNDS, SERVICE, Schema
from joinedup.funding.rules.treatments import (
    CAPITAL,
    DISABILITY_RELATED_EXPENDITURE,
    DISREGARDS,
    HOUSEHOLDS,
    HOUSING_COSTS,
    INCOME,
    PREMIUMS,
    SETTINGS,
    Kind,
)

CHILDREN_LIMIT = 100
LINES_LIMIT = 100

_MONEY_OUT: Schema = {"type": "string", "pattern": "^[0-9]+\\.[0-9]{2}$"}


def _treatments(table: Mapping[str, Kind]) -> str:
    grouped = {"include": "Counted", "partial": "Counted in part", "ignore": "Ignored"}
    return " ".join(
        f"{said}: {', '.join(kind.name for kind in table.values() if kind.treatment == treatment)}."
        for treatment, said in grouped.items()
        if any(kind.treatment == treatment for kind in table.values())
    )


def _list_of(kinds: Iterable[str], amount: str, about: str, extra: Schema | None = None) -> Schema:
    return {
        "type": "array",
        "maxItems": LINES_LIMIT,
        "description": about,
        "items": {
            "type": "object",
            "properties": {"kind": {"type": "string", "enum": list(kinds)}, amount: POUNDS, **(extra or {})},
            "required": ["kind", amount],
            "additionalProperties": False,
        },
    }


CHARGE_INPUT: Schema = {
    "type": "object",
    "properties": {
        "as_at": {"type": "string", "format": "date", "description": "The day of the week charged for."},
        "setting": {
            "type": "string",
            "enum": list(SETTINGS),
            "description": "Where the person is cared for: at home, or in a care home for good, for a time, or for a "
            "short stay.",
        },
        "date_of_birth": {"type": "string", "format": "date", "description": "This, or pension_age."},
        "pension_age": {"type": "boolean", "description": "Whether pension age is reached; false means 25 or over."},
        "household": {
            "type": "string",
            "enum": list(HOUSEHOLDS),
            "description": "couple_pension_age: one or both have reached pension age.",
        },
        "premiums": {
            "type": "array",
            "maxItems": LINES_LIMIT,
            "items": {"type": "string", "enum": list(PREMIUMS)},
            "description": "Those due; the disability premiums are added only below pension age.",
        },
        "dependent_children": {"type": "integer", "minimum": 0, "maximum": CHILDREN_LIMIT},
        "income": _list_of(
            INCOME,
            "weekly",
            f"The person's own income; how it is treated at home: {_treatments(INCOME)}",
            {
                "half_to_partner": {
                    "type": "boolean",
                    "description": "In a care home: at least half of this private pension goes to the spouse at home.",
                }
            },
        ),
        "capital": _list_of(
            CAPITAL,
            "amount",
            f"Whole amounts; share is the person's own part. {_treatments(CAPITAL)}",
            {"share": {"type": "string", "maxLength": 100, "description": "1 if left out; such as 0.5 or 1/2"}, **HELD},
        ),
        "housing_costs": _list_of(HOUSING_COSTS, "weekly", "After any benefit or reduction that pays for them."),
        "disability_related_expenditure": _list_of(
            DISABILITY_RELATED_EXPENDITURE, "weekly", "As the council has accepted it."
        ),
        "disregards": _list_of(DISREGARDS, "weekly", " ".join(f"{kind}: {text}" for kind, text in DISREGARDS.items())),
        "weekly_cost": {**POUNDS, "description": "What the care of the week costs, in pounds as text: 400.00"},
        **CARE_HOME,
        **SERVICE,
        "local_policy": LOCAL_POLICY,
    },
    "required": ["as_at", "setting", "household", "weekly_cost"],
    "additionalProperties": False,
}

CHARGE_OUTPUT: Schema = {
    "type": "object",
    "properties": {
        "schema": {"type": "string", "enum": ["charge/1"]},
        "weekly_charge": _MONEY_OUT,
        "council_pays": _MONEY_OUT,
        "assessed_maximum": {**_MONEY_OUT, "description": "Above the upper capital limit: the whole cost."},
        "tariff_income": {**_MONEY_OUT, "description": "0.00 above the upper capital limit, where it is not asked."},
        "nhs_pays": {**_MONEY_OUT, "description": "Funded nursing care, or all of NHS continuing healthcare."},
        "top_up": {**_MONEY_OUT, "description": "What a dearer home costs on top; no part of the means test."},
        "arrangement_fee": {**_MONEY_OUT, "description": "Beside the cost, above the upper limit at home."},
        "personal_expenses_allowance": {**_MONEY_OUT, "description": "Left to a care home resident; 0.00 at home."},
        "notional_capital_reduction": {
            **_MONEY_OUT,
            "description": "How much of the charge is due to notional capital; take it off before the next week.",
        },
        "warnings": {"type": "array", "items": {"type": "string"}},
        "steps": {
            "type": "array",
            "items": {"type": "object", "required": ["rule", "text", "source", "parameter", "inputs", "result"]},
        },
    },
    "required": [
        "schema",
        "weekly_charge",
        "council_pays",
        "assessed_maximum",
        "tariff_income",
        "nhs_pays",
        "top_up",
        "arrangement_fee",
        "personal_expenses_allowance",
        "notional_capital_reduction",
        "warnings",
        "steps",
    ],
    "additionalProperties": False,
}
