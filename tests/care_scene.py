"""A person, a nurse and a social worker, and what they do together: what tests of assessments and plans start from.

Everything is done by the real actions, as `app`, after a real enter.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from tests import factories as make

HEALTH = {
    "function": "Needs help with stairs.", "mobility": "aid", "falls": "one", "mental_state": "Low since the fall.",
    "continence": "continent",
}  # fmt: skip
OUTCOMES = (
    "nutrition", "hygiene", "toilet", "clothing", "home_safety", "habitable_home", "relationships",
    "work_and_learning", "community", "caring_for_child",
)  # fmt: skip
SOCIAL_CARE = {
    **dict.fromkeys(OUTCOMES, "able"), "hygiene": "needs_assistance", "home_safety": "endangers_self_or_others",
    "caring_for_child": "not_theirs", "impairment": "yes", "seen": "Cannot get into the bath.", "changes": "no",
    "wellbeing": "yes", "wellbeing_area": "dignity", "home": "A house with stairs.", "carers": "Her daughter, weekly.",
    "wants": "To stay at home with the dog.",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scene:
    """Who is there: a person, a nurse and a social worker who may see them, another nurse, and a stranger."""

    person: make.MadePerson
    nurse: make.MadeUser
    social_worker: make.MadeUser
    therapist: make.MadeUser
    stranger: make.MadeUser
    place_id: UUID
    request_id: UUID | None = None


def key() -> str:
    """A fresh request key."""
    return f"test-{uuid4().hex}"


def now() -> datetime:
    """The clock's present."""
    from joinedup.base import clock

    return clock.now()


def worker(kind: str, place_id: UUID, role: str = "practitioner", label: str = "") -> make.MadeUser:
    """A user who works for an invented body of a kind."""
    made = make.user(role, place_id)
    body_id = make.body()
    make.run("update places_body set kind = %s, name = %s where id = %s",
             [kind, f"Invented {kind.replace('_', ' ')}", body_id])  # fmt: skip
    make.run("update access_subject set body_id = %s, label = %s where id = %s",
             [body_id, label or f"Worker {made.username[:6]}", made.id])  # fmt: skip
    return made


def scene(place_code: str = make.TORBAY) -> Scene:
    """Fresh people, who have nothing to do with any other test's."""
    place_id = make.place(place_code)
    person = make.person(place_id)
    nurse, therapist = worker("nhs_trust", place_id, label="Nia Nurse"), worker("nhs_trust", place_id, label="Theo Ot")
    social = worker("council", place_id, label="Sol Worker")
    for each in (nurse, social, therapist):
        make.grant(each.id, person.id)
    return Scene(person, nurse, social, therapist, worker("council", place_id, label="Stan Stranger"), place_id)


@contextmanager
def acting(user: make.MadeUser) -> Iterator[object]:
    """A transaction whose caller is the user."""
    from django.db import transaction

    from joinedup.access.callers import enter

    with transaction.atomic():
        caller = enter(user.token)
        assert caller is not None
        yield caller


def do(action, user: make.MadeUser, **arguments):
    """Run one action as a user, now, under a fresh key."""
    with acting(user) as caller:
        return action(by=caller, at=arguments.pop("at", None) or now(), request_key=arguments.pop("request_key", key()),
                      **arguments)  # fmt: skip


def started(made: Scene) -> UUID:
    """A started assessment."""
    from joinedup.assessment.actions import start_assessment

    return do(start_assessment, made.nurse, person_id=made.person.id, request_id=made.request_id)


def written(made: Scene, assessment_id: UUID, side: str, *, version: int = 0, done: bool = True) -> int:
    """A section saved by its side."""
    from joinedup.assessment.actions import save_section

    by = made.nurse if side == "health" else made.social_worker
    answers = HEALTH if side == "health" else SOCIAL_CARE
    return do(save_section, by, assessment_id=assessment_id, side=side, answers=answers, done=done,
              expected_version=version)  # fmt: skip


def assessed(made: Scene) -> UUID:
    """A complete assessment."""
    assessment_id = started(made)
    written(made, assessment_id, "health")
    written(made, assessment_id, "social_care")
    return assessment_id


def drafted(made: Scene) -> UUID:
    """A draft plan."""
    from joinedup.plan.actions import draft_plan

    return do(draft_plan, made.social_worker, assessment_id=assessed(made))


def version_of(plan_id: UUID) -> int:
    """The plan's version now."""
    return make.run("select version from plan_plan where id = %s", [plan_id])[0][0]


def filled(made: Scene) -> UUID:
    """A draft plan with a goal, care and an action."""
    from joinedup.plan.actions import ActionLine, CareLine, add_goal, add_line

    plan_id = drafted(made)
    goal = do(add_goal, made.social_worker, plan_id=plan_id, words="I want to walk the dog again.")
    care = CareLine(
        "Help in the morning", "home_care", Decimal("7"), "hour", date(2026, 11, 9), made.social_worker.id, goal
    )
    do(add_line, made.social_worker, plan_id=plan_id, line=care)
    rail = ActionLine("Fit a grab rail", made.therapist.id, date(2026, 11, 1), goal)
    do(add_line, made.social_worker, plan_id=plan_id, line=rail)
    return plan_id


def agreed(made: Scene) -> UUID:
    """An agreed plan without a case manager."""
    from joinedup.plan.actions import agree_plan

    plan_id = filled(made)
    do(agree_plan, made.social_worker, plan_id=plan_id, expected_version=version_of(plan_id), agreed_by="Ada herself",
       agreed_how="In person, at home")  # fmt: skip
    return plan_id


def named(made: Scene, plan_id: UUID, who: make.MadeUser, **arguments) -> UUID:
    """A named case manager."""
    from joinedup.plan.actions import name_case_manager

    return do(name_case_manager, made.social_worker, plan_id=plan_id, expected_version=version_of(plan_id),
              subject_id=who.id, contact="01803 000000", **arguments)  # fmt: skip


def wanted(made: Scene, who: make.MadeUser, purpose: str = "occupational_therapy", *, days: int = 3, hour: int = 10):
    """A visit of an hour, some days ahead."""
    from joinedup.plan.booking import Wanted

    starts_at = now().replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(days=days)
    return Wanted(made.person.id, who.id, purpose, starts_at, starts_at + timedelta(hours=1))


def booked(made: Scene, who: make.MadeUser, *arguments, **named_arguments):
    """What became of booking such a visit."""
    from joinedup.plan.actions import book_visit

    return do(book_visit, who, wanted=wanted(made, who, *arguments, **named_arguments))


def refused_by(statement: str, values: list[object]) -> str:
    """The name of the constraint that refuses a statement of the owner."""
    from django.db import IntegrityError

    with pytest.raises(IntegrityError) as found:
        make.run(statement, values)
    return found.value.__cause__.diag.constraint_name


def at_once(*acts) -> list[object]:
    """Run acts at the same moment, each on a connection of its own; returns what each gave or raised."""
    start, answers = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number: int) -> None:
        from django.db import connections

        try:
            start.wait()
            answers[number] = acts[number]()
        except Exception as error:
            answers[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return answers
