"""What does one row of hospital statistics say: an admitted episode, an A&E attendance, an outpatient appointment?

Hospital episode statistics and the emergency care data set name nobody: a row carries a pseudonym. It becomes a fact
about whoever that body means by the pseudonym, and about nobody else (docs/decisions/0021). Dates come in several forms
and may contradict each other: each contradiction is flagged with a code, the date that cannot hold is not taken, and
the row is kept. A patient's death is shown on the stay and not believed of the person, because these files are late and
coarse. Left out: operations, costs, and every grouping of areas.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time

from joinedup.base.clock import LONDON
from joinedup.exchange.csv import hes_codes as codes
from joinedup.exchange.csv.tables import Cells, Table, empty_unit
from joinedup.exchange.facts import EventFact, PersonFacts, Unit
from joinedup.exchange.values import day_in_words, fault_of_day

DATE_FORM = "YYYY-MM-DD, DD/MM/YYYY or YYYYMMDD"
NO_DATES = {date(1800, 1, 1), date(1600, 1, 1), date(1582, 10, 15)}
WAS_INVALID = {date(1801, 1, 1), date(1600, 12, 31)}
FIRST_YEAR_KNOWN = 1989

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_UK = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?: 00:00(?::00)?)?")
_RUN = re.compile(r"(\d{4})(\d{2})(\d{2})")
_CLOCK = re.compile(r"([01]\d|2[0-3]):?([0-5]\d)(?::[0-5]\d)?")


def day_from(text: str) -> date | None:
    """A day in any of the three forms; None when it is none of them.

    >>> day_from("2001-09-27"), day_from("27/09/2001"), day_from("20010927"), day_from("20011327")
    (datetime.date(2001, 9, 27), datetime.date(2001, 9, 27), datetime.date(2001, 9, 27), None)
    """
    if found := _ISO.fullmatch(text) or _RUN.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
    elif found := _UK.fullmatch(text):
        day, month, year = (int(part) for part in found.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _day(row: Cells, column: str) -> date | None:
    """The day of a column, or None; refused unless it is empty or the mark for 'no date'."""
    sent = row.text(column)
    if not sent:
        return None
    found = day_from(sent)
    if found in NO_DATES:
        return None
    if found is None or found in WAS_INVALID:
        row.refusals.add("date-invalid", column, form=DATE_FORM)
        return None
    fault = fault_of_day(found, row.today, may_be_future=False)
    if not fault and found.year < FIRST_YEAR_KNOWN:
        fault = "date-out-of-range"
    if fault:
        row.refusals.add(fault, column)
        return None
    return found


def _coded(row: Cells, column: str, words: Mapping[str, str]) -> str:
    """The words of a code; '' when there is none or the list does not hold it, which is refused."""
    sent = row.text(column)
    if sent in ("", "&", "-"):
        return ""
    found = words.get(sent, words.get(sent.zfill(2)))
    if found is None:
        row.refusals.add("code-unknown", column, list_name=f"the NHS Data Dictionary for {column}")
    return found or ""


def _start(row: Cells, *columns: str) -> date | None:
    """The first column's day, else the next one's; noted when no column has one."""
    found = [day for column in columns if (day := _day(row, column))]
    if not found and not row.refusals.has(columns[0]):
        row.refusals.add("start-missing", columns[0])
    return found[0] if found else None


def _end(row: Cells, column: str, starts: date | None) -> date | None:
    ends = _day(row, column)
    if ends is not None and starts is not None and ends < starts:
        row.refusals.add("end-before-start", column)
        return None
    return ends


def _note_order(row: Cells, first: str, then: str, earlier: date | None, later: date | None) -> None:
    if earlier is not None and later is not None and later < earlier:
        row.refusals.add("fields-contradict", then, other=first)


def _unit(row: Cells, who: str, key: str, event: EventFact) -> Unit:
    """The row as a fact about the pseudonym, refused whole when there is none."""
    subject = row.text(who)
    if not subject:
        row.refusals.add("person-id-missing", who, column=who)
        return empty_unit(local_id="", subject="")
    gender = codes.GENDERS.get(row.text("SEX") or row.text("STATED_GENDER"), "unknown")
    person = PersonFacts(gender=gender)
    return empty_unit(local_id=row.text(key), subject=subject, person=person, event=event)


def _details(*pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((label, text) for label, text in pairs if text)


def _specialty(row: Cells, column: str) -> str:
    sent = row.text(column)
    return "" if sent in ("", "&", "199", "499") else codes.SPECIALTIES.get(sent, f"treatment function {sent}")


def _plain(row: Cells, column: str) -> str:
    """A code shown as it is; fillers are nothing."""
    sent = row.text(column)
    return "" if sent.strip("-&. ") == "" or sent in ("R69X", "R69X6") else sent


def read_admitted(row: Cells) -> Unit:
    """An episode of admitted care. The first of a stay holds the stay's dates, a later one its own."""
    order, method = row.text("EPIORDER"), row.text("ADMIMETH")
    is_first = order in ("", "1", "98", "99")
    admitted = _start(row, "ADMIDATE", "EPISTART") if is_first else _day(row, "ADMIDATE")
    began, ended = _day(row, "EPISTART"), _day(row, "EPIEND")
    starts = admitted if is_first else began or admitted
    discharged = _end(row, "DISDATE", admitted)
    if not is_first and starts is None:
        row.refusals.add("start-missing", "EPISTART")
    _note_order(row, "ADMIDATE", "EPISTART", admitted, began)
    _note_order(row, "EPISTART", "EPIEND", began, ended)
    _note_order(row, "EPIEND", "DISDATE", ended, discharged)
    _note_other_contradictions(row, began, ended, discharged)
    ready = _end(row, "DISREADYDATE", admitted)
    _note_order(row, "DISREADYDATE", "DISDATE", ready, discharged)
    ends = discharged if is_first else ended if ended and starts and ended >= starts else None
    how = _coded(row, "ADMIMETH", codes.ADMISSION_METHODS)
    is_emergency = method.startswith(codes.EMERGENCY) and bool(how)
    destination = row.text("DISDEST")
    title = "Emergency admission" if is_emergency else "Hospital stay"
    event = EventFact(
        kind="admission",
        title=title if is_first else f"Hospital stay, episode {order}",
        starts=starts,
        ends=ends,
        open_ended=row.text("EPISTAT") == "1" and ends is None,
        detail=_details(
            ("Admission method", how),
            ("Admitted from", _coded(row, "ADMISORC", codes.SOURCES)),
            ("Discharged to", _coded(row, "DISDEST", codes.DESTINATIONS)),
            ("Care home", "yes" if destination in codes.CARE_HOMES else ""),
            ("Discharge", _coded(row, "DISMETH", codes.DISCHARGE_METHODS)),
            ("Ready to leave", day_in_words(ready) if ready else ""),
            ("Main diagnosis", _plain(row, "DIAG_4_01")),
            ("Specialty", _specialty(row, "MAINSPEF")),
            ("Provider", _plain(row, "PROCODE3")),
        ),
    )
    return _unit(row, "PSEUDO_HESID", "EPIKEY", event)


