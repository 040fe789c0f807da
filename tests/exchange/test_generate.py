"""Is an invented place always the same, does a larger one contain a smaller, and does the answer key tell the truth?"""

from __future__ import annotations

import csv
import doctest
import hashlib
import json
from collections import Counter, defaultdict
from datetime import date
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import fhirkit
import pytest

from joinedup.base.nhs_number import check_digit
from joinedup.exchange.generate import care_histories, care_services, mrs_smith, seeds
from joinedup.exchange.generate.cld_file import HEADINGS
from joinedup.exchange.generate.command import generate, write
from joinedup.exchange.generate.mess import MISTAKES
from joinedup.exchange.generate.numbers import NumberRange, with_wrong_check_digit
from joinedup.exchange.generate.postcodes import POSTCODES
from joinedup.exchange.generate.practices import PLACES, PRACTICES, practices_for

TODAY = date(2026, 11, 2)
PEOPLE = 500

Key = tuple[str, int]


@pytest.fixture(scope="module")
def place_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generated")
    assert generate(["--people", str(PEOPLE), "--seed", "7", "--out", str(folder)]) == 0
    return folder


@cache
def rows_of(folder: Path) -> dict[Key, Any]:
    """(file, row) -> resource or CSV row, for all files in the manifest."""
    found: dict[Key, Any] = {}
    for entry in json.loads((folder / "manifest.json").read_text())["files"]:
        path = folder / entry["path"]
        if path.suffix == ".csv":
            with path.open(encoding="utf-8", newline="") as file:
                rows: list[Any] = list(csv.DictReader(file))
        elif path.suffix == ".ndjson":
            rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        else:
            rows = [entry["resource"] for entry in json.loads(path.read_text(encoding="utf-8"))["entry"]]
        assert len(rows) == entry["rows"]
        found.update({(entry["path"], number): row for number, row in enumerate(rows, start=1)})
    return found


@cache
def truth_of(folder: Path) -> dict[Key, dict[str, str]]:
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as file:
        return {(row["file"], int(row["row"])): row for row in csv.DictReader(file)}


@cache
def digests_by_source(folder: Path) -> dict[tuple[str, str, bool], set[str]]:
    """For each person, body and lateness, the digests of what was sent of them."""
    truth = truth_of(folder)
    found: dict[tuple[str, str, bool], set[str]] = defaultdict(set)
    for key, row in rows_of(folder).items():
        true_id, body = truth[key]["true_id"], key[0].split("/")[1]
        text = truth[key]["done"] + json.dumps(row, ensure_ascii=False)
        found[true_id, body, "/late/" in key[0]].add(hashlib.sha256(text.encode()).hexdigest())
    return found


def number_of(row: dict[str, Any]) -> str:
    if "NHS Number" in row:
        return str(row["NHS Number"])
    return str(row["identifier"][0]["value"]) if "identifier" in row else ""


@cache
def people_rows(folder: Path) -> list[tuple[dict[str, Any], dict[str, str]]]:
    """Every row that says who somebody is, with its truth."""
    truth = truth_of(folder)
    kinds = ("fhir:Patient", "cld:row")
    return [(row, truth[key]) for key, row in rows_of(folder).items() if truth[key]["kind"] in kinds]


def test_same_seed_gives_the_same_bytes(place_folder: Path, tmp_path: Path) -> None:
    write(tmp_path, list(PLACES), PEOPLE, 7, TODAY)
    for path in sorted(place_folder.rglob("*")):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / path.relative_to(place_folder)).read_bytes(), path.name


def test_another_seed_gives_other_people(place_folder: Path, tmp_path: Path) -> None:
    write(tmp_path, ["E06000027"], 40, 8, TODAY)
    before, other = digests_by_source(place_folder), digests_by_source(tmp_path)
    differing = [key for key, digests in other.items() if before.get(key) != digests]
    assert len(differing) > 30


@pytest.mark.parametrize("fewer", [1, 90, 217])
def test_a_larger_place_contains_the_smaller(place_folder: Path, tmp_path: Path, fewer: int) -> None:
    write(tmp_path, list(PLACES), fewer, 7, TODAY)
    larger, smaller = digests_by_source(place_folder), digests_by_source(tmp_path)
    assert {key[0] for key in smaller} >= {f"{code}-{number:07d}" for code in PLACES for number in range(fewer)}
    assert all(larger[key] == digests for key, digests in smaller.items())


