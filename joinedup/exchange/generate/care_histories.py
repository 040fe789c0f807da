"""What has an invented person asked of the council, and what does it arrange?

Most adults ask nothing. For those who do: request, assessment, service and review, on one of four paths (long since
served, new this year, reablement, turned away), as the year's Client Level Data would hold them: everything that
happened in the year, and services still going on from before. Prices are invented, near what councils pay; they are
not figures of law or policy. Left out: safeguarding, financial assessment, care homes as addresses.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from joinedup.exchange.generate import conditions as known
from joinedup.exchange.generate import mrs_smith
from joinedup.exchange.generate.care_services import MARKET, Offer, service_fields
from joinedup.exchange.generate.declared import population
from joinedup.exchange.generate.events import Care, CareEvent, Health
from joinedup.exchange.generate.people import TruePerson
from joinedup.exchange.generate.seeds import chance, weighted

_KNOWN_BY_AGE = ((40, 0.006), (65, 0.015), (75, 0.045), (85, 0.13), (200, 0.33))
_CARER_KNOWN = 0.5
_DISABILITY = (known.LEARNING_DISABILITY, known.AUTISM)
_MEMORY = (known.ALZHEIMERS, known.DEMENTIA)
_PATHS = (("established", 0.46), ("new", 0.30), ("reablement", 0.14), ("turned_away", 0.10))
_BRITISH = "White: English, Welsh, Scottish, Northern Irish or British"
_RETIRED = "Not in paid employment: Not actively seeking work or retired"
TO_ASSESSMENT = "Progress to assessment, review or reassessment"
TO_SERVICES = "Progress to support planning or services"
CONTINUES = "Continuation of support or services"


def reporting_year(today: date) -> tuple[date, date]:
    """First and last day of the twelve months up to the last quarter's end before `today`.

    >>> reporting_year(date(2026, 11, 2))
    (datetime.date(2025, 10, 1), datetime.date(2026, 9, 30))
    """
    after = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    return after.replace(year=after.year - 1), after - timedelta(days=1)


def _chance_known(person: TruePerson, health: Health, age: int) -> float:
    if age < 18:
        return 0.0
    if person.role == "resident":
        return population().share("care-home-resident-known-to-council")
    share = next(share for under, share in _KNOWN_BY_AGE if age < under)
    share += 0.03 * max(0, len(health.conditions) - 2)
    if health.has(*_MEMORY, known.PARKINSONS, known.MULTIPLE_SCLEROSIS):
        share += 0.28
    if health.has(*_DISABILITY):
        share += 0.40
    return share + (0.03 if person.lives_alone and age >= 75 else 0.0)


def _support_reason(random: Random, health: Health) -> str:
    if health.has(*_DISABILITY):
        return "Learning disability support"
    if health.has(*_MEMORY):
        return "Support with memory and cognition"
    if health.has(known.DEPRESSION) and random.random() < 0.25:
        return "Mental health support"
    return weighted(
        random,
        (
            ("Physical support: Personal care support", 0.66),
            ("Physical support: Access and mobility only", 0.26),
            ("Sensory support: Support for visual impairment", 0.04),
            ("Social support: Support for social isolation or other reason", 0.04),
        ),
    )


def _offer(random: Random, person: TruePerson, health: Health, age: int) -> Offer:
    """A long-term service that suits the person; in a care home, that home."""
    disability = health.has(*_DISABILITY)
    weights = []
    for offer in MARKET:
        if person.role == "resident" and not offer.residential:
            continue
        weight = offer.weight_disability if disability else offer.weight_older if age >= 65 else offer.weight_adult
        weights.append((offer, weight * (2.2 if offer.residential and health.has(*_MEMORY) else 1.0)))
    return weighted(random, weights)


def _request(random: Random, starts: date, outcome: str, from_hospital: bool) -> CareEvent:
    route = (
        "Discharge from hospital"
        if from_hospital
        else weighted(random, (("Community/other route", 0.9), ("Diversion from hospital services", 0.1)))
    )
    return CareEvent(
        "Request",
        starts,
        starts + timedelta(days=random.randrange(0, 4)),
        "Request for support",
        outcome,
        (("Request: Route of Access", route),),
    )


def _assessment(random: Random, starts: date, kind: str, outcome: str) -> CareEvent:
    return CareEvent(
        "Assessment",
        starts,
        starts + timedelta(days=random.randrange(3, 30)),
        kind,
        outcome,
        (
            ("Assessment Type", kind),
            ("Eligible Needs Identified", "Eligible needs identified"),
            ("Method of Assessment", weighted(random, (("Face to face", 0.8), ("Virtual", 0.2)))),
        ),
    )


def _review(random: Random, on: date) -> CareEvent:
    ends = on + timedelta(days=random.randrange(0, 10))
    return CareEvent(
        "Review",
        on,
        ends,
        "Review of care and support",
        CONTINUES,
        (
            ("Review Reason", weighted(random, (("Planned", 0.75), ("Unplanned", 0.25)))),
            (
                "Review Outcomes Achieved",
                weighted(random, (("Fully achieved", 0.45), ("Partially achieved", 0.45), ("Not achieved", 0.1))),
            ),
            ("Method of Review", weighted(random, (("Face to face", 0.7), ("Virtual", 0.3)))),
        ),
    )


def _service(random: Random, place: str, offer: Offer, starts: date, ends: date | None, outcome: str) -> CareEvent:
    return CareEvent("Service", starts, ends, offer.description, outcome, service_fields(random, place, offer))


def _established(random: Random, place: str, offer: Offer, year: tuple[date, date]) -> list[CareEvent]:
    starts = year[0] - timedelta(days=random.randrange(20, 1800))
    events = [_service(random, place, offer, starts, None, "")]
    if random.random() < 0.12:
        events = [
            _service(
                random,
                place,
                offer,
                starts,
                year[0] + timedelta(days=random.randrange(20, 340)),
                "NFA: Support ended as planned",
            )
        ]
    if random.random() < 0.68:
        events.append(_review(random, year[0] + timedelta(days=random.randrange(350))))
    return events


def _new(random: Random, place: str, offer: Offer, starts: date, from_hospital: bool) -> list[CareEvent]:
    assessed = starts + timedelta(days=random.randrange(4, 45))
    served = assessed + timedelta(days=random.randrange(5, 40))
    return [
        _request(random, starts, TO_ASSESSMENT, from_hospital),
        _assessment(random, assessed, "Long term assessment", TO_SERVICES),
        _service(random, place, offer, served, None, ""),
        _review(random, served + timedelta(days=random.randrange(42, 70))),
    ]


def _reablement(random: Random, place: str, offer: Offer, starts: date, from_hospital: bool) -> list[CareEvent]:
    reablement = next(one for one in MARKET if one.component == "Reablement")
    served = starts + timedelta(days=random.randrange(1, 8))
    ended = served + timedelta(days=random.randrange(14, 43))
    goes_on = random.random() < 0.4
    outcome = TO_SERVICES if goes_on else "NFA: Support ended as planned"
    events = [
        _request(random, starts, "Progress to reablement/ST-Max", from_hospital),
        _assessment(random, starts, "Short term assessment", "Progress to reablement/ST-Max"),
        _service(random, place, reablement, served, ended, outcome),
    ]
    if goes_on:
        events.append(_service(random, place, offer, ended + timedelta(days=1), None, ""))
    return events


def _in_return(
    events: list[CareEvent], year: tuple[date, date], person: TruePerson, last_day: date
) -> tuple[CareEvent, ...]:
    """What the year's return holds: nothing that starts after the person's last day or is not yet finished."""
    why_gone = "NFA: Deceased" if person.death_date else "NFA: Responsibility moved to another local authority"
    kept = []
    for event in events:
        end = event.ends
        if event.kind == "Service":
            if last_day < year[1] and (end is None or end > last_day):
                end = last_day
            elif end is not None and end > year[1]:
                end = None
        elif end is not None and end > min(year[1], last_day):
            continue
        if event.starts > min(year[1], last_day) or (end is not None and end < year[0]):
            continue
        gone = end != event.ends and end is not None
        outcome = why_gone if gone else "" if end is None else event.outcome
        kept.append(CareEvent(event.kind, event.starts, end, event.description, outcome, event.fields))
    return tuple(sorted(kept, key=lambda one: (one.starts, one.kind)))


def _carer(random: Random, person: TruePerson, year: tuple[date, date], last_day: date) -> Care:
    starts = year[0] + timedelta(days=random.randrange(300))
    hours = weighted(random, (("1 to 19 hours", 0.3), ("20 to 49 hours", 0.35), ("50 hours or more", 0.35)))
    assessment = _assessment(random, starts + timedelta(days=7), "Long term assessment", TO_SERVICES)
    offer = next(one for one in MARKET if one.component == "Unpaid carer universal services")
    events = [
        _request(random, starts, TO_ASSESSMENT, False),
        CareEvent(
            "Assessment",
            assessment.starts,
            assessment.ends,
            "Carer's assessment",
            assessment.outcome,
            (*assessment.fields, ("Total Hrs Caring per week", hours), ("No. of adults being cared for", "1")),
        ),
        _service(random, person.place, offer, starts + timedelta(days=40), None, ""),
    ]
    return Care(
        "Unpaid carer",
        "Social support: Support to unpaid carer",
        "Settled mainstream housing with family or friends",
        _RETIRED,
        "No",
        "Fully social care funded",
        _in_return(events, year, person, last_day),
        cares_for=person.cares_for,
    )


def _hearing(random: Random, age: int) -> str:
    return "Hard of hearing" if age >= 75 and random.random() < 0.2 else "No hearing impairment"


def care_of(seed: int, person: TruePerson, health: Health, today: date) -> Care | None:
    """What the council's return for the year up to today holds of the person; None when it holds nothing."""
    year = reporting_year(today)
    if person.true_id == mrs_smith.TRUE_ID:
        return mrs_smith.care(year)
    random = chance(seed, person.place, person.true_id, "care")
    last_day = person.last_day(today)
    age = person.age_on(last_day)
    if person.known_from and person.known_from > year[0]:
        year = (person.known_from, year[1])
    if last_day < year[0] or year[1] <= year[0] + timedelta(days=1):
        return None
    if person.cares_for is not None and random.random() < _CARER_KNOWN:
        care = _carer(random, person, year, last_day)
    elif random.random() < _chance_known(person, health, age):
        care = _client(random, person, health, age, year, last_day)
    else:
        return None
    return care if care.events else None


