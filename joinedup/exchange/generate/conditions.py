"""Which long-term conditions does an invented person have, with which medicines, allergies and vaccinations?

`health.yaml` declares the shares by age, good enough for a demo and for nothing else.
Codes are SNOMED CT; medicines and vaccines are named in words only, because a product code needs the drug dictionary.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from joinedup.exchange.generate.declared import health
from joinedup.exchange.generate.events import Allergy, Condition, Medicine, Vaccination

HYPERTENSION, DIABETES_2, COPD, HEART_FAILURE = "38341003", "44054006", "13645005", "84114007"
ALZHEIMERS, HEART_DISEASE, ASTHMA, OSTEOARTHRITIS = "26929004", "56265001", "195967001", "396275006"
STROKE, DEPRESSION, DEMENTIA, LEARNING_DISABILITY = "230690007", "35489007", "52448006", "110359009"
PARKINSONS, EPILEPSY, MULTIPLE_SCLEROSIS, AUTISM = "49049000", "84757009", "24700007", "408856003"

# code, display, share from each age on
LONG_TERM = tuple((one.code, one.name, one.shares) for one in health().conditions)
_BANDS = health().ages_from[1:]
_FROM_BIRTH = (LEARNING_DISABILITY, AUTISM)

_MEDICINES: dict[str, tuple[tuple[str, str], ...]] = {
    HYPERTENSION: (("Amlodipine 5mg tablets", "One tablet each morning"), ("Ramipril 5mg capsules", "One a day")),
    DIABETES_2: (("Metformin 500mg tablets", "One tablet twice a day with food"),),
    COPD: (("Tiotropium inhaler", "One inhalation each day"), ("Salbutamol inhaler", "Two puffs when needed")),
    HEART_FAILURE: (("Bisoprolol 2.5mg tablets", "One each morning"), ("Furosemide 40mg tablets", "One each morning")),
    ALZHEIMERS: (("Donepezil 10mg tablets", "One tablet at night"),),
    HEART_DISEASE: (("Atorvastatin 20mg tablets", "One tablet at night"), ("Aspirin 75mg tablets", "One each morning")),
    ASTHMA: (("Salbutamol inhaler", "Two puffs when needed"),),
    OSTEOARTHRITIS: (("Paracetamol 500mg tablets", "Two tablets up to four times a day"),),
    STROKE: (("Clopidogrel 75mg tablets", "One tablet each morning"),),
    DEPRESSION: (("Sertraline 50mg tablets", "One tablet each morning"),),
    "49436004": (("Apixaban 5mg tablets", "One tablet twice a day"),),
    "64859006": (("Alendronic acid 70mg tablets", "One tablet a week"),),
    "40930008": (("Levothyroxine 50microgram tablets", "One tablet each morning"),),
    EPILEPSY: (("Levetiracetam 500mg tablets", "One tablet twice a day"),),
    PARKINSONS: (("Co-careldopa tablets", "One tablet three times a day"),),
}
_ALLERGIES = (
    ("91936005", "Allergy to penicillin", 0.06),
    ("91935009", "Allergy to peanut", 0.006),
    ("300916003", "Latex allergy", 0.008),
)


def draw_conditions(random: Random, birth_date: date, age_years: int, last_day: date) -> tuple[Condition, ...]:
    """The person's long-term conditions, oldest first."""
    band = sum(age_years >= start for start in _BANDS)
    found = []
    for code, display, shares in LONG_TERM:
        if random.random() >= shares[band]:
            continue
        if code in _FROM_BIRTH:
            onset = birth_date + timedelta(days=random.randrange(700, 2500))
        else:
            back = random.randrange(60, 365 * max(1, min(20, age_years // 3 + 1)))
            onset = last_day - timedelta(days=back)
        found.append(Condition(code, display, max(birth_date, min(onset, last_day))))
    return tuple(sorted(found, key=lambda condition: (condition.onset, condition.code)))


def draw_medicines(random: Random, conditions: tuple[Condition, ...], last_day: date) -> tuple[Medicine, ...]:
    """Repeat medicines that fit the conditions; the same medicine once."""
    found: dict[str, Medicine] = {}
    for condition in conditions:
        for name, dosage in _MEDICINES.get(condition.code, ()):
            if random.random() < 0.8:
                starts = min(last_day, condition.onset + timedelta(days=random.randrange(0, 200)))
                found.setdefault(name, Medicine(name, dosage, starts))
    return tuple(found.values())


def draw_allergies(random: Random, birth_date: date, last_day: date) -> tuple[Allergy, ...]:
    """Mostly none."""
    days = max(1, (last_day - birth_date).days)
    return tuple(
        Allergy(code, display, birth_date + timedelta(days=random.randrange(days)))
        for code, display, share in _ALLERGIES
        if random.random() < share
    )


def draw_vaccinations(random: Random, birth_date: date, age_years: int, last_day: date) -> tuple[Vaccination, ...]:
    """Influenza each autumn of the last three for most older people; shingles and pneumococcal once."""
    found = []
    if age_years >= 65:
        for year in range(last_day.year - 3, last_day.year + 1):
            on = date(year, 9, 20) + timedelta(days=random.randrange(60))
            if random.random() < 0.76 and on <= last_day:
                found.append(Vaccination("Seasonal influenza vaccine", on))
        once = birth_date + timedelta(days=int(65.3 * 365.25) + random.randrange(200))
        if random.random() < 0.7 and once <= last_day:
            found.append(Vaccination("Pneumococcal polysaccharide vaccine", once))
    if age_years >= 70 and random.random() < 0.6:
        found.append(Vaccination("Shingles vaccine", min(last_day, birth_date + timedelta(days=int(70.5 * 365.25)))))
    if 1 <= age_years < 18 and random.random() < 0.88:
        found.append(Vaccination("Measles, mumps and rubella vaccine", birth_date + timedelta(days=380)))
    return tuple(vaccination for vaccination in found if vaccination.given <= last_day)
