"""What does a council's own policy say of charging, in the form that a case of the charge takes?

The values come from `Parameters` with the council's own laid on top (`joinedup.base.parameter_local.for_council`);
those of a council without a policy are what holds anyway. A higher minimum income is not among them: it lies over
`minimum-income-guarantee` itself, which the charge reads. Left out: which council answers for whom.
"""

from __future__ import annotations

from datetime import date

from joinedup.base.errors import OperatorMustAct
from joinedup.base.parameters import Parameter, Parameters

_YES_NO = {"yes": True, "no": False}
_SHORT_TERM_RULES = ("care_home", "home")


def local_policy_of(parameters: Parameters, on: date) -> dict[str, object]:
    """The fields of `local_policy` for a day, as text and yes or no.

    OperatorMustAct (local-policy-word) for a word that the parameter does not have; (parameter-missing) for a day that
    the files do not cover.
    """
    return {
        "charge_percent": parameters.value_at("charge-percent", on).value_text(),
        "upper_capital_limit": parameters.value_at("capital-upper-limit-at-home", on).value_text(),
        "savings_credit_ignored": _YES_NO[_word(parameters.value_at("savings-credit-ignored", on), tuple(_YES_NO))],
        "flat_disability_related_expenditure_weekly": parameters.value_at(
            "flat-disability-related-expenditure-weekly", on
        ).value_text(),
        "arrangement_fee_weekly": parameters.value_at("arrangement-fee-weekly", on).value_text(),
        "short_term_rules": _word(parameters.value_at("short-term-rules", on), _SHORT_TERM_RULES),
    }


def _word(found: Parameter, allowed: tuple[str, ...]) -> str:
    if found.text() in allowed:
        return found.text()
    raise OperatorMustAct(
        "local-policy-word",
        f"The value of {found.name} is not a word that it may have.",
        f"It may be {' or '.join(allowed)}.",
        "Correct it in the council's file in parameters/local/.",
    )
