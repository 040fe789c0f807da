"""The only writes of `access` that follow the common shape of every action: grants, and that shape itself.

Every action takes `by`, `at`, `request_key` and, for changes, `expected_version`. `once` replays the first result under
the same request key, and refuses the same key for different arguments.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connections, transaction

from joinedup.access.agreement_files import AgreementFile
from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.access.models import (
    ActionResult,
    AgreementParty,
    DeskReview,
    DutyDesk,
    RoleHolding,
    SharingAgreement,
    StaffHome,
    Subject,
    TeamMembership,
    User,
)
from joinedup.access.refusals import Refusals, in_words_of
from joinedup.access.roles import BY_CODE
from joinedup.base.acts import check_request_key
from joinedup.base.clock import london_date
from joinedup.base.errors import Conflict, NotFound, NotNow, PersonMustAct
from joinedup.base.identifiers import new_id
from joinedup.base.names import folded
from joinedup.base.postcode import Postcode
from joinedup.places.models import Body, Place
from joinedup.places.queries import find_body, find_place

SHIFT_REFUSALS: Refusals = {
    "shift_lasts_at_most_a_day": (
        PersonMustAct, "A shift ends in the future and lasts at most a day.",
        "Whoever is on duty sees everybody who waits at the desk.", "Give a later end, or several shifts.",
    ),
    "shift_is_of_somebody_at_work_here": (
        PersonMustAct, "Only somebody who works with people of this place goes on duty.", "", "Choose somebody else.",
    ),
    "member_of_team_once": (
        PersonMustAct, "They are on duty there at that time already.", "", "Choose another time, or end that shift.",
    ),
}  # fmt: skip


def once(
    *, by: UUID, at: datetime, request_key: str, action: str, arguments: Mapping[str, object], act: Callable[[], Any]
) -> Any:
    """Run `act` under a request key: the first time it acts and its JSON-able result is kept, later it is replayed.

    The second of two requests with one key waits until the first has ended, so it replays where it would else conflict
    with the first one's changes. Raises NotNow (request-key-reused) for other arguments under the same key.
    """
    check_request_key(request_key)
    digest = hashlib.sha256(json.dumps(arguments, sort_keys=True, default=str).encode()).hexdigest()
    with transaction.atomic():
        with connections["default"].cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{by} {request_key}"])
        held = ActionResult.objects.filter(by_id=by, request_key=request_key).first()
        if held is None:
            result = act()
            ActionResult.objects.create(
                by_id=by, request_key=request_key, action=action, arguments_digest=digest, result=result, at=at
            )
            return result
    if held.action != action or held.arguments_digest != digest:
        raise NotNow(
            "request-key-reused",
            "This request was sent before with other contents.",
            "A request key stands for one act; the first result stays.",
            "Open the page again and repeat what you want to do.",
        )
    return held.result


def give_grant(
    *, by: Caller, at: datetime, request_key: str, receiver: UUID, person_id: UUID, purpose: str, source: str,
    ends_at: datetime | None,
) -> UUID:  # fmt: skip
    """Give a subject sight of a person; the database refuses a giver who has no right to. Returns the grant's key."""

    def act() -> str:
        grant_id = new_id()
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "select access.give_grant(%s, %s, %s, %s, %s, %s, %s)",
                [grant_id, receiver, person_id, purpose, source, at, ends_at],
            )
        note("grant.given", person_id=person_id, thing_id=grant_id, reason=purpose)
        return str(grant_id)

    arguments = {"receiver": receiver, "person": person_id, "purpose": purpose, "source": source, "ends": ends_at}
    given = once(by=by.id, at=at, request_key=request_key, action="give_grant", arguments=arguments, act=act)
    return UUID(given)


def end_grant(*, by: Caller, at: datetime, request_key: str, grant_id: UUID, expected_version: int) -> int:
    """End a grant at an instant; its holders lose sight at once. Returns the new version, refuses a stale one."""

    def act() -> int:
        with connections["default"].cursor() as cursor:
            cursor.execute("select access.end_grant(%s, %s, %s)", [grant_id, at, expected_version])
            version = cursor.fetchone()[0]
        if version is None:
            raise Conflict("grant-changed", "This grant has changed or ended since you saw it.")
        note("grant.ended", thing_id=grant_id)
        return int(version)

    arguments = {"grant": grant_id, "version": expected_version}
    ended: int = once(by=by.id, at=at, request_key=request_key, action="end_grant", arguments=arguments, act=act)
    return ended