def test_the_answer_key_names_every_row_once(place_folder: Path) -> None:
    assert set(truth_of(place_folder)) == set(rows_of(place_folder))


def test_numbers_are_valid_test_numbers_or_wrong_as_the_truth_says(place_folder: Path) -> None:
    ranges = {code: NumberRange(place) for code, place in PLACES.items()}
    for row, truth in people_rows(place_folder):
        number, done = number_of(row), truth["done"].split("|")
        place, index = truth["true_id"].split("-")
        own = ranges[place].at(int(index))
        if "missing-nhs-number" in done:
            assert number == ""
            continue
        assert number.startswith("999")
        assert (number[9] == str(check_digit(number[:9]))) == ("invalid-nhs-number" not in done)
        if "invalid-nhs-number" in done:
            assert number == with_wrong_check_digit(own)
        else:
            assert (number == own) == ("number-of-another-person" not in done)


def test_no_two_people_have_one_number() -> None:
    ranges = [NumberRange(place) for place in PLACES.values()]
    made = [numbers.at(index) for numbers in ranges for index in range(3000)]
    assert len(made) == len(set(made))
    assert NumberRange(PLACES["E06000027"]).at(0) == "9990000018"


def test_birth_dates_in_the_future_are_all_named(place_folder: Path) -> None:
    for row, truth in people_rows(place_folder):
        born = date.fromisoformat(row.get("birthDate") or row["Date of Birth"])
        assert (born > TODAY) == ("future-birth-date" in truth["done"].split("|"))


def test_council_file_has_the_return_s_headings_in_order(place_folder: Path) -> None:
    assert len(HEADINGS) == 50
    for path in place_folder.rglob("cld-*.csv"):
        assert tuple(path.read_text(encoding="utf-8").splitlines()[0].split(",")) == HEADINGS


def test_only_services_are_open_and_events_lie_in_the_year(place_folder: Path) -> None:
    for key, row in rows_of(place_folder).items():
        if key[0].endswith(".csv"):
            assert row["Event End Date"] or row["Event Type"] == "Service"
            assert row["Event Start Date"] <= row["Reporting Period End Date"]
            ends = row["Event End Date"] or row["Reporting Period End Date"]
            assert max(row["Event Start Date"], row["Reporting Period Start Date"]) <= ends


def test_every_resource_has_the_shape_of_r4(place_folder: Path) -> None:
    for key, row in rows_of(place_folder).items():
        if not key[0].endswith(".csv"):
            assert fhirkit.validate(row) == [], key


def test_resources_name_a_patient_of_the_same_body(place_folder: Path) -> None:
    patients, wanted = set(), set()
    for key, row in rows_of(place_folder).items():
        if not key[0].endswith(".csv"):
            body = key[0].split("/")[1]
            if row["resourceType"] == "Patient":
                patients.add((body, row["id"]))
            else:
                link = (row.get("subject") or row["patient"])["reference"]
                wanted.add((body, link.removeprefix("urn:uuid:").removeprefix("Patient/")))
    assert wanted <= patients


def test_shares_are_near_their_table(place_folder: Path) -> None:
    done = Counter(mark for _, truth in people_rows(place_folder) for mark in truth["done"].split("|") if mark)
    assert set(done) & set(MISTAKES) >= {"missing-nhs-number", "number-not-traced", "mistyped-name", "nickname"}
    practice = [truth for _, truth in people_rows(place_folder) if "/Q" in truth["file"]]
    messy = sum(1 for truth in practice if set(truth["done"].split("|")) & set(MISTAKES))
    assert messy < 0.03 * len(practice)
    council = [truth for row, truth in people_rows(place_folder) if truth["kind"] == "cld:row"]
    assert 0.05 < sum("missing-nhs-number" in truth["done"] for truth in council) / len(council) < 0.25
    assert {"twin", "moved-within-place", "moved-between-places", "late", "second-copy", "correction"} <= set(done)


