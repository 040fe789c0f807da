"""What a sender's file says, in our words, before anything is written.

Readers (`fhir/`, `csv/`) turn bytes into `Unit`s: one FHIR resource (a bundle's entries, never the bundle) or one CSV
row. A unit carries its own refusals, so that a bad field or row never stops a file. Nothing here touches a database;
the loader decides which person a unit belongs to.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing that could not be taken, and how the sender puts it right.

    `whole` is True when the row itself was refused, False when only a field was and the row still counts as accepted.
    No text of a refusal repeats a value from the row: the report may travel further than the record.
    """

    code: str
    file: str
    row: int
    field: str
    why: str
    mend: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Name:
    """A name as sent. `use` is usual, official, maiden, nickname, old, temp or ''."""

    family: str
    given: tuple[str, ...] = ()
    prefix: str = ""
    use: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """An address as sent; `postcode` in the spaced form ('TQ1 1AA') when it is a valid UK one, else as sent."""

    lines: tuple[str, ...] = ()
    postcode: str = ""
    use: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Telecom:
    """A way to reach the person: `system` is phone, email, fax, sms, url, pager or other."""

    system: str
    value: str
    use: str = ""


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier as sent; an NHS number stands in `PersonFacts.nhs_number`, never here."""

    system: str
    value: str


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """Who the sender says this is.

    `nhs_number` is ten digits that passed the modulus 11 check, or ''. `nhs_number_verified` is True only when the
    sender states that the number is present and verified. `restricted` people's address and contacts must never be
    shown. `superseded_nhs_number` is an older number that the sender says this one replaced.
    """

    nhs_number: str = ""
    nhs_number_verified: bool = False
    superseded_nhs_number: str = ""
    identifiers: tuple[Identifier, ...] = ()
    names: tuple[Name, ...] = ()
    birth_date: date | None = None
    gender: str = "unknown"  # male, female, other, unknown
    deceased: bool = False
    death_date: date | None = None
    addresses: tuple[Address, ...] = ()
    telecoms: tuple[Telecom, ...] = ()
    gp_practice_code: str = ""
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class EventFact:
    """One thing that happened, in the words the record page will show.

    `kind` is one of EVENT_KINDS. `starts` is a date where the sender gave no time. `ends` None with `open_ended`
    True means still going on (an open service, a patient still in hospital). `detail` is label -> short text, already
    fit to show.
    """

    kind: str
    title: str
    starts: date | datetime | None
    ends: date | datetime | None = None
    open_ended: bool = False
    detail: tuple[tuple[str, str], ...] = ()
    sensitivity: str = "ordinary"  # ordinary, sensitive
    amount_pence: int | None = None


EVENT_KINDS = (
    "request",
    "assessment",
    "service",
    "review",
    "admission",
    "attendance",
    "contact",
    "condition",
    "procedure",
    "medicine",
    "vaccination",
    "allergy",
    "observation",
    "care_plan",
    "goal",
    "flag",
    "consent",
    "contact_person",
    "care_team",
    "task",
    "appointment",
    "questionnaire",
    "document",
    "notice",
    "death",
    "other",
)


@dataclass(frozen=True, slots=True)
class ProviderFacts:
    """A place where care is given, as a directory lists it: its code there, its name, who runs it, and in which area.

    `area_code` is an ONS code ('E08000009'), or '' when the sender's was none; `area_name` is as sent.
    """

    code: str
    name: str
    run_by: str = ""
    area_code: str = ""
    area_name: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """One FHIR resource or one CSV row, kept whole.

    file: the path as given, relative to the loaded folder. row: 1-based; the entry in a bundle, the line in NDJSON,
    the data row in CSV (header not counted), 1 for a single resource. kind: 'fhir:Patient', 'cld:row', …
    local_id: the sender's own id of this thing. subject: the sender's id of the person it concerns ('' when none;
    for a Patient its own id; 'urn:uuid:…', 'Patient/…' and absolute references are reduced to the bare id).
    raw: the bytes kept (a bundle entry's resource re-serialised compactly, a CSV row as JSON of header -> value).
    known False means: kept and counted, not understood. told_at: when the sender says the row was last changed (FHIR
    meta.lastUpdated; the end of a CLD reporting period), None when it does not say.
    """

    file: str
    row: int
    kind: str
    local_id: str
    subject: str
    raw: bytes
    digest: str
    known: bool = True
    person: PersonFacts | None = None
    event: EventFact | None = None
    refusals: tuple[Refusal, ...] = field(default=())
    told_at: datetime | None = None
    provider: ProviderFacts | None = None
