"""The only writes of the front door: taking a call, what happens next, handing on, answering, closing, opening again.

A call commits person, contact, owner and next step together or not at all. Referring shares a request and the sight of
the person; transferring hands it over once the receiver accepts. The clock is never touched.
"""

from joinedup.door.actions.calls import Call, ToldOfPerson, take_call
from joinedup.door.actions.referrals import answer_referral, refer
from joinedup.door.actions.requests import (
    close_request,
    first_service_delivered,
    record_first_service,
    set_next_step,
)

__all__ = [
    "Call",
    "ToldOfPerson",
    "answer_referral",
    "close_request",
    "first_service_delivered",
    "record_first_service",
    "refer",
    "set_next_step",
    "take_call",
]
