"""Who looked at this record? For the person whose it is, and for the privacy officers of the place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.access.models import LookQuestion
from joinedup.access.queries import Look, Page, anything_done, look_of, looks_page
from joinedup.base.errors import NotFound
from joinedup.person.queries.person_row import person_row, whole_of
from joinedup.person.queries.retention import HoldShown, hold_standing
from joinedup.person.queries.sharing import OptedOut, opted_out


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about a look: by when it is answered, what was found, and the answer ('' until then)."""

    due_on: date
    outcome: str
    answer: str


@dataclass(frozen=True, slots=True)
class Looks:
    """Lines of the log about one person. `own` says that the reader is that person; `asked` goes by line;
    `held` is the legal hold that stands, as far as the reader may know, and `opted_out` since when the person is kept
    out of uses beyond their care."""

    person_id: UUID
    own: bool
    page: Page
    asked: Mapping[int, Asked] = field(default_factory=dict)
    held: HoldShown | None = None
    opted_out: OptedOut | None = None


def looks(caller: Caller, person_id: UUID, *, after: str = "") -> Looks:
    """Who looked, newest first, fifty at a time; reading it is a line of the log too.

    Lines are limited by row security: to the person with a grant on their own record, and to privacy officers for the
    lines of their places. NotAllowed without either permission; NotFound, alike whether there is such a record or not,
    where nothing was ever done in the officer's places: a refused try alone says nothing of who is known.
    """
    own = caller.person_id is not None and person_row(caller.person_id).id == person_id
    if not own:
        caller.must("see_log")
        place_id = next(held.place_id for held in caller.holdings if held.role == "privacy_officer")
    else:
        caller.must("see_own_looks")
        place_id = person_row(person_id).place_id
    if not own and not anything_done(person_id):
        raise NotFound("person-not-found", "There is no such record, or you may not see it.")
    page = looks_page(*whole_of(person_id), after=after)
    note("looks.read", person_id=person_id, place_id=place_id, found=len(page.lines))
    held = None if own else hold_standing(person_id)
    return Looks(person_id, own, page, _asked(person_id), held, opted_out(person_id))


def look_to_question(caller: Caller, person_id: UUID, line_id: int) -> Look:
    """The line that the person concerned asks about. NotFound, alike, for everybody else and for their own acts."""
    caller.must("see_own_looks")
    own = caller.person_id is not None and person_row(caller.person_id).id == person_id
    line = look_of(person_id, line_id) if own else None
    if line is None or line.who_id == caller.id:
        raise NotFound("look-not-found", "There is no such look, or it is not yours to ask about.")
    return line


def _asked(person_id: UUID) -> dict[int, Asked]:
    rows = LookQuestion.objects.filter(person_id=person_id)
    return {
        row.line_id: Asked(row.due_on, row.get_outcome_display() if row.outcome else "", row.answer) for row in rows
    }
