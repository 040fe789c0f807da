"""What does a FHIR Patient or event become in our words, and what of it is refused?"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from joinedup.exchange import shapes
from joinedup.exchange.facts import EVENT_KINDS, EventFact, PersonFacts, Unit
from joinedup.exchange.fhir.elements import reference_id
from joinedup.exchange.fhir.events import EVENT_SHAPES

TODAY = date(2026, 11, 23)
NHS = "https://fhir.nhs.uk/Id/nhs-number"
GOOD_NUMBER, OLDER_NUMBER = "9990000018", "9990000026"
UK_CORE = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus"
CARE_CONNECT = "https://fhir.hl7.org.uk/STU3/StructureDefinition/Extension-CareConnect-NHSNumberVerificationStatus-1"


def read(tmp_path: Path, *resources: object) -> list[Unit]:
    path = tmp_path / "a.ndjson"
    path.write_text("\n".join(json.dumps(one) for one in resources) + "\n")
    return list(shapes.read_units(path, "a.ndjson", "fhir-ndjson", TODAY))


def patient(tmp_path: Path, **elements: Any) -> tuple[PersonFacts, list[str]]:
    (unit,) = read(tmp_path, {"resourceType": "Patient", "id": "p1", **elements})
    assert unit.person is not None
    assert unit.subject == unit.local_id == "p1"
    return unit.person, [refusal.code for refusal in unit.refusals]


def event(tmp_path: Path, resource_type: str, **elements: Any) -> tuple[EventFact, list[str]]:
    who: dict[str, Any] = {EVENT_SHAPES[resource_type].subject: {"reference": "Patient/p1"}}
    if resource_type == "Appointment":
        who = {"participant": [{"actor": who["participant"], "status": "accepted"}, *elements.pop("participant", [])]}
    (unit,) = read(tmp_path, {"resourceType": resource_type, "id": "e", **who, **elements})
    assert unit.event is not None
    assert unit.subject == "p1"
    assert unit.event.title
    assert unit.event.kind in EVENT_KINDS
    return unit.event, [refusal.code for refusal in unit.refusals if refusal.code != "fhir-shape"]


def nhs_number(value: str, status: str = "", url: str = UK_CORE, **more: Any) -> dict[str, Any]:
    extension = [{"url": url, "valueCodeableConcept": {"coding": [{"code": status}]}}] if status else []
    return {"system": NHS, "value": value, **({"extension": extension} if extension else {}), **more}


@pytest.mark.parametrize("url", [UK_CORE, CARE_CONNECT])
@pytest.mark.parametrize(
    ("status", "verified"), [("01", True), ("number-present-and-verified", True), ("02", False), ("", False)]
)
def test_number_is_verified_only_when_the_sender_says_so(tmp_path: Path, url: str, status: str, verified: bool) -> None:
    person, refused = patient(tmp_path, identifier=[nhs_number("999 000 0018", status, url)])
    assert (person.nhs_number, person.nhs_number_verified, refused) == (GOOD_NUMBER, verified, [])


@pytest.mark.parametrize("bad", ["9990000019", "123", "0000000000", "9990000018X", ""])
def test_invalid_number_is_refused_and_the_person_kept(tmp_path: Path, bad: str) -> None:
    person, refused = patient(tmp_path, identifier=[nhs_number(bad, "01")], name=[{"family": "Smith"}])
    assert refused == ["nhs-number-invalid"]
    assert (person.nhs_number, person.nhs_number_verified, person.names[0].family) == ("", False, "Smith")


def test_older_number_is_kept_apart(tmp_path: Path) -> None:
    by_use, _ = patient(tmp_path, identifier=[nhs_number(OLDER_NUMBER, use="old"), nhs_number(GOOD_NUMBER, "01")])
    assert (by_use.nhs_number, by_use.superseded_nhs_number) == (GOOD_NUMBER, OLDER_NUMBER)
    link = [{"type": "replaces", "other": {"identifier": nhs_number(OLDER_NUMBER)}}]
    by_link, _ = patient(tmp_path, identifier=[nhs_number(GOOD_NUMBER, "01")], link=link)
    assert by_link.superseded_nhs_number == OLDER_NUMBER


def test_two_current_numbers_are_no_number(tmp_path: Path) -> None:
    person, refused = patient(tmp_path, identifier=[nhs_number(GOOD_NUMBER), nhs_number(OLDER_NUMBER)])
    assert (person.nhs_number, refused) == ("", ["nhs-number-conflict"])


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("2027-01-01", "birth-date-future"),
        ("2026-02-31", "date-invalid"),
        ("02/03/1941", "date-invalid"),
        ("20260101", "date-invalid"),
        ("1066-10-14", "date-out-of-range"),
        ("1941", "birth-date-partial"),
        ("1941-03", "birth-date-partial"),
        ("1941-13", "date-invalid"),
        (19410302, "date-invalid"),
    ],
)
def test_impossible_birth_date_costs_the_date_only(tmp_path: Path, sent: object, code: str) -> None:
    person, refused = patient(tmp_path, birthDate=sent, name=[{"family": "Smith"}])
    assert (person.birth_date, refused) == (None, [code])
    assert person.names


def test_names_addresses_and_contacts(tmp_path: Path) -> None:
    person, refused = patient(
        tmp_path,
        name=[
            {"use": "usual", "family": "O'Brien\u0000", "given": ["Zoë ", "Ann"], "prefix": ["Mrs"]},
            {"use": "old", "family": "Smith", "period": {"end": "1970-01-01"}},
            {},
        ],
        address=[
            {"line": ["1 The Strand"], "city": "Torquay", "postalCode": "tq11aa", "period": {"start": "2020-01-01"}},
            {"postalCode": "02138", "country": "US"},
        ],
        telecom=[{"system": "phone", "value": "01803 000000", "use": "home"}, {"system": "email"}],
        gender="Female",
    )
    assert refused == []
    assert [(one.family, one.given, one.prefix, one.use, one.ends_on) for one in person.names] == [
        ("O'Brien", ("Zoë", "Ann"), "Mrs", "usual", None),
        ("Smith", (), "", "old", date(1970, 1, 1)),
    ]
    assert [(one.lines, one.postcode, one.starts_on) for one in person.addresses] == [
        (("1 The Strand", "Torquay"), "TQ1 1AA", date(2020, 1, 1)),
        (("US",), "02138", None),
    ]
    assert [(one.system, one.value) for one in person.telecoms] == [("phone", "01803 000000")]
    assert person.gender == "female"


def test_unknown_gender_and_bad_postcode_are_field_refusals(tmp_path: Path) -> None:
    person, refused = patient(tmp_path, gender="m", address=[{"postalCode": "NOWHERE"}])
    assert (person.gender, person.addresses[0].postcode) == ("unknown", "NOWHERE")
    assert refused == ["postcode-invalid", "code-unknown"] or refused == ["code-unknown", "postcode-invalid"]


@pytest.mark.parametrize(
    ("elements", "deceased", "died_on", "refused"),
    [
        ({"deceasedBoolean": True}, True, None, []),
        ({"deceasedBoolean": False}, False, None, []),
        ({"deceasedDateTime": "2020-05-01"}, True, date(2020, 5, 1), []),
        ({"deceasedDateTime": "2020-06-30T23:30:00+00:00"}, True, date(2020, 7, 1), []),
        ({"deceasedDateTime": "2020"}, True, None, ["date-partial"]),
        ({"deceasedDateTime": "2030-01-01"}, False, None, ["date-future"]),
        ({"deceasedDateTime": "1930-01-01", "birthDate": "1941-03-02"}, True, None, ["death-before-birth"]),
    ],
)
def test_death(
    tmp_path: Path, elements: dict[str, Any], deceased: bool, died_on: date | None, refused: list[str]
) -> None:
    person, codes = patient(tmp_path, **elements)
    assert (person.deceased, person.death_date, codes) == (deceased, died_on, refused)


@pytest.mark.parametrize(
    ("code", "restricted"), [("U", False), ("N", False), ("R", True), ("V", True), ("REDACTED", True)]
)
def test_restricted_record(tmp_path: Path, code: str, restricted: bool) -> None:
    assert patient(tmp_path, meta={"security": [{"code": code}]})[0].restricted is restricted


def test_practice_comes_from_general_practitioner_only(tmp_path: Path) -> None:
    def at(code: str, **more: Any) -> dict[str, Any]:
        return {"identifier": {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": code, **more}}

    former = at("Y11111", period={"end": "2020-01-01"})
    person, _ = patient(tmp_path, generalPractitioner=[former, at("L83012")], managingOrganization=at("RA900"))
    assert person.gp_practice_code == "L83012"
    assert patient(tmp_path, managingOrganization=at("RA900"))[0].gp_practice_code == ""


def test_misshapen_patient_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    (unit,) = read(
        tmp_path,
        {"resourceType": "Patient", "id": "p", "name": {"family": "Smith", "given": "Jo"}, "telecom": 5, "foo": 1,
         "address": ["x"], "identifier": [{"system": NHS, "value": 9990000018}], "meta": [], "gender": ["male"]},
    )  # fmt: skip
    assert unit.person is not None
    assert unit.person.names[0].given == ("Jo",)
    assert all(not refusal.whole for refusal in unit.refusals)
    noted = [refusal.field for refusal in unit.refusals if refusal.code == "fhir-shape"]
    assert len(noted) == 3
    assert "Patient.name" in noted


@pytest.mark.parametrize(
    ("reference", "bare"),
    [
        ("Patient/7", "7"),
        ("urn:uuid:b934", "b934"),
        ("https://a.example/fhir/Patient/7/_history/2", "7"),
        ("7", "7"),
        ("Patient?identifier=https://a.example|MRN7", "MRN7"),
        ("Group/7", ""),
        ("#contained", ""),
        ("", ""),
    ],
)
def test_references_become_bare_ids(reference: str, bare: str) -> None:
    assert reference_id({"reference": reference}) == bare


def test_reference_by_full_url_finds_the_patients_own_id(tmp_path: Path) -> None:
    condition = {"resourceType": "Condition", "id": "c", "subject": {"reference": "urn:uuid:full"}, "code": {}}
    nameless = {"resourceType": "Patient"}
    document = {
        "resourceType": "Bundle",
        "entry": [
            {"fullUrl": "urn:uuid:full", "resource": {"resourceType": "Patient", "id": "own"}},
            {"resource": condition},
            {"fullUrl": "urn:uuid:only", "resource": nameless},
        ],
    }
    assert [unit.subject for unit in read(tmp_path, document)] == ["own", "own", "only"]


@pytest.mark.parametrize("resource_type", sorted(EVENT_SHAPES))
def test_event_without_subject_is_refused_whole_or_kept(tmp_path: Path, resource_type: str) -> None:
    (unit,) = read(tmp_path, {"resourceType": resource_type, "id": "e", "status": "active"})
    if EVENT_SHAPES[resource_type].needs_subject:
        (refusal,) = unit.refusals
        assert (refusal.code, refusal.whole, unit.event) == ("subject-missing", True, None)
    else:  # it may be about a place, a device or a group: kept, not understood
        assert (unit.refusals, unit.known, unit.event) == ((), False, None)


@pytest.mark.parametrize("resource_type", sorted(EVENT_SHAPES))
def test_bare_event_still_has_a_title(tmp_path: Path, resource_type: str) -> None:
    found, refused = event(tmp_path, resource_type)
    assert (found.starts, found.ends, found.open_ended, refused) == (None, None, False, [])


@pytest.mark.parametrize(
    ("code", "kind"),
    [("IMP", "admission"), ("ACUTE", "admission"), ("EMER", "attendance"), ("AMB", "contact"), ("", "contact")],
)
def test_kind_of_encounter(tmp_path: Path, code: str, kind: str) -> None:
    assert event(tmp_path, "Encounter", **{"class": {"code": code}})[0].kind == kind


def test_patient_still_in_hospital(tmp_path: Path) -> None:
    inside, _ = event(
        tmp_path, "Encounter", status="in-progress", period={"start": "2026-11-20T10:00:00Z"},
        **{"class": {"code": "IMP"}}, type=[{"text": "Emergency admission"}],
    )  # fmt: skip
    assert (inside.open_ended, inside.ends, inside.title) == (True, None, "Emergency admission")
    assert inside.starts == datetime(2026, 11, 20, 10, tzinfo=UTC)
    home, _ = event(tmp_path, "Encounter", status="finished", period={"start": "2026-11-20", "end": "2026-11-21"})
    assert (home.open_ended, home.starts, home.ends) == (False, date(2026, 11, 20), date(2026, 11, 21))


@pytest.mark.parametrize(
    ("code", "title"),
    [
        ({"text": "Asthma", "coding": [{"display": "x"}]}, "Asthma"),
        ({"coding": [{"code": "1"}, {"display": "Asthma"}]}, "Asthma"),
        ({"coding": [{"code": "195967001"}]}, "195967001"),
        ({"text": " \n"}, "Condition (not named)"),
        ("Asthma", "Asthma"),
    ],
)
def test_title(tmp_path: Path, code: object, title: str) -> None:
    assert event(tmp_path, "Condition", code=code)[0].title == title


@pytest.mark.parametrize(
    ("sent", "code"),
    [("2027-06-01", "date-future"), ("1066-10-14", "date-out-of-range"), ("2026-02-31", "date-invalid"),
     ("2015", "date-partial"), (2015, "date-invalid"), ("2026-01-01T25:00:00Z", "date-invalid")],
)  # fmt: skip
def test_event_keeps_without_a_date_that_cannot_be(tmp_path: Path, sent: object, code: str) -> None:
    found, refused = event(tmp_path, "Condition", onsetDateTime=sent, code={"text": "Asthma"})
    assert (found.starts, refused) == (None, [code])
    assert (("Date as sent", "2015") in found.detail) is (code == "date-partial")


def test_end_before_start_is_not_taken(tmp_path: Path) -> None:
    period = {"start": "2026-05-02T10:00:00Z", "end": "2026-05-01T10:00:00Z"}
    found, refused = event(tmp_path, "Procedure", status="completed", performedPeriod=period)
    assert (found.ends, refused, found.open_ended) == (None, ["end-before-start"], False)


def test_plans_may_lie_ahead(tmp_path: Path) -> None:
    found, refused = event(tmp_path, "CarePlan", status="active", period={"start": "2027-01-01"}, title="Falls")
    assert (found.starts, found.open_ended, refused) == (date(2027, 1, 1), True, [])


def test_not_is_never_dropped(tmp_path: Path) -> None:
    assert event(tmp_path, "Procedure", status="not-done", code={"text": "X-ray"})[0].title == "Not done: X-ray"
    refuted = {"coding": [{"code": "refuted"}]}
    assert event(tmp_path, "Condition", verificationStatus=refuted, code={"text": "Gout"})[0].title == "Ruled out: Gout"
    medicine = {"medicationCodeableConcept": {"text": "Aspirin"}, "doNotPerform": True, "status": "active"}
    assert event(tmp_path, "MedicationRequest", **medicine)[0].title == "Do not give: Aspirin"


def test_entered_in_error_makes_no_event(tmp_path: Path) -> None:
    wrong = {
        "resourceType": "Observation",
        "id": "o",
        "subject": {"reference": "Patient/p"},
        "status": "entered-in-error",
    }
    (unit,) = read(tmp_path, wrong)
    assert (unit.event, next(refusal.code for refusal in unit.refusals), unit.known) == (None, "entered-in-error", True)


def test_observation_shows_its_values(tmp_path: Path) -> None:
    found, _ = event(
        tmp_path, "Observation", status="final", code={"text": "Blood pressure"},
        valueQuantity={"value": 166.39694715674318, "unit": "cm", "system": "http://unitsofmeasure.org"},
        component=[{"code": {"text": "Systolic"}, "valueQuantity": {"value": 120, "unit": "mmHg"}}],
    )  # fmt: skip
    assert found.detail == (("Value", "166.4 cm"), ("Systolic", "120 mmHg"))


def test_contained_medicine_is_named(tmp_path: Path) -> None:
    found, _ = event(
        tmp_path, "MedicationRequest", status="active", medicationReference={"reference": "#m"},
        contained=[{"resourceType": "Medication", "id": "m", "code": {"text": "Ramipril"}}],
    )  # fmt: skip
    assert (found.title, found.open_ended) == ("Ramipril", True)


def test_unknown_types_are_kept_with_their_subject(tmp_path: Path) -> None:
    units = read(
        tmp_path,
        {"resourceType": "Claim", "id": "c", "patient": {"reference": "Patient/p1"}},
        {"resourceType": "Coverage", "id": "v", "beneficiary": {"reference": "urn:uuid:p1"}},
        {"resourceType": "Organization", "id": "o"},
        {"resourceType": "MadeUp"},
    )
    assert [(unit.known, unit.subject, unit.refusals) for unit in units] == [
        (False, "p1", ()), (False, "p1", ()), (False, "", ()), (False, "", ()),
    ]  # fmt: skip


def test_no_refusal_repeats_a_value(tmp_path: Path) -> None:
    secret = "Zq7Secret"
    units = read(
        tmp_path,
        {"resourceType": "Patient", "id": secret, "birthDate": secret, "gender": secret, "deceasedDateTime": secret,
         "identifier": [nhs_number(secret)], "address": [{"postalCode": secret}], "name": {secret: 1, "family": {}},
         "telecom": secret},
        {"resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/1"}, "onsetDateTime": secret,
         "code": [secret], "clinicalStatus": secret},
        {"resourceType": "Condition", "id": secret},
        {secret: secret},
    )  # fmt: skip
    refusals = [refusal for unit in units for refusal in unit.refusals]
    assert len(refusals) > 8
    assert secret not in repr(refusals)


def test_strange_characters_never_reach_the_facts(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    path.write_text('{"resourceType":"Patient","id":"p","name":[{"family":"A\\u0000\\ud800B\\u202e"}]}')
    (unit,) = shapes.read_units(path, "a.ndjson", "fhir-ndjson", TODAY)
    assert unit.person is not None
    assert unit.person.names[0].family == "A\ufffdB"
