"""Who does a FHIR Patient say this is?

Source: FHIR R4 Patient, UK Core Patient, and the Personal Demographics Service. A bad value costs its own field, never
the person. Contacts are read by `patient_contacts.py`. Left out, and in the kept source: communication, nominated
pharmacy and photographs.
"""

from __future__ import annotations

from datetime import date, datetime

from joinedup.base.clock import london_date
from joinedup.exchange.facts import Address, Identifier, Name, PersonFacts, Telecom
from joinedup.exchange.fhir.elements import Json, codes_of, objects, string, strings
from joinedup.exchange.refusal_codes import RefusalList
from joinedup.exchange.values import (
    ISO_FORM,
    day_of,
    fault_of_day,
    is_partial_date,
    iso_moment,
    valid_nhs_number,
    valid_postcode,
)

NHS_NUMBER_SYSTEMS = ("https://fhir.nhs.uk/id/nhs-number", "http://fhir.nhs.net/id/nhs-number")
VERIFICATION_EXTENSION = "NHSNumberVerificationStatus"
VERIFIED_CODES = {"01", "NUMBER-PRESENT-AND-VERIFIED"}
ODS_SYSTEM = "ods-organization-code"
RESTRICTED_CODES = {"R", "V", "REDACTED"}
GENDERS = ("male", "female", "other", "unknown")


def read_patient(patient: dict[str, Json], today: date, refusals: RefusalList) -> PersonFacts:
    """The person in our words; whatever could not be taken is added to `refusals`."""
    nhs_number, verified, superseded = _nhs_numbers(patient, today, refusals)
    birth_date = _birth_date(patient.get("birthDate"), today, refusals)
    deceased, death_date = _death(patient, birth_date, today, refusals)
    return PersonFacts(
        nhs_number=nhs_number,
        nhs_number_verified=verified,
        superseded_nhs_number=superseded,
        identifiers=_other_identifiers(patient),
        names=_names(patient.get("name"), refusals),
        birth_date=birth_date,
        gender=_gender(patient.get("gender"), refusals),
        deceased=deceased,
        death_date=death_date,
        addresses=_addresses(patient.get("address"), refusals),
        telecoms=_telecoms(patient.get("telecom")),
        gp_practice_code=_gp_practice_code(patient, today),
        restricted=is_restricted(patient),
    )


def is_restricted(resource: dict[str, Json]) -> bool:
    """Does the sender mark the resource as restricted, very restricted or redacted?"""
    return any(codes_of(meta.get("security")) & RESTRICTED_CODES for meta in objects(resource.get("meta")))


def _is_nhs_number(identifier: dict[str, Json]) -> bool:
    return string(identifier.get("system")).rstrip("/").lower() in NHS_NUMBER_SYSTEMS


def _nhs_numbers(patient: dict[str, Json], today: date, refusals: RefusalList) -> tuple[str, bool, str]:
    """Number, whether verified, and the number it replaced.

    An older number shows as an identifier of use 'old' or past its period, or on a link of type 'replaces'.
    """
    current: dict[str, bool] = {}
    superseded = ""
    for identifier in filter(_is_nhs_number, objects(patient.get("identifier"))):
        if "value" not in identifier:
            continue
        number = valid_nhs_number(string(identifier.get("value")))
        if not number:
            refusals.add("nhs-number-invalid", "Patient.identifier")
        elif string(identifier.get("use")) == "old" or not _is_current(identifier, today):
            superseded = superseded or number
        else:
            current[number] = current.get(number, False) or _is_verified(identifier)
    verified = [number for number, is_verified in current.items() if is_verified]
    if len(current) > 1 and len(verified) != 1:
        refusals.add("nhs-number-conflict", "Patient.identifier")
        return "", False, _superseded(patient, "", superseded)
    number = verified[0] if verified else next(iter(current), "")
    return number, bool(verified), _superseded(patient, number, superseded)


def _superseded(patient: dict[str, Json], number: str, found: str) -> str:
    """The number found on the record itself, else that of a Patient which this one replaces.

    A resource id is never taken for a number: one in eleven ten-digit ids of any system would pass the check.
    """
    links = [link for link in objects(patient.get("link")) if string(link.get("type")) == "replaces"]
    others = [other for link in links for other in objects(link.get("other"))]
    named = [item for other in others for item in objects(other.get("identifier")) if _is_nhs_number(item)]
    candidates = [found, *(valid_nhs_number(string(item.get("value"))) for item in named)]
    return next((candidate for candidate in candidates if candidate and candidate != number), "")


def _is_verified(identifier: dict[str, Json]) -> bool:
    for extension in objects(identifier.get("extension")):
        if VERIFICATION_EXTENSION in string(extension.get("url")):
            for concept in objects(extension.get("valueCodeableConcept")):
                if codes_of(concept.get("coding")) & VERIFIED_CODES:
                    return True
    return False


def _is_current(item: dict[str, Json], today: date) -> bool:
    ends = [iso_moment(string(period.get("end"))) for period in objects(item.get("period"))]
    return not any(end is not None and day_of(end) < today for end in ends)


