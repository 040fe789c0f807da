"""What has an invented person's health service done for them in the last years?

Emergency stays and attendances rise with age and with the number of conditions; outpatient and practice contacts
follow the conditions. Rates are rounded guesses, not national figures. The hospital leaves out the day on which a
patient was ready to go in about one long stay of five, and some people wait in hospital after that day: that is what
the place has to see. Left out: maternity, operations, test results.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random

from joinedup.exchange.generate import conditions as known
from joinedup.exchange.generate import mrs_smith
from joinedup.exchange.generate.conditions import (
    draw_allergies,
    draw_conditions,
    draw_medicines,
    draw_vaccinations,
)
from joinedup.exchange.generate.declared import population
from joinedup.exchange.generate.events import Condition, Contact, Health, HospitalEvent
from joinedup.exchange.generate.people import TruePerson
from joinedup.exchange.generate.seeds import chance, weighted

YEARS_KEPT = 2
READY_DAY_NOT_RECORDED = 0.2
WAITED_AFTER_READY = 0.25
DIED_IN_HOSPITAL = 0.45
DIED = "79"

_EMERGENCIES_OLDER = (
    (("1912002", "Fall", "Trauma and orthopaedics"), 0.24),
    (("233604007", "Pneumonia", "Respiratory medicine"), 0.2),
    (("68566005", "Urinary tract infectious disease", "Care of the elderly"), 0.14),
    (("84114007", "Heart failure", "Cardiology"), 0.1),
    (("2776000", "Delirium", "Care of the elderly"), 0.09),
    (("5913000", "Fracture of neck of femur", "Trauma and orthopaedics"), 0.07),
    (("91302008", "Sepsis", "Acute medicine"), 0.08),
    (("230690007", "Cerebrovascular accident", "Stroke unit"), 0.08),
)
_EMERGENCIES_YOUNGER = (
    (("29857009", "Chest pain", "Acute medicine"), 0.3),
    (("82271004", "Injury of head", "Emergency medicine"), 0.15),
    (("128045006", "Cellulitis", "Acute medicine"), 0.2),
    (("68566005", "Urinary tract infectious disease", "Acute medicine"), 0.15),
    (("195967001", "Asthma", "Respiratory medicine"), 0.2),
)
_CLINICS = {
    known.COPD: "Respiratory medicine",
    known.DIABETES_2: "Diabetic medicine",
    known.HEART_FAILURE: "Cardiology",
    known.OSTEOARTHRITIS: "Trauma and orthopaedics",
    known.PARKINSONS: "Neurology",
    known.EPILEPSY: "Neurology",
    known.MULTIPLE_SCLEROSIS: "Neurology",
    "69896004": "Rheumatology",
    "709044004": "Nephrology",
}
_MENTAL = (known.ALZHEIMERS, known.DEMENTIA, known.DEPRESSION)
_PRACTICE_TITLES = (
    "Consultation in surgery",
    "Consultation by telephone",
    "Medication review",
    "Blood pressure check",
    "Nurse appointment",
)


def _moment(random: Random, day: date, first_hour: int, last_hour: int) -> datetime:
    return datetime.combine(day, time(random.randrange(first_hour, last_hour), random.randrange(0, 60, 5)), UTC)


def _days(random: Random, first: date, last: date, rate_per_year: float) -> list[date]:
    """Days on which something happens, at this rate, in order."""
    found: list[date] = []
    day = float(first.toordinal())
    while rate_per_year > 0:
        day += random.expovariate(rate_per_year / 365.25)
        if day > last.toordinal():
            break
        found.append(date.fromordinal(int(day)))
    return found


def _stay(random: Random, person: TruePerson, day: date, last_day: date) -> HospitalEvent:
    age = person.age_on(day)
    code, reason, department = weighted(random, _EMERGENCIES_OLDER if age >= 65 else _EMERGENCIES_YOUNGER)
    needed = 1 + int(random.expovariate(1 / (7.0 if age >= 75 else 4.5 if age >= 65 else 2.0)))
    waited = int(1 + random.expovariate(1 / 6)) if age >= 65 and random.random() < WAITED_AFTER_READY else 0
    recorded = random.random() >= READY_DAY_NOT_RECORDED
    starts = _moment(random, day, 1, 22)
    leaves = day + timedelta(days=needed + waited)
    ready: date | None = day + timedelta(days=needed) if recorded else None
    died = person.death_date is not None and leaves >= person.death_date
    if leaves > last_day and not died and person.known_until is None:
        return HospitalEvent(
            "inpatient", starts, None, code, reason, department, "21", ready if ready and ready <= last_day else None
        )
    if died:
        leaves, ready = max(day, person.death_date or day), None
    destination = DIED if died else "85" if waited > 6 and random.random() < 0.4 else "19"
    ends = max(starts + timedelta(hours=3), _moment(random, leaves, 10, 20))
    return HospitalEvent("inpatient", starts, ends, code, reason, department, "21", ready, destination)


def _hospital(
    random: Random, person: TruePerson, conditions: tuple[Condition, ...], first: date, last: date
) -> list[HospitalEvent]:
    age = person.age_on(last)
    frail = len(conditions) + max(0, age - 70) / 8
    events: list[HospitalEvent] = []
    free_from = first
    days = _days(random, first, last, 0.03 + 0.002 * max(0, age - 40) + 0.045 * frail)
    if person.death_date and random.random() < DIED_IN_HOSPITAL:
        days = sorted([*days, max(first, person.death_date - timedelta(days=random.randrange(1, 15)))])
    for day in days:
        if day < free_from:
            continue
        stay = _stay(random, person, day, last)
        events.append(stay)
        if stay.ends is None or stay.discharge_code == DIED:
            break
        free_from = stay.ends.date() + timedelta(days=2)
    for day in _days(random, first, last, 0.14 + 0.02 * frail):
        starts = _moment(random, day, 0, 20)
        code, reason, _ = weighted(random, _EMERGENCIES_OLDER[:3] if age >= 65 else _EMERGENCIES_YOUNGER)
        events.append(
            HospitalEvent(
                "emergency",
                starts,
                starts + timedelta(minutes=random.randrange(50, 460)),
                code,
                reason,
                "Emergency department",
            )
        )
    for condition in conditions:
        clinic = _CLINICS.get(condition.code)
        for day in _days(random, max(first, condition.onset), last, 0.5) if clinic else ():
            starts = _moment(random, day, 9, 16)
            events.append(
                HospitalEvent(
                    "outpatient",
                    starts,
                    starts + timedelta(minutes=25),
                    condition.code,
                    condition.display,
                    clinic or "",
                )
            )
    return sorted(events, key=lambda event: (event.starts, event.kind))


def _contacts(
    random: Random, person: TruePerson, conditions: tuple[Condition, ...], first: date, last: date
) -> list[Contact]:
    contacts = []
    for day in _days(random, first, last, 0.7 + 0.45 * len(conditions)):
        title = random.choice(_PRACTICE_TITLES)
        contacts.append(Contact("practice", _moment(random, day, 8, 18), title, "telephone" in title))
    if person.age_on(last) >= 75 and len(conditions) >= 3:
        for day in _days(random, first, last, 1.6):
            contacts.append(Contact("community", _moment(random, day, 9, 17), "District nurse visit at home"))
    if any(condition.code in _MENTAL for condition in conditions) and random.random() < 0.35:
        for day in _days(random, first, last, 1.5):
            contacts.append(Contact("mental_health", _moment(random, day, 9, 17), "Community mental health contact"))
    return sorted(contacts, key=lambda contact: (contact.at, contact.kind))


def _dementia_of_resident(random: Random, end_of_life: date) -> tuple[Condition, ...]:
    """Why many people live in a care home."""
    if random.random() >= population().share("care-home-resident-has-dementia"):
        return ()
    return (Condition(known.DEMENTIA, "Dementia", end_of_life - timedelta(days=random.randrange(200, 3000))),)


def health_of(seed: int, person: TruePerson, today: date, years: int = YEARS_KEPT) -> Health:
    """The person's conditions, and what NHS bodies of their place did in the last years. The same each time."""
    if person.true_id == mrs_smith.TRUE_ID:
        return mrs_smith.health(today)
    last = max(person.last_day(today), person.birth_date)
    first = max(last - timedelta(days=365 * years), person.birth_date, person.known_from or person.birth_date)
    lasting = chance(seed, person.true_id, "conditions")
    age, end_of_life = person.age_on(today), person.death_date or today
    found = draw_conditions(lasting, person.birth_date, age, end_of_life)
    if person.role == "resident" and not any(one.code in (known.ALZHEIMERS, known.DEMENTIA) for one in found):
        found += _dementia_of_resident(lasting, end_of_life)
    medicines = draw_medicines(lasting, found, end_of_life)
    allergies = draw_allergies(lasting, person.birth_date, end_of_life)
    vaccinations = draw_vaccinations(lasting, person.birth_date, age, end_of_life)
    conditions = tuple(condition for condition in found if condition.onset <= last)
    passing = chance(seed, person.place, person.true_id, "health")
    return Health(
        conditions,
        tuple(_hospital(passing, person, conditions, first, last)),
        tuple(_contacts(passing, person, conditions, first, last)),
        tuple(medicine for medicine in medicines if medicine.starts <= last),
        tuple(allergy for allergy in allergies if allergy.recorded <= last),
        tuple(vaccination for vaccination in vaccinations if vaccination.given <= last),
    )
