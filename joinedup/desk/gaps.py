"""What does nobody own, and which promises were not kept? The gap list, from every step that makes promises.

Plans without a case manager; appeals and disputes whose owner holds no office here any more; and what is past its day:
a decision of the panel, a telling of a family, a condition, a look again, a dispute, the answer to an appeal. Everybody
sees those of people whose record they may see, and of each kind only what their role includes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from joinedup.access.callers import Caller
from joinedup.base.errors import NotAllowed
from joinedup.commissioning import queries as commissioning
from joinedup.funding import queries as funding
from joinedup.plan.queries import Gap, gaps

SEEN_BY = ("name_case_manager", "see_panel", "see_appeals")


@dataclass(frozen=True, slots=True)
class Open:
    """Something that nobody owns or that is late: what, about whom, whose it was, by when, and where it is seen to."""

    what: str
    about: str
    owner: str
    due_on: date
    url_name: str
    key: UUID


@dataclass(frozen=True, slots=True)
class GapList:
    """The gap list as the caller sees it; `names_managers` says that plans are among it."""

    names_managers: bool
    plans: tuple[Gap, ...]
    ownerless: tuple[Open, ...]
    late: tuple[Open, ...]


def gap_list(caller: Caller, at: datetime) -> GapList:
    """Everything that nobody owns and every promise that was not kept. NotAllowed for whoever sees none of it."""
    if not any(each in caller.permissions for each in SEEN_BY):
        raise NotAllowed(
            "permission-missing", "Your role does not include this.", f"It needs one of {', '.join(SEEN_BY)}.",
            "Ask whoever manages access in your place if your work needs it.",
        )  # fmt: skip
    names = "name_case_manager" in caller.permissions
    return GapList(
        names, gaps(caller, at) if names else (), tuple(_ownerless(caller, at)),
        tuple(sorted(_late(caller, at), key=lambda each: (each.due_on, each.what))),
    )  # fmt: skip


def _ownerless(caller: Caller, at: datetime) -> Iterator[Open]:
    if "see_appeals" in caller.permissions:
        for each in funding.ownerless_appeals(caller, at):
            yield _appeal(each)
    if "see_panel" in caller.permissions:
        for line in commissioning.ownerless_disputes(caller, at):
            yield _dispute(line)


def _late(caller: Caller, at: datetime) -> Iterator[Open]:
    if "see_appeals" in caller.permissions:
        for each in funding.late_appeals(caller, at):
            yield _appeal(each)
    if "see_panel" not in caller.permissions:
        return
    agenda = commissioning.panel_of(caller, at)
    for item in agenda.items:
        if item.late:
            yield Open("The panel has not decided: " + item.title, item.name, "", item.due_on, "commissioning:item",
                       item.package_id)  # fmt: skip
    for untold in agenda.untold:
        if untold.late:
            yield Open(f"Nobody told the family that it was {untold.what}: {untold.title}", untold.name, "",
                       untold.tell_by, "commissioning:package", untold.package_id)  # fmt: skip
    for asked in agenda.conditions:
        if asked.late:
            yield Open("Condition: " + asked.words, asked.name, asked.owner, asked.due_on, "commissioning:package",
                       asked.package_id)  # fmt: skip
    for review in agenda.reviews:
        yield Open("Not looked at again: " + review.title, review.name, "", review.review_on, "commissioning:package",
                   review.package_id)  # fmt: skip
    for line in agenda.disputes:
        if line.late:
            yield _dispute(line)


def _appeal(appeal: funding.AppealShown) -> Open:
    return Open(appeal.kind.partition(":")[0], appeal.name, appeal.owner, appeal.due_on, "funding:appeal",
                appeal.appeal_id)  # fmt: skip


def _dispute(line: commissioning.DisputeLine) -> Open:
    return Open(f"Dispute about who pays: {line.between}", "", line.owner, line.due_on, "commissioning:dispute",
                line.dispute_id)  # fmt: skip