def _client(
    random: Random, person: TruePerson, health: Health, age: int, year: tuple[date, date], last_day: date
) -> Care:
    offer = _offer(random, person, health, age)
    starts = year[0] + timedelta(days=random.randrange(max(1, (year[1] - year[0]).days)))
    stays = [
        event.ends.date()
        for event in health.hospital
        if event.kind == "inpatient" and event.ends and year[0] <= event.ends.date() <= year[1]
    ]
    from_hospital = bool(stays) and random.random() < 0.7
    starts = stays[-1] if from_hospital else starts
    path = weighted(random, _PATHS)
    if path == "established" and person.known_from is None:
        events = _established(random, person.place, offer, year)
    elif path == "reablement":
        events = _reablement(random, person.place, offer, starts, from_hospital)
    elif path == "turned_away":
        events = [_request(random, starts, "NFA: Information and advice or signposting", from_hospital)]
    else:
        events = _new(random, person.place, offer, starts, from_hospital)
    served_in_home = offer.residential and any(event.description == offer.description for event in events)
    in_home = person.role == "resident" or served_in_home
    return Care(
        "Service user",
        _support_reason(random, health),
        ("Registered nursing home" if "Nursing" in offer.service_type else "Registered care home")
        if in_home
        else weighted(
            random,
            (
                ("Owner occupier or shared ownership scheme", 0.55),
                ("Tenant: Local authority or other social housing provider", 0.3),
                ("Tenant: Private landlord", 0.15),
            ),
        ),
        _RETIRED,
        "Yes" if person.cared_by is not None else "No",
        weighted(
            random,
            (("Joint client and social care funded", 0.6), ("Fully social care funded", 0.35), ("Unknown", 0.05)),
        ),
        _in_return(events, year, person, last_day),
        ethnicity="Asian or Asian British: Pakistani"
        if person.south_asian
        else _BRITISH
        if random.random() < 0.95
        else "No data: Undeclared or not known",
        autism="Yes" if health.has(known.AUTISM) else "No",
        hearing=_hearing(random, age),
        dementia="Yes" if health.has(*_MEMORY) else "No",
    )
