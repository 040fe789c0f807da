"""The only writes of the ledger: funds, accounts, terms, journals, corrections, closing and checkpoints.

Each asks the caller's role in the fund's own place; the database asks again (sql/). Whatever the database refuses comes
back in words (refusals.py), and at the end of the act rather than of the transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connections

from joinedup.access.actions import once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.access.roles import permissions_of
from joinedup.base.clock import london_date
from joinedup.base.errors import BadValue, Conflict, NotAllowed, NotFound, NotNow
from joinedup.base.identifiers import new_id
from joinedup.ledger import rules
from joinedup.ledger.models import SECTION_75, Account, Fund, FundPartner, Journal, PartnerTerms, Posting
from joinedup.ledger.refusals import in_words
from joinedup.ledger.rules import Line, NewAccount
from joinedup.places.models import Body


@dataclass(frozen=True, slots=True)
class NewPartner:
    """A body that joins a new fund: its key, its side ('nhs', 'council'), its parts and what it puts in a year."""

    body_id: UUID
    side: str
    share_parts: int
    contribution_pence: int | None = None


@dataclass(frozen=True, slots=True)
class NewTerms:
    """What a partner (body code) agrees: its parts of what is shared, and what it puts in a year in pence."""

    body_code: str
    share_parts: int
    contribution_pence: int | None = None


def open_fund(
    *, by: Caller, at: datetime, request_key: str, place_id: UUID, code: str, name: str, host_id: UUID,
    starts_on: date, ends_on: date | None, partners: Sequence[NewPartner], cost_kinds: Mapping[str, str], basis: str,
    statutory_basis: str = SECTION_75,
) -> UUID:  # fmt: skip
    """Open a fund with its partners, their first terms and the standard chart of accounts. Returns its key.

    `cost_kinds` maps a code to a name for each kind of cost; `basis` says where the terms were agreed. The host must be
    a partner (BadValue fund-host). Needs open_fund in the place.
    """
    _must_in(by, "open_fund", place_id)
    if host_id not in {partner.body_id for partner in partners}:
        raise BadValue("fund-host", "The host of a fund is one of its partners.", "", "Name the host among them.")

    def act() -> str:
        fund = Fund(
            id=new_id(), place_id=place_id, code=code, name=name, host_id=host_id, statutory_basis=statutory_basis,
            starts_on=starts_on, ends_on=ends_on, opened_at=at,
        )  # fmt: skip
        fund.save(force_insert=True)
        codes = _join(fund, partners, basis)
        nhs_bodies = [partner.body_id for partner in partners if partner.side == "nhs"]
        nhs = list(Body.objects.filter(id__in=nhs_bodies).values_list("code", flat=True))
        _open(fund.id, rules.standard_chart(list(codes), cost_kinds, nhs), codes)
        note("fund.opened", thing_id=fund.id, place_id=place_id)
        return str(fund.id)

    arguments = {
        "place": place_id, "code": code, "name": name, "host": host_id, "starts": starts_on, "ends": ends_on,
        "partners": [astuple(partner) for partner in partners], "costs": dict(cost_kinds), "basis": basis,
        "law": statutory_basis,
    }  # fmt: skip
    with in_words():
        opened = once(by=by.id, at=at, request_key=request_key, action="open_fund", arguments=arguments, act=act)
    return UUID(opened)


def open_accounts(*, by: Caller, at: datetime, request_key: str, fund_id: UUID, accounts: Sequence[NewAccount]) -> int:
    """Open further accounts of a fund; no other account is touched. Returns how many. Needs open_fund."""
    fund = _fund(fund_id)
    _must_in(by, "open_fund", fund.place_id)

    def act() -> int:
        partners = FundPartner.objects.filter(fund_id=fund_id).values_list("body__code", "id")
        _open(fund_id, accounts, dict(partners))
        note("fund.accounts_opened", thing_id=fund_id, place_id=fund.place_id, found=len(accounts))
        return len(accounts)

    arguments = {"fund": fund_id, "accounts": [astuple(account) for account in accounts]}
    with in_words():
        opened: int = once(
            by=by.id, at=at, request_key=request_key, action="open_accounts", arguments=arguments, act=act
        )
    return opened


def agree_terms(
    *, by: Caller, at: datetime, request_key: str, fund_id: UUID, starts_on: date, terms: Sequence[NewTerms], basis: str
) -> int:
    """From a day on, each partner named bears other parts or puts in another sum. Returns how many terms were written.

    What was posted before stays as it was. Raises NotNow (terms-in-closed-period) for a day that is closed.
    """
    fund = _fund(fund_id)
    _must_in(by, "open_fund", fund.place_id)
    if fund.closed_through is not None and starts_on <= fund.closed_through:
        raise NotNow(
            "terms-in-closed-period", "These terms would begin in a closed period.", "", "Begin them after its end."
        )

    def act() -> int:
        partners = dict(FundPartner.objects.filter(fund_id=fund_id).values_list("body__code", "id"))
        for each in terms:
            PartnerTerms.objects.create(
                partner_id=_partner(partners, each.body_code), starts_on=starts_on, share_parts=each.share_parts,
                contribution_pence=each.contribution_pence, basis=basis,
            )  # fmt: skip
        note("fund.terms_agreed", thing_id=fund_id, place_id=fund.place_id, found=len(terms))
        return len(terms)

    arguments = {"fund": fund_id, "starts": starts_on, "terms": [astuple(each) for each in terms], "basis": basis}
    with in_words():
        agreed: int = once(by=by.id, at=at, request_key=request_key, action="agree_terms", arguments=arguments, act=act)
    return agreed


def post_journal(
    *, by: Caller, at: datetime, request_key: str, fund_id: UUID, on: date, postings: Sequence[Line],
    source_kind: str, source_id: UUID, purpose: str, memo: str,
) -> UUID:  # fmt: skip
    """Post one entry dated `on`, all or nothing. Returns the journal's key.

    Source kind, source key and purpose together are posted once (NotNow source-posted-once). Raises BadValue for lines
    that do not balance for each holder, NotFound for an account that the fund lacks, NotNow for a closed period.
    """
    fund = _fund(fund_id)
    _must_in(by, "post_journal", fund.place_id)
    rules.check_lines(postings)

    def act() -> str:
        journal = Journal(
            id=new_id(), fund_id=fund_id, dated_on=on, recorded_at=at, by_id=by.id, memo=memo, number=0,
            source_kind=source_kind, source_id=source_id, purpose=purpose, request_key=request_key,
        )  # fmt: skip
        _write(journal, postings)
        _ask_now()
        note("journal.posted", thing_id=journal.id, place_id=fund.place_id)
        return str(journal.id)

    arguments = {
        "fund": fund_id, "on": on, "lines": [astuple(line) for line in postings], "kind": source_kind,
        "source": source_id, "purpose": purpose, "memo": memo,
    }  # fmt: skip
    with in_words():
        posted = once(by=by.id, at=at, request_key=request_key, action="post_journal", arguments=arguments, act=act)
    return UUID(posted)


def correct_journal(
    *, by: Caller, at: datetime, request_key: str, journal_id: UUID, on: date, postings: Sequence[Line], memo: str
) -> tuple[UUID, UUID | None]:
    """Undo a journal by a reversal dated `on`, and put `postings` in its place (none: only undo). Nothing is edited.

    Returns the keys of the reversal and of the replacement. A replacement is corrected in its turn; a journal is
    corrected once (NotNow journal-corrected-once) and a reversal never.
    """
    wrong = Journal.objects.select_related("fund").filter(id=journal_id).first()
    if wrong is None:
        raise NotFound("journal-unknown", "There is no such journal.", "", "Look it up in its fund.")
    _must_in(by, "post_journal", wrong.fund.place_id)
    if postings:
        rules.check_lines(postings)

    def act() -> list[str | None]:
        written: list[str | None] = []
        for purpose, lines in (("reversal", _undoing(journal_id)), ("replacement", tuple(postings))):
            if not lines:
                written.append(None)
                continue
            journal = Journal(
                id=new_id(), fund_id=wrong.fund_id, dated_on=on, recorded_at=at, by_id=by.id, memo=memo, number=0,
                source_kind=wrong.source_kind, source_id=wrong.source_id, purpose=purpose, corrects_id=journal_id,
                request_key=request_key,
            )  # fmt: skip
            _write(journal, lines)
            written.append(str(journal.id))
        _ask_now()
        note("journal.corrected", thing_id=journal_id, place_id=wrong.fund.place_id)
        return written

    arguments = {"journal": journal_id, "on": on, "lines": [astuple(line) for line in postings], "memo": memo}
    with in_words():
        undone, instead = once(
            by=by.id, at=at, request_key=request_key, action="correct_journal", arguments=arguments, act=act
        )
    return UUID(undone), UUID(instead) if instead else None


def close_period(
    *, by: Caller, at: datetime, request_key: str, fund_id: UUID, through: date, expected_version: int
) -> int:
    """Close a fund through a day, for good, and keep every balance of that day. Returns the fund's new version.

    Raises NotNow (period-not-over) for a day that is not over, Conflict when somebody closed in between.
    """
    fund = _fund(fund_id)
    _must_in(by, "close_period", fund.place_id)
    if through >= london_date(at):
        raise NotNow(
            "period-not-over", "This period is not over.", "Entries for its last day can still come.", "Close it later."
        )

    def act() -> int:
        if not Fund.objects.filter(id=fund_id, version=expected_version).update(closed_through=through):
            raise Conflict("fund-changed", "The fund was closed through another day since you saw it.")
        _checkpoint(fund_id, through)
        note("fund.period_closed", thing_id=fund_id, place_id=fund.place_id)
        return expected_version + 1

    arguments = {"fund": fund_id, "through": through, "version": expected_version}
    with in_words():
        version: int = once(
            by=by.id, at=at, request_key=request_key, action="close_period", arguments=arguments, act=act
        )
    return version


def make_checkpoints(*, by: Caller, at: datetime, request_key: str, through: date) -> int:
    """Keep every account's balance after a day, in every fund that the caller sees. Returns how many were kept."""

    def act() -> int:
        return sum(_checkpoint(fund_id, through) for fund_id in Fund.objects.values_list("id", flat=True))

    arguments = {"through": through}
    kept: int = once(by=by.id, at=at, request_key=request_key, action="make_checkpoints", arguments=arguments, act=act)
    return kept


