"""Who arrives at a front door that holds a place already? Told in a hurry on the telephone, in the ways such calls err.

Most are people held here, told of with one or two mistakes; some are of a house that is known (a child of the same
surname, a twin) and must never become one of its people; some are wholly new. A fixed seed draws the same arrivals from
the same people.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from bench.misspelt import SEED, SHORTEST, slip
from joinedup.person.nicknames import alike


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody held in the place, as their record shows them."""

    id: UUID
    family: str
    given: str
    birth_date: date
    postcode: str
    phone: str
    nhs_number: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is told of somebody, in which way it errs, and who it is in truth (None: nobody held here)."""

    kind: str
    told: Held
    truly: UUID | None


def arrivals(people: Sequence[Held], *, seed: int = SEED) -> Iterator[Arrival]:
    """One arrival for each of these people, kind after kind; each lacks its NHS number but every sixth."""
    chance = random.Random(seed)
    usable = [each for each in people if each.given and len(each.family) >= SHORTEST and each.postcode]
    for place, each in enumerate(usable):
        kind, change, is_held = KINDS[place % len(KINDS)]
        number = each.nhs_number if is_held and place // len(KINDS) % 6 == 5 else ""
        told = replace(change(each, chance.choice(usable), chance), nhs_number=number)
        yield Arrival(kind, told, each.id if is_held else None)


Change = Callable[[Held, Held, random.Random], Held]


def _as_held(one: Held, other: Held, chance: random.Random) -> Held:
    return one


def _slip_in_family(one: Held, other: Held, chance: random.Random) -> Held:
    return replace(one, family=slip(one.family, chance))


def _slip_in_given(one: Held, other: Held, chance: random.Random) -> Held:
    return replace(one, given=slip(one.given, chance) if len(one.given) >= SHORTEST else one.given[0])


def _nickname(one: Held, other: Held, chance: random.Random) -> Held:
    known = sorted(alike(one.given.split()[0]))
    return replace(one, given=chance.choice(known).title())


def _moved(one: Held, other: Held, chance: random.Random) -> Held:
    return replace(one, postcode=other.postcode)


def _moved_without_phone(one: Held, other: Held, chance: random.Random) -> Held:
    return replace(one, postcode=other.postcode, phone="")


def _another_family_name(one: Held, other: Held, chance: random.Random) -> Held:
    return replace(one, family=other.family)


def _day_and_month(one: Held, other: Held, chance: random.Random) -> Held:
    born = one.birth_date
    turned = date(born.year, born.day, born.month) if born.day <= 12 else born + timedelta(days=1)
    return replace(one, birth_date=turned)


def _bare(one: Held, other: Held, chance: random.Random) -> Held:
    return replace(one, postcode="", phone="")


def _several_slips(one: Held, other: Held, chance: random.Random) -> Held:
    return _slip_in_given(_slip_in_family(one, other, chance), other, chance)


def _child(one: Held, other: Held, chance: random.Random) -> Held:
    return replace(one, given=other.given, birth_date=one.birth_date + timedelta(days=chance.randrange(7_000, 12_000)))


def _child_of_the_name(one: Held, other: Held, chance: random.Random) -> Held:
    return replace(one, birth_date=one.birth_date + timedelta(days=chance.randrange(7_000, 12_000)))


def _twin(one: Held, other: Held, chance: random.Random) -> Held:
    return replace(one, given=other.given if other.given[:2] != one.given[:2] else "Zebedee")


def _new(one: Held, other: Held, chance: random.Random) -> Held:
    born = one.birth_date + timedelta(days=chance.randrange(1, 20_000))
    phone = f"07{chance.randrange(10**9):09}"
    return replace(one, given=other.given, birth_date=born, postcode=other.postcode, phone=phone)


KINDS: tuple[tuple[str, Change, bool], ...] = (
    ("as held", _as_held, True), ("new", _new, False), ("slip in family name", _slip_in_family, True),
    ("slip in given name", _slip_in_given, True), ("new", _new, False), ("nickname", _nickname, True),
    ("moved", _moved, True), ("child", _child, False), ("moved, no phone", _moved_without_phone, True),
    ("day and month", _day_and_month, True), ("child of the name", _child_of_the_name, False),
    ("another family name", _another_family_name, True), ("name and date only", _bare, True), ("twin", _twin, False),
    ("slips in both names", _several_slips, True),
)  # fmt: skip