def _note_other_contradictions(row: Cells, began: date | None, ended: date | None, discharged: date | None) -> None:
    """Days that do not fit their dates, a last episode without a discharge, a death that went home."""
    days = row.text("EPIDUR")
    if began and ended and days.isascii() and days.isdigit() and int(days[:6]) != (ended - began).days >= 0:
        row.refusals.add("fields-contradict", "EPIDUR", other="EPISTART and EPIEND")
    if row.text("SPELEND") == "Y" and not row.text("DISDATE") and row.text("EPISTAT") != "1":
        row.refusals.add("fields-contradict", "SPELEND", other="DISDATE")
    if (row.text("DISMETH") in ("4", "5")) != (row.text("DISDEST") == "79") and row.text("DISDEST") not in (
        "",
        "98",
        "99",
    ):
        row.refusals.add("fields-contradict", "DISMETH", other="DISDEST")


def _at(row: Cells, day: date | None, column: str) -> date | datetime | None:
    """The day with its time of day where there is one; 4000 and 3000 stand for 'none' and 'was invalid'."""
    sent = row.text(column)
    if day is None or sent in ("", "4000", "3000"):
        return day
    clock = _CLOCK.fullmatch(sent)
    if clock is None:
        row.refusals.add("time-invalid", column)
        return day
    return datetime.combine(day, time(int(clock[1]), int(clock[2])), LONDON)


