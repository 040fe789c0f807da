"""What follows a decision: telling the family, saying whether a condition was met, and looking at it again."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from joinedup.access.actions import once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.errors import Conflict, NotFound, PersonMustAct
from joinedup.base.identifiers import new_id
from joinedup.base.money import Money
from joinedup.commissioning.models import Condition, Decision, Package, Review, Telling
from joinedup.commissioning.queries.figures import person_share
from joinedup.commissioning.refusals import in_words
from joinedup.person.actions import append_timeline


def tell_family(
    *, by: Caller, at: datetime, request_key: str, package_id: UUID, told_whom: str, told_how: str, told_on: date,
    person_pence: int,
) -> UUID:  # fmt: skip
    """Record that somebody told the person or their family what was decided and what they pay of a week.

    `person_pence` is the share that was told. Returns the key. NotNow when that is not what was decided, nothing is
    decided, or the day lies before the decision or after today.
    """
    by.must("tell_family")
    if not told_whom.strip():
        raise PersonMustAct("told-whom-empty", "Say who was told.", "", "Write who it was, such as her daughter.")

    def act() -> str:
        package = Package.objects.filter(id=package_id).first()
        if package is None:
            raise NotFound("package-not-found", "There is no such package, or you may not see it.")
        decided = Decision.objects.filter(package_id=package_id).exists()
        telling = Telling(
            id=new_id(), package_id=package_id, person_id=package.person_id, told_whom=told_whom.strip(),
            what="committed" if decided else "declined", told_how=told_how, told_on=told_on,
            person_pence=person_pence, told_by_id=by.id, recorded_at=at,
        )  # fmt: skip
        telling.save(force_insert=True)
        append_timeline(
            by=by, at=at, person_id=package.person_id, kind="charge", title="The family was told what was decided",
            detail=(
                ("Who was told", telling.told_whom), ("How", telling.get_told_how_display()), ("By", by.label),
                ("The person's share of a week", Money(person_share(package)).display()),
            ),
            source_key=f"commissioning.telling/{telling.id}", starts_on=told_on,
        )  # fmt: skip
        note("family.told", person_id=package.person_id, thing_id=package_id, place_id=package.place_id)
        return str(telling.id)

    arguments = {"package": package_id, "whom": told_whom, "how": told_how, "on": told_on, "share": person_pence}
    with in_words():
        made = once(by=by.id, at=at, request_key=request_key, action="tell_family", arguments=arguments, act=act)
    return UUID(made)


def close_condition(
    *, by: Caller, at: datetime, request_key: str, expected_version: int, condition_id: UUID, met: bool, words: str
) -> int:
    """Say that a condition of a decision was met or not met, and how. Returns its version; Conflict for a stale one."""
    by.must("tell_family")
    if not words.strip():
        raise PersonMustAct("words-empty", "Say how it was met, or why not.", "", "Write a few words.")

    def act() -> int:
        held = Condition.objects.filter(id=condition_id).first()
        if held is None:
            raise NotFound("condition-not-found", "There is no such condition, or you may not see it.")
        changed = Condition.objects.filter(id=condition_id, version=expected_version).update(
            state="met" if met else "not_met", closed_by_id=by.id, closed_at=at, closed_words=words.strip(),
            version=expected_version + 1,
        )  # fmt: skip
        if not changed:
            raise Conflict("condition-changed", "This condition has changed since you opened it.")
        note("condition.closed", person_id=held.person_id, thing_id=condition_id)
        return expected_version + 1

    arguments = {"condition": condition_id, "version": expected_version, "met": met, "words": words}
    with in_words():
        version: int = once(
            by=by.id, at=at, request_key=request_key, action="close_condition", arguments=arguments, act=act
        )
    return version


def review_package(
    *, by: Caller, at: datetime, request_key: str, package_id: UUID, reviewed_on: date, next_on: date, words: str
) -> UUID:
    """Record that a decided package was looked at again, what was found, and when it is looked at next.

    Returns the key. NotNow when nothing is decided, or the day lies before the decision or after today.
    """
    by.must("tell_family")
    if not words.strip():
        raise PersonMustAct("words-empty", "Say what was found.", "The person reads it.", "Write a few words.")

    def act() -> str:
        package = Package.objects.filter(id=package_id).first()
        if package is None:
            raise NotFound("package-not-found", "There is no such package, or you may not see it.")
        made = Review(
            id=new_id(), package_id=package_id, person_id=package.person_id, words=words.strip(),
            reviewed_on=reviewed_on, next_on=next_on, reviewed_by_id=by.id, recorded_at=at,
        )  # fmt: skip
        made.save(force_insert=True)
        append_timeline(
            by=by, at=at, person_id=package.person_id, kind="charge", title="The package was looked at again",
            detail=(("Found", made.words), ("Looked at next on", next_on.isoformat())),
            source_key=f"commissioning.review/{made.id}", starts_on=reviewed_on,
        )  # fmt: skip
        note("package.reviewed", person_id=package.person_id, thing_id=package_id, place_id=package.place_id)
        return str(made.id)

    arguments = {"package": package_id, "on": reviewed_on, "next": next_on, "words": words}
    with in_words():
        made = once(by=by.id, at=at, request_key=request_key, action="review_package", arguments=arguments, act=act)
    return UUID(made)
