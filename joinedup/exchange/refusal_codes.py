"""Why was something in a sender's file refused, and how does the sender put it right?

The codes stand in `refusal_table.py`; here one is noted for a row, so that a data officer meets the same words
everywhere. Left out: refusals that only the loader can give, such as an unknown body.
"""

from __future__ import annotations

from dataclasses import replace

from joinedup.exchange.facts import Refusal
from joinedup.exchange.refusal_table import REFUSAL_TABLE, RefusalCode

CODES: dict[str, RefusalCode] = {entry.code: entry for entry in REFUSAL_TABLE}


class RefusalList:
    """Collects the refusals of one row, in order.

    >>> refusals = RefusalList("a.csv", 3)
    >>> refusals.add("date-future", "Event Start Date")
    >>> refusals.items()[0].why
    'Event Start Date lies in the future, although the row says that it has happened.'
    """

    __slots__ = ("_items", "file", "row")

    def __init__(self, file: str, row: int) -> None:
        self.file = file
        self.row = row
        self._items: list[Refusal] = []

    def add(self, code: str, field: str, **words: object) -> None:
        """Note one refusal. `words` fill the templates and must never hold a value from the row."""
        self._items.append(refuse(code, self.file, self.row, field, **words))

    def adopt(self, others: RefusalList) -> None:
        """Take over what was noted about the whole file, at this row."""
        self._items.extend(replace(refusal, row=self.row) for refusal in others.items())

    def has(self, field: str) -> bool:
        """Was this field refused already?"""
        return any(refusal.field == field for refusal in self._items)

    def items(self) -> tuple[Refusal, ...]:
        """All refusals so far."""
        return tuple(self._items)


def refuse(code: str, file: str, row: int, field: str, **words: object) -> Refusal:
    """The refusal for a code of the table; raises KeyError for a code or a placeholder that is not known."""
    entry = CODES[code]
    fill = {"field": field, **words}
    return Refusal(
        code=code,
        file=file,
        row=row,
        field=field,
        why=entry.why.format(**fill),
        mend=entry.mend.format(**fill),
        whole=entry.whole,
    )
