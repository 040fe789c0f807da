"""Disputes about who pays: the list, one with everything on its page, and what its end would make owed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Sum

from joinedup.access.callers import Caller
from joinedup.access.in_post import in_post_in, places_in_post
from joinedup.access.logbook import note
from joinedup.base.clock import london_date
from joinedup.base.errors import NotFound
from joinedup.commissioning.models import Dispute, Package, SettledWeek
from joinedup.commissioning.queries.besides import DisputeLine, dispute_line, disputes_shown
from joinedup.commissioning.queries.offers import partner_bodies
from joinedup.commissioning.queries.panel import possible_members
from joinedup.commissioning.queries.spoken_for import body_of, is_spoken_for, other_party
from joinedup.funding.queries import HandedOver
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
class EndShown:
    """How one side would end a dispute, and what the other made of it ('' while it waits).

    `may_answer` says that the caller may confirm or refuse it, `on_paper` that the other side has nobody here, so that
    its answer is written down from a paper; `may_take_back` that the caller's own side proposed it.
    """

    end_id: UUID
    proposed_for: str
    proposed_by: str
    proposed_on: date
    words: str
    payer: str
    settled_from: date
    answer: str
    answer_title: str
    answered_by: str
    answered_on: date | None
    answer_words: str
    heard_from: str
    other: str
    may_answer: bool
    on_paper: bool
    may_take_back: bool


@dataclass(frozen=True, slots=True)
class DisputeShown:
    """One dispute. `parties` are key and name; `settled_payer` is '' while it runs or where the split holds.

    `ends` are the proposed ends, the last one first; `can_propose` that the caller speaks for a party and none waits.
    """

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
    ends: tuple[EndShown, ...]
    can_propose: bool
    handed: tuple[HandedOver, ...]
    ownerless: bool
    owners: tuple[tuple[UUID, str], ...]

    @property
    def waiting(self) -> EndShown | None:
        """The proposed end that waits for the other side."""
        return next((each for each in self.ends if not each.answer), None)

    @property
    def outside_pence(self) -> int:
        """What is owed by bodies that share in no fund here: a claim that is paid outside it."""
        return sum(each.amount_pence for each in self.weeks if each.journal_id is None)

    @property
    def owed_pence(self) -> int:
        """What is owed for all weeks together."""
        return sum(each.amount_pence for each in self.weeks)


@dataclass(frozen=True, slots=True)
class Claim:
    """What bodies that share in no fund of ours owe after a dispute: for how many weeks, and how much together."""

    dispute_id: UUID
    owed_by: str
    owed_to: str
    weeks: int
    amount_pence: int


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
    ends = _ends(caller, found)
    runs = found.ended_at is None and "run_panel" in caller.permissions
    own = body_of(caller.id) if runs else None
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
        ends=ends, handed=_handed(found), ownerless=found.ended_at is None and not _in_post(found, at),
        can_propose=own in (found.one_body_id, found.other_body_id) and all(each.answer for each in ends),
        owners=tuple(pair for pair in in_post_in(found.place_id, at).items() if pair[0] != found.owner_id)
        if runs else (),
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


def ownerless_disputes(caller: Caller, at: datetime) -> tuple[DisputeLine, ...]:
    """Disputes that run and whose owner holds no office in their place any more."""
    caller.must("see_panel")
    rows = list(disputes_shown().filter(ended_at=None)[:AT_ONCE])
    held = places_in_post((each.owner_id for each in rows), at)
    left = [each for each in rows if each.place_id not in held.get(each.owner_id, ())]
    return tuple(dispute_line(each, london_date(at)) for each in left)


def claims_outside(caller: Caller) -> tuple[Claim, ...]:
    """Claims that no fund here could post, of disputes that the caller may see; the accounting officer collects."""
    caller.must("see_panel")
    rows = SettledWeek.objects.filter(journal=None).values("dispute_id", "owed_by__name", "owed_to__name")
    found = rows.annotate(weeks=Count("id"), pence=Sum("amount_pence")).order_by("owed_by__name", "dispute_id")
    return tuple(
        Claim(each["dispute_id"], each["owed_by__name"], each["owed_to__name"], each["weeks"], each["pence"])
        for each in found
    )


def _in_post(row: Dispute, at: datetime) -> bool:
    return row.place_id in places_in_post([row.owner_id], at).get(row.owner_id, ())


def _handed(row: Dispute) -> tuple[HandedOver, ...]:
    held = row.handovers.select_related("from_owner", "to_owner", "handed_by").order_by("handed_at", "id")
    return tuple(
        HandedOver(london_date(each.handed_at), each.from_owner.label, each.to_owner.label, each.handed_by.label,
                   each.because)
        for each in held
    )  # fmt: skip


def _ends(caller: Caller, row: Dispute) -> tuple[EndShown, ...]:
    """The proposed ends of a dispute, the last one first, with what the caller may do about the one that waits."""
    held = row.proposed_ends.select_related("proposed_for", "proposed_by", "settled_payer", "answered_by")
    names = {row.one_body_id: row.one_body.name, row.other_body_id: row.other_body.name}
    runs = "run_panel" in caller.permissions
    own = body_of(caller.id) if runs else None
    shown = []
    for each in held.order_by("-proposed_at", "-id"):
        other, waits = other_party(row, each.proposed_for_id), not each.answer
        on_paper = runs and waits and own != other and not is_spoken_for(other, row.place_id)
        shown.append(EndShown(
            each.id, each.proposed_for.name, each.proposed_by.label, london_date(each.proposed_at), each.words,
            each.settled_payer.name if each.settled_payer else "", each.settled_from, each.answer,
            each.get_answer_display() if each.answer else "", each.answered_by.label if each.answered_by else "",
            london_date(each.answered_at) if each.answered_at else None, each.answer_words, each.heard_from,
            names[other], runs and waits and each.proposed_by_id != caller.id and (own == other or on_paper), on_paper,
            runs and waits and own == each.proposed_for_id,
        ))  # fmt: skip
    return tuple(shown)


def _weeks(row: Dispute) -> tuple[OwedWeek, ...]:
    settled = SettledWeek.objects.select_related("week", "owed_by", "owed_to").filter(dispute_id=row.id)
    keys = [each.journal_id for each in settled if each.journal_id]
    numbers = dict(Journal.objects.filter(id__in=keys).values_list("id", "number"))
    return tuple(
        OwedWeek(each.week.week_starts_on, each.owed_by.name, each.owed_to.name, each.amount_pence, each.journal_id,
                 numbers.get(each.journal_id) if each.journal_id else None)
        for each in settled.order_by("week__week_starts_on", "owed_by__name")
    )  # fmt: skip
