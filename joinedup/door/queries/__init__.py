"""The only reads of the front door for others, limited to what the caller may see.

Tracing somebody while they are spoken of, requests with their clock and history, what waits for an answer, and who may
own or receive a request.
"""

from joinedup.door.queries.history import Happened, history_of
from joinedup.door.queries.owners import possible_owners, possible_receivers
from joinedup.door.queries.requests import (
    OpenRequests,
    RequestShown,
    every_request_about,
    open_requests,
    owners_within,
    request_of,
    request_of_referral,
    requests_about,
    subjects_of_caller,
    waiting_referrals,
)
from joinedup.door.queries.tracing import Traced, trace

__all__ = [
    "Happened",
    "OpenRequests",
    "RequestShown",
    "Traced",
    "every_request_about",
    "history_of",
    "open_requests",
    "owners_within",
    "possible_owners",
    "possible_receivers",
    "request_of",
    "request_of_referral",
    "requests_about",
    "subjects_of_caller",
    "trace",
    "waiting_referrals",
]
