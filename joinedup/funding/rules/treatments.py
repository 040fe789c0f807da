"""Does this kind of income, capital or cost count, and who says so?

One table a list: kind, how it is treated when somebody is cared for at home, in words, on which authority, and
whether somebody read that authority. Sources: SI 2014/2672 with its schedules 1 and 2, and councils' published
frameworks as named. All income counts unless it is named as ignored, and all capital too. What a care home treats
otherwise stands in the sets below the tables, and the home itself in `capital_counted.py`. Left out: income and capital
of a partner, which never count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Treatment = Literal["include", "ignore", "partial"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind and its treatment: `include` counts in full, `ignore` not at all, `partial` as a rule of its own says.

    `text` finishes the sentence on a statement. `verified`: somebody read `source`. `qualifying`: it is part of the
    qualifying income that decides on a savings credit.
    """

    name: str
    treatment: Treatment
    text: str
    source: str
    verified: bool = True
    qualifying: bool = False


INCOME_COUNTS = "SI 2014/2672: income counts unless schedule 1 leaves it out"
CAPITAL_COUNTS = "SI 2014/2672: capital counts unless schedule 2 leaves it out"
SCHEDULE_1 = "SI 2014/2672 schedule 1"
SCHEDULE_2 = "SI 2014/2672 schedule 2"
BATH = "Bath and North East Somerset, charging framework"
WIRRAL = "Wirral, residential charges"
CONTACT = "Contact, on charges for care"
BROMLEY = "Bromley, paying for care at home"

_DISABILITY = "Counted in full; the council must then look at what the disability costs."
_MOBILITY = "Ignored: it is for getting about."
_FOR_ANOTHER = "Ignored: it is not paid for this person's own keep."


def _counted(name: str, text: str = "Counted in full.", source: str = INCOME_COUNTS, qualifying: bool = False) -> Kind:
    return Kind(name, "include", text, source, qualifying=qualifying)


def _ignored(name: str, text: str, source: str, verified: bool = True) -> Kind:
    return Kind(name, "ignore", text, source, verified)


def _table(*kinds: Kind) -> Mapping[str, Kind]:
    return MappingProxyType({each.name: each for each in kinds})


INCOME = _table(
    _counted("state_pension", qualifying=True),
    _counted("occupational_pension", "Counted in full when care is at home.", WIRRAL, qualifying=True),
    _counted("personal_pension", "Counted in full when care is at home.", WIRRAL, qualifying=True),
    _counted("annuity", "Counted in full when care is at home.", WIRRAL, qualifying=True),
    _counted("pension_credit_guarantee"),
    Kind("savings_credit", "partial", "Counted above what is left out.", "DHSC charging circular 2024-25"),
    _counted("universal_credit", "Counted in full, without the housing element: rent is given net of it."),
    _counted("employment_and_support_allowance"),
    _counted("jobseekers_allowance"),
    _counted("income_support"),
    _counted("attendance_allowance_lower", _DISABILITY, CONTACT),
    _counted("attendance_allowance_higher", _DISABILITY, CONTACT),
    _counted("pip_daily_living_standard", _DISABILITY, CONTACT),
    _counted("pip_daily_living_enhanced", _DISABILITY, CONTACT),
    _ignored("pip_mobility_standard", _MOBILITY, f"{SCHEDULE_1}; {WIRRAL}"),
    _ignored("pip_mobility_enhanced", _MOBILITY, f"{SCHEDULE_1}; {WIRRAL}"),
    _counted("dla_care_lowest", _DISABILITY, CONTACT),
    _counted("dla_care_middle", _DISABILITY, CONTACT),
    _counted("dla_care_highest", _DISABILITY, CONTACT),
    _ignored("dla_mobility_lower", _MOBILITY, f"{SCHEDULE_1}; {WIRRAL}"),
    _ignored("dla_mobility_higher", _MOBILITY, f"{SCHEDULE_1}; {WIRRAL}"),
    _counted("carers_allowance", "Counted in full.", BATH),
    _ignored("earnings", "Ignored, employed or self-employed, so that work always pays.", f"SI 2014/2672; {BATH}"),
    _ignored(
        "war_disablement_pension",
        "Ignored. A Constant Attendance Allowance is not part of it: give that as other.",
        f"{SCHEDULE_1}; {WIRRAL}",
    ),
    _ignored("armed_forces_guaranteed_income_payment", "Ignored.", f"{SCHEDULE_1}; {WIRRAL}"),
    Kind("war_widow_pension", "partial", "Counted above the part that is left out.", f"{SCHEDULE_1}; {WIRRAL}"),
    _ignored("war_widow_special_supplement", "Ignored: the supplement of widows of before 1973.", SCHEDULE_1, False),
    _ignored("direct_payment", "Ignored: it is the care itself.", SCHEDULE_1, False),
    _ignored("child_benefit", _FOR_ANOTHER, SCHEDULE_1, False),
    _ignored("child_tax_credit", _FOR_ANOTHER, SCHEDULE_1, False),
    _ignored("council_tax_reduction", "Ignored: council tax is given net of it.", SCHEDULE_1, False),
    _ignored("housing_benefit", "Not counted here: rent is given net of it.", SCHEDULE_1, False),
    _ignored("christmas_bonus", "Ignored.", SCHEDULE_1, False),
    _ignored("winter_fuel_payment", "Ignored.", SCHEDULE_1, False),
    _ignored("charitable_or_voluntary_payment", "Ignored.", SCHEDULE_1, False),
    Kind(
        "notional_income",
        "include",
        "Counted in full: income given away or not claimed counts as if it came in.",
        "SI 2014/2672, on notional income",
        False,
    ),
    _counted("other"),
)

