"""The one funding panel: recommending, queueing, calling a meeting, putting an item on its agenda, and declining.

Nobody of either side recommends without the cost and the person's share: whoever recommends sends back the figures
that stood on their screen, and they must be what the package, the plan and the charge rule say now. The decision on an
item is `decide` (decisions.py): the database lets the officer commit it when both sides of the meeting agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from joinedup.access.actions import once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.access.models import RoleHolding
from joinedup.access.roles import permissions_of
from joinedup.base.clock import london_date
from joinedup.base.errors import Conflict, NotAllowed, NotFound, NotNow, PersonMustAct
from joinedup.base.identifiers import new_id
from joinedup.base.parameter_files import shipped
from joinedup.commissioning.models import EVERYTHING, Item, Meeting, Member, Package, Quorum, Recommendation
from joinedup.commissioning.queries.figures import must_be_as_seen
from joinedup.commissioning.refusals import ask_meeting_now, in_words
from joinedup.commissioning.rules.panel import decide_by, sight_until
from joinedup.commissioning.sight import accounting_officers, pass_on


@dataclass(frozen=True, slots=True)
class NewMember:
    """Who is to sit in a meeting: the holding of the office in which they do. The side follows from their body."""

    holding_id: UUID


def recommend_package(
    *, by: Caller, at: datetime, request_key: str, package_id: UUID, says: str, words: str, seen_cost_pence: int,
    seen_person_pence: int,
) -> UUID:  # fmt: skip
    """Say as one of either side what is thought of a proposal, with the figures that were seen. Returns its key.

    `says` is recommend, other_payer or against. NotNow (figures-changed, charge-out-of-date, plan-changed) when the
    cost or share seen are not what the package, the charge rule and the plan say now.
    """
    by.must("recommend_package")
    if not words.strip():
        raise PersonMustAct("words-empty", "Say why.", "The panel and the person read it.", "Write a few words.")

    def act() -> str:
        package = _package(package_id)
        must_be_as_seen(package, seen_cost_pence, seen_person_pence, london_date(at))
        made = Recommendation(
            id=new_id(), package_id=package.id, person_id=package.person_id, recommended_by_id=by.id,
            recommended_at=at, says=says, words=words.strip(), seen_cost_pence=seen_cost_pence,
            seen_person_pence=seen_person_pence, charge_id=package.funding_id, side="nhs",
        )  # fmt: skip
        made.save(force_insert=True)
        note("package.recommended", person_id=package.person_id, thing_id=package_id, place_id=package.place_id)
        return str(made.id)

    arguments = {
        "package": package_id, "says": says, "words": words, "cost": seen_cost_pence, "share": seen_person_pence,
    }  # fmt: skip
    with in_words():
        made = once(by=by.id, at=at, request_key=request_key, action="recommend_package", arguments=arguments, act=act)
    return UUID(made)


def queue_for_panel(*, by: Caller, at: datetime, request_key: str, package_id: UUID) -> UUID:
    """Let a proposal wait for the panel: its clock starts now. Returns the item's key. NotNow when it waits already."""
    by.must("run_panel")

    def act() -> str:
        package = _package(package_id)
        item = Item(
            id=new_id(), package_id=package.id, person_id=package.person_id, place_id=package.place_id,
            queued_by_id=by.id, queued_at=at, due_on=decide_by(london_date(at), shipped()),
        )  # fmt: skip
        item.save(force_insert=True)
        pass_on(by=by, at=at, request_key=request_key, receivers=accounting_officers(package.place_id),
                person_id=package.person_id, package_id=package.id)  # fmt: skip
        note("item.queued", person_id=package.person_id, thing_id=item.id, place_id=package.place_id)
        return str(item.id)

    arguments = {"package": package_id}
    with in_words():
        made = once(by=by.id, at=at, request_key=request_key, action="queue_for_panel", arguments=arguments, act=act)
    return UUID(made)


def call_meeting(
    *, by: Caller, at: datetime, request_key: str, place_id: UUID, held_on: date, members: Sequence[NewMember]
) -> UUID:
    """Call a meeting of the panel with its members. Returns its key.

    NotNow (panel-meets-with-both-sides) unless both sides sit in it, and (panel-member-in-post-on-the-day) unless every
    member holds their office on that day.
    """
    by.must("run_panel")

    def act() -> str:
        meeting = Meeting(id=new_id(), place_id=place_id, held_on=held_on, called_by_id=by.id, called_at=at)
        meeting.save(force_insert=True)
        held = RoleHolding.objects.in_bulk([each.holding_id for each in members])
        if len(held) < len(members):
            raise NotFound("office-not-found", "Somebody here holds no such office, or is named twice.")
        Member.objects.bulk_create(
            Member(id=new_id(), meeting_id=meeting.id, subject_id=each.subject_id, holding_id=each.id, side="nhs")
            for each in held.values()
        )
        ask_meeting_now()
        note("panel.called", thing_id=meeting.id, place_id=place_id)
        return str(meeting.id)

    arguments = {
        "place": place_id, "on": held_on, "members": sorted(str(each.holding_id) for each in members),
    }  # fmt: skip
    with in_words():
        made = once(by=by.id, at=at, request_key=request_key, action="call_meeting", arguments=arguments, act=act)
    return UUID(made)


