"""Which NHS number does an invented person have?

Numbers come from the test range 999 and pass the modulus 11 check. Each place has a stretch of its own; the person at
an index gets the index-th number there whose check digit exists (a remainder that would need check digit 10 makes no
number, so it is stepped over). A place of more people goes on in what no place or another place holds, and is then made
alone. The range has some 909,000 numbers, fewer than a million people need: past its own stretch a place leaves every
eighth person without one, as somebody who never registered. The same index always gives the same answer.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from joinedup.exchange.generate.practices import PLACES, Place

_STEMS = 1_000_000
WITHOUT_NUMBER_EVERY = 8
NO_NUMBER = "no-nhs-number"


@cache
def _check_digits() -> np.ndarray:
    """The check digit for each of the six digits that follow 999; 10 where none exists."""
    stems = np.arange(_STEMS, dtype=np.int32)
    total = np.full(_STEMS, 9 * (10 + 9 + 8), dtype=np.int32)
    for place, weight in enumerate(range(2, 8)):
        total += stems // 10**place % 10 * weight
    return ((11 - total % 11) % 11).astype(np.int8)


@cache
def _valid_between(first: int, end: int) -> np.ndarray:
    return (np.flatnonzero(_check_digits()[first:end] != 10) + first).astype(np.int32)


def _own(place: Place) -> np.ndarray:
    return _valid_between(place.number_starts_at, place.number_ends_before)


@cache
def _further(code: str) -> np.ndarray:
    """What a place may use past its own stretch: first what no place holds, then what the others hold."""
    others = sorted((one for one in PLACES.values() if one.code != code), key=lambda one: one.number_starts_at)
    free = max(one.number_ends_before for one in PLACES.values())
    return np.concatenate([_valid_between(free, _STEMS), *(_own(one) for one in others)])


def most_people(place: Place, *, alone: bool) -> int:
    """How many people a place can have: more when no other place is made beside it."""
    further = len(_further(place.code)) if alone else 0
    return len(_own(place)) + further * WITHOUT_NUMBER_EVERY // (WITHOUT_NUMBER_EVERY - 1)


class NumberRange:
    """The NHS numbers of one place."""

    def __init__(self, place: Place) -> None:
        self._place, self._own = place, _own(place)

    def at(self, index: int) -> str:
        """The number of the person at this index; '' for one without. ValueError past the last number."""
        if index < len(self._own):
            return _number(int(self._own[index]))
        past = index - len(self._own)
        rounds, place_in_round = divmod(past, WITHOUT_NUMBER_EVERY)
        if place_in_round == WITHOUT_NUMBER_EVERY - 1:
            return ""
        further = _further(self._place.code)
        position = rounds * (WITHOUT_NUMBER_EVERY - 1) + place_in_round
        if position >= len(further):
            raise ValueError(f"No test NHS number is left at index {index}: ask for fewer people.")
        return _number(int(further[position]))


def _number(stem: int) -> str:
    return f"999{stem:06d}{_check_digits()[stem]}"


def with_wrong_check_digit(number: str) -> str:
    """The number with a last digit that fails the check, as a slip of the hand would leave it."""
    return number[:9] + str((int(number[9]) + 1) % 10)
