"""What do the council's policy, the care home and the kind of service set for this one person?

What the case says of the council's policy holds, else the council's own figures laid over the national ones, else the
national ones. A council may leave more than the law and never less: what is less is refused. Left out: the sums.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from joinedup.base.errors import OperatorMustAct, SenderMustAct
from joinedup.base.money import Money
from joinedup.base.parameters import Parameter
from joinedup.funding.rules.evidence import Evidence
from joinedup.funding.rules.law import ChargeLaw
from joinedup.funding.rules.treatments import FREE_FOR_WEEKS

NOTHING = Money(0)
HUNDRED = 100
WHOLE = HUNDRED * HUNDRED


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for one person. `home_rules`: the charge is worked out as at home.

    `free`: the service is free now. `percent_hundredths` is of what
    could be charged (10000 is the whole). `fee` is due only above the upper limit.
    """

    home_rules: bool
    allowance: Money
    upper_limit: Money
    percent_hundredths: int
    savings_credit_ignored: bool
    flat_disability_costs: Money
    fee: Money
    nursing: Parameter | None
    free: bool


def terms_of(evidence: Evidence, law: ChargeLaw) -> Terms:
    """The terms of a day. SenderMustAct (local-policy-below-national-minimum) for a policy that leaves too little."""
    policy, short = evidence.policy, evidence.setting == "care_home_short_term"
    home_rules = evidence.setting == "home" or (
        short and (policy.short_term_rules or _word(law, "short-term-rules", ("care_home", "home"))) == "home"
    )
    free = _is_free(evidence, law)
    tested = not free and evidence.light_touch is None
    ignored = policy.savings_credit_ignored
    return Terms(
        home_rules=home_rules,
        allowance=_allowance(evidence, law) if tested and not home_rules else NOTHING,
        upper_limit=_upper_limit(evidence, law) if tested else law.capital_upper_limit.money(),
        percent_hundredths=_percent(evidence, law) if home_rules else WHOLE,
        savings_credit_ignored=home_rules
        and (_word(law, "savings-credit-ignored", ("yes", "no")) == "yes" if ignored is None else ignored),
        flat_disability_costs=_chosen(policy.flat_disability_costs, law, "flat-disability-related-expenditure-weekly"),
        fee=_chosen(policy.arrangement_fee, law, "arrangement-fee-weekly")
        if evidence.council_arranges and evidence.setting == "home"
        else NOTHING,
        nursing=None if evidence.nursing_care is None else law.figure("funded-nursing-care", evidence.nursing_care),
        free=free,
    )


def top_up_faults(evidence: Evidence, home_left_out: bool) -> Iterator[str]:
    """A resident may pay a top-up only while the twelve weeks leave the home out, with a deferred payment agreement, or
    under section 117."""
    allowed = home_left_out or evidence.deferred_payment or evidence.free_service == "section_117_aftercare"
    dearer = evidence.chosen_cost is not None and evidence.chosen_cost > evidence.weekly_cost
    if evidence.top_up_by_resident and dearer and not allowed:
        yield (
            "top_up_paid_by must be third_party: a resident may pay a top-up only in the first twelve weeks, with a "
            "deferred payment agreement, or under section 117"
        )


def _is_free(evidence: Evidence, law: ChargeLaw) -> bool:
    service = evidence.free_service
    if service is None:
        return False
    if service in FREE_FOR_WEEKS:
        return law.within_weeks("reablement-free-weeks", evidence.free_since)
    if service == "equipment_or_minor_adaptation":
        return evidence.weekly_cost <= law.figure("equipment-free-up-to").money()
    return True


def _allowance(evidence: Evidence, law: ChargeLaw) -> Money:
    national = law.figure("personal-expenses-allowance").money()
    for where, told in (
        ("local_policy.personal_expenses_allowance_weekly", evidence.policy.personal_allowance),
        ("personal_expenses_allowance_weekly", evidence.personal_allowance),
    ):
        _refuse_below(where, told, national, "the national personal expenses allowance")
    told_ones = (evidence.policy.personal_allowance, evidence.personal_allowance)
    return max([national, *(each for each in told_ones if each is not None)])


def _upper_limit(evidence: Evidence, law: ChargeLaw) -> Money:
    national = law.capital_upper_limit.money()
    _refuse_below("local_policy.upper_capital_limit", evidence.policy.upper_limit, national, "the upper capital limit")
    if evidence.setting == "care_home_permanent":
        return national
    return max(national, _chosen(evidence.policy.upper_limit, law, "capital-upper-limit-at-home"))


def _percent(evidence: Evidence, law: ChargeLaw) -> int:
    told = evidence.policy.percent_hundredths
    return int(law.figure("charge-percent").percent() * HUNDRED) if told is None else told


def _chosen(told: Money | None, law: ChargeLaw, name: str) -> Money:
    return law.figure(name).money() if told is None else told


def _word(law: ChargeLaw, name: str, allowed: tuple[str, ...]) -> str:
    """A council's choice between words. OperatorMustAct (local-policy-word) for any other word."""
    found = law.figure(name)
    if found.text() in allowed:
        return found.text()
    raise OperatorMustAct(
        "local-policy-word",
        f"The value of {name} is not a word that it may have.",
        f"It may be {' or '.join(allowed)}.",
        "Correct it in the council's file in parameters/local/.",
    )


def _refuse_below(where: str, told: Money | None, national: Money, called: str) -> None:
    if told is not None and told < national:
        raise SenderMustAct(
            "local-policy-below-national-minimum",
            f"{where} is below {called}.",
            f"On this day that is {national} (SI 2014/2672); a council may leave more and never less.",
            "Give an amount that is not below it, or leave it out.",
        )
