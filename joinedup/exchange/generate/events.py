"""What has happened to an invented person, in health and in social care?

Frozen data only: drawn by `conditions.py`, `histories.py` and `care_histories.py`, written out by `fhir_files.py` and
`cld_file.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Condition:
    """A long-term condition by SNOMED CT code."""

    code: str
    display: str
    onset: date


@dataclass(frozen=True, slots=True)
class HospitalEvent:
    """A stay, an emergency attendance or an outpatient visit. Times are UTC.

    kind: inpatient, emergency or outpatient. admission_code: the NHS admission method ('21' by way of the emergency
    department, '11' from a waiting list), '' when not admitted. ready_on: the day on which the patient no longer needed
    the hospital; None when the hospital did not record one. ends None: still there. discharge_code: destination.
    """

    kind: str
    starts: datetime
    ends: datetime | None
    reason_code: str
    reason: str
    department: str
    admission_code: str = ""
    ready_on: date | None = None
    discharge_code: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact outside hospital. kind: practice, community or mental_health."""

    kind: str
    at: datetime
    title: str
    by_telephone: bool = False


@dataclass(frozen=True, slots=True)
class Medicine:
    """A repeat medicine, named in words."""

    name: str
    dosage: str
    starts: date


@dataclass(frozen=True, slots=True)
class Allergy:
    """An allergy by SNOMED CT code."""

    code: str
    display: str
    recorded: date


@dataclass(frozen=True, slots=True)
class Vaccination:
    """A vaccine given, named in words."""

    name: str
    given: date


@dataclass(frozen=True, slots=True)
class Health:
    """All that NHS bodies hold of one person."""

    conditions: tuple[Condition, ...] = ()
    hospital: tuple[HospitalEvent, ...] = ()
    contacts: tuple[Contact, ...] = ()
    medicines: tuple[Medicine, ...] = ()
    allergies: tuple[Allergy, ...] = ()
    vaccinations: tuple[Vaccination, ...] = ()

    def has(self, *codes: str) -> bool:
        """Whether the person has any condition of these codes."""
        return any(condition.code in codes for condition in self.conditions)


@dataclass(frozen=True, slots=True)
class CareEvent:
    """One event of a council's history: a row of Client Level Data.

    kind: Request, Assessment, Service or Review. ends None only for a service still going on. `fields` are the further
    headings of the return and their values.
    """

    kind: str
    starts: date
    ends: date | None
    description: str
    outcome: str = ""
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Care:
    """All that the council holds of one person. `cares_for`: index of the person cared for, of an unpaid carer."""

    client_type: str
    support_reason: str
    accommodation: str
    employment: str
    has_carer: str
    funding: str
    events: tuple[CareEvent, ...]
    ethnicity: str = ""
    autism: str = "No"
    visual: str = "No visual impairment"
    hearing: str = "No hearing impairment"
    dementia: str = "No"
    cares_for: int | None = None
