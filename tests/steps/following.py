"""A place where a call led to delivered weeks and released figures: what tests of the way back start from."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

from tests import care_scene as care
from tests import factories as make
from tests import money_scene as money
from tests.steps import calls, extracts
from tests.steps.test_extract import READY, stay

OTHERS = 11


def told(folder: Path) -> SimpleNamespace:
    """A call, a plan, two delivered weeks, eleven further people in hospital, an extract, and its released figures."""
    made = money.scene()
    coordinator = calls.worker("coordinator", made.place_id)
    make.grant(coordinator.id, made.person.id)
    call = calls.call(made.place_id, coordinator.id, person_id=made.person.id, told=None)
    request_id = calls.taken(coordinator, call)
    package_id = money.committed(made)
    for week in money.WEEKS[:2]:
        money.confirmed(made, package_id, week)
    others = [make.person(made.place_id, family=f"Zyxhidden{number}") for number in range(OTHERS)]
    for each in (made.person, *others):
        stay(each.id, READY)
    extracts.made(folder)
    return SimpleNamespace(
        scene=made, package_id=package_id, others=others, request_id=request_id, extracts=folder,
        release_id=released(made, folder), analyst=make.user("analyst", made.place_id),
    )  # fmt: skip


def released(made: money.Scene, folder: Path) -> UUID:
    """The figures of the scene's place, prepared by an analyst and released by the board."""
    from joinedup.outcomes.actions import approve_release, prepare_release

    analyst = make.user("analyst", made.place_id)
    release_id = care.do(prepare_release, analyst, place_id=made.place_id, extracts=folder)
    care.do(approve_release, made.board, release_id=release_id, expected_version=1)
    return release_id


def looks(person_id: UUID, actor_id: UUID) -> int:
    """How often the log says that somebody followed a figure back to a person."""
    return make.run("select count(*) from access_logentry where act = 'figure.followed' and person_id = %s "
                    "and actor_id = %s", [person_id, actor_id])[0][0]  # fmt: skip
