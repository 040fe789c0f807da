"""The writes of `funding`: evidence told, corrected and ended; charges and adjustments decided; appeals; estimates."""

from joinedup.funding.actions.adjustments import decide_adjustments
from joinedup.funding.actions.appeals import answer_appeal, hand_over_appeal, raise_appeal
from joinedup.funding.actions.charges import decide_charge, tell_commissioners
from joinedup.funding.actions.estimates import keep_first_estimate
from joinedup.funding.actions.evidence import correct_evidence, end_evidence, tell_case, tell_evidence

__all__ = [
    "answer_appeal",
    "correct_evidence",
    "decide_adjustments",
    "decide_charge",
    "end_evidence",
    "hand_over_appeal",
    "keep_first_estimate",
    "raise_appeal",
    "tell_case",
    "tell_commissioners",
    "tell_evidence",
]
