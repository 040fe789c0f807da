"""What do the bodies get wrong about the people they send, and how often?

MISTAKES is the table: for each mistake, the share of people of whom a practice, a hospital, a community trust and a
council make it. DELIVERY says how often what is sent comes late, twice, or wrong first and corrected later. Both are
declared in `mess.yaml`, fixed before any tuning. The truth names every one. Mrs Smith is spared, and so is her NHS
number.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from joinedup.exchange.generate import mrs_smith, names
from joinedup.exchange.generate.declared import Kind, Slip
from joinedup.exchange.generate.declared import mess as declared
from joinedup.exchange.generate.numbers import NumberRange, with_wrong_check_digit
from joinedup.exchange.generate.people import TruePerson
from joinedup.exchange.generate.practices import Source
from joinedup.exchange.generate.seeds import chance

# mistake: share of people at (practice, hospital, community, council)
_KINDS: tuple[Kind, ...] = ("practice", "hospital", "community", "council")


def _table(slips: tuple[Slip, ...]) -> dict[str, tuple[float, ...]]:
    return {slip.name: tuple(slip.shares[kind] for kind in _KINDS) for slip in slips}


MISTAKES = _table(declared().mistakes)
DELIVERY = _table(declared().delivery)
_NUMBER_MISTAKES = ("missing-nhs-number", "invalid-nhs-number", "number-of-another-person", "number-not-traced")
_BIRTH_MISTAKES = ("swapped-day-and-month", "mistyped-birth-date", "future-birth-date")


@dataclass(frozen=True, slots=True)
class Statement:
    """What a body says of a person; `said.nhs_number` is '' where it sends none. version: 1, 2 once corrected."""

    said: TruePerson
    verified: bool = True
    version: int = 1
    mistakes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sending:
    """How a body sends what it says: late, twice in one file, or once wrong and corrected in a late file."""

    statement: Statement
    corrected: Statement | None = None
    late: bool = False
    twice: bool = False


def rate(table: dict[str, tuple[float, ...]], name: str, kind: Kind) -> float:
    """The share for a kind of body."""
    return table[name][_KINDS.index(kind)]


def _mistype_name(random: Random, said: TruePerson) -> TruePerson:
    if random.random() < 0.6:
        return replace(said, family=names.mistyped(random, said.family))
    return replace(said, given=(names.mistyped(random, said.given[0]), *said.given[1:]))


def _nickname(_: Random, said: TruePerson) -> TruePerson:
    return replace(said, given=(names.NICKNAMES.get(said.given[0], said.given[0]),))


def _swap_day_and_month(_: Random, said: TruePerson) -> TruePerson:
    born = said.birth_date
    return replace(said, birth_date=date(born.year, born.day, born.month)) if born.day <= 12 else said


def _mistype_birth_date(random: Random, said: TruePerson) -> TruePerson:
    born = said.birth_date
    if random.random() < 0.5:
        days = calendar.monthrange(born.year, born.month)[1]
        return replace(said, birth_date=born.replace(day=(born.day + 9) % days + 1))
    year = born.year - 10 if random.random() < 0.4 and born.year > 1935 else born.year - 1
    return replace(said, birth_date=date(year, born.month, min(born.day, 28)))


def _future_birth_date(_: Random, said: TruePerson) -> TruePerson:
    return replace(
        said, birth_date=date(said.birth_date.year + 100, said.birth_date.month, min(said.birth_date.day, 28))
    )


def _old_address(_: Random, said: TruePerson) -> TruePerson:
    if "moved-within-place" not in said.traits or said.earlier_home is None:
        return said
    return replace(said, home=said.earlier_home, earlier_home=None, moved_on=None)


_CHANGES: dict[str, Callable[[Random, TruePerson], TruePerson]] = {
    "missing-nhs-number": lambda _, said: replace(said, nhs_number=""),
    "invalid-nhs-number": lambda _, said: replace(said, nhs_number=with_wrong_check_digit(said.nhs_number)),
    "mistyped-name": _mistype_name,
    "nickname": _nickname,
    "swapped-day-and-month": _swap_day_and_month,
    "mistyped-birth-date": _mistype_birth_date,
    "future-birth-date": _future_birth_date,
    "old-address": _old_address,
    "death-not-known": lambda _, said: replace(said, death_date=None),
}


def _statement(random: Random, person: TruePerson, kind: Kind, other_number: str, today: date) -> Statement:
    """What the body says, with at most one mistake about the number and one about the birth date."""
    said, made = person, list[str]()
    column = _KINDS.index(kind)
    for mistake, shares in MISTAKES.items():
        hit = random.random() < shares[column]
        if not hit or any(mistake in group and set(made) & set(group) for group in (_NUMBER_MISTAKES, _BIRTH_MISTAKES)):
            continue
        if mistake in _NUMBER_MISTAKES and not person.nhs_number:
            continue
        if mistake == "number-not-traced":
            made.append(mistake)
            continue
        if mistake == "number-of-another-person":
            changed = replace(said, nhs_number=other_number or said.nhs_number)
        else:
            changed = _CHANGES[mistake](random, said)
        in_future = changed.birth_date > today
        if changed == said or in_future != (mistake == "future-birth-date"):
            continue
        said = changed
        made.append(mistake)
    verified = bool(said.nhs_number) and not {"invalid-nhs-number", "number-not-traced"} & set(made)
    return Statement(said, verified, 1, tuple(made))


def _first_try(random: Random, statement: Statement) -> Statement:
    """What the body sent before it corrected it: a slip in the surname, or another telephone number."""
    said = statement.said
    if random.random() < 0.5:
        wrong = replace(said, family=names.mistyped(random, said.family))
    else:
        wrong = replace(said, phone=f"01632 960{random.randrange(1000):03d}", prefix="")
    return replace(
        statement,
        said=wrong if wrong != said else replace(said, mobile=""),
        mistakes=(*statement.mistakes, "corrected-later"),
    )


def number_of_neighbour(person: TruePerson, numbers: dict[str, NumberRange]) -> str:
    """The NHS number of the next person on the list, which a slip may put on this one."""
    return numbers[person.true_id.split("-")[0]].at(person.index ^ 1)


def sending_of(seed: int, person: TruePerson, source: Source, numbers: dict[str, NumberRange], today: date) -> Sending:
    """What one body says of one person and how it sends it. The same each time."""
    if person.true_id == mrs_smith.TRUE_ID:
        return Sending(Statement(replace(person, given=person.given[:1]) if source.kind == "council" else person))
    random = chance(seed, source.code, person.true_id, "mess")
    beside_mrs_smith = person.place == mrs_smith.PLACE and person.index == 1
    other = person.nhs_number if beside_mrs_smith else number_of_neighbour(person, numbers)
    statement = _statement(random, person, source.kind, other, today)
    twice = random.random() < rate(DELIVERY, "twice", source.kind)
    if random.random() < rate(DELIVERY, "corrected", source.kind):
        corrected = replace(statement, version=2, mistakes=(*statement.mistakes, "correction"))
        return Sending(_first_try(random, statement), corrected, False, twice)
    return Sending(statement, None, random.random() < rate(DELIVERY, "late", source.kind), twice)
