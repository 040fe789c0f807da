"""What does a row of Client Level Data become in our words, and what of it, or of its file, is refused?"""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from datetime import date
from pathlib import Path

import pytest

from joinedup.exchange import shapes
from joinedup.exchange.csv.cld_codes import CODE_LISTS, known_value
from joinedup.exchange.csv.cld_headings import HEADINGS
from joinedup.exchange.facts import EventFact, PersonFacts, Unit

TODAY = date(2026, 11, 23)
SERVICE = {
    "LA Code": "113",
    "NHS Number": "999 000 0018",
    "LA Person Unique Identifier": "L-0001",
    "First Name": "Ivy",
    "Last Name": "Smith",
    "GP Practice Code": "l83012",
    "Gender": "FEMALE",
    "Date of Birth": "02/03/1941",
    "Client Type": "Service User",
    "Postcode": "tq11aa",
    "Event Type": "service",
    "Event Start Date": "2026-04-06",
    "Event Outcome": "NFA- Other",
    "Service Type": "Long Term Support: Community",
    "Service Component": "Home Support or Domiciliary Care",
    "Provider CQC Location Name": "Bay Home Care",
    "Unit Cost": "23.50",
    "Cost Frequency (Unit Type)": "Hourly",
    "Planned units per week": "10.5",
}


def as_csv(rows: list[dict[str, str]], headings: tuple[str, ...] = HEADINGS, delimiter: str = ",") -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([row.get(heading, "") for heading in headings] for row in rows)
    return text.getvalue()


def read(tmp_path: Path, content: str | bytes, skip_rows: int = 0) -> list[Unit]:
    path = tmp_path / "cld.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert shapes.detect(path) == "cld-csv"
    return list(shapes.read_units(path, "cld.csv", "cld-csv", TODAY, skip_rows))


def read_row(tmp_path: Path, **changes: str) -> tuple[Unit, list[str]]:
    names = {heading.replace(" ", "_"): heading for heading in HEADINGS}
    row = SERVICE | {names.get(key, key): value for key, value in changes.items()}
    (unit,) = read(tmp_path, as_csv([row]))
    return unit, [refusal.code for refusal in unit.refusals]


def facts(unit: Unit) -> tuple[PersonFacts, EventFact]:
    assert unit.person is not None
    assert unit.event is not None
    return unit.person, unit.event


def codes(units: list[Unit]) -> list[str]:
    return [refusal.code for unit in units for refusal in unit.refusals]


def test_row_is_person_and_event(tmp_path: Path) -> None:
    unit, refused = read_row(tmp_path)
    person, event = facts(unit)
    assert refused == []
    assert (unit.kind, unit.row, unit.subject) == ("cld:row", 1, "L-0001")
    assert unit.local_id == (
        "L-0001|Service|2026-04-06|Service user|Long term support: Community|Home support or domiciliary care"
    )
    assert (person.nhs_number, person.nhs_number_verified, person.birth_date) == (
        "9990000018", False, date(1941, 3, 2),
    )  # fmt: skip
    assert (person.names[0].family, person.names[0].given, person.gender) == ("Smith", ("Ivy",), "female")
    assert (person.addresses[0].postcode, person.gp_practice_code) == ("TQ1 1AA", "L83012")
    assert (event.kind, event.title, event.starts) == ("service", "Home support or domiciliary care", date(2026, 4, 6))
    assert (event.ends, event.open_ended, event.amount_pence) == (None, True, 24675)
    assert dict(event.detail)["Outcome"] == "NFA: Other"
    assert dict(event.detail)["Weekly cost"] == "£246.75"
    assert json.loads(unit.raw)["Event Outcome"] == "NFA- Other"


