"""What does a hospital's notice to the council say, and which earlier notice does it take back?

Hospitals told councils by message that somebody in a bed needs an assessment, and when they may leave; councils answer,
hospitals withdraw. The message's header says which of these it is (a SNOMED CT code), its request carries an identifier
that all messages of one stay share, its stay the expected date of discharge. So the newest message of one kind about
one stay is one line of the record: a withdrawal takes the place of the assessment notice. Source: NHS Digital's
Assessment, Discharge and Withdrawal messages (FHIR, 2017 to 2020) after the Care Act 2014, schedule 3, whose notices
were duties until July 2022; hospitals still send them. A council's answer is a line of its own. Left out: documents
attached to a notice, which are kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from joinedup.exchange.facts import EventFact, Unit
from joinedup.exchange.fhir.bundle_index import BundleIndex
from joinedup.exchange.fhir.elements import (
    Json,
    code_of,
    instant_of,
    objects,
    pick,
    reference_id,
    string,
    strings,
    text_of,
)
from joinedup.exchange.values import day_in_words, day_of, iso_moment

KIND = "fhir:MessageHeader"


@dataclass(frozen=True, slots=True)
class _Notice:
    """What one event code means: the title, which line of the record it writes, and whether it awaits an act."""

    title: str
    line: str
    is_open: bool = False


EVENTS = {
    "975701000000106": _Notice("Assessment notice", "assessment", True),
    "975711000000108": _Notice("Assessment notice accepted by the council", "assessment answer"),
    "975721000000102": _Notice("Assessment notice rejected by the council", "assessment answer"),
    "975731000000100": _Notice("Discharge notice", "discharge", True),
    "975821000000109": _Notice("Discharge notice accepted by the council", "discharge answer"),
    "975831000000106": _Notice("Discharge notice rejected by the council", "discharge answer"),
    "975841000000102": _Notice("Assessment notice withdrawn by the hospital", "assessment"),
    "1025651000000109": _Notice("Withdrawal accepted by the council", "withdrawal answer"),
    "1025641000000106": _Notice("Withdrawal rejected by the council", "withdrawal answer"),
}


def as_notice(unit: Unit, index: BundleIndex) -> Unit:
    """A notice's header as an entry about the patient of its request; other units as they are, but undated stays."""
    if index.is_message and unit.kind == "fhir:Encounter" and unit.event and unit.event.starts is None:
        return replace(unit, known=False, event=None, refusals=())
    if unit.kind != KIND or unit.known:
        return unit
    header, request = index.message.get("MessageHeader", {}), index.message.get("ServiceRequest", {})
    notice = (
        EVENTS.get(code_of(header.get("event")) or code_of(header.get("eventCoding"))) if _is_ours(header) else None
    )
    patient = reference_id(request.get("patient")) or reference_id(request.get("subject"))
    if notice is None or not patient:
        return unit
    shared = next((found for item in objects(request.get("identifier")) if (found := string(item.get("value")))), "")
    stay = shared or string(header.get("id")) or unit.local_id
    return replace(
        unit,
        known=True,
        local_id=f"{stay}|{notice.line}",
        subject=index.local_ids.get(patient, patient),
        told_at=unit.told_at or index.sent_at,
        event=_event(notice, header, request, index),
    )


def _is_ours(header: dict[str, Json]) -> bool:
    """Does the header name a profile of these messages? Others have borrowed their codes for other referrals."""
    return any("/ADW-" in profile for meta in objects(header.get("meta")) for profile in strings(meta.get("profile")))


def _event(notice: _Notice, header: dict[str, Json], request: dict[str, Json], index: BundleIndex) -> EventFact:
    stay = index.message.get("Encounter", {})
    leaves = iso_moment(string(pick(stay, ("period", "end"))))
    starts = instant_of(header.get("timestamp")) or index.sent_at
    detail = [
        ("Event", notice.title),
        ("Expected discharge", day_in_words(day_of(leaves)) if leaves else ""),
        ("Hospital", index.name_of(stay.get("serviceProvider"), stay)),
        ("Ward", index.name_of(pick(stay, ("location", "location")), stay)),
        ("Council", index.name_of(pick(request, ("performer",)), request)),
        ("Sent by", index.name_of(header.get("author"), header)),
        ("Reason", _reason(header) or text_of(request.get("reasonCode"))),
        ("About", text_of(request.get("description"))),
    ]
    return EventFact(
        kind="notice",
        title=notice.title,
        starts=starts,
        open_ended=notice.is_open,
        detail=tuple((label, text) for label, text in detail if text),
    )


def _reason(header: dict[str, Json]) -> str:
    """The reason in the sender's own words where there are some, else the reason's name."""
    return string(pick(header, ("reason", "text"))) or text_of(header.get("reason"))
