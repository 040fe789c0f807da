"""The writes of `funding`: evidence told, corrected, ended; charges, adjustments; tests; appeals; estimates."""

from joinedup.funding.actions.adjustments import decide_adjustments
from joinedup.funding.actions.appeals import answer_appeal, hand_over_appeal, raise_appeal
from joinedup.funding.actions.charges import decide_charge, tell_commissioners
from joinedup.funding.actions.estimates import keep_first_estimate
from joinedup.funding.actions.evidence import correct_evidence, end_evidence, tell_case, tell_evidence
from joinedup.funding.actions.own_telling import accept_own, refuse_own, tell_own, withdraw_own
from joinedup.funding.actions.taken_tests import decide_healthcare, take_test, tell_facts

__all__ = [
    "accept_own",
    "answer_appeal",
    "correct_evidence",
    "decide_adjustments",
    "decide_charge",
    "decide_healthcare",
    "end_evidence",
    "hand_over_appeal",
    "keep_first_estimate",
    "raise_appeal",
    "refuse_own",
    "take_test",
    "tell_case",
    "tell_commissioners",
    "tell_evidence",
    "tell_facts",
    "tell_own",
    "withdraw_own",
]