@pytest.mark.parametrize(("sent", "kind"), [("REQUEST", "request"), ("Assessment", "assessment"), ("Review", "review")])
def test_only_a_service_may_be_open(tmp_path: Path, sent: str, kind: str) -> None:
    unit, refused = read_row(tmp_path, Event_Type=sent)
    event = facts(unit)[1]
    assert (event.kind, event.open_ended, refused) == (kind, False, ["end-missing"])
    assert event.title


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"Event_Start_Date": "31/02/2026"}, "date-invalid", "Event Start Date"),
        ({"Event_Start_Date": "April 2026"}, "date-invalid", "Event Start Date"),
        ({"Event_Start_Date": "06/04/26"}, "date-invalid", "Event Start Date"),
        ({"Event_Start_Date": "01/01/1066"}, "date-out-of-range", "Event Start Date"),
        ({"Event_Type": "Request", "Event_Start_Date": "01/01/2030", "Event_End_Date": "02/01/2030"}, "date-future",
         "Event Start Date"),
        ({"Event_End_Date": "05/04/2026"}, "end-before-start", "Event End Date"),
        ({"Date_of_Birth": "01/01/2030"}, "birth-date-future", "Date of Birth"),
        ({"Date_of_Birth": "1941"}, "date-invalid", "Date of Birth"),
        ({"Date_of_Death": "01/01/1930"}, "death-before-birth", "Date of Death"),
        ({"NHS_Number": "9990000019"}, "nhs-number-invalid", "NHS Number"),
        ({"Postcode": "NOWHERE"}, "postcode-invalid", "Postcode"),
        ({"Gender": "F"}, "code-unknown", "Gender"),
        ({"Service_Component": "Butler"}, "code-unknown", "Service Component"),
        ({"Accommodation_Status": "Castle"}, "code-unknown", "Accommodation Status"),
        ({"Unit_Cost": "about 20"}, "number-invalid", "Unit Cost"),
        ({"Unit_Cost": "-5"}, "number-invalid", "Unit Cost"),
        ({"Planned_units_per_week": "NaN"}, "number-invalid", "Planned units per week"),
    ],
)  # fmt: skip
def test_field_refused_and_row_kept(tmp_path: Path, changes: dict[str, str], code: str, field: str) -> None:
    unit, _ = read_row(tmp_path, **changes)
    facts(unit)
    assert next((refusal.code, refusal.field, refusal.whole) for refusal in unit.refusals) == (code, field, False)
    assert len(unit.refusals) <= 2
    assert all(value not in repr(unit.refusals) for value in ("9990000019", "NOWHERE", "Butler", "about 20"))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"LA_Person_Unique_Identifier": " "}, "person-id-missing"),
        ({"Event_Type": ""}, "event-type-missing"),
        ({"Event_Type": "Servce"}, "event-type-unknown"),
    ],
)
def test_row_refused_whole_once(tmp_path: Path, changes: dict[str, str], code: str) -> None:
    unit, refused = read_row(tmp_path, **changes)
    assert (unit.person, unit.event, refused, unit.refusals[0].whole) == (None, None, [code], True)


@pytest.mark.parametrize(
    ("cost", "frequency", "units", "pence"),
    [
        ("23.50", "Hourly", "10.5", 24675),
        ("£1,023.50", "weekly", "", 102350),
        ("80", "Per session", "2", 16000),
        ("0.333", "Daily", "5", 167),
        ("80", "Daily", "", None),
        ("80", "Monthly", "1", None),
        ("80", "One-off", "", None),
        ("80", "", "2", None),
        ("", "Weekly", "2", None),
        ("80", "Weekly", "lots", None),
    ],
)
def test_weekly_cost_only_where_it_is_certain(
    tmp_path: Path, cost: str, frequency: str, units: str, pence: int | None
) -> None:
    changes = {"Unit_Cost": cost, "Cost_Frequency_(Unit_Type)": frequency, "Planned_units_per_week": units}
    assert facts(read_row(tmp_path, **changes)[0])[1].amount_pence == pence


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
def test_delimiters_encodings_and_line_ends(tmp_path: Path, delimiter: str, encoding: str, line_end: str) -> None:
    row = SERVICE | {"Last Name": 'Müller; or, "so"\tsays|she', "Event Description": "two\nlines"}
    text = as_csv([row, row], delimiter=delimiter).replace("\r\n", line_end)
    units = read(tmp_path, text.encode(encoding))
    assert [facts(unit)[0].names[0].family for unit in units] == ['Müller; or, "so" says|she'] * 2
    assert dict(facts(units[0])[1].detail)["Description"] == "two lines"
    assert codes(units) == (["encoding-windows-1252"] if encoding == "cp1252" else [])


def test_headings_in_any_order_case_and_punctuation(tmp_path: Path) -> None:
    headings = tuple(reversed(HEADINGS))
    text = as_csv([SERVICE], headings)
    head, rest = text.split("\r\n", 1)
    (unit,) = read(tmp_path, "sep=,\r\n" + head.upper().replace(" ", "_") + "\r\n" + rest)
    assert (unit.local_id[:6], unit.row, unit.refusals) == ("L-0001", 1, ())


def test_unknown_columns_are_kept(tmp_path: Path) -> None:
    (unit,) = read(tmp_path, as_csv([SERVICE | {"Team": "North", "": "x"}], (*HEADINGS, "Team", "", "Team")))
    kept = json.loads(unit.raw)
    assert (kept["Team"], kept["Team (53)"], kept["Column 52"], len(kept)) == ("North", "North", "x", 53)
    assert unit.refusals == ()


def test_missing_or_misspelt_mandatory_column_refuses_the_file_once(tmp_path: Path) -> None:
    headings = tuple(
        {"Event Start Date": "Event Strat Date", "LA Person Unique Identifier": "Person"}.get(one, one)
        for one in HEADINGS
    )
    (unit,) = read(tmp_path, as_csv([SERVICE, SERVICE], headings))
    (refusal,) = unit.refusals
    assert (refusal.code, refusal.whole, refusal.row) == ("column-missing", True, 1)
    assert "LA Person Unique Identifier; Event Start Date" in refusal.why
    assert "Rename the heading of column 27 to 'Event Start Date'." in refusal.mend


