"""What does one row of Client Level Data say, about whom and what happened?

Each row repeats the person and holds one event: a request, an assessment, a service or a review. Only a service may be
without an end. The row's own id is made of the fields that the return itself holds to be unique for each event type.
The weekly cost is worked out only where the frequency makes it certain. Left out: ethnicity,
accommodation, employment and impairments as facts (their values are checked and kept with the row); submission columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from joinedup.base.money import Money
from joinedup.exchange.csv.cld_codes import CODE_LISTS, known_value
from joinedup.exchange.csv.cld_headings import KNOWN_KEYS, Header, read_header
from joinedup.exchange.csv.rows import Row, delimiter_of, heading_line, rows_of
from joinedup.exchange.facts import Address, EventFact, Name, PersonFacts, Unit
from joinedup.exchange.json_text import write_json
from joinedup.exchange.refusal_codes import RefusalList
from joinedup.exchange.values import (
    FIELD_LIMIT_CHARACTERS,
    ROW_LIMIT_BYTES,
    clean,
    fault_of_day,
    sha256,
    valid_nhs_number,
    valid_postcode,
)

HEAD_BYTES = 1024 * 1024
KIND = "cld:row"
DATE_FORM = "DD/MM/YYYY or YYYY-MM-DD"
KINDS = {"Request": "request", "Assessment": "assessment", "Service": "service", "Review": "review"}
CERTAIN_FREQUENCIES = ("Per session", "Hourly", "Daily", "Weekly")
LARGEST_AMOUNT = Decimal(1_000_000)

_UK_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: 00:00(?::00)?)?")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class _Reading:
    """One row being read: cells by heading, today, and the refusals so far."""

    cells: dict[str, str]
    today: date
    refusals: RefusalList

    def text(self, column: str) -> str:
        return self.cells.get(column, "")

    def coded(self, column: str) -> str:
        """The value in release 2's words, or '' (refused when not in the list)."""
        sent = self.text(column)
        if not sent:
            return ""
        known = known_value(column, sent)
        if known is None:
            self.refusals.add("code-unknown", column, list_name=f"Client Level Data's '{column}'")
        return known or ""

    def day(self, column: str, may_be_future: bool = False) -> date | None:
        """The date, or None (refused when there is one that cannot be true)."""
        sent = self.text(column)
        if not sent:
            return None
        found = day_from(sent)
        if found is None:
            self.refusals.add("date-invalid", column, form=DATE_FORM)
        elif fault := fault_of_day(found, self.today, may_be_future):
            self.refusals.add(fault, column)
            found = None
        return found

    def number(self, column: str) -> Decimal | None:
        """A number of 0 or more, '£' and thousands' commas allowed, or None (refused when it is none)."""
        sent = self.text(column).replace(",", "").removeprefix("£").strip()
        if not sent:
            return None
        number = Decimal(sent) if _NUMBER.fullmatch(sent) else None
        if number is None or number > LARGEST_AMOUNT:
            self.refusals.add("number-invalid", column)
            return None
        return number


def day_from(text: str) -> date | None:
    """A day written as DD/MM/YYYY or YYYY-MM-DD (an empty time of day after it is ignored); None when it is neither.

    >>> day_from("06/04/2026"), day_from("2026-04-06"), day_from("31/02/2026")
    (datetime.date(2026, 4, 6), datetime.date(2026, 4, 6), None)
    """
    if found := _UK_DAY.fullmatch(text):
        day, month, year = (int(part) for part in found.groups())
    elif found := _ISO_DAY.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_cld_file(path: Path, name: str, today: date, skip_rows: int) -> Iterator[Unit]:
    """One unit a row, in flat memory; rows counted from 1 below the heading, empty rows counted and not units.

    A file whose heading cannot serve is one refused unit. Notes on the heading ride on the first row that is a unit.
    """
    rows = rows_of(path, _delimiter(path))
    heading = next((row for row in rows if row.fault or (any(row.cells) and not _is_separator_line(row))), Row())
    about_file = RefusalList(name, 1)
    if heading.fault:
        _note_fault(heading, about_file)
    header = read_header(heading.cells, about_file) if not heading.fault else None
    if header is None or not header.is_usable:
        yield _refused(name, 1, heading, about_file)
        return
    is_first, is_windows_1252_told = True, False
    for number, row in enumerate(rows, start=1):
        if not row.fault and not any(cell.strip() for cell in row.cells):
            continue
        refusals = RefusalList(name, number)
        if is_first:
            refusals.adopt(about_file)
            is_first = False
        if row.is_windows_1252 and not is_windows_1252_told:
            refusals.add("encoding-windows-1252", "")
            is_windows_1252_told = True
        if number > skip_rows:
            yield _unit(row, number, header, name, today, refusals)


