"""From an extract to the figures of every place: counted by the engine, made into figures by the rules.

The one place where both meet, used by the command and by the release alike, so that what is approved is what the
command prints. Figures come out suppressed; the counts behind them are not handed on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from joinedup.base import parameter_files
from joinedup.base.parameters import Parameters
from joinedup.outcomes import catalogue
from joinedup.outcomes.catalogue import Measure
from joinedup.outcomes.extract_reading import Engine, Extract, engine
from joinedup.outcomes.measures import EXPRESSIONS, Span, places, unbound_tables
from joinedup.outcomes.rules.figures import KINDS, Counted, Figure, Policy

MONTHS = 12
Rows = Mapping[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Measured:
    """One measure of one place: its description and its figures, the whole first, then any months."""

    measure: Measure
    figures: tuple[Figure, ...]


def figures_of(extract: Extract, only_place: str = "") -> dict[str, tuple[Measured, ...]]:
    """Place (ONS code) to its measures in the catalogue's order; places without a record have none."""
    kept = policy(parameter_files.shipped(), extract.as_at)
    with engine(extract) as running:
        codes = [row["place"] for row in running.rows(places(unbound_tables()))]
        wanted = [code for code in codes if only_place in ("", code)]
        counted = {each.name: _counted(running, each, extract.as_at) for each in catalogue.shipped()}
    return {
        code: tuple(
            Measured(each, KINDS[each.kind](counted[each.name].get(code, Counted()), days(each, extract.as_at), kept))
            for each in catalogue.shipped()
        )
        for code in wanted
    }


def policy(parameters: Parameters, on: date) -> Policy:
    """How small is too small, and how sure the limits are, on a day."""
    return Policy(
        smallest_shown=parameters.value_at("smallest-count-shown", on).count(),
        confidence=float(parameters.value_at("interval-confidence", on).percent()) / 100,
    )


def days(measure: Measure, as_at: date) -> tuple[date, date]:
    """The first day that a measure counts and the first that it no longer counts.

    >>> from joinedup.outcomes.catalogue import measure
    >>> [str(day) for day in days(measure("emergency_admissions_older"), date(2026, 11, 2))]
    ['2025-11-01', '2026-11-01']
    >>> [str(day) for day in days(measure("discharge_delay"), date(2026, 11, 2))]
    ['2025-11-03', '2026-11-03']
    """
    after = as_at + timedelta(days=1)
    if measure.kind == "share":
        return as_at, after
    ends_on = as_at.replace(day=1) if measure.kind == "rate" else after
    return _year_before(ends_on), ends_on


def _year_before(day: date) -> date:
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28) if is_leap_day else day.replace(year=day.year - 1)


def _counted(running: Engine, measure: Measure, as_at: date) -> dict[str, Counted]:
    starts_on, ends_on = days(measure, as_at)
    span, tables = Span(starts_on, ends_on - timedelta(days=1)), unbound_tables()
    rows = {name: running.rows(make(tables, span)) for name, make in EXPRESSIONS[measure.name].items()}
    return _GATHERERS[measure.name](rows, starts_on)


def _plans(rows: Rows, starts_on: date) -> dict[str, Counted]:
    return {row["place"]: Counted(int(row["events"]), int(row["of"])) for row in rows["plans"]}


def _histogram(rows: Rows, starts_on: date) -> dict[str, Counted]:
    found = {}
    for place, each in _by_place(rows["days"]).items():
        known = tuple((int(row["days"]), int(row["often"])) for row in each if row["days"] is not None)
        events, of = sum(often for _, often in known), sum(int(row["often"]) for row in each)
        found[place] = Counted(events, of, known, left_out=of - events)
    return found


def _admissions(rows: Rows, starts_on: date) -> dict[str, Counted]:
    first = starts_on.year * MONTHS + starts_on.month - 1
    people = {row["place"]: int(row["often"]) for row in rows["people"]}
    unsaid = {row["place"]: int(row["often"]) for row in rows["unsaid"]}
    stays = _by_place(rows["stays"])
    found = {}
    for place in people:
        months = dict.fromkeys(range(first, first + MONTHS), 0)
        months |= {int(row["month"]): int(row["often"]) for row in stays.get(place, ())}
        parts = {f"{month // MONTHS}-{month % MONTHS + 1:02}": often for month, often in sorted(months.items())}
        found[place] = Counted(sum(parts.values()), people[place], parts=parts, left_out=unsaid.get(place, 0))
    return found


def _spending(rows: Rows, starts_on: date) -> dict[str, Counted]:
    pooled = {row["place"]: row for row in rows["pooled"]}
    other = {row["place"]: row for row in rows["other"]}
    found = {}
    for place in {*pooled, *other}:
        from_fund, outside = pooled.get(place, {}), other.get(place, {})
        joint, elsewhere = int(from_fund.get("pence") or 0), round(int(outside.get("sevenths") or 0) / 7)
        behind = [int(side.get("people") or 0) for side, pence in ((from_fund, joint), (outside, elsewhere)) if pence]
        left_out = int(outside.get("unpriced") or 0)
        found[place] = Counted(joint, joint + elsewhere, people=min(behind, default=0), left_out=left_out)
    return found


def _bills(rows: Rows, starts_on: date) -> dict[str, Counted]:
    return {row["place"]: Counted(int(row["events"]), int(row["of"])) for row in rows["bills"]}


def _off(rows: Rows, starts_on: date) -> dict[str, Counted]:
    """Of those whose bill lay off the range, by how many pence."""
    found = {}
    for place, each in _by_place(rows["pence"]).items():
        off = tuple((int(row["off_pence"]), int(row["often"])) for row in each if row["off_pence"])
        found[place] = Counted(sum(often for _, often in off), sum(int(row["often"]) for row in each), off)
    return found


_GATHERERS = {
    "case_manager_named": _plans, "first_service_days": _histogram, "emergency_admissions_older": _admissions,
    "discharge_delay": _histogram, "joint_spending": _spending, "first_bill_as_estimated": _bills,
    "last_bill_as_estimated": _bills, "first_bill_off_estimate": _off,
}  # fmt: skip


def _by_place(rows: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["place"]].append(row)
    return found
