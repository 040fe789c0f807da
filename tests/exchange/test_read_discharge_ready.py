"""Is read what stands in extensions of a hospital stay: how somebody came in, and when they were ready to leave?"""

from __future__ import annotations

from datetime import date

import pytest

from joinedup.exchange.fhir.event_reading import read_event
from joinedup.exchange.fhir.events import EVENT_SHAPES
from joinedup.exchange.refusal_codes import RefusalList

METHOD = {
    "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-AdmissionMethod",
    "valueCodeableConcept": {"coding": [{"code": "21", "display": "Emergency Admission: Emergency Care Department"}]},
}
READY = {"url": "https://sender.example/StructureDefinition/Extension-DischargeReadyDate", "valueDate": "2026-09-10"}


def detail_of(extensions, stay) -> dict[str, str]:
    resource = {
        "resourceType": "Encounter", "id": "1", "status": "finished", "class": {"code": "IMP"},
        "period": {"start": "2026-09-01", "end": "2026-09-14"}, "extension": extensions, "hospitalization": stay,
    }  # fmt: skip
    event = read_event(resource, EVENT_SHAPES["Encounter"], date(2026, 11, 2), RefusalList("a.json", 1))
    assert event is not None
    return dict(event.detail)


def test_both_are_shown_as_details():
    detail = detail_of([{"url": "https://other.example/x", "valueString": "no"}, READY], {"extension": [METHOD]})
    came_in = "Emergency Admission: Emergency Care Department"
    assert detail == {"Admission method": came_in, "Ready to leave": "2026-09-10"}


@pytest.mark.parametrize(
    ("extensions", "stay"), [(None, None), ("x", "y"), ([1], {"extension": 5}), ([{"url": 3}], {})]
)
def test_a_stay_without_them_or_with_nonsense_is_read_all_the_same(extensions, stay):
    assert detail_of(extensions, stay) == {}
