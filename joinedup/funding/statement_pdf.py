"""The worked statement as a tagged PDF (PDF/UA-1), which a screen reader can follow and a printer prints.

Typst sets it from the file beside this one; what stands in it goes there as JSON, which is never evaluated.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import typst

from joinedup.base.clock import london_date
from joinedup.base.money import Money
from joinedup.funding.queries.adjustments import AdjustmentShown
from joinedup.funding.queries.charges import ChargeShown
from joinedup.funding.statement import Statement

TEMPLATE = Path(__file__).with_name("statement.typ")


def statement_pdf(shown: ChargeShown, statement: Statement, adjusted: Sequence[AdjustmentShown], today: date) -> bytes:
    """The bytes of the PDF."""
    content = {
        "title": "What you pay for care, and why", "name": shown.name, "printed": _day(today),
        "from": _day(shown.as_at),
        "decided": f"{shown.decided_by}, on {_day(london_date(shown.decided_at))}, by the rule {shown.rule}",
        "holds": shown.present, "charge": Money(shown.weekly_charge_pence).display(),
        "nhs": Money(shown.nhs_pays_pence).display() if shown.nhs_pays_pence else "",
        "top_up": Money(shown.top_up_pence).display() if shown.top_up_pence else "",
        "council": Money(shown.council_pays_pence).display(),
        "cost": Money(shown.weekly_cost_pence).display(), "warnings": list(shown.warnings),
        "parts": [
            {"title": part.title,
             "lines": [{"number": str(line.number), "text": line.text, "sum": line.sum, "result": line.result}
                       for line in part.lines]}
            for part in statement.parts
        ],
        "adjusted": [
            {"week": _day(each.week_starts_on), "was": Money(each.was_pence).display(),
             "now": Money(each.should_be_pence).display(), "owed": _owed(each.difference_pence), "why": each.because}
            for each in adjusted
        ],
        "in_all": _owed(sum(each.difference_pence for each in adjusted)),
        "law": [{"number": str(line.number), "text": line.law} for line in statement.lines],
        "figures": [{"words": words, "source": source, "read": read} for words, source, read in statement.figures],
    }  # fmt: skip
    return _compiled(content)


def _compiled(content: dict[str, Any]) -> bytes:
    made = typst.compile(
        str(TEMPLATE), format="pdf", pdf_standards="ua-1", ignore_system_fonts=True,
        sys_inputs={"content": json.dumps(content)},
    )  # fmt: skip
    assert isinstance(made, bytes)  # one PDF, not a list of pages
    return made


def _owed(pence: int) -> str:
    return (
        f"{Money(pence).display()} more to pay" if pence >= 0 else f"{Money(-pence).display()} to be paid back to you"
    )


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
