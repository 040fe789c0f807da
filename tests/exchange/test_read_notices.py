"""Does a hospital's notice to the council become one line that its withdrawal replaces?"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from joinedup.exchange.facts import Unit
from tests.exchange.test_read_xml import FHIR, read

ASSESSMENT, REJECTED, WITHDRAWN = "975701000000106", "975721000000102", "975841000000102"


def notice(code: str, at: str, *, leaves: str = "", reason: str = "", message: str = "1", status: str = "requested",
           profile: str = "https://fhir.nhs.uk/StructureDefinition/ADW-Notice-MessageHeader-1") -> str:  # fmt: skip
    """A message in the form of FHIR DSTU2, whose ids are made anew each time; `message` tells them apart."""
    period = f'<period><start value="2026-04-24"/><end value="{leaves}"/></period>' if leaves else ""
    why = f'<reason><coding><code value="x"/></coding><text value="{reason}"/></reason>' if reason else ""
    parts = {
        "h": f'<MessageHeader><id value="h{message}"/><meta><profile value="{profile}"/></meta>'
             f'<timestamp value="{at}"/>'
             f'<event><code value="{code}"/></event>{why}</MessageHeader>',
        "r": f'<ReferralRequest><id value="r{message}"/><status value="{status}"/><identifier><value value="stay-7"/>'
             f'</identifier><patient><reference value="urn:uuid:p{message}"/></patient><recipient><reference '
             f'value="urn:uuid:c"/></recipient></ReferralRequest>',
        "e": f'<Encounter><id value="e{message}"/><identifier><value value="bed-7"/></identifier><status '
             f'value="in-progress"/><class value="inpatient"/>'
             f'<patient><reference value="urn:uuid:p{message}"/></patient>'
             f'{period}<location><location><reference value="urn:uuid:w"/></location></location></Encounter>',
        "p": f'<Patient><id value="p{message}"/><name><family value="Jones"/></name></Patient>',
        "c": '<Organization><id value="c"/><name value="The Council"/></Organization>',
        "w": '<Location><id value="w"/><name value="Collier Ward"/></Location>',
    }  # fmt: skip
    entries = "".join(
        f'<entry><fullUrl value="urn:uuid:{name}{message if name in "hrep" else ""}"/>'
        f"<resource>{part}</resource></entry>"
        for name, part in parts.items()
    )
    return f'<Bundle {FHIR}><type value="message"/>{entries}</Bundle>'


def header(units: list[Unit]) -> Unit:
    return next(unit for unit in units if unit.kind == "fhir:MessageHeader")


def test_an_assessment_notice_says_when_the_person_may_leave(tmp_path: Path) -> None:
    units = read(tmp_path, notice(ASSESSMENT, "2026-05-01T15:02:11+00:00", leaves="2026-05-12"))
    assert [refusal for unit in units for refusal in unit.refusals] == []
    unit = header(units)
    assert (unit.known, unit.subject, unit.local_id) == (True, "p1", "stay-7|assessment")
    assert unit.told_at == datetime(2026, 5, 1, 15, 2, 11, tzinfo=UTC)
    assert unit.event is not None
    assert (unit.event.kind, unit.event.title, unit.event.open_ended) == ("notice", "Assessment notice", True)
    assert dict(unit.event.detail) == {
        "Event": "Assessment notice", "Expected discharge": "12 May 2026", "Ward": "Collier Ward",
        "Council": "The Council",
    }  # fmt: skip
    stay = next(unit for unit in units if unit.kind == "fhir:Encounter")
    assert stay.local_id == "identifier:|bed-7"
    assert stay.event is not None
    assert (stay.event.kind, stay.event.open_ended) == ("admission", True)


def test_a_withdrawal_takes_the_notices_place_and_an_answer_does_not(tmp_path: Path) -> None:
    sent = header(read(tmp_path, notice(ASSESSMENT, "2026-05-01T15:00:00+00:00", leaves="2026-05-12")))
    answered = header(read(tmp_path, notice(REJECTED, "2026-05-02T15:00:00+00:00", message="2", reason="Too ill")))
    units = read(tmp_path, notice(WITHDRAWN, "2026-05-03T15:00:00+00:00", message="3", status="cancelled"))
    withdrawn = header(units)
    assert withdrawn.local_id == sent.local_id != answered.local_id
    assert withdrawn.event is not None
    assert answered.event is not None
    assert (withdrawn.event.title, withdrawn.event.open_ended) == ("Assessment notice withdrawn by the hospital", False)
    assert ("Reason", "Too ill") in answered.event.detail
    request = next(unit for unit in units if unit.kind == "fhir:ReferralRequest")
    assert request.event is not None
    assert request.event.title.startswith("Withdrawn: ")
    stay = next(unit for unit in units if unit.kind == "fhir:Encounter")
    assert (stay.known, stay.event) == (False, None), "a stay named without dates must not wipe out its dates"


def test_a_message_that_only_borrows_the_code_is_no_notice(tmp_path: Path) -> None:
    units = read(tmp_path, notice(ASSESSMENT, "2026-05-01T15:00:00+00:00", profile="https://example.org/Referral"))
    assert (header(units).known, header(units).event) == (False, None)
