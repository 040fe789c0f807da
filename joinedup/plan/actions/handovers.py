"""Handing an agreed plan over to another place, because the person moves there.

The plan, its goals, its case manager and the charge that rests on it go with the person: nothing is assessed, agreed or
typed again, and care goes on until the new place has reviewed it (Care Act 2014 sections 37 and 38). Whoever is asked
sees the person from the offer on; nothing changes hands before they accept. What the old place buys ends by a decision
of its own, and the database lets nobody buy the same hours twice.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from joinedup.access.actions import once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.access.refusals import Refusals, in_words_of
from joinedup.base.errors import NotAllowed, NotFound, NotNow, PersonMustAct
from joinedup.base.identifiers import new_id
from joinedup.person.actions import append_timeline
from joinedup.places.models import Place
from joinedup.plan.locking import locked, must_be, next_version
from joinedup.plan.models import HANDOVER_ANSWERS, Handover
from joinedup.plan.sight import give_sight, is_me

REFUSALS: Refusals = {
    "one_handover_waits_at_a_time": (
        NotNow, "This plan is offered to somebody already.", "It waits for one answer at a time.",
        "Take the first offer back.",
    ),
    "handover_to_another_place": (
        NotNow, "The plan is in this place already.", "", "Choose the place that the person moves to.",
    ),
    "handover_to_who_works_there": (
        NotNow, "They do not work with people in that place.",
        "A plan is handed to a team of the new place or to its people.", "Choose a team or somebody of that place.",
    ),
    "handover_of_an_agreed_plan": (
        NotNow, "This plan cannot be handed over now.", "It has ended, or is in another place already.",
        "Open the plan again.",
    ),
}  # fmt: skip


def offer_handover(
    *, by: Caller, at: datetime, request_key: str, expected_version: int, plan_id: UUID, to_place_id: UUID,
    receiver_id: UUID, moves_on: date, why: str,
) -> UUID:  # fmt: skip
    """Offer an agreed plan to a team or somebody of the place that the person moves to. Returns the handover's key.

    The receiver sees the person from now on. Conflict when the plan changed meanwhile; NotNow when it waits for an
    answer already, is no agreed plan, or the receiver does not work there.
    """
    by.must("name_case_manager")
    if not why.strip():
        raise PersonMustAct("why-empty", "Say why the plan is handed over.", "", "Write a few words.")

    def act() -> str:
        plan = locked(plan_id)
        must_be(plan, "agreed")
        next_version(plan, expected_version)
        handover = Handover(
            id=new_id(), plan_id=plan_id, person_id=plan.person_id, from_place_id=plan.place_id,
            to_place_id=to_place_id, receiver_id=receiver_id, moves_on=moves_on, why=why.strip(), offered_by_id=by.id,
            offered_at=at,
        )  # fmt: skip
        handover.save(force_insert=True)
        give_sight(by=by, at=at, request_key=request_key, receiver=receiver_id, person_id=plan.person_id,
                   source=f"handover:{handover.id}", ends_at=None)  # fmt: skip
        note("plan.offered", person_id=plan.person_id, thing_id=plan_id, place_id=plan.place_id)
        return str(handover.id)

    arguments = {
        "plan": plan_id, "version": expected_version, "place": to_place_id, "receiver": receiver_id, "on": moves_on,
        "why": why,
    }  # fmt: skip
    with in_words_of(REFUSALS), transaction.atomic():
        made = once(by=by.id, at=at, request_key=request_key, action="offer_handover", arguments=arguments, act=act)
    return UUID(made)


def answer_handover(*, by: Caller, at: datetime, request_key: str, handover_id: UUID, answer: str) -> UUID:
    """Accept or decline a plan as the receiver, or take the offer back ('withdrawn') as whoever made it.

    An accepted plan is the new place's at once, its case manager unchanged until another is named; otherwise the sight
    given with the offer ends. Returns the plan's key. NotNow when it was answered already or the plan is not as it was,
    NotAllowed when it is somebody else's to answer.
    """
    by.must("name_case_manager")
    if answer not in dict(HANDOVER_ANSWERS):
        raise PersonMustAct("handover-answer", "A plan is accepted, declined or taken back.", "", "Choose one.")

    def act() -> str:
        handover = Handover.objects.select_related("from_place", "to_place").filter(id=handover_id).first()
        if handover is None:
            raise NotFound("handover-not-found", "There is no such offer, or you may not see it.")
        locked(handover.plan_id)
        if not (handover.offered_by_id == by.id if answer == "withdrawn" else is_me(handover.receiver_id)):
            raise NotAllowed(
                "answer-is-theirs", "This is not yours to answer.",
                "Whoever was asked accepts or declines; whoever asked takes it back.", "Ask them to answer.",
            )  # fmt: skip
        if not Handover.objects.filter(id=handover_id, answer="").update(
            answer=answer, answered_by_id=by.id, answered_at=at
        ):
            raise NotNow("handover-answered", "This was answered already.", "", "Open the plan again.")
        if answer == "accepted":
            _tell(by, at, handover, handover.from_place, handover.to_place)
        note(f"plan.handover_{answer}", person_id=handover.person_id, thing_id=handover.plan_id,
             place_id=handover.to_place_id)  # fmt: skip
        return str(handover.plan_id)

    arguments = {"handover": handover_id, "answer": answer}
    with in_words_of(REFUSALS), transaction.atomic():
        plan = once(by=by.id, at=at, request_key=request_key, action="answer_handover", arguments=arguments, act=act)
    return UUID(plan)


def _tell(by: Caller, at: datetime, handover: Handover, from_place: Place, to_place: Place) -> None:
    append_timeline(
        by=by, at=at, person_id=handover.person_id, kind="care_plan", starts_on=handover.moves_on,
        source_key=f"plan.handover/{handover.id}",
        title=f"Care and support plan handed over from {from_place.name} to {to_place.name}",
        detail=(("Why", handover.why),),
    )  # fmt: skip
