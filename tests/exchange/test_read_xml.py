"""Does FHIR XML become the same units as FHIR JSON, one entry at a time, and is whatever could harm refused?"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import fhirkit
import pytest

from joinedup.exchange import shapes
from joinedup.exchange.facts import Unit
from joinedup.exchange.fhir import xml_shapes, xml_text

TODAY = date(2026, 11, 23)
FHIR = 'xmlns="http://hl7.org/fhir"'
PATIENT = f"""<?xml version="1.0" encoding="UTF-8"?>
<!-- an invented person -->
<Patient {FHIR}>
  <id value="p1"/>
  <text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml">A &amp; <b class="x">B</b></div></text>
  <contained><Organization><id value="o"/><name value="The Surgery"/></Organization></contained>
  <extension url="http://example.org/consented"><valueBoolean value="true"/></extension>
  <identifier><system value="https://fhir.nhs.uk/Id/nhs-number"/><value value="9990000018"/></identifier>
  <active value="true"/>
  <name><use value="usual"/><family value="O'Brien"/><given value="Zoë"/><given value="Ann"/></name>
  <gender value="female"/>
  <birthDate value="1941-03-02"><extension url="http://example.org/t"><valueTime value="09:00:00"/></extension>
  </birthDate>
  <deceasedBoolean value="false"/>
  <multipleBirthInteger value="2"/>
  <address><line value="1 The Strand"/><postalCode value="TQ1 1AA"/></address>