def _must_in(by: Caller, permission: str, place_id: UUID) -> None:
    """Refuse an act that none of the caller's roles in this place permits."""
    if permission not in permissions_of(held.role for held in by.holdings if held.place_id == place_id):
        raise NotAllowed(
            "permission-missing",
            "Your role does not include this.",
            f"It needs the permission '{permission}' in the fund's place.",
            "Ask whoever manages access in that place if your work needs it.",
        )


def _fund(fund_id: UUID) -> Fund:
    fund = Fund.objects.filter(id=fund_id).first()
    if fund is None:
        raise NotFound("fund-unknown", "There is no such fund.", "", "See the funds of your place.")
    return fund


def _join(fund: Fund, partners: Sequence[NewPartner], basis: str) -> dict[str, UUID]:
    """Write the partners of a new fund with their first terms; returns their keys by the body's code."""
    codes = dict(Body.objects.filter(id__in=[each.body_id for each in partners]).values_list("id", "code"))
    joined: dict[str, UUID] = {}
    for each in partners:
        if each.body_id not in codes:
            raise NotFound("body-unknown", "A partner of this fund is no known body.", "", "Name a body of the place.")
        partner_id = joined[codes[each.body_id]] = new_id()
        FundPartner.objects.create(id=partner_id, fund=fund, body_id=each.body_id, side=each.side)
        PartnerTerms.objects.create(
            partner_id=partner_id, starts_on=fund.starts_on, share_parts=each.share_parts,
            contribution_pence=each.contribution_pence, basis=basis,
        )  # fmt: skip
    return joined


