"""What must one page know of several steps at once? Who is meant on a call, and what is already happening for them.

Composes reads of other steps, each limited to the caller; holds none of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from joinedup.access.callers import Caller
from joinedup.base.errors import NotNow
from joinedup.door.queries import RequestShown, Traced, requests_about, trace
from joinedup.person.queries import MovedTo, PersonFound, Record, record, search
from joinedup.plan.queries import ManagerShown, VisitShown, calendar, plan_of, plans_of

MOST_VISITS = 12


@dataclass(frozen=True, slots=True)
class WordsOfPerson:
    """What was said of somebody, each as text, '' when it was not said; the date as day/month/year."""

    names: str = ""
    birth_date: str = ""
    postcode: str = ""
    nhs_number: str = ""

    @property
    def everything(self) -> str:
        """All of it as one search text."""
        return " ".join(part for part in (self.names, self.birth_date, self.postcode, self.nhs_number) if part)

    def texts(self) -> tuple[str, ...]:
        """What to search for, most telling first: one wrong figure or a move must not hide somebody."""
        pairs = (
            (self.nhs_number,), (self.names, self.birth_date), (self.names, self.postcode),
            (self.birth_date, self.postcode),
        )  # fmt: skip
        whole = [" ".join(parts) for parts in pairs if all(parts)]
        return tuple(whole) or tuple(part for part in (self.names, self.birth_date, self.postcode) if part)


@dataclass(frozen=True, slots=True)
class WhoIsMeant:
    """People whom the caller may see, people held here whom they may not, and '' or why nobody could be traced."""

    seen: tuple[PersonFound, ...]
    unseen: tuple[Traced, ...]
    trace_refused: str = ""


@dataclass(frozen=True, slots=True)
class Happening:
    """What goes on for somebody: the record's present, open requests, case managers, and visits that are to come."""

    record: Record
    requests: tuple[RequestShown, ...]
    managers: tuple[ManagerShown, ...]
    visits: tuple[VisitShown, ...]


def who_is_meant(caller: Caller, token: str, said: WordsOfPerson, at: datetime) -> WhoIsMeant:
    """Whom the words of a call fit. Each search and the trace is a line of the log.

    A trace that is refused (too many within the hour) does not stop the call.
    """
    seen: dict[UUID, PersonFound] = {}
    for text in said.texts():
        for each in search(caller, token, text, at).found:
            seen.setdefault(each.person_id, each)
    try:
        unseen, refused = tuple(trace(caller, token, said.everything, at)), ""
    except NotNow as error:
        unseen, refused = (), f"{error.what} {error.why}"
    return WhoIsMeant(tuple(seen.values()), unseen, refused)


def happening(caller: Caller, person_id: UUID, at: datetime) -> Happening:
    """What goes on for a person whom the caller may see; the opening of their record is a line of the log."""
    shown = record(caller, person_id, at)
    if isinstance(shown, MovedTo):
        return happening(caller, shown.person_id, at)
    plans = [each for each in plans_of(caller, shown.person_id).plans if each.state == "agreed"]
    managers = [plan_of(caller, each.plan_id, at).manager for each in plans]
    coming = [
        visit
        for _, visits in calendar(caller, shown.person_id, at).days
        for visit in visits
        if visit.ends_at > at and visit.state == "planned"
    ]
    return Happening(
        shown, tuple(requests_about(caller, shown.person_id, at)), tuple(each for each in managers if each),
        tuple(coming[:MOST_VISITS]),
    )  # fmt: skip
