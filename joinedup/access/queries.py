"""The only reads of `access` for others, limited to what the caller may see."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connections
from django.db.models import Q, QuerySet

from joinedup.access.callers import Caller
from joinedup.access.models import AccessGrant, BreakGlass, LogEntry, RoleHolding, SharingAgreement, Subject, User
from joinedup.access.roles import BY_CODE
from joinedup.access.rules import why_code, why_words


@dataclass(frozen=True, slots=True)
class Look:
    """One line of the log as people read it: when, who, of which body, what, why. `id` orders lines of one instant."""

    id: int
    at: datetime
    who: str
    body: str
    act: str
    outcome: str
    reason: str
    person_id: UUID | None
    who_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines of the log, newest first, and the mark after which the older ones stand ('' when there are none)."""

    lines: tuple[Look, ...]
    older: str = ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """A sharing agreement as people read it. `in_force` says that today is one of its days."""

    code: str
    name: str
    place: str
    what: str
    basis: str
    source: str
    starts_on: date
    ends_on: date | None
    in_force: bool
    givers: tuple[str, ...]
    receivers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gaps:
    """Names of bodies without an agreement with the caller's, and whether an agreement covers any other."""

    missing: tuple[str, ...]
    covered: bool


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who may see a person now, and because of what."""

    label: str
    kind: str
    purpose: str
    source: str
    starts_at: datetime
    ends_at: datetime | None = None

    @property
    def words(self) -> str:
        """The purpose and what it came from, as people read it."""
        return why_words(why_code(self.purpose, self.source)) or self.purpose


ACT_WORDS: Mapping[str, str] = {
    "record.opened": "Opened the record",
    "record.printed": "Printed the record",
    "people.searched": "Searched",
    "about_me.saved": "Changed “About me”",
    "page.refused": "Was refused",
    "grant.given": "Gave somebody sight of the record",
    "grant.ended": "Ended somebody's sight of the record",
    "session.opened": "Signed in",
    "timeline.rebuilt": "Rebuilt the timeline",
    "looks.read": "Read who looked",
    "load.finished": "Loaded a body's files",
    "log.read": "Read the log",
    "call.taken": "Took a call",
    "people.traced": "Asked whether somebody is held here",
    "request.changed": "Changed the next step",
    "request.offered": "Offered to hand a request over",
    "request.referred": "Referred a request",
    "assessment.started": "Started an assessment",
    "assessment.saved": "Wrote part of an assessment",
    "assessment.opened": "Opened an assessment",
    "assessments.opened": "Opened the list of assessments",
    "eligibility.decided": "Decided eligibility",
    "plan.opened": "Opened a plan",
    "plans.opened": "Opened the list of plans",
    "plan.agreed": "Agreed a plan",
    "case_manager.named": "Named a case manager",
    "visit.booked": "Booked a visit",
    "visits.opened": "Opened the calendar of visits",
    "caseload.read": "Read their caseload",
    "gaps.read": "Read which plans have no case manager",
    "user.added": "Made an account",
    "extract.made": "Made the pseudonymised extract",
    "release.prepared": "Prepared figures for release",
    "release.approved": "Released figures",
    "release.set_aside": "Set figures aside",
    "figure.followed": "Followed a released figure back",
    "user.closed": "Closed an account",
    "journal.posted": "Posted to a fund",
    "journal.corrected": "Corrected a posting",
    "fund.opened": "Opened a fund",
    "fund.accounts_opened": "Opened accounts of a fund",
    "fund.terms_agreed": "Agreed the terms of a fund",
    "fund.period_closed": "Closed a period of a fund",
    "log.exported": "Took the log away as a file",
    "about_me.opened": "Opened “About me”",
    "people.linked": "Decided that two records are one person",
    "people.unlinked": "Took back that two records are one person",
    "people.not_the_same": "Decided that two records are two people",
    "people.not_the_same_withdrawn": "Took back that two records are two people",
    "people.compared": "Compared people by the kept model",
    "link_model.kept": "Kept a model of linking by likeness",
    "link_models.read": "Read the kept models of linking",
    "question.opened": "Opened both records of a question",
    "question.passed_on": "Asked somebody about a question of who is who",
    "question.settled": "Settled a question",
    "links.opened": "Opened what was joined into the record",
    "questions.read": "Read the questions about who is who",
    "glass.asked": "Asked to break the glass",
    "glass.broken": "Broke the glass: sight for one hour",
    "glass.reviewed": "Reviewed broken glass",
    "item.sealed": "Sealed a line",
    "item.unsealed": "Took the seal off a line",
    "seal.broken": "Broke a seal: sight of a sealed line for one hour",
    "user.home_noted": "Noted where a member of staff lives",
    "look.questioned": "Asked about a look",
    "look.answered": "Answered a question about a look",
    "privacy.read": "Read the privacy desk",
    "privacy.exported": "Took the privacy desk away as a file",
    "privacy.reviewed": "Reviewed something unusual",
    "consent.given": "Recorded a consent",
    "consent.withdrawn": "Withdrew a consent",
    "opt_out.set": "Opted out of uses beyond care",
    "opt_out.ended": "Ended an opt-out",
    "proxy.looked_up": "Looked up a person to record who acts for them",
    "proxy.recorded": "Recorded who acts for the person",
    "proxy.ended": "Ended an authority to act for the person",
    "hold.placed": "Placed a legal hold",
    "hold.lifted": "Lifted a legal hold",
    "content.destroyed": "Destroyed content whose time was over",
    "agreements.loaded": "Took in sharing agreements",
    "retention.ran": "Ran the retention schedule",
    "retention.tried": "Tried the retention schedule",
    "retention.read": "Read what retention destroyed",
    "retention.exported": "Took the runs of retention away as a file",
    "opt_outs.loaded": "Took in the national list of opt-outs",
    "sharing.read": "Opened what the person decided about sharing",
    "agreement.missing": "Looked where some bodies have no sharing agreement",
    "rebuild.asked": "Asked for the timeline to be made again",
}
REASON_WORDS: Mapping[str, str] = {
    **dict(BreakGlass.REASONS),
    "glass-nobody": "Nobody fitted what they wrote",
    "glass-several": "Several people fitted what they wrote",
    "glass-seen": "They could open the record anyway",
    "glass-same-reason": "They gave the same reason as before",
    "person-not-found": "No right to see this record, or no such record",
    "permission-missing": "Their role does not include it",
    "no-sharing-agreement": "No sharing agreement covers the look",
    "sign-in-needed": "Not signed in",
}
LINES_AT_ONCE = 50


def act_words(act: str) -> str:
    """An act of the log as people read it; one without words of its own is spelt out from its code."""
    return ACT_WORDS.get(act) or act.replace("_", " ").replace(".", ": ").capitalize()


def agreements(today: date) -> tuple[Agreement, ...]:
    """Every sharing agreement, those in force first: public knowledge."""
    rows = (
        SharingAgreement.objects.select_related("place")
        .prefetch_related("parties__body")
        .order_by("place__name", "name")
    )
    shown = [
        Agreement(
            each.code, each.name, each.place.name, each.what, each.basis, each.source, each.starts_on, each.ends_on,
            each.starts_on <= today and (each.ends_on is None or today < each.ends_on),
            tuple(sorted(party.body.name for party in each.parties.all() if party.gives)),
            tuple(sorted(party.body.name for party in each.parties.all() if party.receives)),
        )
        for each in rows
    ]  # fmt: skip
    return tuple(sorted(shown, key=lambda each: not each.in_force))


def demo_user(username: str) -> User | None:
    """An active demo account, through `gate`."""
    return User.objects.using("gate").filter(username=username, is_active=True, is_demo=True).first()


def demo_accounts() -> list[dict[str, str]]:
    """One line for each demo account: username, label, role; the first place's people first."""
    users = User.objects.using("gate").filter(is_demo=True, is_active=True).values_list("id", "username")
    names = dict(users)
    holdings = (
        RoleHolding.objects.filter(subject_id__in=list(names), ends_at__isnull=True)
        .select_related("subject", "place")
        .order_by("-place__code", "subject__code")
    )
    order = {code: index for index, code in enumerate(BY_CODE)}
    rows = sorted(holdings, key=lambda held: (held.place.code != "E06000027", order[held.role]))
    return [
        {
            "username": names[held.subject_id],
            "label": held.subject.label,
            "role": BY_CODE[held.role].title,
            "place": held.place.name,
        }
        for held in rows
    ]


