"""Do hospital statistics attach to pseudonyms only, and do listed care homes become providers of their own place?"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.exchange.test_read_care_homes import directory
from tests.exchange.test_read_hes import STAY, VISIT
from tests.steps.loading import AT, COUNCIL, TRUST, adds_up, fresh_place, json_file, number, patient, refused


@pytest.fixture
def place(database, server, template):
    """An empty place."""
    with fresh_place(server, template) as made:
        yield made


def table(path: Path, *rows: dict[str, str]) -> Path:
    path.write_text("\n".join([",".join(rows[0]), *(",".join(row.values()) for row in rows)]) + "\n")
    return path


def test_a_pseudonym_is_one_person_of_its_own(place, tmp_path: Path) -> None:
    stays = table(tmp_path / "stays.csv", STAY, STAY | {"EPIKEY": "2", "PSEUDO_HESID": "P8"})
    visits = table(tmp_path / "visits.csv", VISIT)
    place.load(json_file(tmp_path / "p.json", patient("x", nhs=number(1))), source=TRUST)
    report = place.load(stays, visits, source=TRUST)
    assert (report.read, report.accepted, report.people_made, refused(report)) == (3, 3, 2, {})
    assert [title for title, _ in place.timeline("P7", TRUST)] == ["A&E attendance", "Emergency admission"]
    assert place.person("P7", TRUST)[1:5] == ("", "", "", None)
    assert place.person("P7", TRUST)[0] != place.person("P8", TRUST)[0]
    assert place.count("person_workitem") == 0


def test_the_body_itself_may_say_who_its_pseudonym_is(place, tmp_path: Path) -> None:
    place.load(table(tmp_path / "stays.csv", STAY), source=TRUST)
    place.load(json_file(tmp_path / "p.json", patient("P7", nhs=number(1), family="Jones")), source=TRUST)
    place.load(json_file(tmp_path / "q.json", patient("P7", family="Other")), source=COUNCIL)
    assert place.person("P7", TRUST)[2] == "Jones"
    assert place.person("P7", COUNCIL)[0] != place.person("P7", TRUST)[0], "another body's same text is another person"
    assert place.timeline("P7", COUNCIL) == []


def providers(place) -> list[tuple]:
    return place.rows(
        "select b.code, b.name, b.ends_on is null, s.ends_on is null from places_body b "
        "join places_bodyplace s on s.body_id = b.id join places_place l on l.id = s.place_id "
        "where b.kind = 'provider' and b.code like '1-%' and l.code = 'E06000027' order by b.code, b.starts_on"
    )


def test_homes_become_providers_of_their_place_once(place, tmp_path: Path) -> None:
    homes = directory(
        tmp_path / "homes.csv", {}, {"cqc_id": "1-2", "name": "Lost Digit", "area_code": "E0600027"},
        {"cqc_id": "1-3", "area_code": "E08000032", "area_name": "Bradford"},
        {"cqc_id": "1-4", "area_code": "E080032", "area_name": "Bradford"}, {"cqc_id": "RA9"},
    )  # fmt: skip
    report = place.load(homes, source=COUNCIL)
    assert adds_up(report)
    assert refused(report) == {
        ("area-code-invalid", False): 2, ("area-other", True): 2, ("provider-code-taken", True): 1,
    }  # fmt: skip
    assert (report.accepted, report.people_made) == (2, 0)
    assert providers(place) == [("1-123456789", "Sea View, Torquay", True, True), ("1-2", "Lost Digit", True, True)]
    again = place.load(homes, source=COUNCIL)
    assert (again.already_held, len(providers(place))) == (2, 2)


def test_a_renamed_home_is_a_new_row_that_follows_the_old(place, tmp_path: Path) -> None:
    place.load(directory(tmp_path / "a.csv", {}), source=COUNCIL)
    place.load(directory(tmp_path / "b.csv", {"name": "Sea Views"}), source=COUNCIL)
    assert providers(place) == [("1-123456789", "Sea Views", True, True)], "on its first day a name is only put right"
    place.load(directory(tmp_path / "c.csv", {"name": "Harbour House"}), source=COUNCIL, at=AT + timedelta(days=30))
    assert providers(place) == [
        ("1-123456789", "Sea Views", False, False), ("1-123456789", "Harbour House", True, True),
    ]  # fmt: skip
    place.load(tmp_path / "b.csv", source=COUNCIL, at=AT + timedelta(days=60))
    assert len(providers(place)) == 2, "an old directory loaded again does not give back the old name"
