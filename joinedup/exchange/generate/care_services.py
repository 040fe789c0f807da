"""What can the invented council arrange, from whom, at what price?

A small market: Client Level Data service types and components, with invented prices and weekly amounts, and invented
providers whose names say so. `weight_*` say how often a service suits older people, other adults and people with a
learning disability.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Offer:
    """A service as the return names it; prices in whole pence a unit, units a week in quarters."""

    service_type: str
    component: str
    delivery: str
    description: str
    unit_pence: tuple[int, int]
    frequency: str
    quarter_units: tuple[int, int]
    weight_older: float = 0.0
    weight_adult: float = 0.0
    weight_disability: float = 0.0
    residential: bool = False


_COMMISSIONED = "CASSR commissioned support"
MARKET: tuple[Offer, ...] = (
    Offer(
        "Long term support: Community",
        "Home support or domiciliary care",
        _COMMISSIONED,
        "Home support",
        (2180, 2740),
        "Hourly",
        (14, 84),
        0.58,
        0.45,
        0.12,
    ),
    Offer(
        "Long term support: Residential care",
        "Long term residential care",
        _COMMISSIONED,
        "Residential care",
        (78000, 121000),
        "Weekly",
        (4, 4),
        0.14,
        0.02,
        0.10,
        residential=True,
    ),
    Offer(
        "Long term support: Nursing care",
        "Long term nursing care",
        _COMMISSIONED,
        "Nursing home care",
        (92000, 142000),
        "Weekly",
        (4, 4),
        0.07,
        0.02,
        0.0,
        residential=True,
    ),
    Offer(
        "Long term support: Community",
        "Direct payment",
        "Direct payment",
        "Direct payment",
        (12000, 64000),
        "Weekly",
        (4, 4),
        0.07,
        0.35,
        0.20,
    ),
    Offer(
        "Long term support: Community",
        "Day support",
        "CASSR managed personal budget",
        "Day support",
        (5200, 8900),
        "Per session",
        (4, 16),
        0.06,
        0.06,
        0.22,
    ),
    Offer(
        "Long term support: Community",
        "Extra care housing",
        _COMMISSIONED,
        "Extra care housing",
        (19000, 36000),
        "Weekly",
        (4, 4),
        0.08,
        0.02,
        0.02,
    ),
    Offer(
        "Long term support: Community",
        "Community supported living",
        _COMMISSIONED,
        "Supported living",
        (1980, 2360),
        "Hourly",
        (80, 280),
        0.0,
        0.08,
        0.34,
    ),
    Offer(
        "Short term support: ST-Max",
        "Reablement",
        _COMMISSIONED,
        "Reablement at home",
        (3100, 4400),
        "Hourly",
        (14, 56),
    ),
    Offer(
        "Unpaid carer support: Direct to unpaid carer",
        "Unpaid carer universal services",
        _COMMISSIONED,
        "Support for unpaid carers",
        (2500, 6000),
        "Monthly",
        (1, 1),
    ),
)

_PROVIDERS = {
    "E06000027": (
        "Tor Bay Home Care (demo)",
        "Rowan Court (demo)",
        "Cliff House (demo)",
        "Meadfoot Support (demo)",
        "Elberry Day Centre (demo)",
    ),
    "E08000032": (
        "Aire Valley Home Care (demo)",
        "Cedar Bank (demo)",
        "Heaton Lodge (demo)",
        "Lister Park Support (demo)",
        "Shipley Glen Day Centre (demo)",
        "Worth Valley Carers (demo)",
    ),
}


def pounds(pence: int) -> str:
    """Pence as pounds with two decimals.

    >>> pounds(2405)
    '24.05'
    """
    return f"{pence // 100}.{pence % 100:02d}"


def service_fields(random: Random, place: str, offer: Offer) -> tuple[tuple[str, str], ...]:
    """The return's headings for one service: kind, provider, price, units a week."""
    unit_pence = random.randrange(offer.unit_pence[0], offer.unit_pence[1] + 1, 5)
    quarters = random.randrange(offer.quarter_units[0], offer.quarter_units[1] + 1)
    provider = random.randrange(len(_PROVIDERS[place]))
    bought = offer.delivery != "Direct payment"
    return (
        ("Service Type", offer.service_type),
        ("Service Component", offer.component),
        ("Delivery Mechanism", offer.delivery),
        ("Provider CQC Location Name", _PROVIDERS[place][provider] if bought else ""),
        ("Provider CQC Location ID", f"1-9990{place[-2:]}{provider:04d}" if bought else ""),
        ("Unit Cost", pounds(unit_pence)),
        ("Cost Frequency (Unit Type)", offer.frequency),
        ("Planned units per week", f"{quarters // 4}.{quarters % 4 * 25:02d}"),
    )
