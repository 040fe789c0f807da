"""Is what is shown the same as what a few lines of Python say should be, whatever happened in whatever order?

Random users, teams, offices, grants, ends, consents, broken glass and closed accounts, all written for real; after each
step every user's view is read by hand-written SQL as `app`, in the session that they began with. The oracle below knows
nothing of the program: it keeps sets. Small in `make test`, long in `make deep`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from psycopg import errors

from tests import factories as make
from tests.factories import enter, seen

USERS, TEAMS, PEOPLE = 3, 2, 3
BORN = date(1938, 5, 1)
ROLES = ("practitioner", "coordinator")


@dataclass
class Oracle:
    """What should hold, as sets: who has a role, who is in which team, who may see whom because of what."""

    active: set[int] = field(default_factory=set)
    roles: set[tuple[int, str]] = field(default_factory=set)
    members: set[tuple[int, int]] = field(default_factory=set)
    grants: dict[UUID, tuple[str, int, int]] = field(default_factory=dict)
    broken: set[tuple[int, int]] = field(default_factory=set)

    def shown(self, user: int) -> set[int]:
        """Numbers of the people whom a user should be shown."""
        if user not in self.active or not any(holder == user for holder, _ in self.roles):
            return set()
        teams = {team for team, member in self.members if member == user}
        mine = {person for kind, holder, person in self.grants.values()
                if (kind == "user" and holder == user) or (kind == "team" and holder in teams)}  # fmt: skip
        return mine | {person for holder, person in self.broken if holder == user}


class Sight(RuleBasedStateMachine):
    """The world and the oracle, moved together."""

    @initialize()
    def begin(self) -> None:
        from config.databases import connection_words
        from config.environment import database_address

        self.app = psycopg.connect(**connection_words(database_address(), "app"))
        place = make.place()
        self.users = [make.user("practitioner", place) for _ in range(USERS)]
        self.teams = [make.subject() for _ in range(TEAMS)]
        self.people = [make.person(place) for _ in range(PEOPLE)]
        self.place = place
        self.told = Oracle(active=set(range(USERS)), roles={(user, "practitioner") for user in range(USERS)})
        self.words = 0
        for user in range(USERS):  # something to lose from the first step on
            self.grant("user", user, user % PEOPLE, "now")
            self.join(user % TEAMS, user)
        for team in range(TEAMS):
            self.grant("team", team, (team + 1) % PEOPLE, "now")

    def teardown(self) -> None:
        if hasattr(self, "app"):
            self.app.close()

    def receiver(self, kind: str, number: int) -> UUID:
        return self.users[number % USERS].id if kind == "user" else self.teams[number % TEAMS]

    @rule(user=st.integers(0, USERS - 1), role=st.sampled_from(ROLES))
    def gain_a_role(self, user: int, role: str) -> None:
        if (user, role) not in self.told.roles:
            make.run(
                "insert into access_roleholding (id, subject_id, role, place_id, starts_at) "
                "values (gen_random_uuid(), %s, %s, %s, now())",
                [self.users[user].id, role, self.place],
            )
            self.told.roles.add((user, role))

    @rule(user=st.integers(0, USERS - 1), which=st.sampled_from([ROLES, ROLES[:1], ROLES[1:]]))
    def lose_roles(self, user: int, which: tuple[str, ...]) -> None:
        make.run(
            "update access_roleholding set ends_at = greatest(now(), starts_at) "
            "where subject_id = %s and role = any (%s) and ends_at is null",
            [self.users[user].id, list(which)],
        )
        self.told.roles -= {(user, role) for role in which}

    @rule(team=st.integers(0, TEAMS - 1), user=st.integers(0, USERS - 1))
    def join(self, team: int, user: int) -> None:
        if (team, user) not in self.told.members:
            make.run("insert into access_teammembership (id, team_id, member_id, starts_at) "
                     "values (gen_random_uuid(), %s, %s, now())", [self.teams[team], self.users[user].id])  # fmt: skip
            self.told.members.add((team, user))

    @rule(team=st.integers(0, TEAMS - 1), user=st.integers(0, USERS - 1))
    def leave(self, team: int, user: int) -> None:
        make.run(
            "update access_teammembership set ends_at = greatest(now(), starts_at) "
            "where team_id = %s and member_id = %s and ends_at is null",
            [self.teams[team], self.users[user].id],
        )
        self.told.members.discard((team, user))

    @rule(kind=st.sampled_from(["user", "team"]), number=st.integers(0, 5), person=st.integers(0, PEOPLE - 1),
          live=st.sampled_from(["now", "now", "now", "ended", "later"]))  # fmt: skip
    def grant(self, kind: str, number: int, person: int, live: str) -> None:
        holder = number % (USERS if kind == "user" else TEAMS)
        given = make.grant(self.receiver(kind, holder), self.people[person].id,
                           ends_in="-1 hour" if live == "ended" else None)  # fmt: skip
        if live == "later":
            make.run("update access_accessgrant set starts_at = now() + interval '1 hour' where id = %s", [given])
        if live == "now":
            self.told.grants[given] = (kind, holder, person)

    @rule(which=st.integers(0, 20))
    def end_a_grant(self, which: int) -> None:
        if self.told.grants:
            ended = sorted(self.told.grants)[which % len(self.told.grants)]
            make.run("update access_accessgrant set ends_at = now() where id = %s", [ended])
            del self.told.grants[ended]

    @rule(giver=st.integers(0, USERS - 1), kind=st.sampled_from(["user", "team"]), number=st.integers(0, 5),
          person=st.integers(0, PEOPLE - 1))  # fmt: skip
    def pass_on(self, giver: int, kind: str, number: int, person: int) -> None:
        """Whoever sees for care may pass it on, to others; whoever does not, or by broken glass alone, may not."""
        holder = number % (USERS if kind == "user" else TEAMS)
        own_team = kind == "team" and (holder, giver) in self.told.members
        to_self = (kind == "user" and holder == giver) or own_team
        without_glass = Oracle(self.told.active, self.told.roles, self.told.members, self.told.grants)
        may = person in without_glass.shown(giver) and not to_self
        given = uuid4()
        enter(self.app, self.users[giver].token)
        try:
            self.app.execute(
                "select access.give_grant(%s, %s, %s, 'direct_care', %s, now(), null)",
                [given, self.receiver(kind, holder), self.people[person].id, f"test:{given}"[:60]],
            )
            self.app.commit()
            assert may
            self.told.grants[given] = (kind, holder, person)
        except errors.InsufficientPrivilege:
            self.app.rollback()
            assert not may

    @rule(user=st.integers(0, USERS - 1), person=st.integers(0, PEOPLE - 1))
    def break_the_glass(self, user: int, person: int) -> None:
        self.words += 1
        sees_already = person in self.told.shown(user)
        able = user in self.told.active and any(holder == user for holder, _ in self.told.roles)
        enter(self.app, self.users[user].token)
        try:
            outcome, ask = self.app.execute(
                "select outcome, ask from access.ask_glass('{}'::text[], %s, '', %s, 'law', %s, 'test')",
                [BORN, self.people[person].nhs_number, f"A reason of its own, number {self.words}"],
            ).fetchone()
            self.app.commit()
        except errors.InsufficientPrivilege:
            self.app.rollback()
            assert not able
            return
        assert able
        assert outcome == ("seen" if sees_already else "found")
        if outcome == "found":
            enter(self.app, self.users[user].token)
            self.app.execute("select access.open_glass(%s, 600, 'test')", [ask])
            self.app.commit()
            self.told.broken.add((user, person))

    @rule(user=st.integers(0, USERS - 1))
    def the_hour_is_over(self, user: int) -> None:
        make.run(
            "update access_accessgrant set starts_at = starts_at - interval '1 hour', ends_at = ends_at - interval "
            "'1 hour' where subject_id = %s and purpose = 'break_glass' and ends_at > now()",
            [self.users[user].id],
        )
        self.told.broken = {(holder, person) for holder, person in self.told.broken if holder != user}

    @rule(user=st.integers(0, USERS - 1))
    def close_the_account(self, user: int) -> None:
        make.run("update access_user set is_active = false where id = %s", [self.users[user].id])
        self.told.active.discard(user)

    @rule(user=st.integers(0, USERS - 1))
    def open_the_account_again(self, user: int) -> None:
        make.run("update access_user set is_active = true where id = %s", [self.users[user].id])
        self.told.active.add(user)

    @invariant()
    def everybody_is_shown_what_the_oracle_says(self) -> None:
        if not hasattr(self, "app"):
            return
        numbers = {person.id: number for number, person in enumerate(self.people)}
        for user, made in enumerate(self.users):
            self.app.rollback()
            enter(self.app, made.token)
            assert {numbers[key] for key in seen(self.app)} == self.told.shown(user), f"user {user}"
            told = self.app.execute("select count(*) from person_timelineentry").fetchone()[0]
            assert told == len(self.told.shown(user))
        self.app.rollback()


def run(examples: int, steps: int) -> None:
    """Run the machine: the same sequence every time."""
    wanted = settings(
        max_examples=examples, stateful_step_count=steps, derandomize=True, deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(Sight, settings=wanted)


def test_what_is_shown_is_what_the_oracle_says(database):
    run(examples=20, steps=30)


@pytest.mark.deep
def test_what_is_shown_is_what_the_oracle_says_for_long(database):
    run(examples=400, steps=60)
