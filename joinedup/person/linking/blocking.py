"""Which pairs are worth comparing at all?

Every pair of a small file is. Of a larger one only pairs that share something: candidates below, each a list of keys
from wide to narrow, of which the widest is taken whose pairs stay within a budget. The budget is work, not quality: it
depends on the number of rows alone. A key that even at its narrowest makes too many pairs is left out and said so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

ALL_PAIRS_MOST = 1_000_000
"""So many pairs are compared in seconds, so no key may hide one of them."""

PAIRS_A_ROW, PAIRS_FREE = 8, 200_000
"""Budget of one key: as many pairs for each row, and so many besides for files that are small."""


@dataclass(frozen=True, slots=True)
class Key:
    """What two rows must share: columns or expressions over them; `other` where the second row's differ (swaps)."""

    words: str
    parts: tuple[str, ...]
    other: tuple[str, ...] = ()

    def rule(self) -> str:
        """As Splink's condition over rows l and r."""
        pairs = zip(self.parts, self.other or self.parts, strict=True)
        return " and ".join(f"{_of('l', left)} = {_of('r', right)}" for left, right in pairs)

    def columns(self) -> frozenset[str]:
        """The cleaned fields that it reads."""
        return frozenset(part.partition("[")[0] for part in (*self.parts, *self.other))


_YEAR, _MONTH_DAY = "born[1:4]", "born[5:8]"
CANDIDATES: tuple[tuple[Key, ...], ...] = (
    (Key("NHS number", ("nhs_number",)),),
    (Key("social security number", ("social_id",)),),
    (Key("email", ("email",)),),
    (Key("email before the @", ("email_name",)),),
    (Key("phone", ("phone",)), Key("phone and initial", ("phone", "initial"))),
    (Key("mobile phone", ("mobile",)), Key("mobile phone and initial", ("mobile", "initial"))),
    (Key("date of birth", ("born",)), Key("date of birth and family name's sound", ("born", "family_sound")),
     Key("date of birth and family name", ("born", "family"))),
    (Key("date of birth and given name's sound", ("born", "given_sound")),
     Key("date of birth and given name", ("born", "given"))),
    (Key("family name", ("family",)), Key("both names by sound", ("family_sound", "given_sound")),
     Key("both names", ("family", "given")), Key("both names and year of birth", ("family", "given", _YEAR))),
    (Key("given name", ("given",)), Key("given name and year of birth", ("given", _YEAR))),
    (Key("names changed over", ("given", "family"), ("family", "given")),),
    (Key("family name's sound and year of birth", ("family_sound", _YEAR)),
     Key("family name and year of birth", ("family", _YEAR))),
    (Key("family name's sound and day of birth", ("family_sound", _MONTH_DAY)),
     Key("family name and day of birth", ("family", _MONTH_DAY))),
    (Key("given name's sound and day of birth", ("given_sound", _MONTH_DAY)),
     Key("given name and day of birth", ("given", _MONTH_DAY))),
    (Key("postcode", ("postcode",)), Key("postcode and initial", ("postcode", "initial")),
     Key("postcode and year of birth", ("postcode", _YEAR))),
    (Key("house and street", ("number", "line_1")), Key("house, street and initial", ("number", "line_1", "initial"))),
    (Key("street", ("line_1",)), Key("street and initial", ("line_1", "initial"))),
    (Key("town", ("town",)), Key("town and family name", ("town", "family")),
     Key("town and both names by sound", ("town", "family_sound", "given_sound"))),
)  # fmt: skip


def chosen(used: Collection[str], budget: int, pairs_of: Callable[[Key], int]) -> tuple[list[Key], list[str]]:
    """The keys for files with these fields, and in words those that make too many pairs at their narrowest."""
    keys, left_out = [], []
    for candidate in CANDIDATES:
        possible = [key for key in candidate if key.columns() <= _with_derived(used)]
        fitting = next((key for key in possible if pairs_of(key) <= budget), None)
        if fitting:
            keys.append(fitting)
        elif possible:
            left_out.append(possible[-1].words)
    return keys, left_out


def budget(rows: int) -> int:
    """How many pairs one key may make.

    >>> budget(5_000), budget(200_000)
    (240000, 1800000)
    """
    return PAIRS_A_ROW * rows + PAIRS_FREE


def _with_derived(used: Collection[str]) -> frozenset[str]:
    derived = {"given": ("given_sound", "initial", "roots"), "family": ("family_sound",), "email": ("email_name",)}
    return frozenset(used) | {name for field in used for name in derived.get(field, ())}


def _of(side: str, part: str) -> str:
    column, bracket, rest = part.partition("[")
    return f'{side}."{column}"{bracket}{rest}'
