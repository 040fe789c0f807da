"""How do a form's lines and what the record knows become a case of the charge rule, and its answer pence to keep?

Pure. The date of birth and the cost of the week are never asked twice: the record and the plan's cost give them. Nor is
a council's own policy typed: the kept case names the council, and its figures lie over the national ones whenever the
case is worked out, now or again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from joinedup.base.errors import PersonMustAct, SenderMustAct
from joinedup.base.money import Money
from joinedup.base.parameter_files import shipped
from joinedup.base.parameter_local import for_council, shipped_policies
from joinedup.base.parameters import Parameters
from joinedup.funding.rules import RULES

RULE = RULES[0]
COUNCIL = "council"
"""Under this name a kept case holds whose own policy it was worked out by; the rule itself never sees it."""


@dataclass(frozen=True, slots=True)
class Charged:
    """What the rule says: the whole case, its whole answer as JSON, and the pence a week of the three who pay.

    The three are the cost of the week, to the penny: the rule says so of every answer, and the database asks it again.
    """

    case: dict[str, object]
    explanation: dict[str, object]
    weekly_charge_pence: int
    council_pays_pence: int
    nhs_pays_pence: int

    @property
    def weekly_cost_pence(self) -> int:
        """What the three bear together: the cost of the week."""
        return self.weekly_charge_pence + self.council_pays_pence + self.nhs_pays_pence

    @property
    def top_up_pence(self) -> int:
        """What a dearer home costs on top of that week; no part of it."""
        return top_up_of(self.explanation)


def top_up_of(explanation: Mapping[str, object]) -> int:
    """The top-up in pence that a kept explanation says; nothing where it was kept before there were any."""
    return Money.from_text(str(explanation.get("top_up") or "0.00")).pence


def whole_case(
    told: Mapping[str, object], *, born: date | None, weekly_cost_pence: int, today: date, council: str = ""
) -> dict[str, object]:
    """A case of the rule: what was told, with the day, the setting, the date of birth and the cost filled in.

    `council` names whose own policy holds besides, '' for none.

    >>> whole_case({"household": "single"}, born=date(1941, 3, 2), weekly_cost_pence=40000, today=date(2026, 11, 2))
    {'as_at': '2026-11-02', 'setting': 'home', 'household': 'single', 'date_of_birth': '1941-03-02', \
'weekly_cost': '400.00'}
    """
    case = {"as_at": today.isoformat(), "setting": "home", **told}
    case.pop(COUNCIL, None)
    if born is not None:
        case.pop("pension_age", None)
        case["date_of_birth"] = born.isoformat()
    policy = {COUNCIL: council} if council else {}
    return {**case, "weekly_cost": Money(weekly_cost_pence).to_text(), **policy}


def policy_for(place_code: str, *, demo: bool) -> str:
    """The council whose own policy holds in a place: that of its area where one is held, '' otherwise.

    A policy that was invented for a demo holds only where `demo` asks for it.
    """
    policy = shipped_policies().get(place_code)
    return "" if policy is None or (policy.invented and not demo) else policy.council


def law_of(case: Mapping[str, object]) -> Parameters:
    """The shipped figures of law, with the own policy of the council that a kept case names laid over them."""
    council = str(case.get(COUNCIL) or "")
    return for_council(council, with_invented=True) if council else shipped()


def rule_case(case: Mapping[str, object]) -> dict[str, object]:
    """A kept case as the rules read it."""
    return {name: value for name, value in case.items() if name != COUNCIL}


def worked_out(case: Mapping[str, object], parameters: Parameters, today: date) -> Charged:
    """The rule run on a case. PersonMustAct (charge-case) says which fields cannot be used; OperatorMustAct
    (parameter-missing) names a figure of law that is not known for the day."""
    try:
        answer = RULE.answer(rule_case(case), parameters, today)
    except SenderMustAct as error:
        raise PersonMustAct(error.code, error.what, error.why, "Correct what is named and send it again.") from error
    charge, council, nhs = (
        Money.from_text(str(answer[name])).pence for name in ("weekly_charge", "council_pays", "nhs_pays")
    )
    return Charged(dict(case), answer, charge, council, nhs)
