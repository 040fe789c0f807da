"""What does it mean in words when the database refuses an entry?"""

from __future__ import annotations

from contextlib import AbstractContextManager

from joinedup.access.refusals import Refusals, in_words_of
from joinedup.base.errors import BadValue, NotNow

REFUSALS: Refusals = {
    "journal_balances": (BadValue, "Debits and credits of this entry differ.", "", "Make them equal."),
    "journal_balances_for_each_holder": (
        BadValue, "This entry mixes the holders' money.", "Each holder's debits equal its credits.",
        "Move money between partners through their transfer accounts.",
    ),
    "journal_has_two_postings": (BadValue, "An entry has at least two lines.", "", "Say where the money comes from."),
    "posting_is_not_nothing": (BadValue, "A line of this entry moves nothing.", "", "Leave it out."),
    "journal_within_fund_life": (
        NotNow, "The fund does not exist on this day.", "Entries stand between its first and last day.",
        "Choose another day or another fund.",
    ),
    "journal_in_open_period": (
        NotNow, "The period of this day is closed.", "A closed period never changes.", "Date the entry after its end.",
    ),
    "source_posted_once": (
        NotNow, "This was posted before.", "One thing is posted once for one purpose.", "Correct the journal it has.",
    ),
    "journal_corrected_once": (
        NotNow, "This journal was corrected before.", "A journal is corrected once.", "Correct what replaced it.",
    ),
    "reversal_is_not_corrected": (
        NotNow, "A reversal is not corrected.", "It only undoes another journal.", "Post the entry anew.",
    ),
    "adjustment_is_not_corrected": (
        NotNow, "An adjustment is not undone by a reversal.", "It says why a week is charged otherwise.",
        "Decide a further adjustment and post it.",
    ),
    "period_closes_forward": (
        NotNow, "A period is closed forward only.", "What was closed stays closed.", "Choose a later day.",
    ),
    "fund_code_once": (NotNow, "There is a fund of this code.", "", "Choose another code."),
    "fund_code_shape": (BadValue, "This is no code of a fund.", "", "Use capitals, digits and hyphens."),
    "fund_ends_after_start": (BadValue, "The fund would end before it starts.", "", "Correct its days."),
    "account_code_once_in_fund": (NotNow, "The fund has an account of this code.", "", "Choose another code."),
    "account_code_shape": (
        BadValue, "This is no code of an account.", "It is purpose, colon, holder.", "Write it like cash:QJK.",
    ),
    "account_names_its_holder": (BadValue, "An account names its holder.", "", "End its code with the partner's."),
    "partner_terms_once_a_day": (NotNow, "The partner has terms from this day.", "", "Begin them on another day."),
    "journal_memo_is_a_code": (
        BadValue, "A memo is a code and holds no free text.", "Names must not stand in a ledger.",
        "Use small letters, digits and hyphens.",
    ),
}  # fmt: skip


def in_words() -> AbstractContextManager[None]:
    """Turn a refusal by a known constraint of the ledger into its words."""
    return in_words_of(REFUSALS)