def _open(fund_id: UUID, accounts: Sequence[NewAccount], partners: Mapping[str, UUID]) -> None:
    Account.objects.bulk_create(
        Account(
            fund_id=fund_id, code=each.code, name=each.name, kind=each.kind, earmark=each.earmark,
            partner_id=None if each.holder == rules.PEOPLE else _partner(partners, each.holder),
        )
        for each in accounts
    )  # fmt: skip


def _partner(partners: Mapping[str, UUID], body_code: str) -> UUID:
    if body_code not in partners:
        raise NotFound("partner-unknown", "A body named here is no partner of the fund.", "", "Name a partner.")
    return partners[body_code]


def _write(journal: Journal, lines: Sequence[Line]) -> None:
    """Insert a journal and its lines; number, and the day of each line, come from the database."""
    wanted = {line.account for line in lines}
    held = dict(Account.objects.filter(fund_id=journal.fund_id, code__in=wanted).values_list("code", "id"))
    if wanted - held.keys():
        missing = ", ".join(sorted(wanted - held.keys()))
        raise NotFound("account-unknown", f"The fund has no account {missing}.", "", "Open it first.")
    journal.save(force_insert=True)
    Posting.objects.bulk_create(
        Posting(
            journal=journal, fund_id=journal.fund_id, account_id=held[line.account], line=number,
            amount_pence=line.amount_pence, dated_on=journal.dated_on, number=0,
        )
        for number, line in enumerate(lines, start=1)
    )  # fmt: skip


def _undoing(journal_id: UUID) -> tuple[Line, ...]:
    held = Posting.objects.filter(journal_id=journal_id).order_by("line").values_list("account__code", "amount_pence")
    return rules.reversed_lines(Line(code, pence) for code, pence in held)


def _ask_now() -> None:
    """Have the database judge what was posted now, so that its refusal comes back from this act."""
    with connections["default"].cursor() as cursor:
        cursor.execute("set constraints journal_balances immediate")
        cursor.execute("set constraints journal_balances deferred")


def _checkpoint(fund_id: UUID, through: date) -> int:
    with connections["default"].cursor() as cursor:
        cursor.execute("select access.checkpoint_fund(%s, %s)", [fund_id, through])
        return int(cursor.fetchone()[0])
