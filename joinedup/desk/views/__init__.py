"""The pages of the desk: home, the tour and why; the call; requests. Each translates and composes, nothing else."""

from joinedup.desk.views.call import call
from joinedup.desk.views.front import home, tour, why
from joinedup.desk.views.requests import answer, first_service, next_step, pass_on, request_page, requests, set_state

__all__ = [
    "answer",
    "call",
    "first_service",
    "home",
    "next_step",
    "pass_on",
    "request_page",
    "requests",
    "set_state",
    "tour",
    "why",
]
