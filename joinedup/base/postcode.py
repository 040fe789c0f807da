"""Is this a UK postcode, and how is it written?

The shapes and letters that Royal Mail's postcode format allows, in the one form that we store: 'TQ1 1AA'. A postcode of
the right shape need not exist; `places` knows which do. Shapes that are no longer given out (W1M, NPT) are taken, since
older records and the national list of postcodes hold them. Left out: postcodes of British Forces and overseas
territories that do not have this shape.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from joinedup.base.errors import BadValue

_AREA_AND_DISTRICT = (
    r"[A-PR-UWYZ][0-9]{1,2}"  # M1, B33
    r"|[A-PR-UWYZ][0-9][A-HJKMNPR-Y]"  # W1A; W1M and others in older records
    r"|[A-PR-UWYZ][A-HK-Y][0-9]{1,2}"  # CR2, DN55
    r"|[A-PR-UWYZ][A-HK-Y][0-9][ABEHMNPRVWXY]"  # EC1A
)
_POSTCODE = re.compile(rf"({_AREA_AND_DISTRICT}|GIR(?=0AA$)|NPT) ?([0-9][ABD-HJLNP-UW-Z]{{2}})")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, order=True)
class Postcode:
    """A UK postcode in the stored form: capitals, one space before the last three characters.

    >>> home = Postcode.parse(" tq11aa ")
    >>> home.text, home.area, home.district, home.inward
    ('TQ1 1AA', 'TQ', 'TQ1', '1AA')
    >>> Postcode.parse("GIR0AA").text
    'GIR 0AA'
    >>> Postcode.parse("TQ1")
    Traceback (most recent call last):
    joinedup.base.errors.BadValue: This is not a UK postcode. ... [postcode]
    """

    text: str

    def __post_init__(self) -> None:
        if self.text != _normalised(self.text):
            raise _refusal()

    @classmethod
    def parse(cls, text: str) -> Postcode:
        """Read a postcode in capitals or small letters, spaced anyhow. Raises BadValue (postcode)."""
        normalised = _normalised(text)
        if normalised is None:
            raise _refusal()
        return cls(normalised)

    @property
    def district(self) -> str:
        """The outward part: 'TQ1'. It stands for thousands of homes, so it may be shown in a trace."""
        return self.text[:-4]

    @property
    def inward(self) -> str:
        """The last three characters: '1AA'."""
        return self.text[-3:]

    @property
    def area(self) -> str:
        """The letters that it starts with: 'TQ'."""
        district = self.district
        return district if district.isalpha() else district.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ").rstrip("0123456789")

    def __str__(self) -> str:
        return self.text


def _normalised(text: str) -> str | None:
    close = _SPACES.sub("", text)
    if not close.isascii():
        return None
    found = _POSTCODE.fullmatch(close.upper())
    return f"{found[1]} {found[2]}" if found else None


def _refusal() -> BadValue:
    return BadValue(
        "postcode",
        "This is not a UK postcode.",
        "A postcode has one or two letters, a district number and three more characters, such as TQ1 1AA.",
        "Check it on a letter, or leave it empty when it is not known.",
    )
