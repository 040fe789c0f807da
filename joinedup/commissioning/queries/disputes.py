"""Disputes about who pays: the list, one with everything on its page, and what its end would make owed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.clock import london_date
from joinedup.base.errors import NotFound
from joinedup.commissioning.models import Dispute, Package, SettledWeek
from joinedup.commissioning.queries.besides import DisputeLine, dispute_line, disputes_shown
from joinedup.commissioning.queries.offers import partner_bodies
from joinedup.commissioning.queries.panel import possible_members
from joinedup.ledger import queries as ledger
from joinedup.ledger.models import Journal
from joinedup.person.queries.person_row import full_name, person_row
from joinedup.places.models import Body

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class OwedWeek:
    """What one body owes for one week; the journal is None where the fund could not post it."""

    week_starts_on: date
    owed_by: str
    owed_to: str
    amount_pence: int
    journal_id: UUID | None
    journal_number: int | None


@dataclass(frozen=True, slots=True)
class DisputeShown:
    """One dispute. `parties` are key and name; `settled_payer` is '' while it runs or where the split holds."""

    line: DisputeLine
    version: int
    name: str
    person_id: UUID
    title: str
    question: str
    parties: tuple[tuple[UUID, str], ...]
    interim_from: date
    opened_by: str
    settled_payer: str
    settled_from: date | None
    ended_by: str
    ended_words: str
    days: int
    weeks: tuple[OwedWeek, ...]
    can_end: bool

    @property
    def owed_pence(self) -> int:
        """What is owed for all weeks together."""
        return sum(each.amount_pence for each in self.weeks)


@dataclass(frozen=True, slots=True)
class ToDispute:
    """What opening a dispute about a package starts from; `partners` and `bodies` are key and name."""

    package_id: UUID
    name: str
    title: str
    starts_on: date
    partners: tuple[tuple[UUID, str], ...]
    bodies: tuple[tuple[UUID, str], ...]
    owners: tuple[tuple[UUID, str], ...]


def disputes_of(caller: Caller, at: datetime) -> tuple[DisputeLine, ...]:
    """Disputes about people whom the caller may see: those that run first, the nearest day in front."""
    caller.must("see_panel")
    rows = [dispute_line(each, london_date(at)) for each in disputes_shown()[:AT_ONCE]]
    return tuple(sorted(rows, key=lambda each: each.ended_at is not None))


def dispute_of(caller: Caller, dispute_id: UUID, at: datetime) -> DisputeShown:
    """One dispute; a line of the log. NotFound when it is not there or not to be seen."""
    caller.must("see_panel")
    held = disputes_shown().select_related("package__line", "settled_payer", "ended_by", "opened_by")
    found = held.filter(id=dispute_id).first()
    if found is None:
        raise NotFound("dispute-not-found", "There is no such dispute, or you may not see it.")
    person = person_row(found.person_id)
    note("dispute.opened_page", person_id=person.id, thing_id=found.id, place_id=found.place_id)
    return DisputeShown(
        line=dispute_line(found, london_date(at)), version=found.version,
        name=full_name(person.prefix, person.given, person.family), person_id=person.id,
        title=found.package.line.title, question=found.question,
        parties=((found.one_body_id, found.one_body.name), (found.other_body_id, found.other_body.name)),
        interim_from=found.interim_from, opened_by=found.opened_by.label,
        settled_payer=found.settled_payer.name if found.settled_payer else "", settled_from=found.settled_from,
        ended_by=found.ended_by.label if found.ended_by else "", ended_words=found.ended_words,
        days=(london_date(found.ended_at or at) - london_date(found.opened_at)).days, weeks=_weeks(found),
        can_end=found.ended_at is None and "run_panel" in caller.permissions and found.opened_by_id != caller.id,
    )  # fmt: skip


def to_dispute(caller: Caller, package_id: UUID, at: datetime) -> ToDispute:
    """What a dispute about a package starts from. NotFound when the package is not there or not to be seen."""
    caller.must("run_panel")
    package = Package.objects.select_related("line").filter(id=package_id).first()
    if package is None:
        raise NotFound("package-not-found", "There is no such package, or you may not see it.")
    person = person_row(package.person_id)
    note("package.opened", person_id=person.id, thing_id=package.id, place_id=package.place_id)
    fund = ledger.fund_of_place(package.place_id, package.starts_on)
    partners = partner_bodies(fund.id) if fund else {}
    names = dict(Body.objects.filter(id__in=partners.values()).values_list("id", "name"))
    others = Body.objects.filter(kind__in=("council", "icb"), ends_on=None).exclude(id__in=names)
    mine = tuple(sorted(names.items(), key=lambda pair: pair[1]))
    return ToDispute(
        package_id, full_name(person.prefix, person.given, person.family), package.line.title, package.starts_on, mine,
        (*mine, *others.order_by("name").values_list("id", "name")), possible_members([package.place_id], at),
    )  # fmt: skip


def _weeks(row: Dispute) -> tuple[OwedWeek, ...]:
    settled = SettledWeek.objects.select_related("week", "owed_by", "owed_to").filter(dispute_id=row.id)
    keys = [each.journal_id for each in settled if each.journal_id]
    numbers = dict(Journal.objects.filter(id__in=keys).values_list("id", "number"))
    return tuple(
        OwedWeek(each.week.week_starts_on, each.owed_by.name, each.owed_to.name, each.amount_pence, each.journal_id,
                 numbers.get(each.journal_id) if each.journal_id else None)
        for each in settled.order_by("week__week_starts_on", "owed_by__name")
    )  # fmt: skip
