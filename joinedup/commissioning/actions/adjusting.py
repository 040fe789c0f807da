"""Posting adjustments: what the person bears of a posted week moves to or from the partners, by new entries.

Nothing that was posted is edited. Whoever decides what somebody pays decides an adjustment; somebody who buys the care
posts it. A week that is confirmed after it was adjusted is adjusted in the same act, so that it is never owed twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from joinedup.access.actions import once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.clock import london_date
from joinedup.base.errors import Conflict, NotFound, NotNow
from joinedup.base.identifiers import new_id
from joinedup.base.money import Money
from joinedup.commissioning import rules
from joinedup.commissioning.models import AdjustedWeek, DeliveredWeek, Package, Split
from joinedup.commissioning.queries.adjusting import Move, moves_to_post
from joinedup.commissioning.queries.offers import council_of
from joinedup.commissioning.refusals import in_words
from joinedup.commissioning.rules.adjusting import adjustment_lines, entry_day, moved_parts
from joinedup.commissioning.sight import sole_payer
from joinedup.ledger import queries as ledger
from joinedup.ledger.actions import post_journal
from joinedup.person.actions import append_timeline
from joinedup.places.models import Body


def post_adjustments(
    *, by: Caller, at: datetime, request_key: str, package_id: UUID, expected_pence: int
) -> list[UUID]:  # fmt: skip
    """Post to the fund everything that is decided of a package's posted weeks and not posted yet; returns the rows.

    `expected_pence` is the sum that was shown: Conflict when it has changed. NotNow when nothing is left to post.
    """
    by.must("confirm_week")

    def act() -> list[str]:
        package = Package.objects.select_related("line", "decision").filter(id=package_id).first()
        if package is None:
            raise NotFound("package-not-found", "There is no such package, or you may not see it.")
        moves = moves_to_post(package)
        if not moves:
            raise NotNow("nothing-to-post", "Nothing is left to post.", "Every adjustment stands in the fund.", "")
        if sum(each.difference_pence for each in moves) != expected_pence:
            raise Conflict("moves-changed", "What is to be posted has changed since you opened the page.")
        made = _posted(by, at, request_key, package, moves)
        note("week.adjusted", person_id=package.person_id, thing_id=package_id, place_id=package.place_id,
             found=len(made))  # fmt: skip
        return [str(each.id) for each in made]

    arguments = {"package": package_id, "expected": expected_pence}
    with in_words():
        made = once(by=by.id, at=at, request_key=request_key, action="post_adjustments", arguments=arguments, act=act)
    return [UUID(each) for each in made]


def adjust_confirmed_week(
    *, by: Caller, at: datetime, request_key: str, package: Package, week: DeliveredWeek
) -> list[AdjustedWeek]:  # fmt: skip
    """Post what was decided of a week before it was confirmed. Part of the act that confirms it."""
    return _posted(by, at, request_key, package, moves_to_post(package, week.id))


def _posted(
    by: Caller, at: datetime, request_key: str, package: Package, moves: tuple[Move, ...]
) -> list[AdjustedWeek]:
    """A row and a journal for each move, each naming the other."""
    weeks = DeliveredWeek.objects.in_bulk([each.week_id for each in moves])
    rows = []
    for number, move in enumerate(moves):
        row = AdjustedWeek(
            id=new_id(), week_id=move.week_id, person_id=package.person_id, adjustment_id=move.adjustment_id,
            charge_id=move.charge_id, was_pence=move.was_pence, is_pence=move.is_pence, posted_by_id=by.id,
            posted_at=at,
        )  # fmt: skip
        row.journal_id = _journal(by, at, f"{request_key}.{number}", package, weeks[move.week_id], row)
        row.save(force_insert=True)
        _tell(by, at, package, move, row.id)
        rows.append(row)
    return rows


def _journal(
    by: Caller, at: datetime, request_key: str, package: Package, week: DeliveredWeek, row: AdjustedWeek
) -> UUID:
    fund = ledger.fund(package.decision.fund_id)
    days = rules.days_of_week(week.week_starts_on, package.ends_on)
    last_day = week.week_starts_on + timedelta(days=days - 1)
    payer = sole_payer(package.id, week.week_starts_on)
    by_council = Split.objects.filter(package_id=package.id, payer=rules.COUNCIL).exists()
    rest_payer, alone = rules.COUNCIL if by_council else rules.POOLED_FUND, council_of(fund.id)
    if payer is not None:
        rest_payer, alone = rules.COUNCIL, Body.objects.get(id=payer).code
    moved = moved_parts(
        week.amount_pence - week.nhs_pence,
        row.was_pence,
        row.is_pence,
        rest_payer,
        ledger.shares(fund.id, last_day),
        alone,
    )
    return post_journal(
        by=by, at=at, request_key=request_key, fund_id=fund.id,
        on=entry_day(last_day, fund.closed_through, london_date(at), fund.ends_on),
        postings=adjustment_lines(rules.cost_account(package.line.service_code or ""), moved),
        source_kind="adjusted_week", source_id=row.id, purpose="adjustment", memo="week-adjusted",
    )  # fmt: skip


def _tell(by: Caller, at: datetime, package: Package, move: Move, row_id: UUID) -> None:
    """A line of the record: how much more or less, and why."""
    owed = move.difference_pence > 0
    append_timeline(
        by=by, at=at, person_id=package.person_id, kind="charge",
        title="More to pay for a week of care" if owed else "Money back for a week of care",
        detail=(("The person's part was", Money(move.was_pence).display()),
                ("It is now", Money(move.is_pence).display()), ("Why", move.because)),
        source_key=f"commissioning.adjusted/{row_id}", starts_on=move.week_starts_on,
        amount_pence=abs(move.difference_pence),
    )  # fmt: skip
