"""Whom does a FHIR Patient name as its contacts: family, next of kin, whoever is called first?

All contacts of one Patient are one line of kind `contact_person`, because they are one thing told: a Patient sent again
without them takes the line away, and with others replaces it. As of a RelatedPerson, neither telephone nor address is
told (they can give away where a restricted person lives); they stay in the kept source.

Source: FHIR R4 Patient.contact, which STU3 and DSTU2 write alike, and the HL7 table of contact roles (v2-0131). Left
out: gender, and in which order they are called.
"""

from __future__ import annotations

from datetime import date

from joinedup.exchange.facts import EventFact
from joinedup.exchange.fhir.bundle_index import BundleIndex, human_name
from joinedup.exchange.fhir.elements import Json, code_of, objects, string, text_of
from joinedup.exchange.fhir.patient import is_restricted
from joinedup.exchange.values import TITLE_LIMIT_CHARACTERS, clean, day_in_words, day_of, iso_moment

KIND, PLAIN_TITLE = "contact_person", "Contact (not named)"
CONTACT_LIMIT = 12
ROLES = {"C": "Emergency contact", "N": "Next of kin"}
"""Contact roles whose code alone says nothing to a reader."""
_SAYS_WHO = ("name", "relationship", "telecom", "address", "organization")


def read_contacts(patient: dict[str, Json], today: date, index: BundleIndex) -> EventFact | None:
    """The line of a Patient's contacts; None when it names none."""
    contacts = [each for each in objects(patient.get("contact")) if any(each.get(part) for part in _SAYS_WHO)]
    if not contacts:
        return None
    named = [_who(each, patient, index) for each in contacts[:CONTACT_LIMIT]]
    detail: list[tuple[str, str]]
    if len(named) == 1:
        detail = [("Relationship", ", ".join(named[0][1]))] if named[0][1] else []
        detail += [("Status", until)] if (until := _until(contacts[0], today)) else []
    else:
        detail = [
            ("Contact", clean(", ".join(part for part in (_in_full(*who), _until(each, today)) if part)))
            for each, who in zip(contacts, named, strict=False)
        ]
    title = "; ".join(_briefly(*who) for who in named)
    sensitivity = "sensitive" if is_restricted(patient) else "ordinary"
    return EventFact(KIND, clean(title, TITLE_LIMIT_CHARACTERS), None, detail=tuple(detail), sensitivity=sensitivity)


def _who(contact: dict[str, Json], patient: dict[str, Json], index: BundleIndex) -> tuple[str, tuple[str, ...]]:
    """Name, or the body's where no person is named, and what they are to the person."""
    name = human_name(contact.get("name")) or index.name_of(contact.get("organization"), patient)
    said = (_role(each) for each in objects(contact.get("relationship")))
    return name, tuple(dict.fromkeys(text for text in said if text))


def _role(concept: dict[str, Json]) -> str:
    text = text_of(concept)
    return ROLES.get(text, text) if text == code_of(concept) else text


def _briefly(name: str, roles: tuple[str, ...]) -> str:
    if not name:
        return roles[0] if roles else PLAIN_TITLE
    return f"{name} ({roles[0]})" if roles else name


def _in_full(name: str, roles: tuple[str, ...]) -> str:
    return f"{name or PLAIN_TITLE} ({', '.join(roles)})" if roles else name or PLAIN_TITLE


def _until(contact: dict[str, Json], today: date) -> str:
    """Words for a contact who is one no longer, or only until a day."""
    for period in objects(contact.get("period")):
        moment = iso_moment(string(period.get("end")))
        if moment is not None:
            day = day_of(moment)
            return f"no longer a contact since {day_in_words(day)}" if day < today else f"until {day_in_words(day)}"
    return ""
