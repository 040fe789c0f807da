"""Who is Mrs Smith, the running example, and what do the bodies of Torbay hold of her today?

The first person of Torbay, always, whatever the seed. Invented. She lives alone in Torquay since her husband died; her
daughter lives in Bristol. She has lung disease and arthritis, fell in September, was in hospital for three days, and
waits for an occupational therapist while a carer comes each morning. No body makes a mistake about her, except that the
council leaves out her middle name.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from joinedup.exchange.generate.events import (
    Allergy,
    Care,
    CareEvent,
    Condition,
    Contact,
    Health,
    HospitalEvent,
    Medicine,
    Vaccination,
)
from joinedup.exchange.generate.people import Home, TruePerson

PLACE = "E06000027"
TRUE_ID = "E06000027-0000000"
DAUGHTER = ("Helen", "Carter", "Bristol", "0117 496 0123")
PROVIDER = ("Tor Bay Home Care (demo)", "1-9990270000")


def person(nhs_number: str) -> TruePerson:
    """Mrs Margaret Ann Smith of Chelston, Torquay."""
    return TruePerson(
        place=PLACE,
        index=0,
        true_id=TRUE_ID,
        nhs_number=nhs_number,
        family="Smith",
        given=("Margaret", "Ann"),
        prefix="Mrs",
        gender="female",
        birth_date=date(1941, 3, 2),
        south_asian=False,
        home=Home(("14 Sherwell Lane",), "Torquay", "TQ2 6BP"),
        phone="01632 960114",
        mobile="",
        practice_code="L83801",
        household=f"{PLACE}-H0000000",
        role="alone",
        lives_alone=True,
    )


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def _fall(today: date) -> date:
    """The day of the fall: eleven days before the end of the last quarter, so that the council's return holds it."""
    first_of_quarter = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    return first_of_quarter - timedelta(days=12)


def health(today: date) -> Health:
    """What the practice and the trust hold of her."""
    fall = _fall(today)
    admitted, home_again = _at(fall, 15, 40), _at(fall + timedelta(days=3), 14, 30)
    return Health(
        conditions=(
            Condition("396275006", "Osteoarthritis", date(2009, 5, 12)),
            Condition("13645005", "Chronic obstructive pulmonary disease", date(2014, 11, 3)),
        ),
        hospital=(
            HospitalEvent(
                "outpatient",
                _at(fall - timedelta(days=120), 10),
                _at(fall - timedelta(days=120), 10, 25),
                "13645005",
                "Chronic obstructive pulmonary disease",
                "Respiratory medicine",
            ),
            HospitalEvent("emergency", _at(fall, 11, 20), admitted, "1912002", "Fall", "Emergency department"),
            HospitalEvent(
                "inpatient",
                admitted,
                home_again,
                "1912002",
                "Fall",
                "Care of the elderly",
                "21",
                fall + timedelta(days=2),
                "19",
            ),
        ),
        contacts=(
            Contact("practice", _at(fall - timedelta(days=60), 9, 30), "Nurse appointment"),
            Contact("practice", _at(fall + timedelta(days=6), 11, 10), "Consultation by telephone", True),
            Contact("community", _at(fall + timedelta(days=9), 10, 45), "District nurse visit at home"),
        ),
        medicines=(
            Medicine("Tiotropium inhaler", "One inhalation each day", date(2014, 11, 3)),
            Medicine("Salbutamol inhaler", "Two puffs when needed", date(2014, 11, 3)),
            Medicine("Paracetamol 500mg tablets", "Two tablets up to four times a day", date(2012, 2, 20)),
        ),
        allergies=(Allergy("91936005", "Allergy to penicillin", date(1998, 6, 9)),),
        vaccinations=(Vaccination("Seasonal influenza vaccine", fall - timedelta(days=345)),),
    )


def care(year: tuple[date, date]) -> Care:
    """What the council's return holds of her: small home support since spring, a new request, the therapist awaited."""
    fall = _fall(year[1] + timedelta(days=1))
    asked = fall + timedelta(days=4)
    return Care(
        "Service user",
        "Physical support: Personal care support",
        "Owner occupier or shared ownership scheme",
        "Not in paid employment: Not actively seeking work or retired",
        "No",
        "Joint client and social care funded",
        (
            CareEvent(
                "Service",
                fall - timedelta(days=190),
                None,
                "Home support",
                "",
                (
                    ("Service Type", "Long term support: Community"),
                    ("Service Component", "Home support or domiciliary care"),
                    ("Delivery Mechanism", "CASSR commissioned support"),
                    ("Provider CQC Location Name", PROVIDER[0]),
                    ("Provider CQC Location ID", PROVIDER[1]),
                    ("Unit Cost", "24.40"),
                    ("Cost Frequency (Unit Type)", "Hourly"),
                    ("Planned units per week", "3.50"),
                ),
            ),
            CareEvent(
                "Request",
                asked,
                asked + timedelta(days=1),
                "Request after a fall; waiting for an occupational therapy assessment",
                "Progress to assessment, review or reassessment",
                (("Request: Route of Access", "Discharge from hospital"),),
            ),
        ),
        ethnicity="White: English, Welsh, Scottish, Northern Irish or British",
    )