def looks_at(person_id: UUID, *, limit: int = 200) -> list[Look]:
    """Who looked at a person, newest first: row security shows these lines to the person and to privacy officers."""
    return _looks(LogEntry.objects.filter(person_id=person_id).order_by("-at", "-id")[:limit])


def looks_page(*person_ids: UUID, after: str = "") -> Page:
    """The same, fifty at a time; `after` is the mark of the page before."""
    return _page(LogEntry.objects.filter(person_id__in=person_ids), after, LINES_AT_ONCE)


def look_of(person_id: UUID, line_id: int) -> Look | None:
    """One line about a person, if the caller may read it."""
    return next(iter(_looks(LogEntry.objects.filter(person_id=person_id, id=line_id)[:1])), None)


def lines_at(marks: Iterable[tuple[datetime, int]]) -> dict[int, Look]:
    """Lines by their number, of those at these instants that the caller may read."""
    wanted = list(marks)
    lines = LogEntry.objects.filter(at__in=[at for at, _ in wanted], id__in=[number for _, number in wanted])
    return {look.id: look for look in _looks(lines)}


def anything_done(person_id: UUID) -> bool:
    """Whether a line that the caller may read says that something was done to a person's record, not only refused."""
    return LogEntry.objects.filter(person_id=person_id, outcome="done").exists()


