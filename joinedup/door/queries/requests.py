"""Which requests are open, what is due first, which wait for my answer, and how does one of them stand?

Row security leaves only requests about people whom the caller may see. Opening one is a line of the log.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.access.models import Subject
from joinedup.base.errors import NotFound
from joinedup.door.models import Referral, Request
from joinedup.door.rules import Clock, clock_of
from joinedup.person.queries.person_row import name_of_whole, whole_of

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class RequestShown:
    """A request with its person's name, its clock and, on its own page, its referrals.

    `mine`: the caller or a team of theirs owns it. `to_answer` and `to_take_back` are the referrals that the caller may
    answer or take back.
    """

    request: Request
    name: str
    clock: Clock
    mine: bool = False
    referrals: tuple[Referral, ...] = ()
    to_answer: tuple[Referral, ...] = ()
    to_take_back: tuple[Referral, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenRequests:
    """Open requests, due first; `waiting` counts all of them."""

    shown: tuple[RequestShown, ...]
    waiting: int


def request_of(caller: Caller, request_id: UUID, now: datetime) -> RequestShown:
    """One request; a line of the log. NotFound when there is none, or its person is not to be seen."""
    caller.must("work_requests")
    request = _rows().filter(id=request_id).first()
    if request is None:
        raise NotFound("request-not-found", "There is no such request, or you may not see it.")
    note("request.opened", person_id=request.person_id, thing_id=request.id, place_id=request.place_id)
    mine = subjects_of_caller()
    referrals = tuple(request.referrals.select_related("giver", "receiver", "answered_by").order_by("made_at", "id"))
    unanswered = [each for each in referrals if each.answer is None]
    owned = request.owner_id in mine
    return RequestShown(
        request, name_of_whole(request.person),
        clock_of(request.clock_started_at, request.next_step_due, now), owned, referrals,
        to_answer=tuple(each for each in unanswered if each.receiver_id in mine),
        to_take_back=tuple(each for each in unanswered if each.giver_id == caller.id or owned),
    )  # fmt: skip


def request_of_referral(referral_id: UUID) -> UUID:
    """The key of the request that a referral is about. NotFound when it is not there or not to be seen."""
    request_id = Referral.objects.filter(id=referral_id).values_list("request_id", flat=True).first()
    if request_id is None:
        raise NotFound("referral-not-found", "There is no such referral, or you may not see it.")
    return request_id


def owners_within(caller: Caller, shown: RequestShown) -> list[tuple[str, str]]:
    """Key and name of those who may own a request without a transfer: its owner, and in their team caller and team."""
    row = shown.request
    found = {row.owner_id: row.owner.label}
    if shown.mine:
        found |= {caller.id: f"{caller.label} (you)"}
        teams = Subject.objects.filter(id__in=subjects_of_caller(), kind="team").values_list("id", "label")
        found |= dict(teams)
    return [(str(key), label) for key, label in found.items()]


def open_requests(caller: Caller, now: datetime, *, only_mine: bool = False) -> OpenRequests:
    """The hundred open requests that are due first, of all that the caller may see or of those that they own."""
    caller.must("work_requests")
    mine = subjects_of_caller()
    rows = _rows().filter(state="open")
    if only_mine:
        rows = rows.filter(owner_id__in=mine)
    held = list(rows.order_by("next_step_due", "id")[:AT_ONCE])
    note("requests.listed", place_id=caller.holdings[0].place_id, found=len(held))
    return OpenRequests(
        tuple(_shown(row, now, row.owner_id in mine) for row in held),
        rows.count() if len(held) == AT_ONCE else len(held),
    )


def requests_about(caller: Caller, person_id: UUID, now: datetime) -> list[RequestShown]:
    """Open requests about one person, oldest first."""
    caller.must("work_requests")
    mine = subjects_of_caller()
    rows = _rows().filter(person_id__in=whole_of(person_id), state="open").order_by("clock_started_at", "id")
    return [_shown(row, now, row.owner_id in mine) for row in rows]


def every_request_about(caller: Caller, person_id: UUID, now: datetime) -> list[RequestShown]:
    """Requests about one person, open or not, oldest first, at most a hundred."""
    caller.must("work_requests")
    rows = _rows().filter(person_id=person_id).order_by("clock_started_at", "id")[:AT_ONCE]
    return [_shown(row, now, mine=False) for row in rows]


def waiting_referrals(caller: Caller, now: datetime) -> list[tuple[Referral, RequestShown]]:
    """Referrals to the caller or their teams that nobody answered yet, oldest first, each with its request."""
    caller.must("work_requests")
    mine = subjects_of_caller()
    rows = Referral.objects.select_related("giver", "receiver").filter(
        answer=None, receiver_id__in=mine, request__state="open"
    )
    waiting = list(rows.order_by("made_at", "id"))
    requests = {row.id: row for row in _rows().filter(id__in=[each.request_id for each in waiting])}
    return [
        (each, _shown(requests[each.request_id], now, requests[each.request_id].owner_id in mine))
        for each in waiting
        if each.request_id in requests
    ]


def _rows() -> QuerySet[Request]:
    return Request.objects.select_related("contact", "contact__taken_by", "person__canonical", "owner", "place")


def _shown(row: Request, now: datetime, mine: bool) -> RequestShown:
    return RequestShown(row, name_of_whole(row.person), clock_of(row.clock_started_at, row.next_step_due, now), mine)


def subjects_of_caller() -> set[UUID]:
    """Keys of the caller of this transaction and their teams."""
    with connection.cursor() as cursor:
        cursor.execute("select access.subjects()")
        return set(cursor.fetchone()[0] or ())
