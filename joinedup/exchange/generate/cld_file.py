"""What does a council's Client Level Data return hold for one person?

The headings stand in the order of the submission (release 1 headings, which release 2 keeps); the values are those of
release 2. One row an event; the person's part repeats on each row. Dates are written year first.
"""

from __future__ import annotations

from datetime import date

from joinedup.exchange.csv.cld_headings import HEADINGS
from joinedup.exchange.generate.events import Care, CareEvent
from joinedup.exchange.generate.mess import Statement
from joinedup.exchange.generate.practices import PRACTICE_NAMES, Place
from joinedup.exchange.generate.seeds import local_id

_GENDERS = {"female": "Female", "male": "Male", "other": "Other", "unknown": "Unknown"}


def file_name(last_day: date) -> str:
    """The return's name by its last quarter, such as cld-2026Q3."""
    return f"cld-{last_day.year}Q{(last_day.month + 2) // 3}"


def council_person_id(seed: int, council: str, true_id: str) -> str:
    """The council's own number for a person."""
    return local_id(seed, council, true_id).replace("-", "")[:12].upper()


def _person_part(seed: int, place: Place, statement: Statement, care: Care, year: tuple[date, date]) -> dict[str, str]:
    said = statement.said
    return {
        "LA Code": place.council_return_code,
        "Reporting Period Start Date": year[0].isoformat(),
        "Reporting Period End Date": year[1].isoformat(),
        "NHS Number": said.nhs_number,
        "LA Person Unique Identifier": council_person_id(seed, place.code, said.true_id),
        "First Name": " ".join(said.given),
        "Last Name": said.family,
        "GP Practice Name": PRACTICE_NAMES[said.practice_code],
        "GP Practice Code": said.practice_code,
        "Gender": _GENDERS[said.gender],
        "Ethnicity": care.ethnicity or "No data: Undeclared or not known",
        "Date of Birth": said.birth_date.isoformat(),
        "Date of Death": said.death_date.isoformat() if said.death_date and said.death_date <= year[1] else "",
        "Client Type": care.client_type,
        "Primary Support Reason": care.support_reason,
        "Postcode": said.home.postcode,
        "Accommodation Status": care.accommodation,
        "Employment Status": care.employment,
        "Has Unpaid Carer": care.has_carer,
        "Autism Spectrum Disorder (ASD)": care.autism,
        "Visual Impairment": care.visual,
        "Hearing Impairment": care.hearing,
        "Dementia": care.dementia,
        "Client Funding Status": care.funding,
    }


def _event_part(seed: int, place: Place, true_id: str, number: int, event: CareEvent) -> dict[str, str]:
    return {
        "Event Type": event.kind,
        "Event Reference": local_id(seed, place.code, true_id, "event", number)[:13],
        "Event Start Date": event.starts.isoformat(),
        "Event End Date": event.ends.isoformat() if event.ends else "",
        "Event Description": event.description,
        "Event Outcome": event.outcome,
        **dict(event.fields),
    }


def rows(seed: int, place: Place, statement: Statement, care: Care, year: tuple[date, date]) -> list[list[str]]:
    """The person's rows, values in the order of HEADINGS."""
    person = _person_part(seed, place, statement, care, year)
    if care.cares_for is not None:
        other = f"{place.code}-{care.cares_for:07d}"
        person["Adult 1 Linked Person_ID"] = council_person_id(seed, place.code, other)
    found = []
    for number, event in enumerate(care.events):
        row = {**person, **_event_part(seed, place, statement.said.true_id, number, event)}
        found.append([row.get(heading, "") for heading in HEADINGS])
    return found