def _delimiter(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES).removeprefix(b"\xef\xbb\xbf")
    lines = head.splitlines()
    return delimiter_of(heading_line(lines), KNOWN_KEYS)


def _is_separator_line(row: Row) -> bool:
    return bool(row.cells) and row.cells[0].lower().startswith("sep=")


def _refused(file: str, number: int, row: Row, refusals: RefusalList, labels: tuple[str, ...] = ()) -> Unit:
    raw = row.kept(labels)
    return Unit(file, number, KIND, "", "", raw, row.digest or sha256(raw), refusals=refusals.items())


def _unit(row: Row, number: int, header: Header, file: str, today: date, refusals: RefusalList) -> Unit:
    if row.fault:
        _note_fault(row, refusals)
        return _refused(file, number, row, refusals, header.labels)
    cells = row.cells
    if len(cells) > len(header.sent) and not any(cells[len(header.sent) :]):
        cells = cells[: len(header.sent)]
    if len(cells) != len(header.sent):
        refusals.add("cells-wrong-number", "", found=len(cells), expected=len(header.sent))
        return _refused(file, number, row, refusals, header.labels)
    by_heading = {heading: clean(cells[index]) for heading, index in header.positions.items()}
    reading = _Reading(by_heading, today, refusals)
    event_type = _event_type(reading)
    if not event_type:
        return _refused(file, number, row, refusals, header.labels)
    raw = write_json(dict(zip(header.labels, cells, strict=True)))
    person = _person(reading)
    starts = reading.day("Event Start Date", may_be_future=event_type == "Service")
    ends = _ends(reading, event_type, starts)
    event = _event(reading, event_type, starts, ends)
    local_id = _local_id(reading, event_type, starts)
    subject = reading.text("LA Person Unique Identifier")
    digest = sha256(raw)
    period_end = day_from(reading.text("Reporting Period End Date"))
    told_at = datetime.combine(period_end, time(23, 59), UTC) if period_end else None
    return Unit(
        file, number, KIND, local_id, subject, raw, digest, person=person, event=event, refusals=refusals.items(),
        told_at=told_at,
    )  # fmt: skip


def _note_fault(row: Row, refusals: RefusalList) -> None:
    limit = ROW_LIMIT_BYTES // (1024 * 1024) if row.fault == "row-too-long" else f"{FIELD_LIMIT_CHARACTERS:,}"
    refusals.add(row.fault, "", limit=limit)


def _event_type(reading: _Reading) -> str:
    """The event type, or '' after refusing the row."""
    column = "LA Person Unique Identifier"
    event_type = known_value("Event Type", reading.text("Event Type"))
    if not reading.text(column):
        reading.refusals.add("person-id-missing", column, column=column)
        return ""
    if not reading.text("Event Type"):
        reading.refusals.add("event-type-missing", "Event Type")
    elif event_type is None:
        reading.refusals.add("event-type-unknown", "Event Type")
    return event_type or ""


def _person(reading: _Reading) -> PersonFacts:
    for column in _CHECKED_ONLY:
        reading.coded(column)
    birth_date = _birth_date(reading)
    death_date = reading.day("Date of Death")
    is_deceased = bool(reading.text("Date of Death")) and not reading.refusals.has("Date of Death")
    if death_date is not None and birth_date is not None and death_date < birth_date:
        reading.refusals.add("death-before-birth", "Date of Death")
        death_date = None
    family, given = reading.text("Last Name"), reading.text("First Name")
    return PersonFacts(
        nhs_number=_nhs_number(reading),
        names=(Name(family, (given,) if given else (), use="usual"),) if family or given else (),
        birth_date=birth_date,
        gender=(reading.coded("Gender") or "unknown").lower(),
        deceased=is_deceased,
        death_date=death_date,
        addresses=_addresses(reading),
        gp_practice_code=reading.text("GP Practice Code").upper(),
    )


def _birth_date(reading: _Reading) -> date | None:
    found = day_from(reading.text("Date of Birth"))
    if found is not None and found > reading.today:
        reading.refusals.add("birth-date-future", "Date of Birth")
        return None
    return reading.day("Date of Birth")


