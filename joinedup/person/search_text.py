"""What did somebody mean who typed this to find a person?

Pure: a text becomes an NHS number, words of a name, dates of birth, a year, a postcode or its district, in any order.
A date is taken as it is usually written here, and also with day and month changed about, because that slip is common;
which of the two was meant shows on the page. Left out: which people it fits (sql/), and other languages' months.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from joinedup.base.errors import BadValue
from joinedup.base.names import folded
from joinedup.base.nhs_number import NhsNumber
from joinedup.base.postcode import Postcode

MOST_WORDS = 5
TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "rev", "sir", "lady", "dame", "lord", "master"})
"""What is said before a name and is no name, where another word stands beside it."""


@dataclass(frozen=True, slots=True)
class SearchText:
    """What somebody typed to find a person, understood: each part is '' or None when it was not there.

    `other_dates` are further readings of the date: day and month changed about, or the other century.
    """

    nhs_number: str = ""
    words: tuple[str, ...] = ()
    birth_date: date | None = None
    other_dates: tuple[date, ...] = ()
    birth_year: int | None = None
    postcode: str = ""
    district: str = ""

    @property
    def birth_dates(self) -> tuple[date, ...]:
        """Every reading of the date, the likeliest first."""
        return (self.birth_date, *self.other_dates) if self.birth_date else ()

    @property
    def joined_words(self) -> tuple[str, ...]:
        """The words, and each two that stand side by side as one: 'o brien' is obrien, 'van dam' is vandam.

        >>> SearchText(words=("mary", "van", "dam")).joined_words
        ('mary', 'van', 'dam', 'maryvan', 'vandam')
        """
        return (*self.words, *(first + second for first, second in zip(self.words, self.words[1:], strict=False)))

    @property
    def empty(self) -> bool:
        """Whether there is too little to look for: nothing, or a year or a district alone, which fits thousands."""
        says_enough = self.nhs_number or self.words or self.birth_date or self.postcode
        return not says_enough and not (self.birth_year and self.district)


_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
           "december")  # fmt: skip
_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" if len(name) > 3 else name for name in _MONTHS) + "|sept"
_NUMBERS = re.compile(r"(?<![\w/.\-])(\d{1,2})\s?[/.\-]\s?(\d{1,2})\s?[/.\-]\s?(\d{4}|\d{2})(?![\w/\-])")
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s*(?:of\s+)?({_MONTH})\.?,?\s*(\d{{4}}|\d{{2}})\b", re.IGNORECASE
)
_MONTH_FIRST = re.compile(rf"\b({_MONTH})\.?\s*(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b", re.IGNORECASE)
_YEAR = re.compile(r"(?<![\w/.\-])(?:born\s+)?(1[89]\d\d|20\d\d)(?![\w/\-])", re.IGNORECASE)
_NHS_SHAPE = re.compile(r"\b\d{3}[ -]?\d{3}[ -]?\d{4}\b")
_DIGITS = re.compile(r"\d(?:[\s.\-\u2010-\u2015\u2212]*\d)+")
_POSTCODE_SHAPE = re.compile(r"\b[A-Za-z]{1,2}\d[A-Za-z\d]? ?\d[A-Za-z]{2}\b")
_DISTRICT_SHAPE = re.compile(r"\b[A-Za-z]{1,2}\d[A-Za-z\d]?\b")
NHS_DIGITS = 10


def understood(text: str) -> SearchText:
    """What a search text means: an NHS number in any spacing, a date or year of birth, a postcode or district, a name.

    >>> understood("smith 02/03/1941 tq1 1aa")
    SearchText(nhs_number='', words=('smith',), birth_date=datetime.date(1941, 3, 2), other_dates=(datetime.date(1941, 2, 3),), birth_year=None, postcode='TQ1 1AA', district='')
    >>> understood("1941 Smith tq1").birth_year, understood("1941 Smith tq1").district
    (1941, 'TQ1')
    >>> understood("999 000 0018").nhs_number, understood("2nd March 1941").birth_date
    ('9990000018', datetime.date(1941, 3, 2))
    """  # noqa: E501 (a session runs as it is printed)
    rest, dates = _take_dates(text)
    rest, nhs_number = _take_nhs_number(rest)
    rest, postcode = _take_postcode(rest)
    year = None
    if not dates and (found := _YEAR.search(rest)) is not None:
        year, rest = int(found[1]), _without(rest, found)
    district = ""
    if not postcode and (found := _DISTRICT_SHAPE.search(rest)) is not None and _is_district(found.group()):
        district, rest = found.group().upper(), _without(rest, found)
    return SearchText(nhs_number, _words(rest), *_first_and_rest(dates), year, postcode, district)


def _first_and_rest(dates: tuple[date, ...]) -> tuple[date | None, tuple[date, ...]]:
    return (dates[0], dates[1:]) if dates else (None, ())


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"


def _words(text: str) -> tuple[str, ...]:
    """Words of a name. A single letter is kept before a longer word (O Brien, D Souza), and dropped otherwise."""
    parts = [folded(part) for part in re.split(r"[\s,;]+", text)]
    parts = [part for part in parts if part]
    kept = []
    for place, part in enumerate(parts):
        if len(part) > 1:
            kept.append(part)
        elif part in ("o", "d") and place + 1 < len(parts) and len(parts[place + 1]) > 1:
            parts[place + 1] = part + parts[place + 1]
    names = [word for word in kept if word not in TITLES] or kept
    return tuple(names[:MOST_WORDS])


def _take_dates(text: str) -> tuple[str, tuple[date, ...]]:
    """The first date in the text, with every reading of it, and what is left."""
    for shape, order in ((_ISO, "ymd"), (_NUMBERS, "dmy"), (_DAY_FIRST, "dmy"), (_MONTH_FIRST, "mdy")):
        for found in shape.finditer(text):
            said = dict(zip(order, found.groups(), strict=True))
            readings = _readings(said["y"], said["m"], said["d"], is_named=shape in (_DAY_FIRST, _MONTH_FIRST))
            if readings:
                return _without(text, found), readings
    return text, ()


def _readings(year: str, month: str, day: str, *, is_named: bool) -> tuple[date, ...]:
    years = [int(year)] if len(year) == len("1941") else [1900 + int(year), 2000 + int(year)]
    if is_named:
        pairs = [(next(n for n, name in enumerate(_MONTHS, 1) if name.startswith(month[:3].lower())), int(day))]
    else:
        pairs = [(int(month), int(day)), (int(day), int(month))]
    found: dict[date, None] = {}
    for wanted in years:
        for pair in pairs:
            try:
                found.setdefault(date(wanted, *pair))
            except ValueError:
                continue
    return tuple(found)


def _take_nhs_number(text: str) -> tuple[str, str]:
    """Ten digits spaced as they are printed, or anyhow where they stand apart from other digits."""
    found = _NHS_SHAPE.search(text)
    if found is None:
        spread = (each for each in _DIGITS.finditer(text) if len(re.sub(r"\D", "", each.group())) == NHS_DIGITS)
        found = next(spread, None)
    if found is None:
        return text, ""
    try:
        digits = NhsNumber.parse(found.group()).digits
    except BadValue:
        digits = re.sub(r"\D", "", found.group())
    return _without(text, found), digits


def _take_postcode(text: str) -> tuple[str, str]:
    for found in _POSTCODE_SHAPE.finditer(text):
        try:
            return _without(text, found), str(Postcode.parse(found.group()))
        except BadValue:
            continue
    return text, ""


def _is_district(text: str) -> bool:
    """Whether a postcode may begin so."""
    try:
        return Postcode.parse(f"{text} 1AA").district == text.upper()
    except BadValue:
        return False
