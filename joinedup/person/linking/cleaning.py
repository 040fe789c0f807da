"""A row of a people file in the one form in which rows are compared.

Names are folded as everywhere in the program; dates become eight digits; identifiers lose their spacing. What cannot
be read as what it should be (the 31st of February, a short NHS number) is kept as its bare text, because two rows with
the same mistake still say something. Words that mean 'not known' become nothing: nothing never agrees and never
disagrees. Nothing cleaned is ever written out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache

from joinedup.base.errors import BadValue
from joinedup.base.names import folded
from joinedup.base.postcode import Postcode
from joinedup.person.linking.sound import REMEMBERED, sound
from joinedup.person.nicknames import roots

NOT_KNOWN = frozenset({"", "nan", "null", "n/a", "unknown", "notknown", "notstated", "notrecorded", "?", "#n/a", "nil"})
NOT_KNOWN_CODES = NOT_KNOWN | {"none", "na", "0", "x"}
SEXES = {
    "m": "m", "male": "m", "man": "m", "boy": "m", "1": "m",
    "f": "f", "female": "f", "woman": "f", "girl": "f", "2": "f",
}  # fmt: skip
NOT_A_SEX = frozenset({"9", "u", "i", "indeterminate"})
LONG_PART = 4
PHONE_DIGITS = 10
MOBILE = "7"
"""Of the last ten digits of a British number the first says whether it is carried about or stands in a house."""

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_ORDERED = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})(?: .*)?")
_EIGHT = re.compile(r"\d{8}")
_WORDED = re.compile(r"(\d{1,2})[- /]?([a-z]{3})[a-z]*[- /,]*(\d{4})")
_PARTS = re.compile(r"[\s\-\u2010-\u2015]+")
_NO_LETTERS = str.maketrans(dict.fromkeys(',;:"()*'))
_HOUSE = re.compile(r"\s*(?:(?:flat|apartment|apt|unit)\s*\w+[\s,]+)?(\d+[a-z]?)\b[\s,]+(.+)", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_STREETS = {
    "street": "st", "road": "rd", "avenue": "av", "ave": "av", "lane": "la", "ln": "la", "drive": "dr", "close": "cl",
    "court": "ct", "crescent": "cr", "cres": "cr", "place": "pl", "terrace": "tce", "gardens": "gdns", "square": "sq",
    "saint": "st",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CleanRow:
    """What of a row is compared. Fields are text or nothing; `roots` are names that the given name may stand for."""

    given: str | None = None
    given_first: str | None = None
    given_sound: str | None = None
    initial: str | None = None
    roots: tuple[str, ...] = ()
    middle: str | None = None
    family: str | None = None
    family_parts: tuple[str, ...] = ()
    family_sound: str | None = None
    born: str | None = None
    postcode: str | None = None
    district: str | None = None
    number: str | None = None
    line_1: str | None = None
    line_2: str | None = None
    town: str | None = None
    county: str | None = None
    sex: str | None = None
    nhs_number: str | None = None
    email: str | None = None
    email_name: str | None = None
    phone: str | None = None
    mobile: str | None = None
    practice: str | None = None
    social_id: str | None = None


FIELDS = tuple(each.name for each in fields(CleanRow))
LISTS = ("roots", "family_parts")


def clean(row: Mapping[str, str], *, month_first: bool = False) -> CleanRow:
    """One row, cleaned; `month_first` says how its file writes dates with slashes.

    >>> one = clean({"given": "Bob", "family": "O\u2019Brien-Smith", "born": "24/06/1971", "postcode": "tq11aa"})
    >>> one.given, one.roots, one.family, one.born, one.postcode, one.district
    ('bob', ('robert',), 'obriensmith', '19710624', 'tq11aa', 'tq1')
    """
    given, family = row.get("given", ""), row.get("family", "")
    if not given.strip() and not family.strip():
        given, family = split_name(row.get("whole_name", ""))
    first, *others = [part for part in _PARTS.split(given.strip()) if folded(part)] or [""]
    given_key, family_key = _name(given), _name(family)
    number, line_1 = _house(row.get("number", ""), row.get("line_1", ""))
    postcode, district = _postcode(row.get("postcode", ""))
    email = _known(row.get("email", "").strip().lower())
    phones = [each for name in ("phone", "mobile") if (each := _phone(row.get(name, "")))]
    return CleanRow(
        given=given_key,
        given_first=_name(first),
        given_sound=sound(given_key) if given_key else None,
        initial=given_key[0] if given_key else None,
        roots=roots(folded(first)) if given_key else (),
        middle=_name(row.get("middle", "")) or (_name(" ".join(others)) if given_key else None),
        family=family_key,
        family_parts=_long_parts(family) if family_key else (),
        family_sound=sound(family_key) if family_key else None,
        born=born(row.get("born", ""), month_first=month_first),
        postcode=postcode,
        district=district,
        number=number,
        line_1=line_1,
        line_2=_street(row.get("line_2", "")),
        town=_name(row.get("town", "")),
        county=_name(row.get("county", "")),
        sex=_sex(row.get("sex", "")),
        nhs_number=_identifier(row.get("nhs_number", "")),
        email=email,
        email_name=email.partition("@")[0] if email else None,
        phone=next(iter(phones), None),
        mobile=next((each for each in phones if _is_mobile(each)), None),
        practice=_identifier(row.get("practice", "")),
        social_id=_identifier(row.get("social_id", "")),
    )


def split_name(whole: str) -> tuple[str, str]:
    """Given and family name of a whole name: 'Smith, Ann Mary' or 'Ann Mary Smith'.

    >>> split_name("SMITH, Ann Mary"), split_name("Ann Mary Smith"), split_name("Smith")
    (('Ann Mary', 'SMITH'), ('Ann Mary', 'Smith'), ('', 'Smith'))
    """
    if "," in whole:
        family, _, given = whole.partition(",")
        return given.strip(), family.strip()
    given, _, family = whole.strip().rpartition(" ")
    return given.strip(), family


def born(text: str, *, month_first: bool = False) -> str | None:
    """A date of birth as eight digits, year first; what is no date keeps its letters and digits.

    >>> born("1971-06-24"), born("24/06/1971"), born("06/24/1971", month_first=True), born("24 June 1971")
    ('19710624', '19710624', '19710624', '19710624')
    >>> born("31/02/1971"), born("19081350"), born("about 1930"), born("unknown")
    ('19710231', '19081350', 'about1930', None)
    """
    close = text.strip().lower()
    if found := _ISO.fullmatch(close):
        year, month, day = found.groups()
    elif found := _ORDERED.fullmatch(close):
        day, month, year = found.groups()
        if month_first:
            day, month = month, day
    elif found := _WORDED.fullmatch(close):
        day, word, year = found.groups()
        month = str(_MONTHS.index(word) + 1) if word in _MONTHS else "0"
    elif _EIGHT.fullmatch(close) and not _is_date(close) and _is_date(close[4:] + close[2:4] + close[:2]):
        return close[4:] + close[2:4] + close[:2]
    else:
        return _identifier(close)
    return f"{year}{int(month):02}{int(day):02}"


def is_month_first(texts: Iterable[str]) -> bool:
    """Whether a column of dates puts the month before the day: some second part is no month, and no first part.

    >>> is_month_first(["06/24/1971", "01/02/1980"]), is_month_first(["24/06/1971"]), is_month_first(["01/02/1980"])
    (True, False, False)
    """
    found = [each.groups() for text in texts if (each := _ORDERED.fullmatch(text.strip()))]
    most = len(_MONTHS)
    return any(int(second) > most for _, second, _ in found) and not any(int(first) > most for first, _, _ in found)


def used_fields(rows: Sequence[CleanRow]) -> frozenset[str]:
    """The fields that say something: held by some row, and not the same in all of those.

    >>> sorted(used_fields([CleanRow(given="ann", county="devon"), CleanRow(given="bob", county="devon")]))
    ['given']
    """
    return frozenset(name for name in FIELDS if len({getattr(row, name) for row in rows} - {None, ()}) > 1)


def _is_date(eight: str) -> bool:
    try:
        date(int(eight[:4]), int(eight[4:6]), int(eight[6:]))
    except ValueError:
        return False
    return 1800 < int(eight[:4]) < 2200


def _known(text: str, none: frozenset[str] = NOT_KNOWN) -> str | None:
    return None if text.lower() in none else text


def _name(text: str) -> str | None:
    return _known(folded(text).translate(_NO_LETTERS)) if text else None


def _identifier(text: str) -> str | None:
    if not text:
        return None
    bare = folded(text)
    if not bare.isalnum():
        bare = "".join(letter for letter in bare if letter.isalnum())
    if len(set(bare)) == 1 and len(bare) > 1:
        return None  # a filler, such as 0000000000
    return _known(bare, NOT_KNOWN_CODES)


@lru_cache(REMEMBERED)
def _postcode(text: str) -> tuple[str | None, str | None]:
    bare = _identifier(text)
    if bare is None:
        return None, None
    try:
        return bare, Postcode.parse(bare).district.lower()
    except BadValue:
        return bare, bare[: max(2, len(bare) - 2)] if len(bare) > 2 else bare


def _house(number: str, line: str) -> tuple[str | None, str | None]:
    """House number and street; a number in front of the street is taken from there when it has no column of its own."""
    if not number.strip() and (found := _HOUSE.fullmatch(line)):
        number, line = found.groups()
    return _known(folded(number), NOT_KNOWN_CODES), _street(line)


def _street(text: str) -> str | None:
    if not text:
        return None
    words = [folded(word.strip(".,;()")) for word in text.replace(",", " ").split()]
    return _known(" ".join(_STREETS.get(word, word) for word in words if word))


def _sex(text: str) -> str | None:
    close = _known(folded(text), NOT_KNOWN_CODES) if text else None
    return None if close in NOT_A_SEX or close is None else SEXES.get(close, close)


def _phone(text: str) -> str | None:
    digits = text if text.isdecimal() else "".join(letter for letter in text if letter.isdecimal())
    return _identifier(digits[-PHONE_DIGITS:])


def _is_mobile(digits: str) -> bool:
    return len(digits) == PHONE_DIGITS and digits.startswith(MOBILE)


def _long_parts(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for each in _PARTS.split(text) if len(part := folded(each)) >= LONG_PART))
