"""What would a reform change for the people whose charges were decided here?

Asked by whoever sees both funds and money. The database limits it to the people whom the caller may see, the answer is
added up, small numbers are hidden by the project's rule, and the asking is logged. Left out: what the result holds
(`what_if.py`).
"""

from __future__ import annotations

from datetime import date

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base import parameter_files
from joinedup.base.errors import PersonMustAct
from joinedup.desk.what_if import STANDS_STILL, Document, document_of
from joinedup.funding.kept_cases import kept_cases
from joinedup.funding.reform_files import ReformFile
from joinedup.funding.rules.what_if import Outcome
from joinedup.funding.what_if_runs import on_kept_cases
from joinedup.outcomes.rules.disclosure import is_small

WHAT_CASES_SAY = (
    "Each case is charged with what was told when it was last decided, as if decided on this day. Weeks in care are "
    "those since the plan's first charge; care before it is not known."
)


def of_caseload(caller: Caller, file: ReformFile, day: date) -> Document:
    """The result on the cases that the caller may see; a line of the log.

    NotAllowed without the permission; PersonMustAct (what-if-too-few) when so few cases or changes could be known
    people's.
    """
    caller.must("see_fund")
    caller.must("see_money")
    reform = file.on(day)
    kept = kept_cases(caller)
    outcome, refused = on_kept_cases(reform, kept)
    smallest = parameter_files.shipped().value_at("smallest-count-shown", day).count()
    note("what_if.asked", found=outcome.people, reason=file.name[:60])
    _refuse_few(outcome, smallest)
    warnings = [WHAT_CASES_SAY, STANDS_STILL]
    if refused:
        told = "A few cases" if is_small(refused, smallest) else f"{refused:,} cases"
        warnings.append(f"{told} could not be charged on this day as they were told, and are left out.")
    return document_of(file, day, {"kind": "caseload", "count": outcome.people}, outcome, smallest, warnings)


def _refuse_few(outcome: Outcome, smallest: int) -> None:
    counts = (outcome.everybody.pay_less, outcome.everybody.pay_more, outcome.everybody.pay_same)
    if outcome.people == 0 or is_small(outcome.people, smallest) or any(is_small(each, smallest) for each in counts):
        raise PersonMustAct(
            "what-if-too-few",
            "This cannot be shown for the caseload.",
            f"Fewer than {smallest} of the people whom you may see would be in it, or would pay less, or more, or the "
            "same, so that the figures could tell what one of them pays.",
            "Ask with generated people.",
        )