</Patient>"""
SAME = {
    "resourceType": "Patient",
    "id": "p1",
    "text": {"status": "generated",
             "div": '<div xmlns="http://www.w3.org/1999/xhtml">A &amp; <b class="x">B</b></div>'},
    "contained": [{"resourceType": "Organization", "id": "o", "name": "The Surgery"}],
    "extension": [{"url": "http://example.org/consented", "valueBoolean": True}],
    "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000018"}],
    "active": True,
    "name": [{"use": "usual", "family": "O'Brien", "given": ["Zoë", "Ann"]}],
    "gender": "female",
    "birthDate": "1941-03-02",
    "_birthDate": {"extension": [{"url": "http://example.org/t", "valueTime": "09:00:00"}]},
    "deceasedBoolean": False,
    "multipleBirthInteger": 2,
    "address": [{"line": ["1 The Strand"], "postalCode": "TQ1 1AA"}],
}  # fmt: skip
WEIGHT = """<Observation {}><id value="w{}"/><status value="final"/><code><text value="Weight"/></code>
<subject><reference value="urn:uuid:11111111-1111-4111-8111-111111111111"/></subject>
<effectiveDateTime value="2026-01-05"/><valueQuantity><value value="61.50"/><unit value="kg"/></valueQuantity>
</Observation>"""


def read(tmp_path: Path, text: str | bytes, name: str = "a.xml") -> list[Unit]:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    shape = shapes.detect(path)
    assert shape == "fhir-xml"
    return list(shapes.read_units(path, name, shape, TODAY))


def bundle(*resources: str, kind: str = "collection") -> str:
    entries = "".join(
        f'<entry><fullUrl value="urn:uuid:{number:08}-1111-4111-8111-111111111111"/><resource>{text}</resource></entry>'
        for number, text in enumerate(resources, 11111110)
    )
    return f'<Bundle {FHIR}><id value="b"/><type value="{kind}"/>{entries}</Bundle>'


def test_a_resource_is_the_same_in_both_forms(tmp_path: Path) -> None:
    (unit,) = read(tmp_path, PATIENT)
    assert json.loads(unit.raw) == SAME
    assert (unit.kind, unit.local_id, unit.refusals) == ("fhir:Patient", "p1", ())
    path = tmp_path / "a.json"
    path.write_text(json.dumps(SAME))
    (other,) = shapes.read_units(path, "a.json", "fhir-json", TODAY)
    assert (unit.person, unit.subject) == (other.person, other.subject)


def test_digits_are_kept_and_lists_found_whatever_was_met_before(tmp_path: Path) -> None:
    two = WEIGHT.format(FHIR, 1).replace(
        "<code><text", "<note><text value='a'/></note><note><text value='b'/></note><code><text"
    )
    one = WEIGHT.format(FHIR, 2).replace("<code><text", "<note><text value='a'/></note><code><text")
    for text in (two, one):
        (unit,) = read(tmp_path, text)
        assert b'"value":61.50' in unit.raw
        assert isinstance(json.loads(unit.raw)["note"], list)
        assert [str(issue) for issue in fhirkit.validate(unit.raw)] == []
        assert unit.event is not None
        assert ("Value", "61.50 kg") in unit.event.detail


def test_entries_of_a_bundle_are_units_and_know_each_other(tmp_path: Path) -> None:
    nurse = (
        f'<Practitioner {FHIR}><id value="n"/><name><prefix value="Sister"/><family value="Ali"/></name></Practitioner>'
    )
    patient = f'<Patient {FHIR}><id value="p1"/></Patient>'
    team = (f'<CareTeam {FHIR}><id value="t"/><status value="active"/>'
            f'<subject><reference value="Patient/p1"/></subject>'
            f'<participant><member><reference value="Practitioner/n"/></member></participant></CareTeam>')  # fmt: skip
    units = read(tmp_path, bundle(WEIGHT.format("", 1), patient, nurse, team))
    assert [(unit.row, unit.kind, unit.subject, unit.known) for unit in units] == [
        (1, "fhir:Observation", "p1", True), (2, "fhir:Patient", "p1", True), (3, "fhir:Practitioner", "", False),
        (4, "fhir:CareTeam", "p1", True),
    ]  # fmt: skip
    assert units[3].event is not None
    assert ("With", "Sister Ali") in units[3].event.detail


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('<!DOCTYPE Patient [<!ENTITY a "b">]><Patient {}><id value="&a;"/></Patient>', "xml-not-safe"),
        ('<!DOCTYPE Patient SYSTEM "file:///etc/passwd"><Patient {}/>', "xml-not-safe"),
        ("<Patient {}><id value='p'/>", "xml-broken"),
        ("<Patient {}><id value='p'></Patient>", "xml-broken"),
        ("<Patient {}><id value=p/></Patient>", "xml-broken"),
        ("<Patient {}><id value='&other;'/></Patient>", "xml-broken"),
        ("<Patient {}><x:id xmlns:x='http://example.org' value='p'/></Patient>", "xml-not-fhir"),
        ("<page><Patient {}/></page>", "xml-not-fhir"),
        ("<Patient {}>" + "<a>" * 300 + "</a>" * 300 + "</Patient>", "json-too-deep"),
    ],
)
def test_what_is_broken_or_could_harm_is_refused(tmp_path: Path, text: str, code: str) -> None:
    (unit,) = read(tmp_path, text.format(FHIR))
    (refusal,) = unit.refusals
    assert (refusal.code, refusal.whole, unit.kind) == (code, True, "fhir:unknown")
    assert unit.raw, "a small file is kept whole, to be put right"


def test_entries_before_a_break_are_taken(tmp_path: Path) -> None:
    whole = bundle(f'<Patient {FHIR}><id value="p1"/></Patient>', WEIGHT.format("", 1))
    units = read(tmp_path, whole[: whole.index("<effective")])
    assert [(unit.kind, [refusal.code for refusal in unit.refusals]) for unit in units] == [
        ("fhir:Patient", []), ("fhir:unknown", ["xml-broken"]),
    ]  # fmt: skip


def test_another_xml_file_has_no_shape(tmp_path: Path) -> None:
    path = tmp_path / "page.xml"
    path.write_text("<html><body>Sign in</body></html>")
    assert shapes.detect(path) is None


def test_a_large_bundle_is_read_entry_by_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("joinedup.exchange.fhir.reader.DOCUMENT_LIMIT_BYTES", 10_000)
    monkeypatch.setattr(xml_text, "DOCUMENT_LIMIT_BYTES", 10_000)
    monkeypatch.setattr(xml_text, "ROW_LIMIT_BYTES", 2_000)
    monkeypatch.setattr(xml_text, "PIECE_BYTES", 500)
    entries = [WEIGHT.format("", number) for number in range(100)]
    units = read(tmp_path, bundle(*entries, f'<Patient {FHIR}><id value="p1"/></Patient>'))
    assert len(units) == 101
    assert not any(unit.refusals for unit in units)
    huge = WEIGHT.format("", "x").replace("Weight", "W" * 5_000)
    codes = [[refusal.code for refusal in unit.refusals] for unit in read(tmp_path, bundle(*entries, huge, *entries))]
    assert codes == [[]] * 100 + [["row-too-long"]]


def test_the_memory_of_paths_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_shapes, "PATHS_LIMIT", 50)
    fields = "".join(f"<x{number} value='1'/>" for number in range(200))
    for _ in range(3):
        (unit,) = read(tmp_path, f"<Patient {FHIR}><id value='p'/>{fields}<name><given value='A'/></name></Patient>")
        assert json.loads(unit.raw)["name"] == [{"given": ["A"]}]
    assert len(xml_shapes._met) < 1_000
