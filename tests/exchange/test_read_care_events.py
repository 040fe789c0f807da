"""Do alerts, consents, contacts, appointments and papers become lines that a page can recognise, and older FHIR too?"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from joinedup.exchange.fhir.event_details import ALERT_KINDS
from tests.exchange.test_read_fhir import event, read


def concept(code: str = "", display: str = "", text: str = "", system: str = "http://example.org") -> dict[str, Any]:
    coding = {"coding": [{"system": system, "code": code, "display": display}]} if code or display else {}
    return {**coding, **({"text": text} if text else {})}


@pytest.mark.parametrize(
    ("category", "code", "kind"),
    [
        (concept("SG", "Safeguarding Concern"), concept("U", "Unspecified concern"), "Safeguarding"),
        (concept(text="Alerts"), concept("x", "Child protection plan"), "Safeguarding"),
        (concept("RA", "Reasonable Adjustment"), concept("addsupport", "Additional support"), "Reasonable adjustment"),
        (concept(system="https://fhir.nhs.uk/STU3/ValueSet/ValueSet-RARecord-AdjustmentCategories-1", code="p"),
         concept(text="Adjust for needle phobia"), "Reasonable adjustment"),
        (concept("RT", "ReSPECT"), concept("x", "Has recommended summary plan"), "Advance decision"),
        (concept(), concept(text="DNACPR in place"), "Advance decision"),
        (concept(), concept(text="Lasting power of attorney for health"), "Legal"),
        (concept("diet", "Diet"), concept(text="Severe peanut allergy"), "Other alert"),
    ],
)  # fmt: skip
def test_an_alert_says_of_which_kind_it_is(tmp_path: Path, category: dict, code: dict, kind: str) -> None:
    found, refused = event(
        tmp_path, "Flag", status="active", category=[category], code=code, period={"start": "2026-01-01"}
    )
    assert (found.kind, found.open_ended, refused) == ("flag", True, [])
    assert ("Alert", kind) in found.detail
    assert kind in ALERT_KINDS
    assert found.sensitivity == ("sensitive" if kind == "Safeguarding" else "ordinary")


@pytest.mark.parametrize(
    ("resource_type", "elements", "kind", "title", "details"),
    [
        ("Consent", {"status": "active", "category": [concept("INFA", "information access")], "dateTime": "2026-01-05",
                     "provision": {"type": "deny", "purpose": [{"code": "TREAT", "display": "treatment"}]}},
         "consent", "information access",
         [("Status", "active"), ("Decision", "deny"), ("Purpose", "treatment"),
          ("Meaning", "The person does not agree")]),
        ("Consent", {"status": "active", "category": [concept("acd")]}, "consent", "acd",
         [("Alert", "Advance decision")]),
        ("RelatedPerson", {"name": [{"use": "usual", "family": "Smith", "given": ["Joy"]}], "active": False,
                           "telecom": [{"system": "phone", "value": "01803 000000"}],
                           "relationship": [concept(text="wife"), concept("N", "Next-of-Kin")]},
         "contact_person", "Joy Smith (wife)",
         [("Relationship", "wife, Next-of-Kin"), ("Status", "no longer a contact")]),
        ("CareTeam", {"status": "active", "name": "Virtual ward", "participant": [
            {"role": [concept(text="adviser")], "member": {"display": "Dot"}}, {"member": {"display": "Ann"}}]},
         "care_team", "Virtual ward", [("With", "Dot (adviser)"), ("With", "Ann")]),
        ("Task", {"status": "on-hold", "intent": "order", "focus": {"display": "NHS Health Check"},
                  "authoredOn": "2026-01-05", "owner": {"display": "The Surgery"}},
         "task", "NHS Health Check", [("Status", "on-hold"), ("To", "The Surgery")]),
        ("Appointment", {"status": "noshow", "description": "Hip clinic", "start": "2026-01-05T10:00:00Z",
                         "participant": [{"actor": {"reference": "Location/l", "display": "Level 2"}},
                                         {"actor": {"reference": "Practitioner/n", "display": "Dr Gose"}}]},
         "appointment", "Did not attend: Hip clinic", [("Where", "Level 2"), ("With", "Dr Gose")]),
        ("QuestionnaireResponse", {"status": "completed", "authored": "2026-01-05T10:00:00Z", "item": [
            {"linkId": "1", "text": "About me", "item": [
                {"linkId": "1.1", "text": "What matters",
                 "answer": [{"valueString": "My dog"}, {"valueBoolean": True}]}]}]},
         "questionnaire", "About me", [("What matters", "My dog; yes")]),
        ("DocumentReference", {"status": "current", "type": concept("x", "Care plan"), "date": "2026-01-05T10:00:00Z",
                               "content": [{"attachment": {"contentType": "application/pdf", "title": "Plan"}}]},
         "document", "Care plan", [("Title", "Plan"), ("Format", "application/pdf")]),
    ],
)  # fmt: skip
def test_kinds_titles_and_details(
    tmp_path: Path, resource_type: str, elements: dict, kind: str, title: str, details: list
) -> None:
    found, refused = event(tmp_path, resource_type, **elements)
    assert (found.kind, found.title, refused) == (kind, title, [])
    assert [each for each in details if each not in found.detail] == []


def test_where_a_contact_lives_and_their_number_are_not_told(tmp_path: Path) -> None:
    found, _ = event(tmp_path, "RelatedPerson", name=[{"family": "Smith"}], address=[{"line": ["9 Hidden Lane"]}],
                     telecom=[{"system": "phone", "value": "07700 900000"}])  # fmt: skip
    assert "Hidden" not in str(found)
    assert "07700" not in str(found)


JOY = {"name": {"use": "usual", "family": "Smith", "given": ["Joy"]},
       "relationship": [concept(text="wife"), concept("N")],
       "telecom": [{"system": "phone", "value": "07700 900000"}], "address": {"line": ["9 Hidden Lane"]}}  # fmt: skip
STU3 = {"meta": {"profile": ["https://fhir.hl7.org.uk/STU3/StructureDefinition/CareConnect-Patient-1"]}}


def contacts_of(tmp_path: Path, *contacts: object, **elements: Any):
    (unit,) = read(tmp_path, {"resourceType": "Patient", "id": "p1", "contact": list(contacts), **elements})
    assert unit.person is not None
    assert (unit.subject, unit.known) == ("p1", True)
    return unit.event


@pytest.mark.parametrize("version", [{}, STU3])
def test_the_contact_of_a_patient_is_a_line_without_where_they_live_or_their_number(tmp_path: Path, version) -> None:
    found = contacts_of(tmp_path, JOY, **version)
    assert (found.kind, found.title, found.sensitivity) == ("contact_person", "Joy Smith (wife)", "ordinary")
    assert found.detail == (("Relationship", "wife, Next of kin"),)
    assert "Hidden" not in str(found)
    assert "07700" not in str(found)


def test_several_contacts_are_one_line_that_says_who_is_one_no_longer(tmp_path: Path) -> None:
    left = {"relationship": [concept("C", "Emergency Contact")], "period": {"start": "2024-01-01", "end": "2025-12-31"}}
    home = {"organization": {"display": "The Lodge"}, "period": {"end": "2027-01-31"}}
    found = contacts_of(tmp_path, JOY, left, home, {"telecom": [{"value": "1"}]}, {}, {"gender": "male"})
    assert found.title == "Joy Smith (wife); Emergency Contact; The Lodge; Contact (not named)"
    assert [text for _, text in found.detail] == [
        "Joy Smith (wife, Next of kin)",
        "Contact (not named) (Emergency Contact), no longer a contact since 31 December 2025",
        "The Lodge, until 31 January 2027",
        "Contact (not named)",
    ]


def test_a_patient_whose_contacts_say_nothing_has_no_such_line_and_a_restricted_ones_is_sensitive(tmp_path: Path):
    assert contacts_of(tmp_path) is None
    assert contacts_of(tmp_path, {}, "x", None, {"gender": "female"}) is None
    hidden = contacts_of(tmp_path, JOY, meta={"security": [{"code": "R"}]})
    assert hidden.sensitivity == "sensitive"


@pytest.mark.parametrize("status", ["superseded", "entered-in-error"])
def test_a_superseded_or_mistaken_document_is_no_line(tmp_path: Path, status: str) -> None:
    (unit,) = read(tmp_path, {"resourceType": "DocumentReference", "id": "d", "status": status,
                              "subject": {"reference": "Patient/p1"},
                              "content": [{"attachment": {"title": "x"}}]})  # fmt: skip
    assert (unit.event, unit.known, [refusal.code for refusal in unit.refusals]) == (None, True, [status])


@pytest.mark.parametrize(
    "resource",
    [
        {
            "resourceType": "Flag",
            "status": "active",
            "code": {"text": "Fire risk"},
            "subject": {"reference": "Location/l"},
        },
        {"resourceType": "Task", "status": "requested", "intent": "order", "for": {"reference": "Group/g"}},
        {"resourceType": "Appointment", "status": "booked", "participant": [{"actor": {"reference": "urn:uuid:4"}}]},
        {"resourceType": "RelatedPerson", "patient": {}},
    ],
)
def test_what_is_about_no_patient_is_kept(tmp_path: Path, resource: dict) -> None:
    (unit,) = read(tmp_path, {"id": "x", **resource})
    assert (unit.known, unit.event, unit.refusals) == (False, None, ())


def test_names_come_from_the_bundle_and_never_from_another_type(tmp_path: Path) -> None:
    entries = [
        {"resource": {"resourceType": "Organization", "id": "1", "name": "The Trust"}},
        {"resource": {"resourceType": "Practitioner", "id": "1", "name": [{"family": "Gose", "prefix": ["Dr"]}]}},
        {"fullUrl": "urn:uuid:m", "resource": {"resourceType": "Medication", "code": {"text": "Amoxicillin"}}},
        {"resource": {"resourceType": "MedicationRequest", "id": "r", "status": "active", "intent": "order",
                      "subject": {"reference": "Patient/p1"}, "medicationReference": {"reference": "urn:uuid:m"},
                      "requester": {"reference": "https://a.example/fhir/Practitioner/1/_history/2"}}},
        {"resource": {"resourceType": "Encounter", "id": "e", "status": "finished", "class": {"code": "IMP"},
                      "subject": {"reference": "Patient/p1"}, "serviceProvider": {"reference": "Organization/1"}}},
    ]  # fmt: skip
    units = read(tmp_path, {"resourceType": "Bundle", "type": "collection", "entry": entries})
    medicine, stay = units[3].event, units[4].event
    assert medicine is not None
    assert (medicine.title, ("By", "Dr Gose") in medicine.detail) == ("Amoxicillin", True)
    assert stay is not None
    assert (stay.title, ("Provider", "The Trust") in stay.detail) == ("Hospital stay", True)


def test_a_stay_that_goes_on_is_not_ended_by_the_day_it_should_end(tmp_path: Path) -> None:
    found, _ = event(tmp_path, "Encounter", status="in-progress", period={"start": "2026-11-01", "end": "2026-11-30"},
                     **{"class": {"code": "IMP"}})  # fmt: skip
    assert (found.ends, found.open_ended) == (None, True)
    assert ("Expected end", "30 November 2026") in found.detail


@pytest.mark.parametrize(
    ("resource_type", "old", "check"),
    [
        ("Condition", {"clinicalStatus": "active", "verificationStatus": "refuted", "assertedDate": "2018-01-02"},
         ("Ruled out: Condition (not named)", date(2018, 1, 2))),
        ("AllergyIntolerance",
         {"status": "active", "substance": concept(text="Penicillin"), "recordedDate": "2018-01-02"},
         ("Penicillin", date(2018, 1, 2))),
        ("Encounter", {"class": "emergency", "reason": [concept(text="Fall")], "period": {"start": "2018-01-02"}},
         ("Fall", date(2018, 1, 2))),
        ("Immunization", {"date": "2018-01-02", "notGiven": True, "vaccineCode": concept(text="Flu")},
         ("Not done: Flu", date(2018, 1, 2))),
        ("Procedure", {"notDone": True, "code": concept(text="Scan"), "performedDateTime": "2018-01-02"},
         ("Not done: Scan", date(2018, 1, 2))),
        ("MedicationStatement", {"taken": "n", "medicationCodeableConcept": concept(text="Aspirin"),
                                 "effectiveDateTime": "2018-01-02"}, ("Not taken: Aspirin", date(2018, 1, 2))),
    ],
)  # fmt: skip
def test_older_fhir_is_read_in_the_same_words(tmp_path: Path, resource_type: str, old: dict, check: tuple) -> None:
    found, _ = event(tmp_path, resource_type, **old)
    assert (found.title, found.starts) == check


def test_a_referral_of_older_fhir_is_a_request(tmp_path: Path) -> None:
    (unit,) = read(tmp_path, {
        "resourceType": "ReferralRequest", "id": "r", "status": "requested", "patient": {"reference": "Patient/p1"},
        "type": concept(text="Assessment"), "requester": {"agent": {"display": "Dr Gose"}}, "date": "2018-01-02",
        "recipient": [{"display": "The Council"}],
    })  # fmt: skip
    assert (unit.kind, unit.subject, unit.refusals) == ("fhir:ReferralRequest", "p1", ())
    assert unit.event is not None
    assert (unit.event.kind, unit.event.title, unit.event.open_ended) == ("request", "Assessment", True)
    assert {("By", "Dr Gose"), ("To", "The Council")} <= set(unit.event.detail)


def test_answers_of_dstu2_are_found_in_their_groups(tmp_path: Path) -> None:
    found, _ = event(tmp_path, "QuestionnaireResponse", status="completed", group={"title": "x", "question": [
        {"text": "Has the patient been asked?",
         "answer": [{"valueCoding": {"code": "Y", "display": "Yes"}}]}]})  # fmt: skip
    assert ("Has the patient been asked?", "Yes") in found.detail


def test_a_message_says_when_it_was_sent(tmp_path: Path) -> None:
    units = read(tmp_path, {"resourceType": "Bundle", "type": "message", "timestamp": "2026-01-05T10:00:00Z", "entry": [
        {"resource": {"resourceType": "Patient", "id": "p1"}},
        {"resource": {"resourceType": "ServiceRequest", "id": "made-anew", "identifier": [{"value": "stays"}],
                      "status": "active", "intent": "order", "subject": {"reference": "Patient/p1"}}},
    ]})  # fmt: skip
    assert [unit.told_at for unit in units] == [datetime(2026, 1, 5, 10, tzinfo=UTC)] * 2
    assert [unit.local_id for unit in units] == ["p1", "identifier:|stays"]


def test_a_wish_to_delete_is_refused_with_the_way_to_withdraw(tmp_path: Path) -> None:
    entries = [{"request": {"method": "DELETE", "url": "Flag/f"}}, {"request": {"method": "GET", "url": "Patient/p"}}]
    units = read(tmp_path, {"resourceType": "Bundle", "type": "transaction", "entry": entries})
    assert [unit.refusals[0].code for unit in units] == ["delete-refused", "bundle-entry-empty"]
    assert "entered-in-error" in units[0].refusals[0].mend