def _other_identifiers(patient: dict[str, Json]) -> tuple[Identifier, ...]:
    found = []
    for identifier in objects(patient.get("identifier")):
        value = string(identifier.get("value"))
        if value and not _is_nhs_number(identifier):
            found.append(Identifier(string(identifier.get("system")), value))
    return tuple(found)


def _birth_date(value: Json, today: date, refusals: RefusalList) -> date | None:
    if value is None:
        return None
    text = string(value)
    moment = iso_moment(text)
    if moment is None:
        if is_partial_date(text):
            refusals.add("birth-date-partial", "Patient.birthDate")
        else:
            refusals.add("date-invalid", "Patient.birthDate", form="YYYY-MM-DD")
        return None
    day = day_of(moment)
    if day > today:
        refusals.add("birth-date-future", "Patient.birthDate")
        return None
    if fault := fault_of_day(day, today, may_be_future=False):
        refusals.add(fault, "Patient.birthDate")
        return None
    return day


def _death(
    patient: dict[str, Json], birth_date: date | None, today: date, refusals: RefusalList
) -> tuple[bool, date | None]:
    if "deceasedDateTime" not in patient:
        return patient.get("deceasedBoolean") is True, None
    field, text = "Patient.deceasedDateTime", string(patient["deceasedDateTime"])
    moment = iso_moment(text)
    if moment is None:
        if is_partial_date(text):
            refusals.add("date-partial", field)
            return True, None
        refusals.add("date-invalid", field, form=ISO_FORM)
        return True, None
    if fault := fault_of_day(day_of(moment), today, may_be_future=False):
        refusals.add(fault, field)
        return fault != "date-future", None
    day = london_date(moment) if isinstance(moment, datetime) else moment
    if birth_date is not None and day < birth_date:
        refusals.add("death-before-birth", field)
        return True, None
    return True, day


def _gender(value: Json, refusals: RefusalList) -> str:
    if value is None:
        return "unknown"
    gender = string(value).lower()
    if gender in GENDERS:
        return gender
    refusals.add("code-unknown", "Patient.gender", list_name="genders (male, female, other, unknown)")
    return "unknown"


def _period(item: dict[str, Json], field: str, refusals: RefusalList) -> tuple[date | None, date | None]:
    """First and last day of an element's period; a day of a year alone is not made up, and not reported either."""
    days: list[date | None] = []
    for period in objects(item.get("period"))[:1]:
        for end in ("start", "end"):
            text = string(period.get(end))
            moment = iso_moment(text) if text else None
            if text and moment is None and not is_partial_date(text):
                refusals.add("date-invalid", f"{field}.period.{end}", form=ISO_FORM)
            days.append(day_of(moment) if moment is not None else None)
    return (days[0], days[1]) if days else (None, None)


def _names(value: Json, refusals: RefusalList) -> tuple[Name, ...]:
    names = []
    for item in objects(value):
        family, given = string(item.get("family")), strings(item.get("given"))
        if not family and not given:
            family = string(item.get("text"))
        if not family and not given:
            continue
        starts_on, ends_on = _period(item, "Patient.name", refusals)
        prefix = " ".join(strings(item.get("prefix")))
        names.append(Name(family, given, prefix, string(item.get("use")), starts_on, ends_on))
    return tuple(names)


def _addresses(value: Json, refusals: RefusalList) -> tuple[Address, ...]:
    addresses = []
    for item in objects(value):
        lines = strings(item.get("line"))
        places = (string(item.get(key)) for key in ("city", "district", "state", "country"))
        lines += tuple(place for place in places if place and place not in lines)
        sent = string(item.get("postalCode"))
        postcode = valid_postcode(sent)
        if sent and not postcode and not _is_abroad(item):
            refusals.add("postcode-invalid", "Patient.address.postalCode")
        if not lines and not sent:
            lines = strings(item.get("text"))
        if not lines and not sent:
            continue
        starts_on, ends_on = _period(item, "Patient.address", refusals)
        addresses.append(Address(lines, postcode or sent, string(item.get("use")), starts_on, ends_on))
    return tuple(addresses)


def _is_abroad(address: dict[str, Json]) -> bool:
    country = string(address.get("country")).upper()
    return country not in ("", "GB", "GBR", "UK", "UNITED KINGDOM", "ENGLAND", "SCOTLAND", "WALES", "NORTHERN IRELAND")


def _telecoms(value: Json) -> tuple[Telecom, ...]:
    return tuple(
        Telecom(string(item.get("system")) or "other", contact, string(item.get("use")))
        for item in objects(value)
        if (contact := string(item.get("value")))
    )


def _gp_practice_code(patient: dict[str, Json], today: date) -> str:
    """The ODS code of the general practice: one that still holds first, else the last named."""
    found = ""
    for practitioner in objects(patient.get("generalPractitioner")):
        for identifier in objects(practitioner.get("identifier")):
            code = string(identifier.get("value")).upper()
            if code and string(identifier.get("system")).rstrip("/").lower().endswith(ODS_SYSTEM):
                if _is_current(identifier, today):
                    return code
                found = code
    return found