def _nhs_number(reading: _Reading) -> str:
    sent = reading.text("NHS Number")
    number = valid_nhs_number(sent)
    if sent and not number:
        reading.refusals.add("nhs-number-invalid", "NHS Number")
    return number


def _addresses(reading: _Reading) -> tuple[Address, ...]:
    sent = reading.text("Postcode")
    postcode = valid_postcode(sent)
    if sent and not postcode:
        reading.refusals.add("postcode-invalid", "Postcode")
    return (Address(postcode=postcode or sent),) if sent else ()


def _ends(reading: _Reading, event_type: str, starts: date | None) -> date | None:
    column = "Event End Date"
    ends = reading.day(column, may_be_future=event_type == "Service")
    if not reading.text(column) and event_type != "Service":
        reading.refusals.add("end-missing", column)
    if ends is not None and starts is not None and ends < starts:
        reading.refusals.add("end-before-start", column)
        return None
    return ends


def _event(reading: _Reading, event_type: str, starts: date | None, ends: date | None) -> EventFact:
    weekly_cost_pence = _weekly_cost_pence(reading)
    detail = [(label, reading.coded(column)) for label, column in _DETAIL_CODED]
    detail += [(label, reading.text(column)) for label, column in _DETAIL_FREE]
    if weekly_cost_pence is not None:
        detail.append(("Weekly cost", Money(weekly_cost_pence).display()))
    values = dict(detail)
    title = {
        "Request": "Request for support",
        "Assessment": values["Assessment type"] or "Assessment",
        "Service": values["Service component"] or values["Service type"] or "Service",
        "Review": "Review",
    }[event_type]
    return EventFact(
        kind=KINDS[event_type],
        title=title,
        starts=starts,
        ends=ends,
        open_ended=event_type == "Service" and not reading.text("Event End Date"),
        detail=tuple((label, text) for label, text in detail if text),
        amount_pence=weekly_cost_pence,
    )


def _weekly_cost_pence(reading: _Reading) -> int | None:
    """Unit cost times planned units a week, half a penny up; None where the frequency leaves it open.

    A weekly cost without units is for one unit. Costs by the fortnight, month, quarter or year, and one-off ones, are
    not turned into weeks: senders differ on what their units then mean.
    """
    cost, units = reading.number("Unit Cost"), reading.number("Planned units per week")
    frequency = reading.coded("Cost Frequency (Unit Type)")
    if cost is None or frequency not in CERTAIN_FREQUENCIES:
        return None
    if units is None:
        if frequency != "Weekly" or reading.text("Planned units per week"):
            return None
        units = Decimal(1)
    return int((cost * units * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _local_id(reading: _Reading, event_type: str, starts: date | None) -> str:
    """The fields that make an event unique in the return, joined by '|'; known values in release 2's words."""
    parts = [reading.text("LA Person Unique Identifier"), event_type]
    parts.append(starts.isoformat() if starts else reading.text("Event Start Date"))
    for column in ("Client Type", *_UNIQUE_BY[event_type]):
        sent = reading.text(column)
        known = known_value(column, sent) if column in CODE_LISTS else None
        day = day_from(sent) if column == "Event End Date" else None
        parts.append(day.isoformat() if day else known or sent)
    return "|".join(parts)


_UNIQUE_BY = {
    "Request": ("Event End Date", "Request: Route of Access"),
    "Assessment": ("Event End Date", "Assessment Type"),
    "Service": ("Service Type", "Service Component"),
    "Review": ("Event End Date",),
}
_DETAIL_CODED = (
    ("Outcome", "Event Outcome"),
    ("Service type", "Service Type"),
    ("Service component", "Service Component"),
    ("Delivery", "Delivery Mechanism"),
    ("Client type", "Client Type"),
    ("Main reason for support", "Primary Support Reason"),
    ("Funding", "Client Funding Status"),
)
_DETAIL_FREE = (
    ("Provider", "Provider CQC Location Name"),
    ("Route", "Request: Route of Access"),
    ("Assessment type", "Assessment Type"),
    ("Needs", "Eligible Needs Identified"),
    ("Review reason", "Review Reason"),
    ("Description", "Event Description"),
)
_CHECKED_ONLY = (
    "Accommodation Status",
    "Employment Status",
    "Has Unpaid Carer",
    "Autism Spectrum Disorder (ASD)",
    "Dementia",
    "Visual Impairment",
    "Hearing Impairment",
)
