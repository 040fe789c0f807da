"""Could this be an NHS number?

Ten digits, the last of which checks the nine before it (modulus 11, as the NHS Data Dictionary describes the NHS
number). The check finds typing errors, and that is all that it does. **A valid number is not an identity**: it may be
somebody else's, a superseded one or a filler, so people are matched on number *and* date of birth (and name), and only
a body that traced the number may call it verified. Left out: which ranges were issued to which country.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from joinedup.base.errors import BadValue

WEIGHTS = (10, 9, 8, 7, 6, 5, 4, 3, 2)
MODULUS = 11
TEST_PREFIX = "999"

_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212]+")
_NINE_DIGITS = re.compile(r"[0-9]{9}")
_TEN_DIGITS = re.compile(r"[0-9]{10}")


@dataclass(frozen=True, slots=True, order=True)
class NhsNumber:
    """Ten digits that pass the check. Valid does not mean that it is this person's: see the module's opening.

    >>> number = NhsNumber.parse("943-476 5919")
    >>> number.digits, number.display(), number.is_test_range
    ('9434765919', '943 476 5919', False)
    >>> NhsNumber.parse("9990000018").is_test_range
    True
    >>> NhsNumber.parse("9434765918")
    Traceback (most recent call last):
    joinedup.base.errors.BadValue: This is not a valid NHS number. ... [nhs-number-check-digit]
    """

    digits: str

    def __post_init__(self) -> None:
        if not _TEN_DIGITS.fullmatch(self.digits):
            raise BadValue(
                "nhs-number-digits",
                "This is not a valid NHS number.",
                "An NHS number has ten digits.",
                "Copy all ten digits from a letter or from the NHS app.",
            )
        if str(check_digit(self.digits[:9])) != self.digits[9]:
            raise BadValue(
                "nhs-number-check-digit",
                "This is not a valid NHS number.",
                "Its last digit does not fit the nine before it, so one or more digits are wrong.",
                "Compare it with a letter or the NHS app; if it is as printed there, go on without it.",
            )

    @classmethod
    def parse(cls, text: str) -> NhsNumber:
        """Read ten digits with any spacing or hyphens. Raises BadValue (nhs-number-digits, -check-digit)."""
        return cls(without_separators(text))

    @property
    def is_test_range(self) -> bool:
        """True for numbers starting 999, which are kept for tests and demos and never given to a person."""
        return self.digits.startswith(TEST_PREFIX)

    @property
    def is_one_digit_repeated(self) -> bool:
        """True for fillers such as 0000000000 and 1111111111, which pass the check but name nobody."""
        return len(set(self.digits)) == 1

    def display(self) -> str:
        """For people: three, three and four digits."""
        return f"{self.digits[:3]} {self.digits[3:6]} {self.digits[6:]}"

    def __str__(self) -> str:
        return self.display()


def without_separators(text: str) -> str:
    """The text without white space and hyphens or dashes of any sort."""
    return _SEPARATORS.sub("", text)


def weighted_sum(first_nine: str) -> int:
    """Each of nine digits times its weight (10 down to 2), added up."""
    if not _NINE_DIGITS.fullmatch(first_nine):
        raise BadValue("nhs-number-digits", "Nine digits are needed.", "The check is made of the first nine.")
    return sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first_nine, strict=True))


def check_digit(first_nine: str) -> int | None:
    """The tenth digit that these nine need, or None when no digit fits (the sum leaves 1, which would need 10).

    >>> check_digit("943476591"), check_digit("999000001"), check_digit("999000000")
    (9, 8, None)
    """
    digit = (MODULUS - weighted_sum(first_nine) % MODULUS) % MODULUS
    return None if digit == MODULUS - 1 else digit