def log_lines(*, before: datetime | None = None, act: str = "", limit: int = 50) -> list[Look]:
    """The log of the caller's places, newest first (privacy officers; others get what row security leaves)."""
    entries = LogEntry.objects.all()
    if before is not None:
        entries = entries.filter(at__lt=before)
    if act:
        entries = entries.filter(act=act)
    return _looks(entries.order_by("-at", "-id")[:limit])


def log_page(caller: Caller, *, act: str = "", after: str = "", at_once: int = LINES_AT_ONCE) -> Page:
    """The log of the places in which the caller is privacy officer. NotAllowed without the permission see_log."""
    caller.must("see_log")
    entries = LogEntry.objects.filter(act=act) if act else LogEntry.objects.all()
    return _page(entries, after, at_once)


def sight_of(person_id: UUID) -> tuple[Holder, ...]:
    """Why the caller of this transaction may see a person now: their own and their teams' live grants, oldest first.

    Empty means that they may not. Live by the database's own clock, as row security has it. Other people's grants are
    nobody's to read.
    """
    return sight_and_gaps(person_id)[0]


def sight_and_gaps(person_id: UUID) -> tuple[tuple[Holder, ...], Gaps]:
    """The same, and which bodies that told of the person let the caller's body see it by no sharing agreement."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select s.label, s.kind, g.purpose, g.source, g.starts_at, g.ends_at, (select jsonb_agg(jsonb_build_array("
            "b.name, a.covered) order by b.name) from access.agreement_gaps(%s) a join places_body b on b.id = a.body) "
            "from access_accessgrant g join access_subject s on s.id = g.subject_id where g.person_id = %s "
            "and g.subject_id = any ((select access.subjects())::uuid[]) and now() >= g.starts_at "
            "and (g.ends_at is null or now() < g.ends_at) order by g.starts_at, g.id",
            [person_id, person_id],
        )
        rows = cursor.fetchall()
    told = json.loads(rows[0][6]) if rows and isinstance(rows[0][6], str) else rows[0][6] if rows else None
    missing = tuple(dict.fromkeys(name for name, covered in told or () if not covered))
    return tuple(Holder(*row[:6]) for row in rows), Gaps(missing, any(covered for _, covered in told or ()))


def reason_of(why: Iterable[Holder]) -> str:
    """The code of why somebody looks, for the log: broken glass only where nothing else gives sight."""
    codes = [why_code(each.purpose, each.source) for each in why]
    return min(codes, key=lambda code: code.startswith("break_glass"), default="")


def people_at_work(subject_ids: Iterable[UUID]) -> dict[UUID, tuple[str, str]]:
    """Subject key to the name that people read and the name of the body that employs them ('' when none)."""
    subjects = Subject.objects.filter(id__in=set(subject_ids)).select_related("body")
    return {each.id: (each.label, each.body.name if each.body else "") for each in subjects}


def labels_of(subject_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Subject key to the name that people read; the label of a member of the public never holds their name."""
    return dict(Subject.objects.filter(id__in=set(subject_ids)).values_list("id", "label"))


