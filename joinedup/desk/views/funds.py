"""A fund's four accounts, the lines of one account, and one journal with where it came from.

Composes reads of the ledger (what was posted) and of commissioning (for whom), each limited to the caller: whoever may
see the fund and not the person sees the journal and no name.
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from joinedup.access.callers import Caller
from joinedup.access.signed_in import signed_in
from joinedup.base import clock
from joinedup.commissioning.queries import adjusted_source, because_of, moved_of_week, week_source
from joinedup.ledger import queries

SIDES = {"nhs": "The NHS", "council": "The council", "people": "The people", "public": "The public: all three"}


@require_safe
def funds(request: HttpRequest) -> HttpResponse:
    """The funds of the caller's places."""
    _may_see(request)
    return render(request, "desk/funds/funds.html", {"funds": queries.funds()})


@require_safe
def fund(request: HttpRequest, code: str) -> HttpResponse:
    """The four accounts from one trial balance, to the penny, and the newest journals."""
    _may_see(request)
    shown, today = queries.fund_of_code(code), clock.today()
    context = {
        "fund": shown, "today": today, "four": queries.accounts_of(shown.id, today), "sides": SIDES,
        "balance": queries.trial_balance(shown.id, today), "journals": queries.journals(shown.id),
        "counts": queries.counts(shown.id),
    }  # fmt: skip
    return render(request, "desk/funds/fund.html", context)


@require_safe
def account(request: HttpRequest, code: str, account: str) -> HttpResponse:
    """The lines of one account with the running balance, oldest first."""
    _may_see(request)
    shown = queries.fund_of_code(code)
    page = queries.account_lines(shown.id, account, after=request.GET.get("after", ""))
    return render(request, "desk/funds/account.html", {"fund": shown, "page": page})


@require_safe
def journal(request: HttpRequest, journal_id: UUID) -> HttpResponse:
    """One journal, its lines, and the package, plan and charge it came from where the caller may see them."""
    caller = _may_see(request)
    shown = queries.journal(journal_id)
    adjusted = adjusted_source(shown.source_id) if shown.source_kind == "adjusted_week" else None
    week_id = adjusted.week_id if adjusted else shown.source_id
    of_week = adjusted is not None or shown.source_kind == "delivered_week"
    context = {
        "shown": shown, "fund": queries.fund(shown.fund_id), "adjusted": adjusted,
        "because": because_of(adjusted) if adjusted else "",
        "source": week_source(caller, week_id) if of_week else None,
        "later": moved_of_week(week_id) if of_week and adjusted is None else (),
    }  # fmt: skip
    return render(request, "desk/funds/journal.html", context)


def _may_see(request: HttpRequest) -> Caller:
    caller = signed_in(request)
    caller.must("see_fund")
    return caller
