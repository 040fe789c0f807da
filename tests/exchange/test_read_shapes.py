"""Which files are read, as what, and what happens to files that are broken?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from joinedup.exchange import shapes
from joinedup.exchange.facts import Unit
from joinedup.exchange.refusal_codes import CODES

TODAY = date(2026, 11, 23)
PATIENT = {"resourceType": "Patient", "id": "p1", "birthDate": "1941-03-02", "name": [{"family": "Smith"}]}
CLD_HEAD = "LA Person Unique Identifier,Event Type,Event Start Date,Event End Date"


def units_of(path: Path, skip_rows: int = 0) -> list[Unit]:
    shape = shapes.detect(path)
    assert shape is not None
    return list(shapes.read_units(path, path.name, shape, TODAY, skip_rows))


def codes(units: list[Unit]) -> list[str]:
    return [refusal.code for unit in units for refusal in unit.refusals]


def bundle(*resources: object) -> dict[str, object]:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, object], Path]:
    def _write(name: str, content: object) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        raw = content if isinstance(content, bytes) else content.encode() if isinstance(content, str) else None
        path.write_bytes(raw if raw is not None else json.dumps(content, indent=1).encode())
        return path

    return _write


@pytest.mark.parametrize(
    ("name", "content", "shape"),
    [
        ("a.json", PATIENT, "fhir-json"),
        ("a.txt", PATIENT, "fhir-json"),
        ("bom.json", b"\xef\xbb\xbf" + json.dumps(PATIENT).encode(), "fhir-json"),
        ("a.json", json.dumps(PATIENT) + "\n" + json.dumps(PATIENT), "fhir-ndjson"),
        ("ours.json", '{"resourceType": "Bundle", "entry": [\n{"resource": {}},\n{"resource": {}}\n]}\n', "fhir-json"),
        ("first-entry.json", '{"resourceType": "Bundle", "entry": [{"a": 1},\n{"a": 2}]}', "fhir-json"),
        ("commas.json", json.dumps(PATIENT) + ",\n" + json.dumps(PATIENT), "fhir-ndjson"),
        ("cut-line.json", json.dumps(PATIENT)[:-1] + "\n" + json.dumps(PATIENT), "fhir-ndjson"),
        ("one.ndjson", json.dumps(PATIENT), "fhir-ndjson"),
        ("first-line-bad.ndjson", "rubbish\n" + json.dumps(PATIENT), "fhir-ndjson"),
        ("cut.json", json.dumps(bundle(PATIENT, PATIENT))[:120], "fhir-json"),
        ("late.json", {"entry": [{"x": "y" * 300_000}], "resourceType": "Bundle"}, "fhir-json"),
        ("xml.json", "<?xml version='1.0'?><Patient xmlns='http://hl7.org/fhir'/>", "fhir-json"),
        ("cld.csv", CLD_HEAD + "\n", "cld-csv"),
        ("cld.dat", CLD_HEAD.replace(",", ";") + "\n", "cld-csv"),
        ("cld.csv", CLD_HEAD.replace(",", "\t").upper().replace(" ", "_") + "\n", "cld-csv"),
        ("utf16.csv", CLD_HEAD.encode("utf-16"), "cld-csv"),
        ("README.md", '# About\n\n`"resourceType"` is a FHIR word.\n', None),
        ("index.csv", "file,birth_date,deceased\na,1937-06-03,False\n", None),
        ("homes.csv", "Name,Postcode,Gender,LA Code,GP Practice Code\n", None),
        ("log.ndjson", '{"exportId": "1"}\n{"exportId": "2"}\n', None),
        ("addresses.json", [{"postalCode": "LS1 6AE"}], None),
        ("empty.json", "", None),
        ("blank.csv", " \n\n", None),
        ("page.html", "<html></html>", None),
    ],
)
def test_shape_comes_from_content(write: Callable[..., Path], name: str, content: object, shape: str | None) -> None:
    assert shapes.detect(write(name, content)) == shape


def test_files_are_found_sorted_without_hidden_ones_and_once(write: Callable[..., Path], tmp_path: Path) -> None:
    for name in ("in/b.json", "in/sub/a.json", "in/.git/x.json", "in/.hidden.json", "other/b.json"):
        write(name, "{}")
    found = shapes.find_files([tmp_path / "in", tmp_path / "in" / "b.json", tmp_path / "other"])
    assert [name for _, name in found] == ["b.json", "sub/a.json", "other/b.json"]
    with pytest.raises(FileNotFoundError):
        shapes.find_files([tmp_path / "nowhere"])


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("cut.json", json.dumps(bundle(PATIENT, PATIENT))[:120], "json-broken"),
        ("xml.json", "<Patient xmlns='http://hl7.org/fhir'/>", "xml-in-json"),
        ("list.json", [PATIENT], "not-an-object"),
        ("utf16.json", json.dumps(PATIENT).encode("utf-16"), "encoding-unknown"),
        ("latin.json", b'{"resourceType": "Patient", "id": "\xe9"}', "encoding-unknown"),
        ("nan.json", '{"resourceType": "Patient", "x": NaN}', "json-broken"),
        ("deep.json", '{"resourceType": "Patient", "x": ' + "[" * 100_000 + "]" * 100_000 + "}", "json-too-deep"),
        ("digits.json", '{"resourceType": "Patient", "x": ' + "9" * 5_000 + "}", "json-broken"),
        ("entries.json", {"resourceType": "Bundle", "entry": {"resource": PATIENT}}, "bundle-entries-not-a-list"),
        ("utf16.csv", (CLD_HEAD + "\n").encode("utf-16"), "encoding-unknown"),
    ],
)
def test_broken_file_is_one_whole_refusal(write: Callable[..., Path], name: str, content: object, code: str) -> None:
    (unit,) = units_of(write(name, content))
    (refusal,) = unit.refusals
    assert (refusal.code, refusal.whole, refusal.row, refusal.file) == (code, True, 1, name)
    assert refusal.why
    assert refusal.mend


def test_document_over_the_limit_is_refused_with_the_way_out(
    write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("joinedup.exchange.fhir.reader.DOCUMENT_LIMIT_BYTES", 50)
    (unit,) = units_of(write("big.json", PATIENT))
    assert unit.refusals[0].code == "file-too-large"
    assert "NDJSON" in unit.refusals[0].mend


def test_file_that_vanishes_is_a_refusal(tmp_path: Path) -> None:
    (unit,) = shapes.read_units(tmp_path / "gone.json", "gone.json", "fhir-json", TODAY)
    assert codes([unit]) == ["file-unreadable"]


def test_unknown_shape_is_our_own_mistake(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="No such shape"):
        list(shapes.read_units(tmp_path, "x", "fhir-yaml", TODAY))


def test_bundle_counts_entries_not_itself_and_opens_nested_ones(write: Callable[..., Path]) -> None:
    document = bundle(PATIENT, bundle({**PATIENT, "id": "p2"}, {"resourceType": "Claim", "id": "c"}), None)
    document["entry"].append({"resource": {"no": "type"}})  # type: ignore[attr-defined]
    units = units_of(write("bundle.json", document))
    assert [(unit.row, unit.kind, unit.known) for unit in units[:3]] == [
        (1, "fhir:Patient", True),
        (2, "fhir:Patient", True),
        (3, "fhir:Claim", False),
    ]
    assert codes(units) == ["bundle-entry-empty", "resource-type-missing"]
    assert [unit.row for unit in units] == [1, 2, 3, 4, 5]
    assert units_of(write("none.json", {"resourceType": "Bundle", "total": 0})) == []


def test_ndjson_takes_the_good_lines_and_resumes(write: Callable[..., Path]) -> None:
    lines = [json.dumps(PATIENT), "", '{"resourceType": "Pat', "[1]", json.dumps({**PATIENT, "id": "p5"})]
    path = write("a.ndjson", "\r\n".join(lines))
    units = units_of(path)
    assert [(unit.row, unit.local_id) for unit in units if unit.person] == [(1, "p1"), (5, "p5")]
    assert codes(units) == ["json-broken", "not-an-object"]
    assert [unit.row for unit in units_of(path, skip_rows=3)] == [4, 5]


def test_huge_field_and_huge_line_cost_their_row_only(
    write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("joinedup.exchange.fhir.reader.ROW_LIMIT_BYTES", 3_000_000)
    huge, endless = ({**PATIENT, "language": "x" * size} for size in (1_100_000, 4_000_000))
    units = units_of(write("a.ndjson", "\n".join(json.dumps(one) for one in (huge, endless, PATIENT))))
    assert codes(units) == ["field-too-long", "row-too-long"]
    assert [unit.raw for unit in units[:2]] == [b"", b""]
    assert units[2].local_id == "p1"


def test_raw_keeps_the_senders_digits_and_its_digest(write: Callable[..., Path]) -> None:
    text = '{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Basic","id":"b","n":1.10,"m":-2.50e3}}]}'
    (unit,) = units_of(write("a.json", text))
    assert unit.raw == b'{"resourceType":"Basic","id":"b","n":1.10,"m":-2.50e3}'
    assert unit.digest == hashlib.sha256(unit.raw).hexdigest()


def test_every_code_has_words() -> None:
    assert all(entry.why.endswith(".") and entry.mend.endswith(".") for entry in CODES.values())
    assert all(code == code.lower() and " " not in code for code in CODES)
