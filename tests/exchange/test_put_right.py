"""Is a refused row shown as something people can mend, and does what they send become the same row again?"""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.exchange import shapes
from joinedup.exchange.facts import Unit
from joinedup.exchange.put_right import corrected_file, row_text
from tests.exchange.test_read_hes import STAY
from tests.steps.loading import cld_file, cld_row

TODAY = date(2026, 11, 23)
CELL = st.text([*list("ab1 ,;=:\\'é–"), chr(10), chr(34)], max_size=12).map(str.strip)


def again(tmp_path: Path, unit: Unit, shape: str, old: str, new: str) -> list[Unit]:
    shown = row_text(unit.raw, shape)
    assert shown is not None
    assert old in shown.text
    ending, text = corrected_file(shown.text.replace(old, new), shape, shown.is_fields)
    path = tmp_path / f"put-right{ending}"
    path.write_text(text, newline="")
    found = shapes.detect(path)
    assert found is not None
    return list(shapes.read_units(path, path.name, found, TODAY))


def only(path: Path, shape: str) -> Unit:
    return next(unit for unit in shapes.read_units(path, path.name, shape, TODAY) if unit.refusals)


def test_a_row_of_client_level_data_without_its_person(tmp_path: Path) -> None:
    path = cld_file(tmp_path / "a.csv", cld_row(""))
    (unit,) = again(tmp_path, only(path, "cld-csv"), "cld-csv", "Identifier = \n", "Identifier = p1\n")
    assert (unit.subject, [refusal.code for refusal in unit.refusals]) == ("p1", [])


def test_a_row_that_did_not_fit_its_heading(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("PSEUDO_HESID,ADMIDATE,ADMIMETH\nP7,2026-01-05,21,x,y\n")
    (unit,) = again(tmp_path, only(path, "hes-admitted"), "hes-admitted", ",x,y", "")
    assert (unit.subject, unit.refusals) == ("P7", ())


def test_a_row_with_an_open_quote(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('PSEUDO_HESID,ADMIDATE,ADMIMETH\nP7,2026-01-05,"21\n')
    unit = only(path, "hes-admitted")
    assert unit.refusals[0].code == "quote-unclosed"
    (unit,) = again(tmp_path, unit, "hes-admitted", '"21', "21")
    assert (unit.subject, unit.refusals) == ("P7", ())


def test_a_resource_that_names_nobody_keeps_its_digits(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    sent = '{"resourceType":"Observation","id":"o","status":"final","code":{"text":"W"},"valueQuantity":{"value":1.10}}'
    path.write_text(sent)
    unit = only(path, "fhir-json")
    (unit,) = again(tmp_path, unit, "fhir-json", '"id"', '"subject": {"reference": "Patient/p1"}, "id"')
    assert unit.subject == "p1"
    assert b"1.10" in unit.raw


def test_broken_json_and_xml_are_shown_as_they_came(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"resourceType": "Patient", "id": "p1"')
    (unit,) = again(tmp_path, only(path, "fhir-json"), "fhir-json", '"p1"', '"p1"}')
    assert (unit.subject, unit.refusals) == ("p1", ())
    path = tmp_path / "a.xml"
    path.write_text('<Patient xmlns="http://hl7.org/fhir"><id value="p1">')
    (unit,) = again(tmp_path, only(path, "fhir-xml"), "fhir-xml", '"p1">', '"p1"/></Patient>')
    assert (unit.subject, unit.refusals) == ("p1", ())


def test_what_was_not_kept_cannot_be_shown() -> None:
    assert row_text(b"", "fhir-json") is None


@given(st.lists(CELL, min_size=4, max_size=4))
def test_showing_and_taking_back_changes_no_cell(cells: list[str]) -> None:
    held = dict(zip(list(STAY)[:4], cells, strict=True))
    shown = row_text(json.dumps(held).encode(), "hes-admitted")
    assert shown is not None
    assert shown.is_fields
    _, text = corrected_file(shown.text, "hes-admitted", shown.is_fields)
    heading, row = csv.reader(io.StringIO(text, newline=""))
    assert dict(zip(heading, row, strict=True)) == held


@pytest.mark.parametrize("text", ["", "no sign", " = ", "a = b = c", "\\", "a = \\"])
def test_any_text_becomes_some_file(text: str) -> None:
    assert corrected_file(text, "cld-csv", True)[0] == ".csv"
