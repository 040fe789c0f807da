"""Is each line of a record a valid FHIR resource, and the same line again when it is read back?"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from uuid import UUID

import fhirkit
import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.exchange.facts import EVENT_KINDS, EventFact
from joinedup.exchange.fhir.document import CloseOne, Contents, NameOf, PersonOf, document
from joinedup.exchange.fhir.document_entries import ENTRY_URL, KINDS, Line, event_of, resource_of

PERSON, BODY, ENTRY, CLOSE = (UUID(int=nth + 1) for nth in range(4))
TOLD = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
OURS = ("visit", "referral", "charge", "delivery", "flag", "consent", "contact_person", "document", "care_team", "task")
ALL_KINDS = sorted({*EVENT_KINDS, *OURS, *KINDS})

TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=30).map(lambda text: " ".join(text.split()))
MOMENTS = st.dates(date(1900, 1, 1), date(2100, 1, 1)) | st.datetimes(
    datetime(1950, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)
)
EVENTS = st.builds(
    EventFact, kind=st.sampled_from(ALL_KINDS), title=TEXT, starts=MOMENTS | st.none(),
    ends=st.dates(date(1900, 1, 1), date(2100, 1, 1)) | st.none(), open_ended=st.booleans(),
    detail=st.lists(st.tuples(TEXT, TEXT).filter(any), max_size=3).map(tuple),
    sensitivity=st.sampled_from(["ordinary", "sensitive"]), amount_pence=st.none() | st.integers(-(10**11), 10**11),
)  # fmt: skip


def shape_faults(resource: dict) -> list[str]:
    """What fhirkit finds wrong with a resource."""
    issues = fhirkit.validate(json.dumps(resource).encode())
    return [f"{each.path}: {each}" for each in issues if each.severity == "error"]


@given(EVENTS)
def test_a_line_written_and_read_again_is_the_same(event):
    resource = json.loads(json.dumps(resource_of(Line(ENTRY, event, BODY, TOLD), PERSON)))
    assert event_of(resource) == event


@given(EVENTS)
def test_every_line_has_the_shape_that_fhir_gives_its_resource(event):
    assert shape_faults(resource_of(Line(ENTRY, event, BODY, TOLD), PERSON)) == []


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_a_bare_line_of_every_kind_is_valid(kind):
    for event in (EventFact(kind, "", None), EventFact(kind, "Title", date(2026, 1, 2), open_ended=True)):
        assert shape_faults(resource_of(Line(ENTRY, event, BODY, TOLD), PERSON)) == []


def damaged() -> list[dict]:
    """One resource of ours, damaged in each way that we can think of."""
    whole = resource_of(Line(ENTRY, EventFact("service", "Help", date(2026, 1, 2), amount_pence=5), BODY, TOLD), PERSON)
    found = []
    for name, value in (
        ("kind", {"valueCode": "Robert'); drop"}), ("kind", {}), ("sensitivity", {"valueCode": "public"}),
        ("starts", {"valueDate": "2026-13-01"}), ("starts", {"valueDateTime": "2026-01-01T10:00:00"}),
        ("amount", {"valueMoney": {"value": 0.001}}), ("amount", {"valueMoney": {}}), ("amount", {"valueMoney": []}),
        ("amount", {"valueMoney": {"value": "NaN"}}), ("amount", {"valueMoney": {"value": 1e300}}),
    ):  # fmt: skip
        resource = json.loads(json.dumps(whole))
        parts = resource["extension"][0]["extension"]
        parts[:] = [{"url": name, **value} if part["url"] == name else part for part in parts]
        found.append(resource)
    found += [{"extension": [{"url": ENTRY_URL}]}, {"extension": ENTRY_URL}, {}]
    return found


@pytest.mark.parametrize("resource", damaged())
def test_a_damaged_line_is_left_to_the_ordinary_readers(resource):
    assert event_of(resource) is None


def whole_document(*, restricted: bool = False) -> dict:
    """A document of somebody with one close to them and a line of each kind."""
    person = PersonOf(
        PERSON, "9990000018", True, (NameOf("Smith", "Edith May", "Mrs", "usual"), NameOf("Jones", "Edith", "", "old")),
        date(1941, 3, 2), "female", False, None, "1 Sea Road, Torquay", "TQ1 1AA", "01803 111222", "L83801", restricted,
    )  # fmt: skip
    lines = [
        Line(UUID(int=100 + nth), EventFact(kind, f"A {kind}", date(2026, 1, 2), open_ended=nth % 2 == 0), BODY, TOLD)
        for nth, kind in enumerate(ALL_KINDS)
    ]
    contents = Contents(
        UUID(int=77), TOLD, "Ann Tor", person, {BODY: ("RA9", "A <trust> & \"more\"")},
        (CloseOne(CLOSE, "Carol", "Son or daughter", "01803 1", True, True, date(2020, 1, 1)),),
        [(line.entry_id, line.event.kind) for line in lines], ("2 sensitive entries are left out.",),
    )  # fmt: skip
    return json.loads("".join(document(contents, lines)))


def test_the_document_starts_with_its_list_of_contents_and_every_reference_leads_somewhere():
    bundle = whole_document()
    assert (bundle["type"], bundle["entry"][0]["resource"]["resourceType"]) == ("document", "Composition")
    assert bundle["identifier"]["value"]
    assert bundle["timestamp"]
    urls = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(urls) == len(set(urls))
    assert set(references(bundle)) <= set(urls)
    listed = {each["reference"] for section in bundle["entry"][0]["resource"]["section"]
              for each in section.get("entry", ())}  # fmt: skip
    types = {entry["fullUrl"]: entry["resource"]["resourceType"] for entry in bundle["entry"]}
    assert {url for url, kind in types.items() if kind not in ("Composition", "Patient", "Organization")} == listed
    assert bundle["entry"][0]["resource"]["section"][-1]["title"] == "Left out"


def references(value: object) -> list[str]:
    """Every reference in a document."""
    if isinstance(value, dict):
        own = [value["reference"]] if isinstance(value.get("reference"), str) else []
        return own + [each for part in value.values() for each in references(part)]
    return [each for part in value for each in references(part)] if isinstance(value, list) else []


@pytest.mark.parametrize("restricted", [True, False])
def test_the_document_has_the_shape_that_fhir_gives_it(restricted):
    assert shape_faults(whole_document(restricted=restricted)) == []


def test_of_a_restricted_person_the_document_holds_nothing_that_leads_to_them():
    text = json.dumps(whole_document(restricted=True)["entry"][1])
    for planted in ("Sea Road", "TQ1 1AA", "01803", "L83801"):
        assert planted not in text
    assert '"code": "R"' in text
