"""Which rows of an extract stand behind a figure?

The same expressions that the measures count (measures.py), before they are counted, so that what is shown is what was
counted. Rows leave here with their pseudonyms and only towards a page that asks who may be seen; nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from joinedup.outcomes import measures
from joinedup.outcomes.catalogue import Measure
from joinedup.outcomes.computing import days
from joinedup.outcomes.extract_reading import Extract, engine
from joinedup.outcomes.measures import Expression, Span, Tables, unbound_tables
from joinedup.outcomes.queries.leading_back import RowsBehind


@dataclass(frozen=True, slots=True)
class Behind:
    """One kind of rows behind a measure: what they are, and which columns say what."""

    says: str
    rows: Callable[[Tables, Span], Expression]
    columns: Mapping[str, str]


BEHIND: Mapping[str, tuple[Behind, ...]] = {
    "case_manager_named": (
        Behind("Open agreed plans", measures.open_plans, {"manager_named": "Case manager named"}),
    ),
    "first_service_days": (
        Behind("Requests", measures.first_contacts,
               {"first_contact_on": "First contact", "first_service_on": "First service", "days": "Days"}),
    ),
    "emergency_admissions_older": (
        Behind("Emergency admissions", measures.emergencies, {"starts_on": "Admitted"}),
    ),
    "discharge_delay": (
        Behind("Stays that ended", measures.ended_stays,
               {"ready_on": "Ready to leave", "ends_on": "Left", "days": "Days"}),
    ),
    "joint_spending": (
        Behind("Postings of the pooled funds", measures.pooled_postings,
               {"dated_on": "Dated", "side": "Paid by", "amount_pence": "Amount"}),
        Behind("Services outside the pooled funds", measures.running_services,
               {"starts_on": "From", "ends_on": "Until", "weekly_pence": "A week"}),
    ),
    "first_bill_as_estimated": (
        Behind("People with a first estimate and a bill", measures.estimated_bills,
               {"first_bill_on": "First bill from", "first_off_pence": "Pence off the range"}),
    ),
    "last_bill_as_estimated": (
        Behind("People with a first estimate and a bill", measures.estimated_bills,
               {"first_bill_on": "First bill from", "last_off_pence": "Pence of the last bill off the range"}),
    ),
    "first_bill_off_estimate": (
        Behind("People with a first estimate and a bill", measures.estimated_bills,
               {"first_bill_on": "First bill from", "off_pence": "Pence off the range, either way"}),
    ),
}  # fmt: skip
"""Measure to the rows that it counts."""


def rows_behind(extract: Extract, measure: Measure, place: str) -> tuple[RowsBehind, ...]:
    """Every row that a measure counted in a place (ONS code), in an order that is always the same."""
    starts_on, ends_on = days(measure, extract.as_at)
    tables, span = unbound_tables(), Span(starts_on, ends_on - timedelta(days=1))
    with engine(extract) as running:
        found = []
        for kind in BEHIND[measure.name]:
            rows, columns = kind.rows(tables, span), list(kind.columns)
            wanted = rows.filter(rows.place == place).select("pseudonym", *columns).order_by("pseudonym", *columns)
            held = running.rows(wanted)
            cells = tuple((row["pseudonym"] or "", tuple(row[name] for name in columns)) for row in held)
            found.append(RowsBehind(kind.says, tuple(kind.columns.values()), cells))
    return tuple(found)
