"""How are single texts and dates of a sender's file read, whatever the format?

Both readers need the same limits, the same cleaning (a stray control character must never reach the database) and the
same sense of which dates can be true. Today comes in as an argument. Left out: what a field means, which its reader
knows.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from joinedup.base.nhs_number import NhsNumber
from joinedup.base.postcode import Postcode

FIELD_LIMIT_CHARACTERS = 1_000_000
ROW_LIMIT_BYTES = 16 * 1024 * 1024
DOCUMENT_LIMIT_BYTES = 64 * 1024 * 1024
TITLE_LIMIT_CHARACTERS = 300
DETAIL_LIMIT_CHARACTERS = 500

OLDEST = timedelta(days=130 * 366)
FURTHEST = timedelta(days=30 * 366)
CLOCK_SLACK = timedelta(days=1)

ISO_FORM = "YYYY-MM-DD, with a time and its zone where FHIR allows one"

_UNSHOWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_PARTIAL = re.compile(r"\d{4}(-(0[1-9]|1[0-2]))?")


def clean(text: str, limit: int = DETAIL_LIMIT_CHARACTERS) -> str:
    """The text on one line, without control characters, at most `limit` long (cut ones end in '…').

    >>> clean(" a \\x00b\\nc ")
    'a b c'
    """
    text = _SURROGATES.sub("\ufffd", _UNSHOWABLE.sub("", text))
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def sha256(raw: bytes) -> str:
    """The digest kept beside what was sent: 64 hex digits."""
    return hashlib.sha256(raw).hexdigest()


def is_partial_date(text: str) -> bool:
    """A year, or a year and month, as FHIR allows."""
    return _PARTIAL.fullmatch(text) is not None


@lru_cache(maxsize=65536)
def iso_moment(text: str) -> date | datetime | None:
    """A full FHIR date or dateTime; None when it is not one.

    A time without a zone is not an instant, so only its day is taken. A datetime keeps the zone that was sent.
    """
    try:
        if len(text) == 10:
            return date.fromisoformat(text) if _DAY.fullmatch(text) else None
        if len(text) < 16 or not _DAY.fullmatch(text[:10]) or text[10] != "T":
            return None
        moment = datetime.fromisoformat(text)
        return moment.date() if moment.tzinfo is None else moment
    except ValueError:
        return None


def day_of(moment: date | datetime) -> date:
    """The calendar day as the sender wrote it."""
    return moment.date() if isinstance(moment, datetime) else moment


def day_in_words(day: date) -> str:
    """A day as pages write it.

    >>> day_in_words(date(1941, 3, 2))
    '2 March 1941'
    """
    return f"{day.day} {day:%B %Y}"


def fault_of_day(day: date, today: date, may_be_future: bool) -> str:
    """'' when the day can be true, else the code of its refusal: date-out-of-range or date-future."""
    if day < today - OLDEST or day > today + FURTHEST:
        return "date-out-of-range"
    if not may_be_future and day > today + CLOCK_SLACK:
        return "date-future"
    return ""


def valid_nhs_number(text: str) -> str:
    """Ten digits that pass the check, or ''. Fillers such as 0000000000 pass it and name nobody, so they are ''."""
    try:
        number = NhsNumber.parse(text)
    except ValueError:
        return ""
    return "" if number.is_one_digit_repeated else number.digits


@lru_cache(maxsize=65536)
def valid_postcode(text: str) -> str:
    """The postcode in its stored form ('TQ1 1AA'), or '' when it does not have the form of a UK one."""
    try:
        return Postcode.parse(text).text
    except ValueError:
        return ""
