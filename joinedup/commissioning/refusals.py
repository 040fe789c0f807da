"""What does it mean in words when the database refuses a package, a decision, a week, the panel or a dispute?

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
    "panel_has_met": (
        "The panel has not met about this.", "What waits for the panel is decided after its meeting.",
        "Put it on the agenda of a meeting, or wait for the day.",
    ),
    "panel_of_both_sides_agrees": (
        "Not both sides of the panel agree to this.",
        "It needs a member of each side who recommends it and nobody who is against it, all on the present figures.",
        "Ask the members; if they disagree about who pays, open a dispute and name who pays meanwhile.",
    ),
    "panel_has_quorum": (
        "Too few sat in the meeting.", "The board asks for more members of a side who are in post on that day.",
        "Call a meeting with enough members of both sides and put it on its agenda.",
    ),
    "panel_member_in_post_on_the_day": (
        "Somebody holds no such office on that day.", "Members of the panel are in post here on the day they meet.",
        "Choose others, or another day.",
    ),
    "quorum_is_of_both_sides": (
        "The panel needs one to six members of each side.", "It is one panel of both.", "Give other numbers.",
    ),
    "review_of_a_decided_package": ("Nothing is decided yet.", "", "Wait for the decision."),
    "review_after_the_decision": (
        "It cannot have been looked at again on that day.", "It lies before the decision or after today.",
        "Correct the day.",
    ),
    "review_names_a_later_day": ("The next day does not lie after this one.", "", "Choose a later day."),
    "aftercare_by_residence_at_detention": (
        "That is not where they lived before they were detained.", "Somebody wrote down another area meanwhile.",
        "Open the page again.",
    ),
    "aftercare_owed_by_an_icb": ("That is no ICB.", "", "Choose an ICB."),
    "aftercare_after_detention": ("The detention lies ahead.", "", "Correct the day."),
    "aftercare_names_who_owes_it": (
        "Nobody wrote down who owes this aftercare.",
        "Aftercare under section 117 is owed by the council and the ICB of where the person lived before detention.",
        "Write both down on the page of their ordinary residence, then decide.",
    ),
    "panel_member_has_a_side": (
        "Somebody here works for neither side.", "Members of the panel work for the NHS or for a council.",
        "Choose others.",
    ),
    "panel_meets_with_both_sides": (
        "Only one side would sit in this meeting.", "The panel is one for both sides.",
        "Add a member of the other side.",
    ),
    "panel_meets_once_a_day": ("The panel meets on that day already.", "", "Use that meeting or choose another day."),
    "panel_member_once_in_a_meeting": ("Somebody is named twice.", "", "Name each member once."),
    "commissioning_item_package_id_key": ("This waits for the panel already.", "", "Open it again."),
    "item_is_a_proposal_of_its_place": (
        "This is no proposal that waits.", "It was decided or has ended.", "Open the package again.",
    ),
    "item_in_a_meeting_of_its_place": ("That meeting is of another place.", "", "Choose a meeting of this place."),
    "item_is_not_rewritten": ("The panel is done with this.", "", "Open the package again."),
    "item_declined_after_a_meeting": (
        "No meeting has looked at this.", "Nothing is declined unseen.", "Put it on the agenda of a meeting first.",
    ),
    "recommendation_on_a_proposal": (
        "This is no proposal any more.", "It was decided or has ended.", "Open the package again.",
    ),
    "recommendation_of_a_side": (
        "You work for neither side.", "Who recommends works for the NHS or for a council.",
        "Ask a colleague of the council or the NHS.",
    ),
    "recommendation_on_present_charge": (
        "The charge has changed since this was proposed.",
        "Nobody recommends without the person's share as it is now.", "Have the proposal taken back and made anew.",
    ),
    "recommendation_on_what_was_seen": (
        "The cost or the person's share is not what you saw.", "Nobody recommends without both as they stand.",
        "Open the page again and look at both figures.",
    ),
    "family_told_of_what_was_decided": (
        "That is not what was decided.", "Nothing is decided yet, or the share is another.",
        "Open the package again and tell them the share that stands there.",
    ),
    "family_told_after_the_decision": (
        "They cannot have been told on that day.", "It lies before the decision or after today.", "Correct the day.",
    ),
    "condition_is_closed_once": ("This condition was closed already.", "", "Open the package again."),
    "package_has_one_running_dispute": (
        "A dispute about this package runs already.", "One at a time.", "Open that one.",
    ),
    "dispute_is_between_two": ("A dispute is between two bodies.", "", "Choose two different ones."),
    "dispute_about_a_live_package": ("This package has ended.", "", "Open the dispute about the present one."),
    "interim_payer_is_a_party": (
        "The interim payer is none of the two.", "One of those who disagree pays meanwhile.", "Choose one of the two.",
    ),
    "interim_payer_is_a_partner": (
        "The interim payer shares in no fund of this place on that day.", "The care is paid through the fund.",
        "Choose a partner of the fund.",
    ),
    "interim_begins_after_posted_weeks": (
        "The interim payer cannot pay from that day.",
        "It lies before the package's first day, or weeks from then are posted or settled already.",
        "Choose the first day of the next week.",
    ),
    "dispute_is_not_rewritten": ("This dispute has ended.", "", "Open it again."),
    "dispute_end_says_who_pays_from_when": (
        "The end does not say who pays from when.", "The day lies before the interim payer began.",
        "Choose the day from which the interim payer paid, or a later one.",
    ),
    "dispute_has_one_proposed_end": ("An end is proposed already.", "One at a time.", "Answer that one."),
    "end_proposed_by_a_party": (
        "You speak for neither side of this dispute.", "Its end is for the two who disagree.",
        "Ask a commissioner or the accounting officer of one of them.",
    ),
    "end_confirmed_by_the_other_side": (
        "The other side answers this.", "One side proposes the end of a dispute, the other confirms it.",
        "Ask somebody who speaks for the other side; if nobody here does, write who of it agreed and on which paper.",
    ),
    "end_taken_back_by_its_side": ("The other side proposed this.", "", "Confirm or refuse it."),
    "dispute_ended_by_both_sides": (
        "Only one side has said how it ends.", "Nobody says alone how a dispute ended.",
        "Have the other side confirm it.",
    ),
    "dispute_handed_by_its_present_owner": (
        "Somebody else owns this dispute by now.", "It was handed over meanwhile.", "Open it again.",
    ),
    "dispute_handed_to_another": ("It is theirs already.", "", "Choose somebody else."),
    "dispute_handed_to_somebody_in_post": (
        "They hold no office here.", "Their office ended, or is another.", "Choose somebody in post in this place.",
    ),
    "disputed_week_borne_by_its_payer": (
        "Who pays for this week has changed meanwhile.", "A dispute about it began or ended.",
        "Open the package again and confirm the week anew.",
    ),
    "settlement_covers_every_week": (
        "A week was posted meanwhile.", "The end of a dispute settles every week.", "Open it again and end it.",
    ),
    "settled_payer_is_a_party": ("That payer is none of the two.", "", "Choose one of the two, or the fund's terms."),
    "residence_in_the_area_of_a_council": ("That is no council.", "", "Choose a council."),
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
    "nhs_pays_what_the_charge_says": (
        "The NHS's part is not what the charge says.", "The charge or another package has changed meanwhile.",
        "Open the proposal again.",
    ),
    "week_with_the_nhs_part": (
        "The NHS's part is not that of these days.", "The package has changed meanwhile.",
        "Open the package again and confirm the week anew.",
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
    "adjustment_posted_once_for_a_week": ("This was posted already.", "It is posted once.", "Open it again."),
    "newer_charge_posted_once_for_a_week": ("This was posted already.", "", "Open the package again."),
    "adjusted_week_goes_on": (
        "Somebody posted for this week in between.", "What the person bears of it is another sum now.",
        "Open the package again.",
    ),
    "nobody_delegates_to_themselves": ("Nobody delegates to themselves.", "", "Ask another member of the board."),
    "delegation_is_not_rewritten": ("This delegation has ended already.", "", "Give a new one."),
}  # fmt: skip


def in_words() -> AbstractContextManager[None]:
    """Turn a refusal by a known constraint of packages, decisions and weeks into its words."""
    return in_words_of({name: (NotNow, *words) for name, words in REFUSALS.items()})


def ask_meeting_now() -> None:
    """Have the database judge the members of a meeting now."""
    _ask_now("panel_meets_with_both_sides")


def ask_settlement_now() -> None:
    """Have the database judge now whether the end of a dispute settles every week."""
    _ask_now("settlement_covers_every_week")


def ask_splits_now() -> None:
    """Have the database judge the parts of what was proposed now, so that its refusal comes back from this act."""
    _ask_now("splits_sum_to_weekly_cost")


def _ask_now(constraint: str) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(f"set constraints {constraint} immediate")
        cursor.execute(f"set constraints {constraint} deferred")
