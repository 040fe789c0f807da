"""Which fields of a charge's case belong to a care home, to the service and to the council's policy?"""

from __future__ import annotations

from joinedup.funding.rules.treatments import FREE_SERVICES, LIGHT_TOUCH, OCCUPIERS

Schema = dict[str, object]

POUNDS: Schema = {
    "type": "string",
    "maxLength": 100,
    "description": "Pounds of 0 or more with at most two decimals, as text: 230.25",
}


def _pounds(about: str) -> Schema:
    return {**POUNDS, "description": f"{about} Pounds as text: 230.25"}


def _day(about: str) -> Schema:
    return {"type": "string", "format": "date", "description": about}


def _yes(about: str) -> Schema:
    return {"type": "boolean", "description": about}


HELD: Schema = {
    "debts_secured": _pounds("The person's own part of what is secured on it."),
    "occupied_by": {"type": "string", "enum": list(OCCUPIERS), "description": "Who lives in the main home."},
    "intends_to_occupy_since": _day("Of the main home: since when the person means to live in it."),
    "bought_to_replace_since": _day("Of sale proceeds for a new home: since when they wait to be spent."),
    "received_on": _day("Of a payment for a personal injury: when it was paid."),
    "reduced_by": _pounds("Of notional capital: what earlier weeks have taken off it."),
}

CARE_HOME: Schema = {
    "became_permanent_on": _day("When the stay became permanent: the home is left out for some weeks from it."),
    "property_disregard_ended_on": _day("When another reason to leave the home out ended unexpectedly."),
    "personal_expenses_allowance_weekly": _pounds("A higher allowance, decided for this person."),
    "funded_nursing_care": {
        "type": "string",
        "enum": ["standard", "higher"],
        "description": "The rate that the NHS pays for nursing; the higher one to people on it since October 2007.",
    },
    "chosen_home_weekly_cost": _pounds("What the chosen home costs where it costs more than weekly_cost."),
    "top_up_paid_by": {
        "type": "string",
        "enum": ["third_party", "resident"],
        "description": "A resident may only in the first twelve weeks, with a deferred payment, or under section 117.",
    },
    "deferred_payment": _yes("Whether there is a deferred payment agreement."),
}

SERVICE: Schema = {
    "free_service": {
        "type": "object",
        "properties": {
            "kind": {"type": "string", "enum": list(FREE_SERVICES)},
            "started_on": _day("Needed for reablement and intermediate care, which are free for some weeks."),
        },
        "required": ["kind"],
        "additionalProperties": False,
    },
    "light_touch": {
        "type": "object",
        "properties": {
            "reason": {"type": "string", "enum": list(LIGHT_TOUCH)},
            "consented": _yes("Must be true: the person agreed that no full assessment is done."),
        },
        "required": ["reason", "consented"],
        "additionalProperties": False,
    },
    "council_arranges": _yes("Somebody above the upper limit asked the council to arrange care at home."),
}

LOCAL_POLICY: Schema = {
    "type": "object",
    "properties": {
        "minimum_income_guarantee_weekly": _pounds(
            "The council's minimum income for this person, premiums and children included; not below the national one."
        ),
        "personal_expenses_allowance_weekly": _pounds("Never below the national one."),
        "upper_capital_limit": _pounds("Never below the national one; not for permanent care home residents."),
        "charge_percent": {
            "type": "string",
            "maxLength": 10,
            "description": "Which part of what could be charged at home is, from 0 to 100, as text: 90",
        },
        "savings_credit_ignored": _yes("All of a savings credit is left out, at home."),
        "flat_disability_related_expenditure_weekly": _pounds("Accepted at home without receipts."),
        "arrangement_fee_weekly": _pounds("What the council asks for arranging care."),
        "short_term_rules": {
            "type": "string",
            "enum": ["care_home", "home"],
            "description": "Which rules a short-term stay follows.",
        },
    },
    "additionalProperties": False,
}
