"""Who looked at this record? For the person whose it is, and for the privacy officers of the place."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.access.queries import Page, anything_done, looks_page
from joinedup.base.errors import NotFound
from joinedup.person.queries.person_row import person_row, whole_of


@dataclass(frozen=True, slots=True)
class Looks:
    """Lines of the log about one person. `own` says that the reader is that person."""

    person_id: UUID
    own: bool
    page: Page


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
    return Looks(person_id, own, page)