def put_on_agenda(
    *, by: Caller, at: datetime, request_key: str, expected_version: int, item_id: UUID, meeting_id: UUID
) -> int:
    """Put an item on the agenda of a meeting and let its members see the person until some days after it.

    Returns the item's version; Conflict when it changed since it was read.
    """
    by.must("run_panel")

    def act() -> int:
        item = _item(item_id, expected_version)
        meeting = Meeting.objects.filter(id=meeting_id).first()
        if meeting is None:
            raise NotFound("meeting-not-found", "There is no such meeting.")
        _change(item_id, expected_version, meeting_id=meeting_id)
        ends_at = at + timedelta(days=max((sight_until(meeting.held_on, shipped()) - london_date(at)).days, 1))
        members = tuple(
            Member.objects.filter(meeting_id=meeting_id).order_by("id").values_list("subject_id", flat=True)
        )
        pass_on(by=by, at=at, request_key=request_key, receivers=members, person_id=item.person_id,
                package_id=item.package_id, ends_at=ends_at)  # fmt: skip
        note("item.put_on_agenda", person_id=item.person_id, thing_id=item_id, place_id=item.place_id)
        return expected_version + 1

    arguments = {"item": item_id, "meeting": meeting_id, "version": expected_version}
    with in_words():
        version: int = once(
            by=by.id, at=at, request_key=request_key, action="put_on_agenda", arguments=arguments, act=act
        )
    return version


def decline_item(*, by: Caller, at: datetime, request_key: str, expected_version: int, item_id: UUID, why: str) -> int:
    """Decline what the panel looked at, as the one officer in post, and say why; the proposal ends with it.

    Returns the item's version. The family must be told of this as of a decision. Conflict when it changed meanwhile.
    """
    by.must("decide_package")
    if not why.strip():
        raise PersonMustAct("why-empty", "Say why it is declined.", "The person has a right to the reason.",
                            "Write a few words.")  # fmt: skip

    def act() -> int:
        item = _item(item_id, expected_version)
        _change(item_id, expected_version, closed_at=at, closed_how="declined", closed_why=why.strip())
        note("item.declined", person_id=item.person_id, thing_id=item_id, place_id=item.place_id)
        return expected_version + 1

    arguments = {"item": item_id, "version": expected_version, "why": why}
    with in_words():
        version: int = once(
            by=by.id, at=at, request_key=request_key, action="decline_item", arguments=arguments, act=act
        )
    return version


def set_quorum(
    *, by: Caller, at: datetime, request_key: str, place_id: UUID, nhs_members: int, council_members: int,
    kind: str = EVERYTHING,
) -> UUID:  # fmt: skip
    """Say as the board how many members of each side a place's panel needs from now on, for one kind or everything.

    Returns the key. Both sides always sit in it, so that neither number is below one.
    """
    held = permissions_of(each.role for each in by.holdings if each.place_id == place_id)
    if "delegate_authority" not in held:
        raise NotAllowed(
            "permission-missing", "Your role does not include this.",
            "It needs the permission 'delegate_authority' in that place.", "Ask the board of the place.",
        )  # fmt: skip

    def act() -> str:
        made = Quorum(id=new_id(), place_id=place_id, kind=kind, nhs_members=nhs_members,
                      council_members=council_members, set_by_id=by.id, set_at=at)  # fmt: skip
        made.save(force_insert=True)
        note("quorum.set", thing_id=made.id, place_id=place_id)
        return str(made.id)

    arguments = {"place": place_id, "nhs": nhs_members, "council": council_members, "kind": kind}
    with in_words():
        made = once(by=by.id, at=at, request_key=request_key, action="set_quorum", arguments=arguments, act=act)
    return UUID(made)


def _package(package_id: UUID) -> Package:
    found = Package.objects.select_related("line__plan").filter(id=package_id).first()
    if found is None:
        raise NotFound("package-not-found", "There is no such package, or you may not see it.")
    return found


def _item(item_id: UUID, expected_version: int) -> Item:
    item = Item.objects.filter(id=item_id).first()
    if item is None:
        raise NotFound("item-not-found", "There is no such item, or you may not see it.")
    if item.version != expected_version:
        raise Conflict("item-changed", "This item has changed since you opened it.")
    if item.closed_at is not None:
        raise NotNow("item-closed", "The panel is done with this.", "It was decided, declined or taken back.",
                     "Open the package again.")  # fmt: skip
    return item


def _change(item_id: UUID, expected_version: int, **values: object) -> None:
    """Change an item if it still is at that version: of two who change it at once one is refused."""
    held = Item.objects.filter(id=item_id, version=expected_version)
    if not held.update(**values, version=expected_version + 1):
        raise Conflict("item-changed", "This item has changed since you opened it.")