def add_user(
    *, by: UUID, at: datetime, request_key: str, username: str, label: str, role: str, place: Place,
    body: Body | None, team_code: str = "", password: str | None = None, is_demo: bool = False,
) -> UUID:  # fmt: skip
    """Make an account with its role in a place and, if named, its team. Without a password nobody can sign in by it.

    Runs as the role `owner`, by whoever runs the installation. Returns the subject's key; PersonMustAct when the name
    is taken, the role or the team is unknown.
    """

    def act() -> str:
        if role not in BY_CODE:
            known = f"Roles are {', '.join(BY_CODE)}."
            raise PersonMustAct("role-unknown", "There is no such role.", known, "Choose one of them.")
        if Subject.objects.filter(code=f"user:{username}").exists():
            raise PersonMustAct("user-taken", "An account of that name exists.", "", "Choose another name.")
        subject = Subject.objects.create(code=f"user:{username}", kind="user", label=label, body=body, is_demo=is_demo)
        user = User(id=subject.id, username=username, email=f"{username}@accounts.invalid", is_demo=is_demo)
        user.set_password(password)
        user.save(force_insert=True)
        RoleHolding.objects.create(subject=subject, role=role, place=place, starts_at=at)
        if team_code:
            team = Subject.objects.filter(kind="team", code=team_code).first()
            if team is None:
                raise PersonMustAct("team-unknown", "There is no such team.", "", "List them with joinedup user list.")
            TeamMembership.objects.create(team=team, member=subject, starts_at=at)
        note("user.added", thing_id=subject.id, place_id=place.id)
        return str(subject.id)

    arguments = {"username": username, "role": role, "place": place.id, "team": team_code}
    return UUID(once(by=by, at=at, request_key=request_key, action="add_user", arguments=arguments, act=act))


def close_user(*, by: UUID, at: datetime, request_key: str, username: str) -> int:
    """Close an account: its sessions, roles and memberships end now. Returns how many sessions ended."""

    def act() -> int:
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise NotFound("user-unknown", "No active account has that name.", "", "List them with joinedup user list.")
        User.objects.filter(id=user.id).update(is_active=False)
        for held in (RoleHolding.objects.filter(subject_id=user.id), TeamMembership.objects.filter(member_id=user.id)):
            held.filter(ends_at=None).update(ends_at=at)
        with connections["default"].cursor() as cursor:
            cursor.execute("select access.close_sessions(%s)", [user.id])
            ended = int(cursor.fetchone()[0])
        note("user.closed", thing_id=user.id)
        return ended

    return int(once(by=by, at=at, request_key=request_key, action="close_user", arguments={"user": username}, act=act))


def end_grants_of_source(*, by: Caller, at: datetime, request_key: str, receiver: UUID, source: str) -> int:
    """End the live grants that one source gave to the caller or their team; part of the act that calls it."""
    del by, request_key  # the database checks the caller; the act that calls this holds the key
    with connections["default"].cursor() as cursor:
        cursor.execute("select access.end_grants_of_source(%s, %s, %s)", [receiver, source, at])
        return int(cursor.fetchone()[0])


def add_duty_desk(*, by: UUID, at: datetime, request_key: str, code: str, label: str, place: Place,
                  body: Body | None = None, is_demo: bool = False) -> UUID:  # fmt: skip
    """Make a duty desk of a place (role `owner`): a team to which only those on shift belong. Returns its key.

    PersonMustAct when the code is taken.
    """

    def act() -> str:
        if Subject.objects.filter(code=code).exists():
            raise PersonMustAct("team-taken", "A team of that code exists.", "", "Choose another code.")
        team = Subject.objects.create(code=code, kind="team", label=label, body=body, is_demo=is_demo)
        DutyDesk.objects.create(team=team, place=place, starts_at=at)
        note("duty_desk.added", thing_id=team.id, place_id=place.id)
        return str(team.id)

    arguments = {"code": code, "label": label, "place": place.id}
    return UUID(once(by=by, at=at, request_key=request_key, action="add_duty_desk", arguments=arguments, act=act))


def set_shift(
    *, by: Caller, at: datetime, request_key: str, desk_id: UUID, member_id: UUID, starts_at: datetime,
    ends_at: datetime,
) -> UUID:  # fmt: skip
    """Put somebody at work in the place on duty: they belong to the desk's team for exactly that time. Returns its key.

    PersonMustAct for a time that is over or longer than a day, for somebody who does not work with people there, and
    for a second turn at the same time; NotAllowed for whoever does not run the desk.
    """
    by.must("run_duty_desk")

    def act() -> str:
        shift_id = new_id()
        with in_words_of(SHIFT_REFUSALS), transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute(
                "select access.set_shift(%s, %s, %s, %s, %s, %s)",
                [shift_id, desk_id, member_id, starts_at, ends_at, at],
            )
        note("shift.set", thing_id=shift_id)
        return str(shift_id)

    arguments = {"desk": desk_id, "member": member_id, "starts": starts_at, "ends": ends_at}
    return UUID(once(by=by.id, at=at, request_key=request_key, action="set_shift", arguments=arguments, act=act))


