"""Do other forms of the same facts (XML, older FHIR, notices) end as the same record, and are corrections followed?"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.exchange.mutations import mutated
from tests.exchange.test_mutations import NAMES, samples
from tests.exchange.test_read_notices import ASSESSMENT, WITHDRAWN, notice
from tests.exchange.test_read_xml import FHIR
from tests.steps.loading import adds_up, fresh_place, json_file, patient, refused

FLAG = {
    "resourceType": "Flag", "id": "f1", "status": "active", "subject": {"reference": "Patient/p1"},
    "category": [{"coding": [{"code": "RA", "display": "Reasonable Adjustment"}]}], "period": {"start": "2026-01-01"},
    "code": {"text": "Large print"},
}  # fmt: skip


@pytest.fixture
def place(database, server, template):
    """An empty place."""
    with fresh_place(server, template) as made:
        yield made


@pytest.fixture
def other_place(database, server, template):
    """Another one, to compare with."""
    with fresh_place(server, template) as made:
        yield made


def lines(place, kind: str) -> list[tuple]:
    return place.rows("select title, open_ended from person_timelineentry where kind = %s order by title", [kind])


def test_xml_and_json_make_the_same_person(place, tmp_path: Path) -> None:
    json_file(tmp_path / "json" / "a.json", patient("p1", family="Smith"), FLAG)
    place.load(tmp_path / "json")
    (tmp_path / "a.xml").write_text(
        f'<Bundle {FHIR}><type value="collection"/><entry><resource><Patient><id value="p2"/>'
        f'<name><use value="usual"/><family value="Smith"/><given value="Margaret"/></name>'
        f'<birthDate value="1941-03-02"/></Patient></resource></entry>'
        f'<entry><resource><Flag><id value="f2"/><status value="active"/><category><coding><code value="RA"/>'
        f'<display value="Reasonable Adjustment"/></coding></category><code><text value="Large print"/></code>'
        f'<subject><reference value="Patient/p2"/></subject><period><start value="2026-01-01"/></period>'
        f"</Flag></resource></entry>"
        f"</Bundle>"
    )
    report = place.load(tmp_path / "a.xml")
    assert (report.read, report.accepted, report.people_made, refused(report)) == (2, 2, 1, {})
    assert place.person("p1")[2:] == place.person("p2")[2:]
    assert place.timeline("p1") == place.timeline("p2") == [("Large print", date(2026, 1, 1))]
    assert lines(place, "flag") == [("Large print", True)] * 2


def test_an_alert_entered_in_error_is_withdrawn(place, tmp_path: Path) -> None:
    place.load(json_file(tmp_path / "a.json", patient("p1"), FLAG))
    assert lines(place, "flag") == [("Large print", True)]
    report = place.load(json_file(tmp_path / "b.json", FLAG | {"status": "entered-in-error"}))
    assert refused(report) == {("entered-in-error", False): 1}
    assert lines(place, "flag") == []


def test_a_withdrawal_replaces_the_notice_in_whatever_order_they_come(place, tmp_path: Path) -> None:
    first = tmp_path / "first.xml"
    first.write_text(notice(WITHDRAWN, "2026-05-03T15:00:00+00:00", message="3", status="cancelled"))
    then = tmp_path / "then.xml"
    then.write_text(notice(ASSESSMENT, "2026-05-01T15:00:00+00:00", leaves="2026-05-12"))
    person = '<birthDate value="1941-11-01"/><identifier><extension url="x-NHSNumberVerificationStatus-1">'
    person += '<valueCodeableConcept><coding><code value="01"/></coding></valueCodeableConcept></extension>'
    person += '<system value="https://fhir.nhs.uk/Id/nhs-number"/><value value="9990000018"/></identifier><name>'
    for path in (first, then):
        path.write_text(path.read_text().replace("<name><family", f"{person}<family"))
        assert adds_up(place.load(path))
    assert place.count("person_person") == 1, "each message names the person anew; the verified number joins them"
    assert lines(place, "notice") == [("Assessment notice withdrawn by the hospital", False)]
    assert lines(place, "admission") == [("Hospital stay", True)]


def test_broken_files_of_every_form_are_loaded_without_losing_a_row(place, tmp_path: Path) -> None:
    """What the readers bear, the tables bear: each unit is stored or refused, and loading again changes nothing."""
    folder = tmp_path / "broken"
    folder.mkdir()
    for name, raw in samples(tmp_path).items():
        for number in range(12):
            path = folder / f"{number}-{name}"
            path.write_bytes(mutated(raw, path.suffix, number))
    report = place.load(folder)
    assert adds_up(report)
    assert report.read > 12 * len(NAMES)
    stored = place.count("person_sourcerecord") + report.already_held
    assert stored + sum(1 for each in report.refused if each.whole and each.code != "subject-unknown") == report.read
    before = place.digests()
    again = place.load(folder)
    assert (again.read, again.people_made) == (report.read, 0)
    assert place.digests() == before


def test_a_bundle_in_xml_that_was_cut_off_goes_on_where_it_stopped(place, other_place, tmp_path, monkeypatch) -> None:
    from joinedup.exchange import actions

    entries = "".join(
        f'<entry><resource><Patient><id value="p{number}"/><name><family value="Family{number}"/></name></Patient>'
        f"</resource></entry>" for number in range(40)
    )  # fmt: skip
    path = tmp_path / "a.xml"
    path.write_text(f'<Bundle {FHIR}><type value="collection"/>{entries}</Bundle>')
    monkeypatch.setattr(actions, "UNITS_AT_ONCE", 7)
    store, stored = actions.store_batch, 0

    def cut_off(*words, **more):
        nonlocal stored
        stored += 1
        if stored == 4:
            raise KeyboardInterrupt
        return store(*words, **more)

    monkeypatch.setattr(actions, "store_batch", cut_off)
    with pytest.raises(KeyboardInterrupt):
        place.load(path)
    assert place.rows("select rows_done, share_done > 0 and share_done < 1 from exchange_loadfile f "
                      "join exchange_load l on l.id = f.load_id") == [(21, True)]  # fmt: skip
    report = place.load(path)
    assert (report.read, report.people_made, report.already_held) == (40, 40, 0)
    assert place.count("exchange_load") == 1
    other_place.load(path)
    assert place.contents() == other_place.contents()
