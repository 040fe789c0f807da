"""What does it mean in words when the database refuses a package, a decision or a week?

The ledger's refusals come in its own words.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

from django.db import connections

from joinedup.access.refusals import in_words_of
from joinedup.base.errors import NotNow

REFUSALS: dict[str, tuple[str, str, str]] = {
    "exactly_one_accounting_officer": (
        "Nobody can decide this now but exactly one accounting officer in post.",
        "The office is vacant in this place, two people hold it, or it is not you. One person answers for the money of "
        "all partners, or nobody does.",
        "Ask the board to fill the office, or to end the second holding.",
    ),
    "within_delegation": (
        "This is more than you may commit.",
        "No delegation of yours in this place reaches so far a week now, for this kind of care.",
        "Ask the board for a delegation that does, or have a smaller package proposed.",
    ),
    "decision_on_present_charge": (
        "The charge has changed since this was proposed.",
        "Nobody decides without the cost and the person's share as they are now.",
        "End this proposal and have it proposed anew.",
    ),
    "decision_on_a_proposal": (
        "This has been decided or ended already.", "A package is decided once.", "Open it again.",
    ),
    "package_decided_once": ("This has been decided already.", "A package is decided once.", "Open it again."),
    "decision_from_fund_of_the_place": ("The fund is not of this place.", "", "Choose the fund of the person's place."),
    "package_buys_agreed_care": (
        "This care cannot be bought.", "A package buys open care of an agreed plan.", "Have the plan agreed first.",
    ),
    "package_from_a_provider": (
        "This provider does not serve the place on that day.", "", "Choose a provider of the place.",
    ),
    "package_on_present_charge": (
        "The charge has changed meanwhile.", "A package rests on the present charge.", "Open the proposal again.",
    ),
    "package_within_the_plan": (
        "This is more care than was agreed with the person.", "The plan says how much a week, other packages counted.",
        "Propose less, or have a new plan agreed.",
    ),
    "package_within_assessed_cost": (
        "The charge was worked out for a lower cost.",
        "With this package a week would cost more than was assumed, so nobody would see the true share.",
        "Have the charge decided anew with the full cost of the week.",
    ),
    "person_pays_no_more_than_the_charge": (
        "The person would pay more than their charge.", "Another package was proposed meanwhile.",
        "Open the proposal again.",
    ),
    "package_after_the_other_places": (
        "Another place buys care of this plan on that day.",
        "The plan has moved with the person, and nobody is charged by two places for one day.",
        "Choose a first day after the other place's package ends, or ask its commissioner to end it.",
    ),
    "package_ends_after_its_weeks": (
        "Weeks that were posted lie after this end.", "What was delivered and posted stays.",
        "Choose an end after the last posted week.",
    ),
    "package_is_not_rewritten": (
        "A package is not rewritten.", "It has ended already, or something other than its end would change.",
        "Propose a new one.",
    ),
    "week_reported_once": ("This week was reported already.", "", "Report another week."),
    "week_delivered_once": ("This week was confirmed and posted already.", "A week is posted once.", "Open it again."),
    "reported_week_of_decided_package": ("Nobody has decided to buy this.", "", "Wait for the decision."),
    "reported_week_of_the_packages_weeks": ("This is no week of the package.", "", "Choose one of its weeks."),
    "delivered_week_of_decided_package": ("Nobody has decided to buy this.", "", "Wait for the decision."),
    "delivered_week_of_the_packages_weeks": ("This is no week of the package.", "", "Choose one of its weeks."),
    "week_costs_quantity_times_rate": (
        "More was delivered than was bought.", "A week costs what was delivered at the agreed rate, and no more than "
        "the package says.", "Give what was delivered within the package, or have more proposed.",
    ),
    "nobody_delegates_to_themselves": ("Nobody delegates to themselves.", "", "Ask another member of the board."),
    "delegation_is_not_rewritten": ("This delegation has ended already.", "", "Give a new one."),
}  # fmt: skip


def in_words() -> AbstractContextManager[None]:
    """Turn a refusal by a known constraint of packages, decisions and weeks into its words."""
    return in_words_of({name: (NotNow, *words) for name, words in REFUSALS.items()})


def ask_splits_now() -> None:
    """Have the database judge the parts of what was proposed now, so that its refusal comes back from this act."""
    with connections["default"].cursor() as cursor:
        cursor.execute("set constraints splits_sum_to_weekly_cost immediate")
        cursor.execute("set constraints splits_sum_to_weekly_cost deferred")
