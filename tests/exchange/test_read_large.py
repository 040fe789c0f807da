"""Is memory flat however large a file is, in every form, and is each unit there?

Structure is proven small: the peak of what Python holds while a file is read is far below the file. The long proof at a
gigabyte runs in `make deep`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from joinedup.exchange import shapes
from joinedup.exchange.fhir import json_documents, reader, xml_text

TODAY = date(2026, 11, 23)
PROJECT = Path(__file__).resolve().parents[2]
PEAK = """
import resource, sys
from datetime import date
from pathlib import Path
from joinedup.exchange import shapes
path = Path(sys.argv[1])
units = sum(1 for _ in shapes.read_units(path, path.name, shapes.detect(path), date(2026, 11, 23)))
print(units, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def observation(number: int, subject: str) -> dict:
    return {
        "resourceType": "Observation", "id": f"o{number}", "status": "final", "code": {"text": "Weight"},
        "subject": {"reference": subject}, "effectiveDateTime": "2026-01-05", "note": [{"text": "x" * 600}],
        "valueQuantity": {"value": 61.5, "unit": "kg"},
    }  # fmt: skip


def resources(count: int) -> Iterator[dict]:
    """Observations about somebody who is named by the entry's address and comes last."""
    for number in range(count - 1):
        yield observation(number, "urn:uuid:11111111-1111-4111-8111-111111111111")
    yield {"resourceType": "Patient", "id": "p1"}


def as_xml(resource: dict) -> str:
    if resource["resourceType"] == "Patient":
        return '<Patient><id value="p1"/></Patient>'
    return (
        f'<Observation><id value="{resource["id"]}"/><status value="final"/><code><text value="Weight"/></code>'
        f"<subject>"
        f'<reference value="{resource["subject"]["reference"]}"/></subject><effectiveDateTime value="2026-01-05"/>'
        f'<valueQuantity><value value="61.5"/></valueQuantity><note><text value="{"x" * 600}"/></note></Observation>'
    )


def ndjson_file(path: Path, count: int) -> None:
    with path.open("w") as file:
        file.writelines(json.dumps(resource) + "\n" for resource in resources(count))


def json_file(path: Path, count: int) -> None:
    with path.open("w") as file:
        file.write('{"resourceType": "Bundle", "id": "b", "type": "collection", "entry": [')
        for number, resource in enumerate(resources(count)):
            address = f"urn:uuid:{'1' * 8}-1111-4111-8111-{'1' * 12}" if number == count - 1 else f"urn:uuid:{number}"
            file.write(("," if number else "") + json.dumps({"fullUrl": address, "resource": resource}))
        file.write('], "total": 3}')


def xml_file(path: Path, count: int) -> None:
    with path.open("w") as file:
        file.write('<Bundle xmlns="http://hl7.org/fhir"><type value="collection"/>')
        for number, resource in enumerate(resources(count)):
            address = f"urn:uuid:{'1' * 8}-1111-4111-8111-{'1' * 12}" if number == count - 1 else f"urn:uuid:{number}"
            file.write(f'<entry><fullUrl value="{address}"/><resource>{as_xml(resource)}</resource></entry>')
        file.write("</Bundle>")


FORMS: dict[str, Callable[[Path, int], None]] = {".ndjson": ndjson_file, ".json": json_file, ".xml": xml_file}


@pytest.mark.parametrize("ending", list(FORMS))
def test_what_is_held_does_not_grow_with_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    for module in (reader, xml_text, shapes):
        monkeypatch.setattr(module, "DOCUMENT_LIMIT_BYTES", 200_000)
    for module in (json_documents, xml_text):
        monkeypatch.setattr(module, "PIECE_BYTES", 20_000)
    peaks = []
    for count in (300, 900):
        path = tmp_path / f"{count}{ending}"
        FORMS[ending](path, count)
        assert path.stat().st_size > 200_000
        shape = shapes.detect(path)
        assert shape is not None
        tracemalloc.start()
        units = about = 0
        for unit in shapes.read_units(path, path.name, shape, TODAY):
            units += 1
            about += unit.subject == ("11111111-1111-4111-8111-111111111111" if ending == ".ndjson" else "p1")
            assert not unit.refusals
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert (units, about) == (count, count - (ending == ".ndjson"))
    assert peaks[1] < 450_000
    assert peaks[1] < peaks[0] * 1.5, "three times the file, the same memory"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ('{"resourceType": "Patient", "id": "p"}', ["file-too-large"]),
        ('{"resourceType": "Bundle", "entry": []}', []),
        ('{"resourceType": "Bundle", "entry": {}}', ["file-too-large"]),
        ('{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient"}}, ]}', [None, "json-broken"]),
        ('{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient"}}', [None, "json-broken"]),
        ('{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient"}}]} x', [None, "json-broken"]),
        ('{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient"}}], "total": 1}', [None]),
        ('{"entry": [1, {"resource": {"resourceType": "Patient"}}], "resourceType": "Bundle"}',
         ["bundle-entry-empty", None]),
        ('{"resourceType": "Bundle", "type": NaN, "entry": []}', ["json-broken"]),
        ('{"resourceType": "Bundle" "entry": []}', ["json-broken"]),
    ],
)  # fmt: skip
def test_a_large_document_is_read_as_far_as_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, codes: list
) -> None:
    monkeypatch.setattr(reader, "DOCUMENT_LIMIT_BYTES", 10)
    monkeypatch.setattr(json_documents, "PIECE_BYTES", 7)
    path = tmp_path / "a.json"
    path.write_text(text)
    units = list(shapes.read_units(path, "a.json", "fhir-json", TODAY))
    assert [unit.refusals[0].code if unit.refusals else None for unit in units] == codes


def test_a_document_on_one_endless_line_is_no_list_of_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shapes, "ROW_LIMIT_BYTES", 8)
    path = tmp_path / "a.json"
    path.write_text('{"a": 1}{"resourceType": "Bundle"}')
    assert shapes.detect(path) == "fhir-json"


@pytest.mark.deep
@pytest.mark.parametrize("ending", list(FORMS))
def test_a_gigabyte_is_read_in_less_than_half_of_one(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"large{ending}"
    count = 1_200_000
    FORMS[ending](path, count)
    assert path.stat().st_size > 1_000_000_000
    told = subprocess.run(
        [sys.executable, "-c", PEAK, str(path)], cwd=PROJECT, capture_output=True, text=True, check=True
    )  # fmt: skip
    units, megabytes = (int(number) for number in told.stdout.split())
    print(f"{ending}: {path.stat().st_size / 1e9:.2f} GB, {units:,} units, {megabytes} MB at most")
    assert (units, megabytes < 500) == (count, True)
