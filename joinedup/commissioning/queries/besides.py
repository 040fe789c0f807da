"""What stands beside a package: what each side says, its item with the clock, conditions, tellings and disputes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from joinedup.access.callers import Caller
from joinedup.base.clock import london_date
from joinedup.base.parameter_files import shipped
from joinedup.commissioning.models import (
    Aftercare,
    Condition,
    Decision,
    Dispute,
    Item,
    Member,
    Package,
    Recommendation,
    Review,
    Telling,
)
from joinedup.commissioning.queries.aftercare import aftercare_of, is_aftercare
from joinedup.commissioning.queries.seats import has_quorum, office_of, quorum_of
from joinedup.commissioning.rules.panel import Word, in_the_way, tell_by

SIDE_TITLES = {"nhs": "NHS", "council": "Council"}


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody of one side said, with the figures they saw; `sits` names their office in the item's meeting."""

    by: str
    side: str
    sits: str
    says: str
    says_code: str
    words: str
    at: datetime
    seen_cost_pence: int
    seen_person_pence: int


@dataclass(frozen=True, slots=True)
class ItemShown:
    """A package's item: its clock, its meeting (None before one is set), and how it ended ('' while it waits)."""

    item_id: UUID
    version: int
    queued_by: str
    queued_at: datetime
    due_on: date
    days_waited: int
    late: bool
    meeting_id: UUID | None
    held_on: date | None
    members: tuple[tuple[str, str, str], ...]
    closed_how: str
    closed_why: str


@dataclass(frozen=True, slots=True)
class ConditionShown:
    """One condition of the decision; `late` when it is open past its day."""

    condition_id: UUID
    words: str
    owner: str
    due_on: date
    state: str
    closed_by: str
    closed_words: str
    version: int
    late: bool


@dataclass(frozen=True, slots=True)
class DisputeLine:
    """A dispute in a list; `late` when it runs past its day."""

    dispute_id: UUID
    package_id: UUID
    kind: str
    between: str
    interim_payer: str
    owner: str
    opened_at: datetime
    due_on: date
    ended_at: datetime | None
    late: bool


@dataclass(frozen=True, slots=True)
class Besides:
    """Everything beside a package. `in_the_way` says why the panel does not agree yet (empty: it does, or none waits).

    `review_on` is the day of the next look. `tell_by` is None while nothing is decided; `untold` once something is and
    nobody has told the family. `aftercare` says who owes it, where the package is such care.
    """

    said: tuple[Said, ...]
    item: ItemShown | None
    in_the_way: tuple[str, ...]
    rule: str
    appeal_route: str
    review_on: date | None
    by_panel: bool
    conditions: tuple[ConditionShown, ...]
    tellings: tuple[Telling, ...]
    reviews: tuple[Review, ...]
    review_late: bool
    tell_by: date | None
    untold: bool
    untold_late: bool
    disputes: tuple[DisputeLine, ...]
    aftercare: tuple[Aftercare, ...]

    @property
    def running(self) -> DisputeLine | None:
        """The dispute that runs now."""
        return next((each for each in self.disputes if each.ended_at is None), None)


def besides_of(caller: Caller, package_id: UUID, at: datetime) -> Besides:
    """What stands beside a package, as far as the caller may see it; the person too reads what was decided."""
    caller.must("see_money")
    today = london_date(at)
    item = Item.objects.select_related("meeting", "queued_by", "package__line").filter(package_id=package_id).first()
    disputes = tuple(dispute_line(each, today) for each in disputes_shown().filter(package_id=package_id))
    said = _said(package_id, item)
    running = any(each.ended_at is None for each in disputes)
    decision = Decision.objects.select_related("package").filter(package_id=package_id).first()
    decided_on = london_date(decision.decided_at) if decision else _declined_on(item)
    last = tell_by(decided_on, shipped()) if decided_on else None
    tellings = tuple(Telling.objects.select_related("told_by").filter(package_id=package_id).order_by("recorded_at"))
    reviews = tuple(
        Review.objects.select_related("reviewed_by").filter(package_id=package_id).order_by("recorded_at", "id")
    )
    next_on = reviews[-1].next_on if reviews else decision.review_on if decision else None
    conditions = Condition.objects.select_related("owner", "closed_by").filter(decision__package_id=package_id)
    return Besides(
        said=said, item=item_shown(item, at) if item else None,
        in_the_way=obstacles_of_panel(item, running, today) if item and not item.closed_how else (),
        rule=decision.rule if decision else "", appeal_route=_appeal_route(decision, item),
        review_on=next_on, reviews=reviews,
        review_late=bool(next_on and today > next_on and decision and decision.package.state == "committed"),
        by_panel=bool(decision and decision.item_id),
        conditions=tuple(_condition(each, today) for each in conditions.order_by("due_on", "id")), tellings=tellings,
        tell_by=last, untold=last is not None and not tellings,
        untold_late=last is not None and not tellings and today > last, disputes=disputes,
        aftercare=_aftercare(package_id),
    )  # fmt: skip


