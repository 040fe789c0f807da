"""The only reads of the ledger for others: funds, trial balances, the four accounts, lines and journals.

Row security limits each to the funds of the caller's places. A balance is a checkpoint and what came since, never the
sum of every posting; only `faults`, for the command, adds up everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connections
from django.db.models import Prefetch, Q, QuerySet, Sum

from joinedup.base.errors import BadValue, NotFound
from joinedup.ledger.models import Account, Fund, Journal, PartnerTerms, Posting
from joinedup.ledger.rules import (
    PEOPLE,
    Balance,
    FourAccounts,
    NewAccount,
    WrittenJournal,
    WrittenLine,
    four_accounts,
)

LINES_AT_ONCE = 50
JOURNALS_AT_ONCE = 1_000
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class FundRow:
    """A fund as others see it; `closed_through` is the last closed day, `version` for closing the next."""

    id: UUID
    code: str
    name: str
    place_id: UUID
    place_name: str
    host_name: str
    statutory_basis: str
    starts_on: date
    ends_on: date | None
    closed_through: date | None
    version: int


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Every account of a fund with its pence after a day; whole when the rows sum to nothing."""

    fund: FundRow
    on: date
    rows: tuple[Balance, ...]

    @property
    def total_pence(self) -> int:
        """Debits less credits: 0."""
        return sum(row.balance_pence for row in self.rows)


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One posting on an account, with the account's balance after it, in pence."""

    journal_id: UUID
    number: int
    line: int
    dated_on: date
    memo: str
    source_kind: str
    source_id: UUID
    purpose: str
    amount_pence: int
    balance_pence: int


@dataclass(frozen=True, slots=True)
class AccountPage:
    """Some lines of an account, oldest first, what it held before them, and the mark of the next page ('': no more)."""

    account: str
    name: str
    opening_pence: int
    lines: tuple[AccountLine, ...]
    newer: str


@dataclass(frozen=True, slots=True)
class JournalView:
    """One journal with its lines, where it came from, what it corrects and what corrected it (keys)."""

    id: UUID
    fund_id: UUID
    recorded_at: datetime
    by_id: UUID
    source_kind: str
    source_id: UUID
    corrects_id: UUID | None
    corrected_by: tuple[UUID, ...]
    written: WrittenJournal


def funds() -> tuple[FundRow, ...]:
    """The funds that the caller sees, by code."""
    return tuple(_fund_row(fund) for fund in _funds().order_by("code"))


def fund(fund_id: UUID) -> FundRow:
    """One fund. NotFound (fund-unknown) when there is none, or none that the caller sees."""
    return _the_fund(Q(id=fund_id))


def fund_of_code(code: str) -> FundRow:
    """One fund by its code. NotFound as `fund`."""
    return _the_fund(Q(code=code))


def fund_of_place(place_id: UUID, on: date) -> FundRow | None:
    """The fund of a place on a day; of several the one that was opened first. None when there is none."""
    living = Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gt=on))
    found = _funds().filter(living, place_id=place_id).order_by("starts_on", "code").first()
    return _fund_row(found) if found else None


def shares(fund_id: UUID, on: date) -> dict[str, int]:
    """Each partner's parts of what is shared on a day, by body code in its order; for `rules.pooled`."""
    return {code: terms.share_parts for code, terms in _terms(fund_id, on).items()}


def contributions(fund_id: UUID, on: date) -> dict[str, int | None]:
    """What each partner agreed to put in a year, in pence (None: not agreed), by body code."""
    return {code: terms.contribution_pence for code, terms in _terms(fund_id, on).items()}


def trial_balance(fund_id: UUID, on: date) -> TrialBalance:
    """Every account after a day. NotFound as `fund`."""
    the_fund = fund(fund_id)
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select a.code, a.name, a.kind, split_part(a.code, ':', 2), coalesce(p.side, %s), "
            "access.balance_of(a.id, %s) from ledger_account a left join ledger_fundpartner p on p.id = a.partner_id "
            "where a.fund_id = %s order by a.code",
            [PEOPLE, on, fund_id],
        )
        return TrialBalance(the_fund, on, tuple(Balance(*row) for row in cursor.fetchall()))


