"""Which NHS number does an invented person have?

Numbers come from the test range 999 and pass the modulus 11 check. Each place has a stretch of its own; the person at
an index gets the index-th number there whose check digit exists (a remainder that would need check digit 10 makes no
number, so it is stepped over). The same index always gives the same number.
"""

from __future__ import annotations

from joinedup.base.nhs_number import check_digit
from joinedup.exchange.generate.practices import Place


class NumberRange:
    """The NHS numbers of one place, made as far as they are asked for."""

    def __init__(self, place: Place) -> None:
        self._next = place.number_starts_at
        self._end = place.number_ends_before
        self._made: list[str] = []

    def at(self, index: int) -> str:
        """The number of the person at this index. Raises ValueError past the end of the place's stretch."""
        while len(self._made) <= index:
            if self._next >= self._end:
                raise ValueError(f"No test NHS number is left at index {index}: ask for fewer people.")
            nine = f"999{self._next:06d}"
            self._next += 1
            digit = check_digit(nine)
            if digit is not None:
                self._made.append(f"{nine}{digit}")
        return self._made[index]


def with_wrong_check_digit(number: str) -> str:
    """The number with a last digit that fails the check, as a slip of the hand would leave it."""
    return number[:9] + str((int(number[9]) + 1) % 10)