CAPITAL = _table(
    _counted("savings", "Counted.", CAPITAL_COUNTS),
    _counted("current_account", "Counted.", CAPITAL_COUNTS),
    _counted("cash", "Counted.", CAPITAL_COUNTS),
    _counted("premium_bonds", "Counted.", CAPITAL_COUNTS),
    _counted("shares", "Counted.", CAPITAL_COUNTS),
    _counted("second_home_or_land", "Counted at what the person's own share would fetch.", CAPITAL_COUNTS),
    _ignored("main_home", "Ignored when care is at home.", f"{SCHEDULE_2}; {BROMLEY}"),
    _counted("home_sale_proceeds_for_new_home", "Counted once the time to buy another home is over.", CAPITAL_COUNTS),
    _counted("personal_injury_payment", "Counted once the time after it was paid is over.", CAPITAL_COUNTS),
    _ignored("personal_possessions", "Ignored.", SCHEDULE_2, False),
    _ignored("life_policy_surrender_value", "Ignored.", SCHEDULE_2, False),
    _ignored("investment_bond_with_life_cover", "Ignored.", SCHEDULE_2, False),
    _ignored("prepaid_funeral_plan", "Ignored.", SCHEDULE_2, False),
    _ignored("personal_injury_trust", "Ignored while it is in trust or held by a court.", SCHEDULE_2, False),
    _ignored(
        "compensation_scheme_payment", "Ignored: a scheme named in the regulations.", f"{SCHEDULE_2}; SI 2022/1038"
    ),
    Kind(
        "notional_capital",
        "include",
        "Counted: given away so as to avoid charges, it counts as if still owned.",
        "SI 2014/2672, on notional capital",
        False,
    ),
    _counted("other", "Counted.", CAPITAL_COUNTS),
)

SETTINGS = ("home", "care_home_permanent", "care_home_temporary", "care_home_short_term")
"""Where the person is cared for; a caseload names each by its place in this list."""

DISABILITY_BENEFITS = frozenset(
    {
        "attendance_allowance_lower",
        "attendance_allowance_higher",
        "pip_daily_living_standard",
        "pip_daily_living_enhanced",
        "dla_care_lowest",
        "dla_care_middle",
        "dla_care_highest",
    }
)
"""Ignored during a stay in a care home that is not for good: they keep the home going (believed right, not seen)."""

PENSIONS_TO_HALVE = frozenset({"occupational_pension", "personal_pension", "annuity"})
"""Of these a care home resident keeps half when at least half goes to a spouse or civil partner at home."""

OCCUPIERS: Mapping[str, str] = MappingProxyType(
    {
        "partner": "the partner, or a former partner who is not estranged, lives in it",
        "former_partner_lone_parent": "an estranged or divorced partner who is a lone parent lives in it",
        "relative_60_or_over": "a relative aged 60 or over lives in it",
        "relative_incapacitated": "a relative who is incapacitated lives in it",
        "child_under_18": "a child under 18 whom the person must maintain lives in it",
        "council_discretion": "the council has decided to leave it out",
    }
)

FREE_SERVICES: Mapping[str, tuple[str, str, bool]] = MappingProxyType(
    {
        "reablement": ("Reablement is free for its first weeks.", "SI 2014/2672 part 2", True),
        "intermediate_care": ("Intermediate care is free for its first weeks.", "SI 2014/2672 part 2", True),
        "section_117_aftercare": ("Aftercare under section 117 is free.", "Mental Health Act 1983 s 117", True),
        "cjd_care": ("Care for Creutzfeldt-Jakob disease is free.", "Leicestershire, charging policy", True),
        "nhs_continuing_healthcare": ("NHS continuing healthcare is free.", "National Health Service Act 2006", False),
        "equipment_or_minor_adaptation": ("Aids and small adaptations are free.", "SI 2014/2672 part 2", True),
        "support_to_cared_for_person": (
            "A carer is never charged for care given to the person they look after.",
            "Care Act 2014 s 14",
            False,
        ),
    }
)
"""What is free whatever somebody has: the sentence, its source, whether somebody read the source."""

FREE_FOR_WEEKS = frozenset({"reablement", "intermediate_care"})
LIGHT_TOUCH: Mapping[str, str] = MappingProxyType(
    {
        "wealth_above_limit": "Capital is clearly above the upper limit, so the whole cost is charged.",
        "nominal_charge": "The cost is small and plainly affordable, so the whole of it is charged.",
        "means_tested_benefits": "Means-tested benefits show that nothing could be charged.",
    }
)

HOUSING_COSTS = (
    "rent_net",
    "mortgage_net",
    "council_tax_net",
    "ground_rent",
    "service_charge",
    "other",
)
"""What housing costs after any benefit, support or reduction that pays for it."""

DISABILITY_RELATED_EXPENDITURE = (
    "alarm",
    "private_care",
    "laundry",
    "heating",
    "special_diet",
    "clothing_and_bedding",
    "equipment",
    "transport",
    "continence",
    "gardening",
    "cleaning",
    "other",
)

DISREGARDS: Mapping[str, str] = MappingProxyType(
    {
        "night_care": "The part of a disability benefit paid for the night, when the council gives no night care.",
        "local_policy": "Left out by the council's own published policy.",
        "other": "Left out by the council's decision in this case.",
    }
)

PREMIUMS = ("disability", "enhanced_disability", "carer")
WORKING_AGE_PREMIUMS = ("disability", "enhanced_disability")
HOUSEHOLDS = ("single", "couple_working_age", "couple_pension_age")
AGE_GROUPS = ("18_to_24", "25_to_pension_age", "pension_age")