def accounts_of(fund_id: UUID, on: date) -> FourAccounts:
    """The four accounts after a day, from the same trial balance. NotFound as `fund`."""
    return four_accounts(trial_balance(fund_id, on).rows)


def account_lines(fund_id: UUID, code: str, *, after: str = "", at_once: int = LINES_AT_ONCE) -> AccountPage:
    """Lines of an account with the running balance, oldest first; `after` is the mark of the page before.

    NotFound (account-unknown) for an account that the fund lacks, BadValue (page-mark) for a damaged mark.
    """
    account = Account.objects.filter(fund_id=fund_id, code=code).first()
    if account is None:
        raise NotFound("account-unknown", "The fund has no such account.", "", "Choose one of its accounts.")
    postings = Posting.objects.filter(account=account)
    if after:
        postings = postings.filter(_later_than(_mark(after)))
    ordered = postings.select_related("journal").order_by("dated_on", "number", "line")
    found = list(ordered[: at_once + 1])
    shown = found[:at_once]
    opening_pence = _balance_before(account.id, shown[0]) if shown else _balance(account.id, date.max)
    last = shown[-1] if len(found) > at_once else None
    newer = f"{last.dated_on}_{last.number}_{last.line}" if last else ""
    return AccountPage(account.code, account.name, opening_pence, tuple(_running(opening_pence, shown)), newer)


def journal(journal_id: UUID) -> JournalView:
    """One journal. NotFound (journal-unknown) when there is none, or none that the caller sees."""
    found = _journals().filter(id=journal_id).first()
    if found is None:
        raise NotFound("journal-unknown", "There is no such journal.", "", "Look it up in its fund.")
    return _view(found)


def journals_of(source_kind: str, source_id: UUID) -> tuple[JournalView, ...]:
    """Every journal that came from one thing, corrections included, in their order."""
    found = _journals().filter(source_kind=source_kind, source_id=source_id)
    return tuple(_view(each) for each in found.order_by("fund__code", "number"))


def journals(fund_id: UUID, *, before_number: int | None = None, at_once: int = LINES_AT_ONCE) -> list[JournalView]:
    """Journals of a fund, newest number first; `before_number` is the last number of the page before."""
    found = _journals().filter(fund_id=fund_id)
    if before_number is not None:
        found = found.filter(number__lt=before_number)
    return [_view(each) for each in found.order_by("-number")[:at_once]]


def written_accounts(code: str | None = None) -> list[tuple[str, date, NewAccount]]:
    """Fund code, its first day and the account, for every account of one fund or of all: for exports."""
    found = Account.objects.select_related("fund").order_by("fund__code", "code")
    if code is not None:
        found = found.filter(fund__code=code)
    return [
        (each.fund.code, each.fund.starts_on, NewAccount(each.code, each.name, each.kind, each.earmark))
        for each in found
    ]


def written_journals(code: str | None = None) -> Iterator[WrittenJournal]:
    """Every journal of one fund or of all, by day and number, read in batches: for exports."""
    found = _journals().order_by("fund__code", "dated_on", "number")
    if code is not None:
        found = found.filter(fund__code=code)
    return (_written(each) for each in found.iterator(chunk_size=JOURNALS_AT_ONCE))


def faults(fund_id: UUID | None = None) -> list[tuple[str, str, str]]:
    """Fund code, fault and thing for everything that is wrong, in one fund or in all; only the worker may ask."""
    codes = dict(Fund.objects.values_list("id", "code"))
    with connections["default"].cursor() as cursor:
        cursor.execute("select fund, fault, thing from access.ledger_faults(%s)", [fund_id])
        return [(codes[fund_key], fault, thing) for fund_key, fault, thing in cursor.fetchall()]


def counts(fund_id: UUID) -> tuple[int, int]:
    """How many journals and postings a fund has."""
    return Journal.objects.filter(fund_id=fund_id).count(), Posting.objects.filter(journal__fund_id=fund_id).count()


