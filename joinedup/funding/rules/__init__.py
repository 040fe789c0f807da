"""Who pays, by rule: pure functions over whole pence, with the figures of law handed in.

`charge` is the Care Act charge for one person, with every step explained; `charge_many` is the same calculation over a
caseload, `charge_cases` for many cases as JSON; `charge_days` that by the day of service; `estimate` is the range for a
first call.
"""

from __future__ import annotations

from joinedup.base.rulebook import Rule
from joinedup.funding.rules import (
    benefits,
    charge_period,
    continuing_healthcare,
    deferred_payment,
    facilities_grant,
    nursing_care,
    self_funding,
    shared_payment,
)
from joinedup.funding.rules.caseload import gather
from joinedup.funding.rules.charge import charge
from joinedup.funding.rules.charge_batch import charge_cases
from joinedup.funding.rules.charge_form import CHARGE_INPUT, CHARGE_OUTPUT
from joinedup.funding.rules.engine import Caseload, Charges, charge_many
from joinedup.funding.rules.estimate import Band, Estimate, estimate
from joinedup.funding.rules.law import ChargeLaw

__all__ = [
    "RULES",
    "Band",
    "Caseload",
    "ChargeLaw",
    "Charges",
    "Estimate",
    "charge",
    "charge_cases",
    "charge_many",
    "estimate",
    "gather",
]

RULES = (
    Rule(
        name="charge",
        question="What must somebody pay each week under the Care Act, at home or in a care home, and what do others?",
        run=charge,
        input_schema=CHARGE_INPUT,
        output_schema=CHARGE_OUTPUT,
    ),
    charge_period.RULE,
    continuing_healthcare.CHECKLIST_RULE,
    continuing_healthcare.TOOL_RULE,
    nursing_care.RULE,
    facilities_grant.RULE,
    deferred_payment.RULE,
    shared_payment.AFTERCARE_RULE,
    shared_payment.DIRECT_RULE,
    self_funding.RULE,
    benefits.RULE,
)
