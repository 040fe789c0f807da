"""Who is meant by what somebody typed? At most twenty people whom the caller may see, and a line of the log first.

A row of the answer holds enough to tell two people apart and no more: name, date of birth, gender, postcode, practice
and NHS number, and by what they were found where that does not hold now (a former name or postcode, day and month
changed about). The number is shown whole, because the answer holds only people whose record the caller may open anyway,
and because comparing all ten digits is how the wrong Mrs Smith is not opened. Of a restricted person no postcode and no
practice is shown, and a postcode does not find them. The log gets which kinds of key were used, never the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from joinedup.access.callers import Caller
from joinedup.access.logbook import note_at_once
from joinedup.base.clock import london_date
from joinedup.base.errors import BadValue
from joinedup.base.nhs_number import NhsNumber
from joinedup.person.nicknames import alike
from joinedup.person.queries.person_row import age_on, full_name
from joinedup.person.search_text import SearchText, understood

MOST = 20


@dataclass(frozen=True, slots=True)
class PersonFound:
    """One person found: enough to tell two people of one name apart.

    `postcode` and `practice` are '' for a restricted person. `former_name`, `other_date` and `former_postcode` say by
    what the person was found that does not hold now as it was typed.
    """

    person_id: UUID
    name: str
    birth_date: date | None
    age: int | None
    gender: str
    postcode: str
    nhs_number: str
    restricted: bool
    deceased: bool
    practice: str = ""
    former_name: str = ""
    other_date: bool = False
    former_postcode: bool = False


@dataclass(frozen=True, slots=True)
class SearchResults:
    """What was understood of the text (kinds of key), who was found, and what is wrong with the text.

    `problem` is '' or 'nothing' (no name, number, date or postcode in it) or 'nhs-number' (its last digit does not
    fit). `most` says that twenty were found, so that there may be more.
    """

    keys: tuple[str, ...]
    found: tuple[PersonFound, ...] = ()
    problem: str = ""

    @property
    def most(self) -> bool:
        """Whether the list is full."""
        return len(self.found) >= MOST


def search(caller: Caller, token: str, text: str, at: datetime) -> SearchResults:
    """Find people by NHS number, name, date of birth and postcode in any mixture.

    The log gets its line on a second connection, committed before the first row is read, so that no rollback hides a
    search. NotAllowed without the permission search_people; nothing is searched for a text that says nothing.
    """
    caller.must("search_people")
    wanted = understood(text)
    keys = _keys(wanted)
    if wanted.empty:
        return SearchResults(keys, problem="nothing")
    note_at_once("people.searched", token=token, place_id=caller.holdings[0].place_id, reason=".".join(keys))
    found = _found(wanted, london_date(at))
    return SearchResults(keys, found, "" if found or _number_fits(wanted.nhs_number) else "nhs-number")


def person_of_number(caller: Caller, token: str, number: str, at: datetime) -> UUID | None:
    """The one person with this NHS number whom the caller may see, or None; it is a search like any other."""
    found = search(caller, token, number, at).found if understood(number).nhs_number else ()
    return found[0].person_id if len(found) == 1 else None


def _keys(wanted: SearchText) -> tuple[str, ...]:
    used = {
        "nhs_number": wanted.nhs_number, "name": wanted.words, "birth_date": wanted.birth_date,
        "birth_year": wanted.birth_year, "postcode": wanted.postcode, "district": wanted.district,
    }  # fmt: skip
    return tuple(name for name, value in used.items() if value)


def _number_fits(digits: str) -> bool:
    try:
        return not digits or bool(NhsNumber.parse(digits))
    except BadValue:
        return False


def _found(wanted: SearchText, today: date) -> tuple[PersonFound, ...]:
    pairs = [(word, name) for word in wanted.words for name in sorted(alike(word))]
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, family, given, prefix, birth_date, deceased, restricted, postcode, nhs_number, gender, "
            "practice, by_name, other_date, former_postcode "
            "from access.person_search(%s, %s::text[], %s::text[], %s::text[], %s::text[], %s::date[], %s, %s, %s, %s)",
            [
                wanted.nhs_number, list(wanted.words), list(wanted.joined_words), [word for word, _ in pairs],
                [name for _, name in pairs], list(wanted.birth_dates), wanted.birth_year, wanted.postcode,
                wanted.district, MOST,
            ],
        )  # fmt: skip
        rows = cursor.fetchall()
    return tuple(
        PersonFound(
            person_id=key, name=full_name(prefix, given, family), birth_date=born,
            age=None if deceased else age_on(born, today), gender=gender, postcode=postcode, nhs_number=number,
            restricted=restricted, deceased=deceased, practice=practice, former_name=by_name, other_date=other_date,
            former_postcode=former_postcode,
        )
        for key, family, given, prefix, born, deceased, restricted, postcode, number, gender, practice, by_name,
        other_date, former_postcode in rows
    )  # fmt: skip
