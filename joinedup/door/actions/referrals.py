"""Sharing a request and handing it over: asking, answering, taking back.

Referring lets the receiver see the person, and the owner stays. A transfer does the same; once it is accepted the
receiver is the owner. Declining or taking back ends the sight that was given; the database sees to that.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import F

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.access.queries import labels_of
from joinedup.base.errors import NotAllowed, NotFound, NotNow, PersonMustAct
from joinedup.door.acting import give_sight, once_whole, open_request
from joinedup.door.models import Referral, Request
from joinedup.door.queries.owners import may_receive, place_of_work
from joinedup.door.rules import ANSWERS, KINDS
from joinedup.person.actions import append_timeline


def refer(
    *, by: Caller, at: datetime, request_key: str, request_id: UUID, kind: str, receiver_id: UUID, reason: str
) -> UUID:
    """Share a request (kind 'refer') or offer to hand it over ('transfer'); the receiver sees the person from now.

    Returns the referral. NotNow when it is theirs already, was asked already, or another transfer waits.
    """
    by.must("work_requests")

    def act() -> str:
        request = open_request(request_id)
        _check_receiver(request, kind, receiver_id, at)
        referral = Referral.objects.create(
            request=request, person_id=request.person_id, kind=kind, giver_id=by.id, receiver_id=receiver_id,
            reason=reason, made_at=at,
        )  # fmt: skip
        give_sight(
            by=by, at=at, request_key=f"{request_key}.sight", receiver=receiver_id, person_id=request.person_id,
            source=f"referral:{referral.id}",
        )  # fmt: skip
        act_name = "request.referred" if kind == "refer" else "request.offered"
        note(act_name, person_id=request.person_id, thing_id=referral.id, place_id=request.place_id)
        return str(referral.id)

    if kind not in KINDS:
        raise PersonMustAct("referral-kind", "A request is referred or transferred.", "", "Choose one of the two.")
    arguments = {"request": request_id, "kind": kind, "receiver": receiver_id, "reason": reason}
    return UUID(once_whole(by, at, request_key, "refer", arguments, act))


def answer_referral(*, by: Caller, at: datetime, request_key: str, referral_id: UUID, answer: str) -> str:
    """Accept or decline as the receiver, or take back ('withdrawn') as whoever asked or owns the request.

    An accepted transfer changes the owner, and the place where they work elsewhere, never the clock; a declined or
    withdrawn one ends the sight given with it. NotNow when it was answered already or the request is closed, NotAllowed
    when it is somebody else's to answer.
    """
    by.must("work_requests")

    def act() -> str:
        referral = Referral.objects.select_related("request").filter(id=referral_id).first()
        if referral is None:
            raise NotFound("referral-not-found", "There is no such referral, or you may not see it.")
        _check_answerer(by, referral, answer)
        if answer == "accepted":
            _accept(by, at, referral)
        answered = Referral.objects.filter(id=referral_id, answer=None).update(
            answer=answer, answered_at=at, answered_by_id=by.id
        )
        if not answered:
            raise NotNow("referral-answered", "This referral was answered already.", "", "Open the request.")
        place_id = referral.request.place_id
        note(f"referral.{answer}", person_id=referral.person_id, thing_id=referral_id, place_id=place_id)
        return answer

    if answer not in ANSWERS:
        raise PersonMustAct("referral-answer", "A referral is accepted, declined or taken back.", "", "Choose one.")
    arguments = {"referral": referral_id, "answer": answer}
    return str(once_whole(by, at, request_key, "answer_referral", arguments, act))


def _check_receiver(request: Request, kind: str, receiver_id: UUID, at: datetime) -> None:
    if receiver_id == request.owner_id:
        raise NotNow("receiver-is-owner", "This request is theirs already.", "", "Choose somebody else.")
    if not may_receive(receiver_id, at):
        raise PersonMustAct(
            "receiver-not-at-work", "They take no requests.",
            "A receiver is a team, or somebody who works in a care role now.", "Choose somebody else.",
        )  # fmt: skip
    waiting = request.referrals.filter(answer=None)
    if waiting.filter(receiver_id=receiver_id).exists() or (
        kind == "transfer" and waiting.filter(kind="transfer").exists()
    ):
        raise NotNow(
            "referral-waits", "An answer to this is still awaited.", "One request waits for one new owner at a time.",
            "Wait for the answer, or take the earlier one back.",
        )  # fmt: skip


def _check_answerer(by: Caller, referral: Referral, answer: str) -> None:
    asked = referral.receiver_id
    with connection.cursor() as cursor:
        cursor.execute(
            "select %s = any (access.subjects()), %s = any (access.subjects())", [asked, referral.request.owner_id]
        )
        is_receiver, owns_request = cursor.fetchone()
    if not (referral.giver_id == by.id or owns_request if answer == "withdrawn" else is_receiver):
        raise NotAllowed(
            "answer-is-theirs", "This is not yours to answer.",
            "Whoever was asked accepts or declines; whoever asked, or owns the request, takes it back.",
            "Ask them to answer.",
        )  # fmt: skip


def _accept(by: Caller, at: datetime, referral: Referral) -> None:
    request = open_request(referral.request_id)
    if referral.answer is not None:
        raise NotNow("referral-answered", "This referral was answered already.", "", "Open the request.")
    if referral.kind == "transfer":
        Request.objects.filter(id=request.id).update(
            owner_id=referral.receiver_id, place_id=place_of_work(referral.receiver_id, request.place_id, at),
            version=F("version") + 1, changed_by_id=by.id, changed_at=at,
        )  # fmt: skip
    receiver = labels_of([referral.receiver_id]).get(referral.receiver_id, "")
    title = f"{receiver} took over the request" if referral.kind == "transfer" else f"{receiver} helps with the request"
    append_timeline(
        by=by, at=at, person_id=referral.person_id, kind="referral", source_key=f"door.referral/{referral.id}",
        title=title, detail=[("Reason", referral.reason)],
    )  # fmt: skip
