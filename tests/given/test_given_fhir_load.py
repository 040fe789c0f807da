"""Do UK Core, NHS England, hospital notice and CareConnect examples load whole, with lines a page can recognise?

What is refused whole is said with its reason: fragments of examples that name no patient (subject-missing), requests of
a batch without a resource (bundle-entry-empty), and examples about a patient who is not among them (subject-unknown).
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.steps.loading import Place, adds_up, fresh_place, refused

UK_CORE, ENGLAND = "ukcore-fhir-examples", "nhs-england-fhir-examples"
NOTICES, CARE_CONNECT = "adw-fhir-notices", "careconnect-fhir-stu3"
EXPECTED = {
    UK_CORE: {
        "read": 228, "people": 24,
        "refused": {
            ("subject-missing", True): 6, ("subject-unknown", True): 11, ("bundle-entry-empty", True): 3,
            ("entered-in-error", False): 1, ("end-before-start", False): 1, ("nhs-number-invalid", False): 1,
        },
        "lines": {"flag": 1, "allergy": 9, "consent": 1, "appointment": 3, "contact_person": 5, "document": 2,
                  "task": 1,
                  "care_team": 1, "questionnaire": 4, "care_plan": 1, "request": 10, "vaccination": 13},
    },
    ENGLAND: {
        "read": 395, "people": 18,
        "refused": {
            ("subject-unknown", True): 43, ("subject-missing", True): 3, ("nhs-number-invalid", False): 11,
            ("entered-in-error", False): 1, ("fhir-shape", False): 6, ("postcode-invalid", False): 1,
            ("date-out-of-range", False): 1,
        },
        "lines": {"flag": 15, "consent": 2, "appointment": 2, "task": 9, "request": 4, "attendance": 2},
    },
    NOTICES: {"read": 105, "people": 1, "refused": {},
              "lines": {"notice": 5, "document": 2, "request": 1, "admission": 1, "condition": 1}},
    CARE_CONNECT: {
        "read": 350, "people": 11,
        "refused": {("nhs-number-invalid", False): 5, ("postcode-invalid", False): 2, ("fhir-shape", False): 6,
                    ("subject-unknown", True): 14},
        "lines": {"admission": 8, "attendance": 11, "medicine": 16, "contact_person": 3, "request": 3, "allergy": 5},
    },
}  # fmt: skip


@pytest.fixture(scope="module", params=list(EXPECTED))
def loaded(request, database, server, template, given) -> Iterator[tuple[str, Place, object]]:
    """A folder's name, the fresh place it was loaded into, and the report."""
    with fresh_place(server, template) as place:
        yield request.param, place, place.load(given / request.param)


def test_every_resource_is_counted_and_each_refusal_explained(loaded) -> None:
    name, _, report = loaded
    expected = EXPECTED[name]
    assert adds_up(report)
    assert (report.read, report.people_made) == (expected["read"], expected["people"])
    assert refused(report) == expected["refused"]
    assert report.skipped_files == ("PROVENANCE.md",)


def test_lines_have_kinds_that_a_page_can_recognise(loaded) -> None:
    name, place, _ = loaded
    lines = dict(place.rows("select kind, count(*) from person_timelineentry group by kind"))
    assert {kind: lines.get(kind) for kind in EXPECTED[name]["lines"]} == EXPECTED[name]["lines"]


def test_safeguarding_and_adjustments_are_told_apart(loaded) -> None:
    name, place, _ = loaded
    found = dict(place.rows(
        "select d ->> 1, bool_and(t.sensitivity = 'sensitive') from person_timelineentry t, "
        "jsonb_array_elements(t.detail) d where t.kind = 'flag' and d ->> 0 = 'Alert' group by 1"
    ))  # fmt: skip
    if name == ENGLAND:
        assert found == {
            "Safeguarding": True, "Reasonable adjustment": False, "Advance decision": False, "Other alert": False,
        }  # fmt: skip


def test_the_withdrawal_takes_the_notices_place(loaded) -> None:
    name, place, _ = loaded
    if name == NOTICES:
        lines = place.rows(
            "select title, open_ended from person_timelineentry where kind = 'notice' order by starts_at"
        )
        assert ("Assessment notice withdrawn by the hospital", False) in lines
        assert ("Discharge notice", True) in lines
        assert "Assessment notice" not in {title for title, _ in lines}
        asked = place.rows("select title from person_timelineentry where kind = 'request'")
        assert [title.partition(":")[0] for (title,) in asked] == ["Withdrawn"]


def test_loading_again_changes_nothing(loaded, given) -> None:
    name, place, report = loaded
    before = place.digests()
    again = place.load(given / name)
    assert (again.read, again.people_made) == (report.read, 0)
    assert place.digests() == before