def _page(entries: QuerySet[LogEntry], after: str, at_once: int) -> Page:
    at, _, number = after.partition("_")
    try:
        mark = datetime.fromisoformat(at), int(number)
    except ValueError:  # no mark, or one that was tampered with: the newest lines
        mark = None
    if mark is not None and mark[0].tzinfo is not None:
        entries = entries.filter(Q(at__lt=mark[0]) | Q(at=mark[0], id__lt=mark[1]))
    lines = _looks(entries.order_by("-at", "-id")[: at_once + 1])
    shown = tuple(lines[:at_once])
    return Page(shown, f"{shown[-1].at.isoformat()}_{shown[-1].id}" if len(lines) > at_once else "")


def _looks(entries: Iterable[LogEntry]) -> list[Look]:
    held = list(entries)
    subjects = {
        subject.id: subject
        for subject in Subject.objects.filter(id__in={entry.actor_id for entry in held}).select_related("body")
    }
    return [_look(entry, subjects.get(entry.actor_id) if entry.actor_id else None) for entry in held]


def _look(entry: LogEntry, actor: Subject | None) -> Look:
    return Look(
        id=entry.id,
        at=entry.at,
        who=actor.label if actor else "Somebody not signed in",
        body=actor.body.name if actor and actor.body else "",
        act=act_words(entry.act),
        outcome=entry.outcome,
        reason=why_words(entry.reason) or REASON_WORDS.get(entry.reason, entry.reason),
        person_id=entry.person_id,
        who_id=entry.actor_id,
    )


def live_grants_of(caller: Caller, person_id: UUID, at: datetime) -> list[AccessGrant]:
    """The caller's own live grants on a person: theirs and their teams'."""
    live = Q(ends_at__isnull=True) | Q(ends_at__gt=at)
    return list(AccessGrant.objects.filter(live, person_id=person_id, starts_at__lte=at).select_related("subject"))


def may_see(person_id: UUID) -> bool:
    """Whether the caller of this transaction holds a live grant on the person, by the database's own clock."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select exists (select from access_accessgrant g where g.person_id = %s and "
            "g.subject_id = any (access.subjects()) and now() >= g.starts_at "
            "and (g.ends_at is null or now() < g.ends_at))",
            [person_id],
        )
        return bool(cursor.fetchone()[0])


def accounts() -> list[str]:
    """One line for each account and team, for whoever runs the installation (role `owner`)."""
    closed = set(User.objects.filter(is_active=False).values_list("id", flat=True))
    lines = []
    for subject in Subject.objects.filter(kind__in=["user", "team"]).prefetch_related("role_holdings__place"):
        roles = [f"{held.role} in {held.place.name}" for held in subject.role_holdings.all() if held.ends_at is None]
        state = "  (closed)" if subject.id in closed else ""
        lines.append(f"{subject.code:<40}{subject.label:<36}{', '.join(roles)}{state}")
    return sorted(lines)
