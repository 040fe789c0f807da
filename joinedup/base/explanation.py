"""Why is this the answer?

Every calculation returns its steps with its answer: which rule, in words, on which authority, with which dated value,
from what, giving what. A page, a letter, a log entry and the command line all show the same steps, and a tribunal can
follow them. Left out: how to lay them out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from joinedup.base.errors import WeMustAct
from joinedup.base.money import Money
from joinedup.base.parameters import Parameter
from joinedup.base.period import Period


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `rule` is its short kebab-case name, `text` the sentence for people, `source` its authority.

    `parameter` is the dated value that it used, if any; `inputs` what came in and `result` what came out, both of plain
    values, money, dates or periods.

    >>> Step("double", "Twice the fee.", "example", Money(200), inputs={"fee": Money(100)}).to_json()["result"]
    '2.00'
    """

    rule: str
    text: str
    source: str
    result: object
    parameter: Parameter | None = None
    inputs: Mapping[str, object] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """Keys rule, text, source, parameter (or null), inputs, result; only what JSON can carry."""
        return {
            "rule": self.rule,
            "text": self.text,
            "source": self.source,
            "parameter": self.parameter.to_json() if self.parameter else None,
            "inputs": plain(self.inputs),
            "result": plain(self.result),
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """An answer by field, and the steps that led to it.

    >>> doubled = Step("double", "Twice the fee.", "example", Money(200))
    >>> Explanation({"charge": Money(200)}, (doubled,)).to_json()["charge"]
    '2.00'
    """

    answer: Mapping[str, object]
    steps: tuple[Step, ...]

    def to_json(self) -> dict[str, object]:
        """The answer's fields, then `steps`."""
        return {**{key: plain(value) for key, value in self.answer.items()}, "steps": [s.to_json() for s in self.steps]}


def plain(value: object) -> object:
    """A value as JSON carries it: money '16100.00', dates ISO, a period {from, to}, decimals and UUIDs as text.

    >>> plain({"paid": Money(1050), "when": [date(2026, 4, 6)], "share": Decimal("3.8")})
    {'paid': '10.50', 'when': ['2026-04-06'], 'share': '3.8'}
    """
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Money):
        return value.to_text()
    if isinstance(value, Period):
        return {"from": plain(value.starts_on), "to": plain(value.ends_on)}
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [plain(item) for item in value]
    raise WeMustAct(
        "not-plain",
        "A rule answered with something that cannot be written down exactly.",
        f"Its type is {type(value).__name__}.",
        "Answer with text, whole numbers, money, dates, periods or decimals.",
    )
