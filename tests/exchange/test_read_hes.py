"""Do hospital statistics become stays, attendances and appointments of a pseudonym, contradictions flagged?"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from joinedup.base.clock import LONDON
from joinedup.exchange import shapes
from joinedup.exchange.facts import PersonFacts, Unit

TODAY = date(2026, 11, 23)
STAY = {
    "EPIKEY": "1", "PSEUDO_HESID": "P7", "ADMIDATE": "2026-01-05", "ADMIMETH": "21", "ADMISORC": "19",
    "EPISTART": "2026-01-05", "EPIEND": "2026-01-20", "EPIORDER": "1", "EPIDUR": "15", "DISDATE": "2026-01-20",
    "DISDEST": "54", "DISMETH": "1", "SPELEND": "Y", "SEX": "2", "MAINSPEF": "430", "DIAG_4_01": "S720", "EPISTAT": "3",
}  # fmt: skip
VISIT = {"AEKEY": "1", "PSEUDO_HESID": "P7", "ARRIVALDATE": "05/01/2026", "ARRIVALTIME": "2330", "DEPTIME": "0130",
         "DEPDUR": "120", "AEARRIVALMODE": "1", "AEATTENDDISP": "01", "SEX": "1"}  # fmt: skip
CLINIC = {"ATTENDKEY": "1", "PSEUDO_HESID": "P7", "APPTDATE": "20260105", "REQDATE": "2025-11-05", "ATTENDED": "3",
          "FIRSTATT": "1", "TRETSPEF": "320"}  # fmt: skip
EMERGENCY = {"EPIKEY": "9", "TOKEN_PERSON_ID": "T1", "ARRIVAL_DATE": "2026-01-05", "ARRIVAL_TIME": "09:15:00",
             "DEPARTURE_DATE": "2026-01-06", "STATED_GENDER": "2", "CHIEF_COMPLAINT": "161891005"}  # fmt: skip


def read(tmp_path: Path, row: dict[str, str], mark: str = ",", **cells: str) -> Unit:
    row = row | cells
    path = tmp_path / "a.csv"
    path.write_text(f"{mark.join(row)}\r\n{mark.join(row.values())}\r\n")
    shape = shapes.detect(path)
    assert shape is not None
    (unit,) = shapes.read_units(path, "a.csv", shape, TODAY)
    return unit


def codes(unit: Unit) -> list[tuple[str, str]]:
    return [(refusal.code, refusal.field) for refusal in unit.refusals]


def test_an_emergency_admission_and_a_discharge_to_a_care_home(tmp_path: Path) -> None:
    unit = read(tmp_path, STAY)
    assert (unit.kind, unit.subject, unit.local_id, codes(unit)) == ("hes:admitted", "P7", "1", [])
    assert unit.event is not None
    assert (unit.event.kind, unit.event.title) == ("admission", "Emergency admission")
    assert (unit.event.starts, unit.event.ends) == (date(2026, 1, 5), date(2026, 1, 20))
    assert dict(unit.event.detail) == {
        "Admission method": "emergency, through A&E", "Admitted from": "own home", "Discharged to": "an NHS care home",
        "Care home": "yes", "Discharge": "agreed", "Main diagnosis": "S720", "Specialty": "older people's medicine",
    }  # fmt: skip


def test_nothing_of_the_row_can_join_the_pseudonym_to_anybody(tmp_path: Path) -> None:
    unit = read(tmp_path, STAY, MYDOB="051941", GPPRAC="L83001", LSOA01="E01000001")
    assert unit.person == PersonFacts(gender="female")


@pytest.mark.parametrize("method", ["21", "22", "25", "28", "2A", "2D"])
def test_emergencies_are_known_by_their_method(tmp_path: Path, method: str) -> None:
    assert read(tmp_path, STAY, ADMIMETH=method).event.title == "Emergency admission"  # type: ignore[union-attr]


@pytest.mark.parametrize("method", ["11", "13", "31", "81", "99"])
def test_the_rest_are_stays(tmp_path: Path, method: str) -> None:
    assert read(tmp_path, STAY, ADMIMETH=method).event.title == "Hospital stay"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("cells", "refused"),
    [
        ({"DISDATE": "2026-01-01"}, [("end-before-start", "DISDATE")]),
        ({"EPISTART": "2026-01-04", "EPIDUR": ""}, [("fields-contradict", "EPISTART")]),
        ({"EPIEND": "2026-01-02", "EPIDUR": ""}, [("fields-contradict", "EPIEND")]),
        ({"EPIEND": "2026-01-21", "EPIDUR": "16"}, [("fields-contradict", "DISDATE")]),
        ({"EPIDUR": "99"}, [("fields-contradict", "EPIDUR")]),
        ({"DISDATE": ""}, [("fields-contradict", "SPELEND")]),
        ({"DISMETH": "4"}, [("fields-contradict", "DISMETH")]),
        ({"DISDATE": "1801-01-01"}, [("date-invalid", "DISDATE")]),
        ({"DISDATE": "31/02/2026"}, [("date-invalid", "DISDATE")]),
        ({"EPIEND": "2027-01-20", "EPIDUR": ""}, [("date-future", "EPIEND")]),
        ({"EPIEND": "1970-01-20", "EPIDUR": ""}, [("date-out-of-range", "EPIEND")]),
        ({"ADMIMETH": "77"}, [("code-unknown", "ADMIMETH")]),
        ({"ADMIDATE": "1800-01-01", "EPISTART": ""}, [("start-missing", "ADMIDATE")]),
    ],
)
def test_a_contradiction_is_flagged_and_the_row_kept(tmp_path: Path, cells: dict, refused: list) -> None:
    unit = read(tmp_path, STAY, **cells)
    assert codes(unit) == refused
    assert not any(refusal.whole for refusal in unit.refusals)
    assert unit.event is not None


@pytest.mark.parametrize("form", ["2026-01-05", "05/01/2026", "20260105", "2026-01-05 00:00:00", "5.1.2026"])
def test_dates_come_in_several_forms(tmp_path: Path, form: str) -> None:
    assert read(tmp_path, STAY, ADMIDATE=form).event.starts == date(2026, 1, 5)  # type: ignore[union-attr]


def test_a_later_episode_holds_its_own_dates_and_an_unfinished_one_goes_on(tmp_path: Path) -> None:
    later = read(tmp_path, STAY, EPIORDER="2", EPISTART="2026-01-10", EPIDUR="10").event
    assert later is not None
    assert (later.title, later.starts, later.ends) == ("Hospital stay, episode 2", date(2026, 1, 10), date(2026, 1, 20))
    open_one = read(tmp_path, STAY, EPISTAT="1", EPIEND="", DISDATE="", DISDEST="98", DISMETH="8", SPELEND="N").event
    assert open_one is not None
    assert (open_one.ends, open_one.open_ended) == (None, True)


def test_an_attendance_over_midnight(tmp_path: Path) -> None:
    unit = read(tmp_path, VISIT)
    assert codes(unit) == []
    assert unit.event is not None
    assert unit.event.starts == datetime(2026, 1, 5, 23, 30, tzinfo=LONDON)
    assert dict(unit.event.detail) == {"Arrived": "by ambulance", "Then": "admitted", "Time there": "2 h 0 min"}
    assert codes(read(tmp_path, VISIT, DEPDUR="90")) == [("fields-contradict", "DEPDUR")]
    assert codes(read(tmp_path, VISIT, ARRIVALTIME="2575", DEPDUR="")) == [("time-invalid", "ARRIVALTIME")]
    assert codes(read(tmp_path, VISIT, DEPTIME="4000")) == []


def test_an_appointment_that_was_not_kept(tmp_path: Path) -> None:
    unit = read(tmp_path, CLINIC, mark="|")
    assert unit.event is not None
    assert (unit.event.kind, unit.event.title) == ("appointment", "Did not attend: Outpatient appointment")
    assert ("Specialty", "heart") in unit.event.detail
    assert codes(read(tmp_path, CLINIC, REQDATE="2026-02-01")) == [("fields-contradict", "APPTDATE")]


def test_a_row_of_the_emergency_care_data_set(tmp_path: Path) -> None:
    unit = read(tmp_path, EMERGENCY)
    assert (unit.kind, unit.subject, unit.local_id, codes(unit)) == ("hes:emergency_care", "T1", "9", [])
    assert unit.event is not None
    assert (unit.event.starts, unit.event.ends) == (datetime(2026, 1, 5, 9, 15, tzinfo=LONDON), date(2026, 1, 6))


def test_a_row_without_a_pseudonym_is_refused_whole_and_kept(tmp_path: Path) -> None:
    unit = read(tmp_path, STAY, PSEUDO_HESID="")
    assert codes(unit) == [("person-id-missing", "PSEUDO_HESID")]
    assert unit.refusals[0].whole
    assert b"ADMIDATE" in unit.raw


def test_a_heading_without_the_admission_date_is_refused_once(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("PSEUDO_HESID,ADMIMETH,EPIKEY\nP7,21,1\nP8,21,2\n")
    assert shapes.detect(path) is None
    (unit,) = shapes.read_units(path, "a.csv", "hes-admitted", TODAY)
    assert codes(unit) == [("column-missing", "ADMIDATE")]
    path.write_text("PSEUDO_HESID,ADMIDATE,ADMIMETH,ADMIDATE\nP7,1,21,2\n")
    (unit,) = shapes.read_units(path, "a.csv", "hes-admitted", TODAY)
    assert codes(unit) == [("column-doubled", "ADMIDATE")]


def test_a_short_row_is_refused_and_the_next_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("PSEUDO_HESID,ADMIDATE,ADMIMETH\nP7,2026-01-05\n\nP8,2026-01-06,21\n")
    units = list(shapes.read_units(path, "a.csv", "hes-admitted", TODAY))
    assert [(unit.row, codes(unit)) for unit in units] == [(1, [("cells-wrong-number", "")]), (3, [])]
