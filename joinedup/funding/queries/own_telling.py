"""The reads of what people tell of their own money: one person's, with what became of it, and what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.errors import NotFound
from joinedup.funding.evidence_set import Held, Piece, pieces_on
from joinedup.funding.models import OwnTelling
from joinedup.funding.own_telling_models import ENDS, TOLD_AS
from joinedup.funding.queries.evidence import held_of
from joinedup.funding.queries.money_person import MoneyPerson, money_person
from joinedup.person.queries.person_row import names_of

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class ToldShown:
    """One thing that was told: whose word it is, and what became of it ('' while it waits)."""

    telling_id: UUID
    person_id: UUID
    name: str
    piece: Piece
    told_as: str
    told_by_id: UUID
    told_at: datetime
    ends: str
    ends_words: str
    reason: str
    ended_by: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What was told of one person's money by themselves or who acts for them in it, the newest first."""

    person: MoneyPerson
    told: tuple[ToldShown, ...]
    may_tell: bool


@dataclass(frozen=True, slots=True)
class Answering:
    """One thing that waits for an answer, and the pieces of the same kind and topic whose place it may take."""

    person: MoneyPerson
    told: ToldShown
    alike: tuple[Held, ...]


def own_words(caller: Caller, person_id: UUID) -> OwnWords:
    """What was told of one person's money; a line of the log. NotFound for whom the caller may not see."""
    person = money_person(caller, person_id)
    note("own_tellings.opened", person_id=person.id, place_id=person.place_id)
    rows = _rows().filter(person_id__in=person.whole).order_by("-told_at", "-id")
    own = caller.person_id in person.whole or person.by_money_right
    return OwnWords(person, tuple(_shown(each, person.name) for each in rows),
                    own and "tell_own_money" in caller.permissions)  # fmt: skip


def own_words_waiting(caller: Caller) -> tuple[ToldShown, ...]:
    """What waits for an answer, of everybody whom the caller may see, the oldest first; a line of the log."""
    caller.must("tell_evidence")
    rows = list(_rows().filter(end=None).order_by("told_at", "id")[:AT_ONCE])
    note("own_tellings.listed", found=len(rows))
    names = names_of(each.person_id for each in rows)
    return tuple(_shown(each, names.get(each.person_id, "")) for each in rows)


def waiting_of(caller: Caller, person: MoneyPerson) -> int:
    """How many things that were told of this person's money wait for an answer, for a page that has logged its look."""
    caller.must("see_money")
    return int(_rows().filter(person_id__in=person.whole, end=None).count())


def answering(caller: Caller, telling_id: UUID, day: date) -> Answering:
    """One thing that was told, to be answered; a line of the log."""
    caller.must("tell_evidence")
    row = _rows().filter(id=telling_id).first()
    if row is None:
        raise NotFound("own-telling-not-found", "There is nothing told there, or you may not see it.")
    person = money_person(caller, row.person_id)
    note("own_telling.opened", person_id=person.id, thing_id=row.id, place_id=person.place_id)
    alike = [each for each in pieces_on(held_of(person.whole), day) if each.piece.topic == row.topic]
    return Answering(person, _shown(row, person.name), tuple(alike))


def _rows() -> Any:
    return OwnTelling.objects.select_related("end", "end__ended_by")


def _shown(row: OwnTelling, name: str) -> ToldShown:
    end = getattr(row, "end", None)
    piece = Piece(row.topic, row.kind, row.amount_pence, row.starts_on, None, row.more, row.paper, None, "")
    return ToldShown(
        row.id, row.person_id, name, piece, TOLD_AS[row.told_as], row.told_by_id, row.told_at,
        end.ends if end else "", ENDS[end.ends] if end else "Waits for an officer", end.reason if end else "",
        end.ended_by.label if end and end.ends != "withdrawn" else "", end.ended_at if end else None,
    )  # fmt: skip
