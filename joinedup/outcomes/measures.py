"""How is each measure counted? Expressions over the extract that any engine of Ibis can run.

Each gives one row for each place (and month, or number of days) and whole numbers only; rates, medians and limits are
made of them by rules/, so that two engines agree exactly. The columns that are needed of the extract stand here too:
an extract without one of them is refused by name. A span is a first and a last day, both counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis

NEEDED: Mapping[str, Mapping[str, str]] = {
    "person": {"pseudonym": "varchar", "place": "varchar", "age_band": "varchar", "alive": "boolean"},
    "stay": {
        "pseudonym": "varchar", "place": "varchar", "age_band": "varchar", "kind": "varchar", "how": "varchar",
        "starts_on": "date", "ends_on": "date", "ready_on": "date",
    },
    "request": {
        "pseudonym": "varchar", "place": "varchar", "first_contact_on": "date", "first_service_on": "date",
    },
    "plan": {
        "plan": "varchar", "pseudonym": "varchar", "place": "varchar", "state": "varchar", "manager_named": "boolean",
    },
    "service": {
        "pseudonym": "varchar", "place": "varchar", "starts_on": "date", "ends_on": "date", "weekly_pence": "bigint",
    },
    "estimate": {
        "pseudonym": "varchar", "place": "varchar", "first_bill_on": "date", "first_off_pence": "bigint",
        "last_off_pence": "bigint",
    },
    "posting": {
        "place": "varchar", "kind": "varchar", "side": "varchar", "dated_on": "date", "amount_pence": "bigint",
        "pseudonym": "varchar",
    },
}  # fmt: skip
LATER = ("estimate",)
"""Tables that older extracts lack: what needs one of them finds nothing to count there."""

OLDER = ("65-74", "75-84", "85+")
_IBIS_TYPES = {"varchar": "string", "date": "date", "bigint": "int64", "boolean": "boolean"}

Expression = Any
Tables = Mapping[str, Expression]


@dataclass(frozen=True, slots=True)
class Span:
    """The days that are counted, both ends with them; `months` is the twelve complete months before `as_at`."""

    first: date
    last: date

    @property
    def as_literals(self) -> tuple[Expression, Expression]:
        """Both days for an expression."""
        return ibis.literal(self.first), ibis.literal(self.last)


def unbound_tables() -> Tables:
    """The tables of an extract, bound to no engine."""
    return {
        name: ibis.table({column: _IBIS_TYPES[kind] for column, kind in columns.items()}, name=name)
        for name, columns in NEEDED.items()
    }


def places(tables: Tables) -> Expression:
    """Every place in which somebody has a record."""
    return tables["person"].select("place").distinct().order_by("place")


def open_plans(tables: Tables, span: Span) -> Expression:
    """The rows of open agreed plans."""
    del span  # it is one moment, the extract's
    return tables["plan"].filter(tables["plan"].state == "agreed")


def plans_with_case_manager(tables: Tables, span: Span) -> Expression:
    """place, events (named), of (open agreed plans)."""
    plan = open_plans(tables, span)
    return plan.group_by("place").agg(events=plan.manager_named.cast("int64").sum(), of=plan.count())


def first_contacts(tables: Tables, span: Span) -> Expression:
    """The rows of requests whose first contact lies within, with the days to the first service."""
    first, last = span.as_literals
    request = tables["request"]
    known = request.filter(request.first_contact_on >= first, request.first_contact_on <= last)
    return known.mutate(days=_days(known.first_contact_on, known.first_service_on))


def days_to_first_service(tables: Tables, span: Span) -> Expression:
    """place, days (empty: still waiting), often; by first contact."""
    served = first_contacts(tables, span)
    return served.group_by("place", "days").agg(often=served.count())


def emergencies(tables: Tables, span: Span) -> Expression:
    """The rows of emergency stays of people aged 65 and over, once a person and day."""
    stay = _older_stays(tables, span)
    return stay.filter(stay.how == "emergency").select("place", "pseudonym", "starts_on").distinct()


def emergency_stays(tables: Tables, span: Span) -> Expression:
    """place, month (year × 12 + month − 1), often: people aged 65 and over, once a person and day."""
    found = emergencies(tables, span)
    dated = found.mutate(month=found.starts_on.year() * 12 + found.starts_on.month() - 1)
    return dated.group_by("place", "month").agg(often=dated.count())


def stays_that_do_not_say(tables: Tables, span: Span) -> Expression:
    """place, often: stays of older people for which the hospital did not say how they came in."""
    stay = _older_stays(tables, span)
    unsaid = stay.filter(stay.how == "not_sent").select("place", "pseudonym", "starts_on").distinct()
    return unsaid.group_by("place").agg(often=unsaid.count())


def older_people(tables: Tables, span: Span) -> Expression:
    """place, often: living people aged 65 and over with a record."""
    del span
    person = tables["person"]
    older = person.filter(person.age_band.isin(OLDER), person.alive)
    return older.group_by("place").agg(often=older.count())


def ended_stays(tables: Tables, span: Span) -> Expression:
    """The rows of stays that ended within, each once, with the days after the person was ready to leave."""
    first, last = span.as_literals
    stay = tables["stay"]
    ended = stay.filter(stay.kind == "admission", stay.ends_on >= first, stay.ends_on <= last)
    once = ended.group_by("place", "pseudonym", "starts_on", "ends_on").agg(ready_on=ended.ready_on.max())
    return once.mutate(days=_days(once.ready_on, once.ends_on))


def days_after_ready(tables: Tables, span: Span) -> Expression:
    """place, days (empty: no ready day, or one after leaving), often; by the day of leaving."""
    waited = ended_stays(tables, span)
    return waited.group_by("place", "days").agg(often=waited.count())


def pooled_postings(tables: Tables, span: Span) -> Expression:
    """The rows of what the partners spent from pooled funds."""
    first, last = span.as_literals
    posting = tables["posting"]
    return posting.filter(
        posting.kind == "expense", posting.side != "people", posting.dated_on >= first, posting.dated_on <= last
    )


def pooled_spending(tables: Tables, span: Span) -> Expression:
    """place, pence, people: what the partners spent from pooled funds."""
    spent = pooled_postings(tables, span)
    return spent.group_by("place").agg(
        pence=spent.amount_pence.sum().cast("int64"), people=spent.pseudonym.nunique().cast("int64")
    )


def running_services(tables: Tables, span: Span) -> Expression:
    """The rows of services outside the funds that ran within."""
    first, last = span.as_literals
    service = tables["service"]
    return service.filter(service.starts_on <= last, service.ends_on.isnull() | (service.ends_on >= first))


def other_spending(tables: Tables, span: Span) -> Expression:
    """place, sevenths (pence × 7), people, unpriced: services outside the funds, for their days within the span."""
    first, last = span.as_literals
    running = running_services(tables, span)
    begins = ibis.greatest(running.starts_on, first)
    ends = ibis.least(ibis.coalesce(running.ends_on, last), last)
    priced = running.mutate(sevenths=running.weekly_pence * (ends.delta(begins, unit="day") + 1))
    return priced.group_by("place").agg(
        sevenths=priced.sevenths.sum().cast("int64"),
        people=priced.pseudonym.nunique(where=priced.weekly_pence.notnull()).cast("int64"),
        unpriced=priced.weekly_pence.isnull().sum().cast("int64"),
    )


def estimated_bills(tables: Tables, span: Span) -> Expression:
    """The rows of people whose first bill begins within, with the pence by which it lies off the range, either way."""
    first, last = span.as_literals
    estimate = tables["estimate"]
    billed = estimate.filter(estimate.first_bill_on >= first, estimate.first_bill_on <= last)
    return billed.mutate(off_pence=billed.first_off_pence.abs())


def first_bills_within(tables: Tables, span: Span) -> Expression:
    """place, events (first bill within the range), of."""
    billed = estimated_bills(tables, span)
    within = (billed.first_off_pence == 0).cast("int64")
    return billed.group_by("place").agg(events=within.sum(), of=billed.count())


def last_bills_within(tables: Tables, span: Span) -> Expression:
    """place, events (last bill within the range), of."""
    billed = estimated_bills(tables, span)
    within = (billed.last_off_pence == 0).cast("int64")
    return billed.group_by("place").agg(events=within.sum(), of=billed.count())


def pence_off(tables: Tables, span: Span) -> Expression:
    """place, pence (0: within the range), often."""
    billed = estimated_bills(tables, span)
    return billed.group_by("place", "off_pence").agg(often=billed.count())


EXPRESSIONS: Mapping[str, Mapping[str, Callable[[Tables, Span], Expression]]] = {
    "case_manager_named": {"plans": plans_with_case_manager},
    "first_service_days": {"days": days_to_first_service},
    "emergency_admissions_older": {
        "stays": emergency_stays, "unsaid": stays_that_do_not_say, "people": older_people,
    },
    "discharge_delay": {"days": days_after_ready},
    "joint_spending": {"pooled": pooled_spending, "other": other_spending},
    "first_bill_as_estimated": {"bills": first_bills_within},
    "last_bill_as_estimated": {"bills": last_bills_within},
    "first_bill_off_estimate": {"pence": pence_off},
}  # fmt: skip
"""Measure to its expressions, each under the name by which computing.py takes its rows."""


def _older_stays(tables: Tables, span: Span) -> Expression:
    first, last = span.as_literals
    stay = tables["stay"]
    return stay.filter(
        stay.kind == "admission", stay.age_band.isin(OLDER), stay.starts_on >= first, stay.starts_on <= last
    )


def _days(begins: Expression, ends: Expression) -> Expression:
    """Whole days between, or empty where the end is not known or comes first."""
    return ibis.ifelse(ends >= begins, ends.delta(begins, unit="day"), ibis.null("int64"))