def read_attendance(row: Cells) -> Unit:
    """An attendance at A&E."""
    day = _start(row, "ARRIVALDATE")
    event = EventFact(
        kind="attendance",
        title="A&E attendance",
        starts=_at(row, day, "ARRIVALTIME"),
        detail=_details(
            ("Arrived", _coded(row, "AEARRIVALMODE", codes.ARRIVAL_MODES)),
            ("Then", _coded(row, "AEATTENDDISP", codes.DISPOSALS)),
            ("Time there", _stay_minutes(row)),
            ("Main diagnosis", _plain(row, "DIAG2_01")),
            ("Provider", _plain(row, "PROCODE3")),
        ),
    )
    return _unit(row, "PSEUDO_HESID", "AEKEY", event)


def _stay_minutes(row: Cells) -> str:
    """Minutes from arrival to departure, refused when the two times of day say otherwise."""
    sent = row.text("DEPDUR").removesuffix(".0")
    if not sent:
        return ""
    if not sent.isascii() or not sent.isdigit() or len(sent) > 5:
        row.refusals.add("number-invalid", "DEPDUR")
        return ""
    minutes = int(sent)
    came, left = (_CLOCK.fullmatch(row.text(column)) for column in ("ARRIVALTIME", "DEPTIME"))
    if came and left:
        apart = (int(left[1]) * 60 + int(left[2])) - (int(came[1]) * 60 + int(came[2]))
        if apart % 1440 != minutes % 1440:
            row.refusals.add("fields-contradict", "DEPDUR", other="ARRIVALTIME and DEPTIME")
            return ""
    return f"{minutes // 60} h {minutes % 60} min"


def read_appointment(row: Cells) -> Unit:
    """An outpatient appointment, kept or not."""
    day = _start(row, "APPTDATE")
    asked = _day(row, "REQDATE")
    _note_order(row, "REQDATE", "APPTDATE", asked, day)
    outcome = row.text("ATTENDED")
    negation = codes.ATTENDED_TITLES.get(outcome)
    event = EventFact(
        kind="appointment",
        title=f"{negation}: Outpatient appointment" if negation else "Outpatient appointment",
        starts=day,
        detail=_details(
            ("Attended", _coded(row, "ATTENDED", codes.ATTENDED)),
            ("Appointment", _coded(row, "FIRSTATT", codes.FIRST)),
            ("Specialty", _specialty(row, "TRETSPEF") or _specialty(row, "MAINSPEF")),
            ("Asked for", day_in_words(asked) if asked else ""),
            ("Main diagnosis", _plain(row, "DIAG_4_01")),
            ("Provider", _plain(row, "PROCODE3")),
        ),
    )
    return _unit(row, "PSEUDO_HESID", "ATTENDKEY", event)


def read_emergency_care(row: Cells) -> Unit:
    """A row of the emergency care data set, which codes in SNOMED CT: codes are shown, not worded."""
    day = _start(row, "ARRIVAL_DATE")
    left = _end(row, "DEPARTURE_DATE", day)
    event = EventFact(
        kind="attendance",
        title="A&E attendance",
        starts=_at(row, day, "ARRIVAL_TIME"),
        ends=left,
        detail=_details(
            ("Chief complaint", _plain(row, "CHIEF_COMPLAINT")),
            ("Discharge", _plain(row, "DISCHARGE_STATUS")),
            ("Discharged to", _plain(row, "DISCHARGE_DESTINATION")),
            ("Provider", _plain(row, "PROVIDER_CODE")),
        ),
    )
    return _unit(row, "TOKEN_PERSON_ID", "EPIKEY", event)


ADMITTED = Table("hes:admitted", ("PSEUDO_HESID", "ADMIDATE"), ("PSEUDO_HESID", "ADMIDATE", "ADMIMETH"), read_admitted)
ATTENDANCE = Table("hes:attendance", ("PSEUDO_HESID", "ARRIVALDATE"), ("PSEUDO_HESID", "ARRIVALDATE"), read_attendance)
APPOINTMENT = Table("hes:appointment", ("PSEUDO_HESID", "APPTDATE"), ("PSEUDO_HESID", "APPTDATE"), read_appointment)
EMERGENCY_CARE = Table(
    "hes:emergency_care", ("TOKEN_PERSON_ID", "ARRIVAL_DATE"), ("TOKEN_PERSON_ID", "ARRIVAL_DATE"), read_emergency_care
)
HES_TABLES = (ADMITTED, ATTENDANCE, APPOINTMENT, EMERGENCY_CARE)
