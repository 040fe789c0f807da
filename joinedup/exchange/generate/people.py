"""What is true of one invented person, before any body writes it down?

Frozen data only. Mistakes are made later (`mess.py`), on what a body says about the person, never on the person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Home:
    """An address: lines, town, postcode with a space ('TQ2 5LD')."""

    lines: tuple[str, ...]
    town: str
    postcode: str

    @property
    def district(self) -> str:
        """The first half of the postcode."""
        return self.postcode.split()[0]


@dataclass(frozen=True, slots=True)
class TruePerson:
    """One invented person.

    true_id: place code and index where the person was first made; it stays when they move. role: alone, partner,
    parent, child, adult_child, sharer or resident (of a care home). cares_for, cared_by: index of a member of
    the same household. nhs_number: '' for one who never had a number. traits: what is unusual about them (twin,
    namesake, moved-within-place, moved-between-places, no-nhs-number).
    known_from, known_until: the days within which the bodies of `place` know them; None means no limit.
    """

    place: str
    index: int
    true_id: str
    nhs_number: str
    family: str
    given: tuple[str, ...]
    prefix: str
    gender: str
    birth_date: date
    south_asian: bool
    home: Home
    phone: str
    mobile: str
    practice_code: str
    household: str
    role: str
    lives_alone: bool
    earlier_home: Home | None = None
    moved_on: date | None = None
    cares_for: int | None = None
    cared_by: int | None = None
    restricted: bool = False
    death_date: date | None = None
    known_from: date | None = None
    known_until: date | None = None
    traits: tuple[str, ...] = ()

    def age_on(self, day: date) -> int:
        """Whole years on a day."""
        before_birthday = (day.month, day.day) < (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - before_birthday

    def last_day(self, today: date) -> date:
        """The last day on which something can happen to this person here: death, departure or today."""
        return min(day for day in (self.death_date, self.known_until, today) if day)