def test_ages_are_those_of_the_place(place_folder: Path) -> None:
    for code, share in (("E06000027", 0.25), ("E08000032", 0.15)):
        born = {
            truth["true_id"]: row["birthDate"]
            for row, truth in people_rows(place_folder)
            if truth["kind"] == "fhir:Patient" and truth["true_id"].startswith(code)
        }
        older = sum(1 for day in born.values() if day <= "1961-11-02")
        assert abs(older / len(born) - share) < 0.06


def test_twins_share_birth_date_name_and_house_but_no_number(place_folder: Path) -> None:
    homes: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for row, truth in people_rows(place_folder):
        if truth["done"].split("|") == ["twin"] and truth["kind"] == "fhir:Patient":
            address = (*row["address"][0]["line"], row["address"][0]["postalCode"])
            homes[row["birthDate"], row["name"][0]["family"], *address].add(number_of(row))
    assert any(len(numbers) == 2 for numbers in homes.values())


def test_someone_moved_and_both_places_hold_them(place_folder: Path) -> None:
    places = defaultdict(set)
    for row, truth in people_rows(place_folder):
        if "moved-between-places" in truth["done"] and number_of(row):
            places[number_of(row)].add(truth["file"].split("/")[0])
    assert any(len(found) == 2 for found in places.values())


def test_a_correction_keeps_the_local_id_and_changes_the_content(place_folder: Path) -> None:
    truth = truth_of(place_folder)
    patients: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for key, row in rows_of(place_folder).items():
        done = set(truth[key]["done"].split("|"))
        if truth[key]["kind"] == "fhir:Patient" and {"corrected-later", "correction"} & done:
            patients[row["id"]].append(row)
    assert patients
    for versions in patients.values():
        assert {row["meta"]["versionId"] for row in versions} == {"1", "2"}
        assert versions[0] != versions[-1]


def test_mrs_smith_is_there_whole_and_without_mistakes(place_folder: Path) -> None:
    hers = [(row, truth) for row, truth in people_rows(place_folder) if truth["true_id"] == mrs_smith.TRUE_ID]
    assert {truth["file"].split("/")[1] for _, truth in hers} == {"QJK", "RA9", "E06000027"}
    assert all(truth["done"] == "" and number_of(row) == "9990000018" for row, truth in hers)
    council = [row for row, truth in hers if truth["kind"] == "cld:row"]
    assert {(row["First Name"], row["Last Name"]) for row in council} == {("Margaret", "Smith")}
    assert [row["Event Type"] for row in council] == ["Service", "Request"]
    others = [row for row, truth in people_rows(place_folder) if truth["true_id"] != mrs_smith.TRUE_ID]
    assert all(number_of(row) != "9990000018" for row in others)


def test_every_district_has_a_practice_and_the_manifest_lists_them(place_folder: Path) -> None:
    assert all(practices_for(place, district) for place, districts in POSTCODES.items() for district in districts)
    manifest = json.loads((place_folder / "manifest.json").read_text())
    assert [practice["code"] for practice in manifest["practices"]] == [practice.code for practice in PRACTICES]
    assert [path for load in manifest["loads"] for path in load["paths"]] == [one["path"] for one in manifest["files"]]


def test_a_full_folder_is_refused_and_replace_removes_only_what_was_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    order = ["--people", "60", "--seed", "1", "--out", str(tmp_path), "--place", "E06000027"]
    (tmp_path / "mine.txt").write_text("keep")
    assert generate(order) == 2
    assert generate([*order, "--replace"]) == 2
    assert "not empty" in capsys.readouterr().err
    (tmp_path / "mine.txt").unlink()
    assert generate(order) == 0
    (tmp_path / "mine.txt").write_text("keep")
    assert generate(["--people", "10", *order[2:], "--replace"]) == 0
    assert (tmp_path / "mine.txt").read_text() == "keep"
    assert not (tmp_path / "E06000027/QJK/bundle-0002.json").exists()


@pytest.mark.parametrize("module", [care_histories, care_services, seeds])
def test_sessions_in_docstrings_run(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize("people", ["0", "-3", "99999999"])
def test_a_number_that_cannot_be_made_is_refused(people: str, tmp_path: Path) -> None:
    assert generate(["--people", people, "--seed", "1", "--out", str(tmp_path)]) == 2
