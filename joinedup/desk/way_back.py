"""From a released figure back to the people behind it, and from one of them to the call.

Composes: the release and its figure (outcomes), the extract that it was counted from, who of the people behind it the
caller may see anyway (the database answers), and what each of them has: record, plans, packages, requests. It tells
nobody more than the figure does: rows of people whom the caller may not see are never shown, and how many they are is
said only where the release itself gives the number. Every look is a line of the log, the person's name on it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.errors import NotFound, OperatorMustAct
from joinedup.commissioning.queries import PackageTold, packages_about
from joinedup.door.queries import RequestShown, every_request_about
from joinedup.outcomes import catalogue
from joinedup.outcomes.models import Release
from joinedup.outcomes.queries.leading_back import RowsBehind, people_behind, run_leads_back
from joinedup.outcomes.queries.released import MeasureShown
from joinedup.outcomes.queries.releases import release_seen_by
from joinedup.person.queries.person_row import names_of, person_row
from joinedup.plan.queries import PersonPlans, plans_of

PEOPLE_SHOWN_LIMIT = 20
ROWS_RELEASED = {
    "case_manager_named": "of", "first_service_days": "of", "emergency_admissions_older": "events",
    "discharge_delay": "of",
}  # fmt: skip
"""Measure to the released number that is its rows; the money's rows are in no released number."""

Seen = tuple[UUID, str]


@dataclass(frozen=True, slots=True)
class FigureBack:
    """A figure on its way back.

    `people` are key and name of those behind it whom the caller may see, at most `PEOPLE_SHOWN_LIMIT` of `may_see`.
    `hidden` is how many rows are of others, None where the release does not give the number. `why_not` says in words
    why it cannot be followed now.
    """

    release: Release
    measure: MeasureShown
    people: tuple[Seen, ...] = ()
    may_see: int = 0
    rows_of_theirs: int = 0
    hidden: int | None = None
    why_not: OperatorMustAct | None = None


@dataclass(frozen=True, slots=True)
class PersonBack:
    """One person behind a figure: their rows in it, and what leads on, None where the caller's role opens none."""

    back: FigureBack
    person_id: UUID
    name: str
    kinds: tuple[RowsBehind, ...]
    plans: PersonPlans | None
    packages: tuple[PackageTold, ...] | None
    requests: tuple[RequestShown, ...] | None


def figure_back(caller: Caller, release_id: UUID, measure: str, extracts: Path) -> FigureBack:
    """A figure with those behind it whom the caller may see, each a line of the log. NotFound as for its release."""
    back, kinds, seen = _followed(caller, release_id, measure, extracts)
    note("figure.followed", thing_id=release_id, place_id=back.release.place_id, found=len(seen))
    names = names_of(seen.values())
    people = sorted(((key, name) for key, name in names.items()), key=lambda each: (each[1], each[0]))
    shown = tuple(people[:PEOPLE_SHOWN_LIMIT])
    for key, _ in shown:
        note("figure.followed", person_id=key, thing_id=release_id, place_id=back.release.place_id)
    theirs = sum(len(each.only(frozenset(seen)).rows) for each in kinds)
    return replace(
        back, people=shown, may_see=len(people), rows_of_theirs=theirs,
        hidden=None if back.why_not else _hidden(back.measure, theirs),
    )  # fmt: skip


def person_back(
    caller: Caller, release_id: UUID, measure: str, person_id: UUID, extracts: Path, at: datetime
) -> PersonBack:
    """One person behind a figure; a line of the log.

    NotFound alike for nobody, for somebody whom the caller may not see and for somebody who is not behind it.
    """
    back, kinds, seen = _followed(caller, release_id, measure, extracts)
    pseudonyms = frozenset(pseudonym for pseudonym, key in seen.items() if key == person_id)
    if not pseudonyms:
        raise NotFound("person-not-behind", "Nobody whom you may see stands behind this figure under that key.")
    person = person_row(person_id)
    note("figure.followed", person_id=person.id, thing_id=release_id, place_id=back.release.place_id)
    may = caller.permissions
    return PersonBack(
        back, person.id, names_of([person.id])[person.id],
        tuple(each.only(pseudonyms) for each in kinds if each.only(pseudonyms).rows),
        plans_of(caller, person.id) if "see_plan" in may else None,
        packages_about(caller, person.id) if "see_packages" in may else None,
        tuple(every_request_about(caller, person.id, at)) if "work_requests" in may else None,
    )  # fmt: skip


def _followed(
    caller: Caller, release_id: UUID, measure: str, extracts: Path
) -> tuple[FigureBack, tuple[RowsBehind, ...], dict[str, UUID]]:
    """The figure, all rows behind it, and pseudonym to person of those whom the caller may see."""
    found = release_seen_by(caller, release_id)
    shown = next((each for each in found.measures if each.described["name"] == measure), None)
    if shown is None:
        raise NotFound("figure-not-found", "There is no such figure, or you may not see it.")
    release = found.release
    try:
        kinds = _rows(release, measure, extracts)
    except OperatorMustAct as error:
        return FigureBack(release, shown, why_not=error), (), {}
    pseudonyms = {pseudonym for kind in kinds for pseudonym, _ in kind.rows}
    return FigureBack(release, shown), kinds, people_behind(release.extract_run, pseudonyms)


def _rows(release: Release, measure: str, extracts: Path) -> tuple[RowsBehind, ...]:
    # The engine of counting is started by this page and not by the others of the desk.
    from joinedup.outcomes import extract_reading
    from joinedup.outcomes.rows_behind import rows_behind

    if measure not in {each.name for each in catalogue.shipped()}:
        raise OperatorMustAct(
            "measure-retired", "This measure is not counted any more, so its rows cannot be shown.", "",
            "Follow a figure of a newer release.",
        )  # fmt: skip
    extract = extract_reading.of_release(extracts, str(release.extract_run), release.extract_digest)
    if not run_leads_back(release.extract_run):
        raise OperatorMustAct(
            "extract-key-gone", "The rows of this extract lead to nobody any more.",
            "The key of its pseudonyms is not held here: it is in no backup, and this system was restored from one.",
            "Make a new extract and work out new figures: those can be followed.",
        )  # fmt: skip
    return rows_behind(extract, catalogue.measure(measure), release.place.code)


def _hidden(shown: MeasureShown, theirs: int) -> int | None:
    """How many rows are of others, where the release gives the number of all."""
    released = ROWS_RELEASED.get(str(shown.described["name"]))
    if shown.whole.suppressed or released is None:
        return None
    number = shown.whole.events if released == "events" else shown.whole.of
    return None if number is None else max(int(number) - theirs, 0)
