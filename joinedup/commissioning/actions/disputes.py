"""A dispute about who pays: opened with an owner, a clock and an interim payer; and what its end makes owed.

Care starts now: while the dispute runs the interim payer bears what the person does not, so nobody waits for the
answer. The end (dispute_ends.py) settles every week that was posted meanwhile: each is a row of what is owed, and a new
entry in the fund moves the cost. Nothing that was posted is edited. A payer that shares in no fund here owes; that is
stored as a claim, not posted.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from joinedup.access.actions import once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.clock import london_date
from joinedup.base.errors import NotFound, PersonMustAct
from joinedup.base.identifiers import new_id
from joinedup.base.parameter_files import shipped
from joinedup.commissioning import rules
from joinedup.commissioning.models import DeliveredWeek, Dispute, Package, SettledWeek, Split
from joinedup.commissioning.queries.offers import council_of, partner_bodies
from joinedup.commissioning.queries.spoken_for import speakers_of
from joinedup.commissioning.refusals import in_words
from joinedup.commissioning.rules.disputes import borne_when_settled, owed_to_interim, settlement_lines
from joinedup.commissioning.rules.panel import settle_by
from joinedup.commissioning.sight import dispute_key, pass_on
from joinedup.ledger import queries as ledger
from joinedup.ledger.actions import post_journal
from joinedup.person.actions import append_timeline
from joinedup.places.models import Body


def open_dispute(
    *, by: Caller, at: datetime, request_key: str, package_id: UUID, kind: str, question: str, one_body_id: UUID,
    other_body_id: UUID, interim_payer_id: UUID, owner_id: UUID, interim_from: date | None = None,
) -> UUID:  # fmt: skip
    """Open a dispute between two bodies about who pays for a package. Returns its key.

    The interim payer, one of the two and a partner of the fund, pays from the package's first day unless a later one is
    given. Who speaks for the two sees the person from now on. NotNow when one runs already, the interim payer is no
    partner, or weeks from that day are posted.
    """
    by.must("run_panel")
    if not question.strip():
        raise PersonMustAct("question-empty", "Say what is in dispute.", "", "Write a few words.")

    def act() -> str:
        package = _package(package_id)
        dispute = Dispute(
            id=new_id(), package_id=package.id, person_id=package.person_id, place_id=package.place_id, kind=kind,
            question=question.strip(), one_body_id=one_body_id, other_body_id=other_body_id,
            interim_payer_id=interim_payer_id, interim_from=interim_from or package.starts_on, owner_id=owner_id,
            due_on=settle_by(london_date(at), kind, shipped()), opened_by_id=by.id, opened_at=at,
        )  # fmt: skip
        dispute.save(force_insert=True)
        speakers = dict.fromkeys(
            each for body_id in (one_body_id, other_body_id) for each in speakers_of(body_id, package.place_id)
        )
        pass_on(by=by, at=at, request_key=request_key, receivers=(*speakers,), person_id=package.person_id,
                package_id=package.id)  # fmt: skip
        payer = Body.objects.get(id=interim_payer_id)
        append_timeline(
            by=by, at=at, person_id=package.person_id, kind="charge", title="Bodies disagree about who pays",
            detail=(("Pays meanwhile", payer.name), ("Must end by", dispute.due_on.isoformat()),
                    ("The person's care and share", "do not change while it runs")),
            source_key=dispute_key(dispute.id), starts_on=london_date(at), open_ended=True,
        )  # fmt: skip
        note("dispute.opened", person_id=package.person_id, thing_id=dispute.id, place_id=package.place_id)
        return str(dispute.id)

    arguments = {
        "package": package_id, "kind": kind, "question": question, "one": one_body_id, "other": other_body_id,
        "interim": interim_payer_id, "owner": owner_id, "from": interim_from,
    }  # fmt: skip
    with in_words():
        made = once(by=by.id, at=at, request_key=request_key, action="open_dispute", arguments=arguments, act=act)
    return UUID(made)


def settle_week(
    *, by: Caller, at: datetime, request_key: str, dispute: Dispute, week: DeliveredWeek
) -> list[SettledWeek]:
    """The rows of what is owed to the interim payer for a week that it bore, each with its entry where one can be.

    What the NHS pays alone is in no dispute about the rest: it was never the interim payer's.
    Part of the act that calls it, under keys of its own.
    """
    package = week.package
    fund_id = package.decision.fund_id
    interim = str(dispute.interim_payer.code)
    days = rules.days_of_week(week.week_starts_on, package.ends_on)
    shares = ledger.shares(fund_id, week.week_starts_on + timedelta(days=days - 1))
    rest_pence = week.amount_pence - week.person_pence - week.nhs_pence
    if dispute.settled_payer_id is not None:
        settled = borne_when_settled(rest_pence, Body.objects.get(id=dispute.settled_payer_id).code, {})
    elif Split.objects.filter(package_id=package.id, payer=rules.COUNCIL).exists():
        settled = borne_when_settled(rest_pence, council_of(fund_id), {})
    else:
        settled = borne_when_settled(rest_pence, "", shares)
    rows = []
    for code, pence in owed_to_interim(rest_pence, interim, settled).items():
        row = SettledWeek(
            id=new_id(), dispute_id=dispute.id, person_id=dispute.person_id, week_id=week.id,
            owed_by_id=_body_of(dispute, fund_id, code), owed_to_id=dispute.interim_payer_id, amount_pence=pence,
        )  # fmt: skip
        if code in shares:
            purpose = rules.cost_account(package.line.service_code or "")
            row.journal_id = post_journal(
                by=by, at=at, request_key=f"{request_key}.{code}", fund_id=fund_id, on=london_date(at),
                postings=settlement_lines(purpose, code, interim, pence), source_kind="settled_week",
                source_id=row.id, purpose="settlement", memo="settled-week",
            )  # fmt: skip
        row.save(force_insert=True)
        rows.append(row)
    return rows


def _body_of(dispute: Dispute, fund_id: UUID, code: str) -> UUID:
    """The body behind a code: the settled payer, or the partner of the fund."""
    if dispute.settled_payer_id is not None:
        return dispute.settled_payer_id
    return partner_bodies(fund_id)[code]


def _package(package_id: UUID) -> Package:
    found = Package.objects.filter(id=package_id).first()
    if found is None:
        raise NotFound("package-not-found", "There is no such package, or you may not see it.")
    return found