def _funds() -> QuerySet[Fund]:
    return Fund.objects.select_related("place", "host")


def _the_fund(which: Q) -> FundRow:
    found = _funds().filter(which).first()
    if found is None:
        raise NotFound("fund-unknown", "There is no such fund.", "", "See the funds of your place.")
    return _fund_row(found)


def _fund_row(found: Fund) -> FundRow:
    return FundRow(
        id=found.id, code=found.code, name=found.name, place_id=found.place_id, place_name=found.place.name,
        host_name=found.host.name, statutory_basis=found.statutory_basis, starts_on=found.starts_on,
        ends_on=found.ends_on, closed_through=found.closed_through, version=found.version,
    )  # fmt: skip


def _terms(fund_id: UUID, on: date) -> dict[str, PartnerTerms]:
    """The terms that hold on a day: of each partner the latest that had begun."""
    found = PartnerTerms.objects.filter(partner__fund_id=fund_id, starts_on__lte=on).select_related("partner__body")
    newest = {terms.partner.body.code: terms for terms in found.order_by("starts_on")}
    return dict(sorted(newest.items()))


def _balance(account_id: UUID, through: date) -> int:
    with connections["default"].cursor() as cursor:
        cursor.execute("select access.balance_of(%s, %s)", [account_id, through])
        return int(cursor.fetchone()[0])


def _balance_before(account_id: UUID, first: Posting) -> int:
    """What the account held before one of its postings: the day before, and what stands earlier on the same day."""
    earlier = Posting.objects.filter(account_id=account_id, dated_on=first.dated_on).filter(
        Q(number__lt=first.number) | Q(number=first.number, line__lt=first.line)
    )
    same_day_pence = earlier.aggregate(total=Sum("amount_pence"))["total"]
    return _balance(account_id, first.dated_on - A_DAY) + int(same_day_pence or 0)


def _running(opening_pence: int, shown: list[Posting]) -> Iterator[AccountLine]:
    balance_pence = opening_pence
    for each in shown:
        balance_pence += each.amount_pence
        yield AccountLine(
            journal_id=each.journal_id, number=each.number, line=each.line, dated_on=each.dated_on,
            memo=each.journal.memo, source_kind=each.journal.source_kind, source_id=each.journal.source_id,
            purpose=each.journal.purpose, amount_pence=each.amount_pence, balance_pence=balance_pence,
        )  # fmt: skip


def _mark(text: str) -> tuple[date, int, int]:
    try:
        day, number, line = text.split("_")
        return date.fromisoformat(day), int(number), int(line)
    except ValueError:
        raise BadValue("page-mark", "This page cannot be found again.", "", "Begin with the first page.") from None


def _later_than(mark: tuple[date, int, int]) -> Q:
    day, number, line = mark
    same_day = Q(dated_on=day) & (Q(number__gt=number) | Q(number=number, line__gt=line))
    return Q(dated_on__gt=day) | same_day


def _journals() -> QuerySet[Journal]:
    lines = Prefetch("postings", Posting.objects.select_related("account").order_by("line"))
    return Journal.objects.select_related("fund", "corrects").prefetch_related(lines, "corrections")


def _written(found: Journal) -> WrittenJournal:
    return WrittenJournal(
        fund=found.fund.code, number=found.number, dated_on=found.dated_on, memo=found.memo,
        source=f"{found.source_kind}/{found.source_id}", purpose=found.purpose,
        corrects=found.corrects.number if found.corrects else None,
        lines=tuple(WrittenLine(p.account.code, p.account.kind, p.amount_pence) for p in found.postings.all()),
    )  # fmt: skip


def _view(found: Journal) -> JournalView:
    return JournalView(
        id=found.id, fund_id=found.fund_id, recorded_at=found.recorded_at, by_id=found.by_id,
        source_kind=found.source_kind, source_id=found.source_id, corrects_id=found.corrects_id,
        corrected_by=tuple(each.id for each in found.corrections.all()), written=_written(found),
    )  # fmt: skip