def waiting_item(package_id: UUID) -> Item | None:
    """The item of a package that waits for the panel now."""
    held = Item.objects.select_related("meeting", "package__line")
    return held.filter(package_id=package_id, closed_at=None).first()


def obstacles_of_panel(item: Item, disputed: bool, today: date) -> tuple[str, ...]:
    """Why what waits for the panel cannot be decided now, in words; as the database asks."""
    if item.meeting is None:
        return ("The panel has not met about this: it is on no agenda yet.",)
    if item.meeting.held_on > today:
        return (f"The panel meets on {item.meeting.held_on.day} {item.meeting.held_on:%B}.",)
    return (*_too_few(item), *in_the_way(_last_words(item), disputed))


def disputes_shown() -> QuerySet[Dispute]:
    """Disputes with what a list shows of them, the one that must end first in front."""
    held = Dispute.objects.select_related("one_body", "other_body", "interim_payer", "owner")
    return held.order_by("due_on", "id")


def dispute_line(row: Dispute, today: date) -> DisputeLine:
    """A dispute as a line of a list on a day."""
    return DisputeLine(
        row.id, row.package_id, row.get_kind_display(), f"{row.one_body.name} and {row.other_body.name}",
        row.interim_payer.name, row.owner.label, row.opened_at, row.due_on, row.ended_at,
        row.ended_at is None and today > row.due_on,
    )  # fmt: skip


def item_shown(item: Item, at: datetime) -> ItemShown:
    """An item with its clock at an instant."""
    members = Member.objects.select_related("subject", "holding").filter(meeting__items=item)
    return ItemShown(
        item.id, item.version, item.queued_by.label, item.queued_at, item.due_on,
        (london_date(item.closed_at or at) - london_date(item.queued_at)).days,
        not item.closed_how and london_date(at) > item.due_on, item.meeting_id,
        item.meeting.held_on if item.meeting else None,
        tuple(
            (each.subject.label, SIDE_TITLES[each.side], office_of(each))
            for each in members.order_by("side", "subject__label")
        ),
        item.closed_how,
        item.closed_why,
    )  # fmt: skip


def _too_few(item: Item) -> tuple[str, ...]:
    if has_quorum(item.id):
        return ()
    nhs, council = quorum_of(item.place_id, item.package.line.service_code or "")
    return (
        f"Too few sat in the meeting: the board asks for {nhs} of the NHS and {council} of the council who are in post "
        "on that day.",
    )


def _last_words(item: Item) -> Iterable[Word]:
    """The last word of each member of the item's meeting on the present charge."""
    members = Member.objects.filter(meeting__items=item).values("subject_id")
    said = Recommendation.objects.filter(package_id=item.package_id, recommended_by_id__in=members)
    last = {each.recommended_by_id: each for each in said.order_by("recommended_at", "id")}
    return [Word(each.side, each.says) for each in last.values()]


def _said(package_id: UUID, item: Item | None) -> tuple[Said, ...]:
    rows = Recommendation.objects.select_related("recommended_by").filter(package_id=package_id)
    members = Member.objects.select_related("holding").filter(meeting__items=item) if item else ()
    sits = {each.subject_id: office_of(each) for each in members}
    return tuple(
        Said(
            each.recommended_by.label, SIDE_TITLES[each.side], sits.get(each.recommended_by_id, ""),
            each.get_says_display(), each.says, each.words, each.recommended_at, each.seen_cost_pence,
            each.seen_person_pence,
        )
        for each in rows.order_by("recommended_at", "id")
    )  # fmt: skip


def _appeal_route(decision: Decision | None, item: Item | None) -> str:
    """How to appeal: as the decision says, or the shipped words of the day on which it was declined."""
    if decision is not None:
        return decision.appeal_route
    declined_on = _declined_on(item)
    return shipped().value_at("panel-appeal-route", declined_on).text() if declined_on else ""


def _aftercare(package_id: UUID) -> tuple[Aftercare, ...]:
    """Who owes the aftercare that a package is; nothing for other care."""
    package = Package.objects.select_related("funding").filter(id=package_id).first()
    return aftercare_of(package.person_id) if package and is_aftercare(package) else ()


def _declined_on(item: Item | None) -> date | None:
    return london_date(item.closed_at) if item and item.closed_how == "declined" and item.closed_at else None


def _condition(row: Condition, today: date) -> ConditionShown:
    return ConditionShown(
        row.id, row.words, row.owner.label, row.due_on, row.state, row.closed_by.label if row.closed_by else "",
        row.closed_words, row.version, row.state == "open" and today > row.due_on,
    )  # fmt: skip