def end_shift(*, by: Caller, at: datetime, request_key: str, shift_id: UUID) -> bool:
    """End a shift now, or take one back that has not begun; what the desk showed them is gone the same minute.

    NotNow when it has ended already. The database refuses whoever neither runs the desk nor has the shift.
    """
    by.must("work_requests")

    def act() -> bool:
        with connections["default"].cursor() as cursor:
            cursor.execute("select access.end_shift(%s, %s)", [shift_id, at])
            if not cursor.fetchone()[0]:
                raise NotNow("shift-ended", "This shift has ended already.", "", "Look at the desk again.")
        note("shift.ended", thing_id=shift_id)
        return True

    return bool(
        once(by=by.id, at=at, request_key=request_key, action="end_shift", arguments={"shift": shift_id}, act=act)
    )


def note_home(*, by: UUID, at: datetime, request_key: str, username: str, family: str, postcode: str) -> UUID:
    """Note a user's family name and postcode, so that looks at relatives and neighbours are noticed (role `owner`).

    Returns the subject's key. NotFound for an unknown account; BadValue for what is no postcode.
    """
    home = {"family_folded": folded(family), "postcode": str(Postcode.parse(postcode)) if postcode else ""}

    def act() -> str:
        subject = Subject.objects.filter(code=f"user:{username}").first()
        if subject is None:
            raise NotFound("user-unknown", "No account has that name.", "", "List them with joinedup user list.")
        StaffHome.objects.update_or_create(subject=subject, defaults=home)
        note("user.home_noted", thing_id=subject.id)
        return str(subject.id)

    arguments = {"username": username, **home}
    return UUID(once(by=by, at=at, request_key=request_key, action="note_home", arguments=arguments, act=act))


def review_item(
    *, by: Caller, at: datetime, request_key: str, place_id: UUID, item: str, outcome: str, words: str
) -> UUID:
    """A privacy officer says what they found of something unusual; it stands for good. Returns the review's key.

    NotNow when it was reviewed already; row security refuses whoever is not the privacy officer of the place, and who
    would review a seal that they broke themselves.
    """
    by.must("review_looks")
    if not words.strip():
        raise PersonMustAct("review-words", "Say what you found.", "", "Write one sentence at least.")

    def act() -> str:
        review = DeskReview(
            id=new_id(), place_id=place_id, item=item, outcome=outcome, words=words.strip(), by_id=by.id, at=at
        )
        try:
            with transaction.atomic():
                review.save(force_insert=True)
        except IntegrityError as error:
            raise NotNow(
                "item-reviewed", "This was reviewed already.", "A finding stands for good.", "Open the desk again."
            ) from error
        note("privacy.reviewed", thing_id=review.id, place_id=place_id, reason=item.partition(":")[0])
        return str(review.id)

    arguments = {"place": place_id, "item": item, "outcome": outcome, "words": words}
    return UUID(once(by=by.id, at=at, request_key=request_key, action="review_item", arguments=arguments, act=act))


def load_agreements(*, by: UUID, at: datetime, request_key: str, held: AgreementFile) -> int:
    """Write a place's sharing agreements as its file says (role `owner`); returns how many.

    An agreement of a code that is known already is replaced, its parties with it; none is removed: one that has ended
    gets its `to`. NotFound for a place or a body that nobody knows.
    """

    def act() -> int:
        place = find_place(held.place)
        for each in held.agreements:
            agreement, _ = SharingAgreement.objects.update_or_create(
                code=each.code,
                defaults={
                    "place": place, "name": each.name, "purpose": each.purpose, "what": each.what, "basis": each.basis,
                    "source": each.source, "starts_on": each.starts_on, "ends_on": each.ends_on,
                    "is_demo": held.is_demo,
                },
            )  # fmt: skip
            AgreementParty.objects.filter(agreement=agreement).delete()
            for code, gives, receives in each.parties:
                body = find_body(code, london_date(at))
                AgreementParty.objects.create(agreement=agreement, body=body, gives=gives, receives=receives)
        note("agreements.loaded", place_id=place.id, found=len(held.agreements))
        return len(held.agreements)

    arguments = {"file": repr(held)}
    return int(once(by=by, at=at, request_key=request_key, action="load_agreements", arguments=arguments, act=act))
