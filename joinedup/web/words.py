"""How are money, a day, an instant and an NHS number written for a reader?

The filters of every template, so that one thing is written one way on all pages. The styles are those of the NHS
content guide: '2 March 1941', '9:05am', '£16,100.00', '999 012 3456'. Nothing here asks for the time. A value that is
not known is written as nothing; the page says what that means.
"""

from __future__ import annotations

from datetime import date, datetime

from joinedup.base.clock import LONDON, london_date
from joinedup.base.money import Money


def money(value: object) -> str:
    """Money, or whole pence, in pounds.

    >>> money(1610000), money(Money(-5)), money(None)
    ('£16,100.00', '-£0.05', '')
    """
    if not isinstance(value, (Money, int)):
        return ""
    return (value if isinstance(value, Money) else Money(value)).display()


def day(value: date | datetime | None) -> str:
    """A date, or the date in England of an aware instant.

    >>> day(date(1941, 3, 2))
    '2 March 1941'
    """
    if not value:
        return ""
    shown = london_date(value) if isinstance(value, datetime) else value
    return f"{shown.day} {shown:%B %Y}"


def instant(value: datetime | None) -> str:
    """An aware instant as clocks in England showed it.

    >>> from datetime import UTC
    >>> instant(datetime(2026, 6, 30, 23, 5, tzinfo=UTC))
    '1 July 2026, 12:05am'
    """
    if not value:
        return ""
    local = value.astimezone(LONDON)
    return f"{day(local.date())}, {local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'}"


def nhs_number(value: object) -> str:
    """Ten digits as 3 3 4; anything else stays as it is, so that a wrong number can be seen to be wrong.

    >>> nhs_number("9990123456"), nhs_number("99901")
    ('999 012 3456', '99901')
    """
    text = str(value or "")
    digits = text.replace(" ", "")
    if len(digits) != 10 or not digits.isdigit():
        return text
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}"


def label(value: object) -> str:
    """A field's or code's name as words: 'case_manager' is 'Case manager'.

    >>> label("case_manager")
    'Case manager'
    """
    text = str(value or "").replace("_", " ").replace("-", " ").strip()
    return text[:1].upper() + text[1:]
