"""The result of a what-if question as a document that can be made again, and how it is asked of generated people.

A result carries the reform's whole text, the digests of the figures of law and of the declaration of people, and a
digest over all of it. In a caseload small numbers are hidden by the project's rule. Needs neither database nor page.
Left out: the caseload (`what_if_caseload.py`), drawing and tables (`what_if_shown.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from joinedup.base import parameter_files
from joinedup.base.errors import PersonMustAct
from joinedup.base.parameters import Parameter
from joinedup.funding import generated_people
from joinedup.funding.reform_files import ReformFile, digest_of, law_digest
from joinedup.funding.rules.what_if import BandRow, Outcome, PayerRow
from joinedup.funding.what_if_runs import Progress, on_generated
from joinedup.outcomes.rules.disclosure import hidden, is_small

SCHEMA = "what-if/1"
MOST_PEOPLE = 10_000_000
NO_FORECAST = (
    "These people are generated from invented shares. The result shows how the reform works; it is no forecast of "
    "England or of any place."
)
STANDS_STILL = "Nothing else changes: cost, income and capital stand still, and nobody behaves otherwise."

Document = dict[str, Any]


def of_generated(file: ReformFile, count: int, seed: int, day: date, tell: Progress | None = None) -> Document:
    """The result on generated people. PersonMustAct for a number that cannot be; the refusals of the reform."""
    if not 1 <= count <= MOST_PEOPLE:
        raise PersonMustAct(
            "what-if-people", f"{count:,} people cannot be generated.", "", f"Ask for 1 to {MOST_PEOPLE:,}."
        )
    if seed < 0:
        raise PersonMustAct("what-if-seed", "The seed is below 0.", "", "Give a whole number of 0 or more.")
    outcome = on_generated(file.on(day), count, seed, tell)
    people = {
        "kind": "generated", "count": count, "seed": seed, "declaration": generated_people.digest(),
    }  # fmt: skip
    return document_of(file, day, people, outcome, None, [NO_FORECAST, STANDS_STILL])


def digest(document: Mapping[str, object]) -> str:
    """The digest of a result: of all that it holds but the digest itself."""
    return digest_of([{name: held for name, held in document.items() if name != "digest"}])


def document_of(
    file: ReformFile, day: date, people: Mapping[str, object], outcome: Outcome, smallest: int | None,
    warnings: Sequence[str],
) -> Document:  # fmt: skip
    """The whole result; `smallest` is the smallest count that may be shown, None where nobody is real."""
    used = file.on(day).used
    document: Document = {
        "schema": SCHEMA,
        "inputs": {
            "reform": {"name": file.name, "text": file.text},
            "as_at": day.isoformat(),
            "weeks": outcome.weeks,
            "people": dict(people),
        },
        "made_by": {"program": program(), "law": law_digest(parameter_files.shipped())},
        "about": file.topic.about,
        "used": [each.to_json() for each in used],
        "warnings": [*warnings, *_unverified(used)],
        "results": _results(outcome, smallest),
    }
    return document | {"digest": digest(document)}


def program() -> str:
    """The program and its version."""
    try:
        return f"joinedup {version('joinedup')}"
    except PackageNotFoundError:
        return "joinedup, not installed"


def _unverified(used: Sequence[Parameter]) -> list[str]:
    if all(each.verified for each in used):
        return []
    return ["Figures of the reform are not verified: each stands below with its source."]


def _results(outcome: Outcome, smallest: int | None) -> Document:
    return {
        "people": outcome.people,
        "cost_pence": outcome.cost_pence,
        "payers": [_payer(row) for row in outcome.payers],
        "everybody": asdict(outcome.everybody),
        "by_income": _bands(outcome.by_income, smallest),
        "by_age": _bands(outcome.by_age, smallest),
    }


def _payer(row: PayerRow) -> Document:
    return asdict(row) | {"change_pence": row.change_pence, "change_weekly_pence": row.change_weekly_pence}


def _bands(rows: Sequence[BandRow], smallest: int | None) -> list[Document]:
    """Bands as plain data; in a caseload what is too small, or would tell what is, is None.

    When one cell beside the number of people is small, the whole table keeps to the numbers of people: else a row or
    a column would give it away.
    """
    found = [asdict(row) for row in rows if row.people or (smallest is None and row.band != "not told")]
    if smallest is None:
        return found
    unseen = hidden([row["people"] for row in found], smallest).parts
    cells = ("pay_less", "pay_more", "pay_same")
    only_people = any(unseen) or any(is_small(row[name], smallest) for row in found for name in cells)
    for row, whole_row in zip(found, unseen, strict=True):
        for name in [each for each in row if each != "band"]:
            if whole_row or (only_people and name != "people"):
                row[name] = None
    return found