def test_misspelt_and_absent_columns_are_told_once(tmp_path: Path) -> None:
    headings = tuple("Servce Type" if one == "Service Type" else one for one in HEADINGS if one != "Dementia")
    units = read(tmp_path, as_csv([SERVICE, SERVICE], headings))
    assert [(refusal.code, refusal.field, refusal.row) for unit in units for refusal in unit.refusals] == [
        ("column-misspelt", "Service Type", 1),
        ("columns-absent", "heading", 1),
    ]
    assert "column 39 to 'Service Type'" in units[0].refusals[0].mend


def test_doubled_column_refuses_the_file(tmp_path: Path) -> None:
    (unit,) = read(tmp_path, as_csv([SERVICE], (*HEADINGS, "event_type")))
    assert codes([unit]) == ["column-doubled"]


def test_bad_rows_cost_themselves_only(tmp_path: Path) -> None:
    head, good = as_csv([SERVICE]).split("\r\n", 1)
    good = good.strip()
    lines = [head, good, "only,three,cells", "", "," * 49, good + ",,", f'"{good}', good.replace("Ivy", 'I"vy'), good]
    units = read(tmp_path, "\r\n".join(lines) + "\r\n")
    assert codes(units) == ["cells-wrong-number", "quote-unclosed"]
    assert [unit.row for unit in units] == [1, 2, 5, 6, 7, 8]
    assert facts(units[4])[0].names[0].given == ('I"vy',)
    assert units[-1].person is not None


def test_two_open_quotes_do_not_swallow_what_lies_between(tmp_path: Path) -> None:
    head, good = as_csv([SERVICE]).split("\r\n", 1)
    good = good.strip()
    opened = good.replace("Ivy", '"Ivy')
    units = read(tmp_path, "\r\n".join([head, opened, good, good, opened, good]))
    assert codes(units) == ["quote-unclosed", "quote-unclosed"]
    assert [unit.row for unit in units if unit.person] == [2, 3, 5]


@pytest.mark.parametrize(
    ("value", "code"), [("x" * 1_000_001, "field-too-long"), ("a\x00b", "encoding-unknown")], ids=["huge", "nul"]
)
def test_unreadable_cell_refuses_its_row(tmp_path: Path, value: str, code: str) -> None:
    units = read(tmp_path, as_csv([SERVICE | {"Event Description": value}, SERVICE]))
    assert codes(units) == [code]
    assert (units[0].raw, units[1].row, units[1].person is not None) == (b"", 2, True)


def test_long_cell_within_the_limit_is_taken(tmp_path: Path) -> None:
    unit, refused = read_row(tmp_path, Event_Description="x" * 900_000)
    assert refused == []
    assert len(dict(facts(unit)[1].detail)["Description"]) == 500


def test_bytes_in_no_encoding_and_old_line_ends_are_refused(tmp_path: Path) -> None:
    text = as_csv([SERVICE])
    assert codes(read(tmp_path, text.encode().replace(b"Ivy", b"\x81\x8d"))) == ["encoding-unknown"]
    assert codes(read(tmp_path, text.replace("\r\n", "\r"))) == ["line-ends-unknown"]


def test_resume_passes_rows_over(tmp_path: Path) -> None:
    rows = [SERVICE | {"LA Person Unique Identifier": f"L{number}"} for number in range(1, 6)]
    assert [unit.subject for unit in read(tmp_path, as_csv(rows), skip_rows=3)] == ["L4", "L5"]


@pytest.mark.parametrize(
    ("column", "sent", "known"),
    [
        ("Event Outcome", "NFA - Moved to another LA", "NFA: Responsibility moved to another local authority"),
        ("Event Outcome", "No Further Action: Client deceased", "NFA: Deceased"),
        ("Event Outcome", "NFA - Information & Advice / Signposting only",
         "NFA: Information and advice or signposting"),
        ("Event Outcome", "Service Ended As Planned", "NFA: Support ended as planned"),
        ("Client Type", "Carer known by association", "Unpaid carer known by association"),
        ("Service Type", "Carer Support: Direct to Carer", "Unpaid carer support: Direct to unpaid carer"),
        ("Visual Impairment", "Visual impairment - severity unknown", "Visual impairment: Severity unknown"),
        ("Gender", "Femal", None),
    ],
)  # fmt: skip
def test_both_releases_say_the_same(column: str, sent: str, known: str | None) -> None:
    assert known_value(column, sent) == known


def test_every_list_belongs_to_a_column() -> None:
    assert set(CODE_LISTS) <= set(HEADINGS)
    assert len(HEADINGS) == 50


def test_memory_stays_flat(tmp_path: Path) -> None:
    line = as_csv([SERVICE]).split("\r\n")
    path = tmp_path / "cld.csv"
    path.write_text("\n".join([line[0], *[line[1]] * 4_000]))
    tracemalloc.start()
    count = sum(1 for _ in shapes.read_units(path, "cld.csv", "cld-csv", TODAY))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 4_000
    assert peak < 3_000_000
