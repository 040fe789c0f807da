"""What follows from facts in `commissioning`: costs and parts of a package, the panel's clock, disputes, residence."""

from joinedup.commissioning.rules.packages import (
    A_WEEK,
    COUNCIL,
    NHS,
    PERSON,
    POOLED_FUND,
    REST_PAYERS,
    borne_by,
    cost_account,
    days_of_week,
    nhs_account,
    nhs_lines,
    part_of_week,
    splits_of,
    week_lines,
    weekly_cost,
    weeks_over,
)

__all__ = [
    "A_WEEK",
    "COUNCIL",
    "NHS",
    "PERSON",
    "POOLED_FUND",
    "REST_PAYERS",
    "borne_by",
    "cost_account",
    "days_of_week",
    "nhs_account",
    "nhs_lines",
    "part_of_week",
    "splits_of",
    "week_lines",
    "weekly_cost",
    "weeks_over",
]
