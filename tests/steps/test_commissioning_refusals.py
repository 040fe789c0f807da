"""Does the database refuse packages, decisions and weeks that do not hold together, whoever writes them by hand?

The hand is the owner of the tables, or a member of staff who entered as `app`: both write plain SQL.
"""

from __future__ import annotations

from uuid import UUID, uuid4

import psycopg
import pytest

from joinedup.access.roles import BY_CODE
from tests import care_scene as care
from tests import factories as make
from tests import money_scene as money
from tests.by_hand import refused, row_of, run, write

PARTS = ("split", "decision", "reportedweek", "deliveredweek")


@pytest.fixture
def made(database) -> money.Scene:
    return money.scene()


def decision_row(made: money.Scene, package_id: UUID, **changed: object) -> dict[str, object]:
    return {
        "id": str(uuid4()), "package_id": package_id, "person_id": made.person.id, "place_id": made.place_id,
        "decided_by_id": made.officer.id, "decided_at": "2026-11-02T09:00:00Z",
        "weekly_cost_pence": money.WEEK_PENCE, "fund_id": made.fund_id, "appeal_route": "Ask again.",
        "review_on": "2026-12-01", "rule": "",
    } | changed  # fmt: skip


def hold_office(made: money.Scene) -> UUID:
    second = care.worker("icb", made.place_id, "accounting_officer")
    make.grant(second.id, made.person.id)
    return second.id


# Deciding


def test_a_decision_written_whole_by_the_officers_hand_stands_and_commits(made, entered):
    package_id = money.proposed(made)
    app = entered(made.officer)
    write(app, "commissioning_decision", decision_row(made, package_id))
    app.commit()
    assert make.run("select state from commissioning_package where id = %s", [package_id]) == [("committed",)]


def test_while_the_office_is_vacant_every_hand_is_refused(made, owner):
    package_id = money.proposed(made)
    make.run("update access_roleholding set ends_at = now() where subject_id = %s", [made.officer.id])
    refused("exactly_one_accounting_officer", owner, write, "commissioning_decision", decision_row(made, package_id))


def test_an_office_that_is_taken_up_tomorrow_or_was_left_yesterday_is_vacant(made, owner):
    package_id = money.proposed(made)
    for change in ("starts_at = now() + interval '1 day'", "starts_at = now() - interval '9 days', "
                   "ends_at = now() - interval '1 day'"):  # fmt: skip
        make.run(f"update access_roleholding set {change} where subject_id = %s", [made.officer.id])
        row = decision_row(made, package_id, decided_at="2026-01-01T00:00:00Z")
        refused("exactly_one_accounting_officer", owner, write, "commissioning_decision", row)


def test_with_two_in_office_every_hand_is_refused(made, owner, entered):
    package_id = money.proposed(made)
    second_id = hold_office(made)
    for officer_id in (made.officer.id, second_id):
        row = decision_row(made, package_id, decided_by_id=officer_id)
        refused("exactly_one_accounting_officer", owner, write, "commissioning_decision", row)
    app = entered(made.officer)
    refused("exactly_one_accounting_officer", app, write, "commissioning_decision", decision_row(made, package_id))


def test_nobody_but_the_officer_decides_nor_in_the_officers_name(made, owner, entered):
    package_id = money.proposed(made)
    row = decision_row(made, package_id, decided_by_id=made.commissioner.id)
    refused("exactly_one_accounting_officer", owner, write, "commissioning_decision", row)
    app = entered(made.commissioner)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        write(app, "commissioning_decision", decision_row(made, package_id))


@pytest.mark.parametrize("limit_pence", [0, money.WEEK_PENCE - 1])
def test_a_decision_outside_every_delegation_is_refused(database, owner, entered, limit_pence):
    made = money.scene(limit_pence=limit_pence)
    package_id = money.proposed(made)
    for connection in (owner, entered(made.officer)):
        refused("within_delegation", connection, write, "commissioning_decision", decision_row(made, package_id))


def test_a_delegation_of_another_place_does_not_count(database, owner):
    made, elsewhere = money.scene(limit_pence=0), money.scene()
    far = make.run("select id from commissioning_delegation where place_id = %s", [elsewhere.place_id])[0][0]
    write(owner, "commissioning_delegation", row_of("commissioning_delegation", far, holder_id=made.officer.id))
    owner.commit()
    package_id = money.proposed(made)
    refused("within_delegation", owner, write, "commissioning_decision", decision_row(made, package_id))


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"weekly_cost_pence": 1}, "decision_is_on_the_package"),
        ({"person_id": "other"}, "decision_is_on_the_package"),
        ({"fund_id": "other"}, "decision_from_fund_of_the_place"),
    ],
)
def test_a_decision_is_on_the_package_as_it_stands_from_the_places_fund(made, owner, changed, constraint):
    package_id, other = money.proposed(made), money.scene()
    values = {"person_id": other.person.id, "fund_id": other.fund_id}
    row = decision_row(made, package_id, **{name: values.get(name, value) for name, value in changed.items()})
    refused(constraint, owner, write, "commissioning_decision", row)


def test_a_decision_on_a_charge_that_changed_and_a_second_decision_are_refused(made, owner):
    package_id = money.proposed(made)
    money.charged(made)
    row = decision_row(made, package_id)
    refused("decision_on_present_charge", owner, write, "commissioning_decision", row)
    other = money.scene()
    done = money.committed(other)
    owner.rollback()
    refused("decision_on_a_proposal", owner, write, "commissioning_decision", decision_row(other, done))


def test_only_a_decision_commits(made, owner, entered):
    package_id = money.proposed(made)
    statement = "update commissioning_package set state = 'committed', version = 2 where id = %s"
    for connection in (owner, entered(made.commissioner)):
        refused("package_committed_by_decision", connection, run, statement, package_id)


# Splits and packages


def fresh_package(made: money.Scene, **changed: object) -> dict[str, object]:
    """A package that could be written by hand: another was proposed and taken back."""
    package_id = money.proposed(made)
    make.run("update commissioning_package set state = 'ended', ends_on = starts_on, ended_why = 'x' where id = %s",
             [package_id])  # fmt: skip
    again = {"state": "proposed", "ends_on": None, "ended_why": "", "version": 1}
    return row_of("commissioning_package", package_id, **(again | changed))


def split_row(package: dict[str, object], payer: str, pence: int) -> dict[str, object]:
    return {"id": str(uuid4()), "package_id": package["id"], "person_id": package["person_id"], "payer": payer,
            "weekly_pence": pence}  # fmt: skip


@pytest.mark.parametrize(
    ("parts", "constraint"),
    [
        ({}, "splits_sum_to_weekly_cost"),
        ({"pooled_fund": money.WEEK_PENCE - 1}, "splits_sum_to_weekly_cost"),
        ({"pooled_fund": money.WEEK_PENCE, "council": 1}, "splits_sum_to_weekly_cost"),
        ({"person": money.CHARGE_PENCE + 1, "council": money.WEEK_PENCE - money.CHARGE_PENCE - 1},
         "person_pays_no_more_than_the_charge"),
    ],
)  # fmt: skip
def test_splits_that_do_not_sum_are_refused_when_the_transaction_ends(made, owner, parts, constraint):
    package = fresh_package(made)
    write(owner, "commissioning_package", package)
    for payer, pence in parts.items():
        write(owner, "commissioning_split", split_row(package, payer, pence))
    refused(constraint, owner, psycopg.Connection.commit)
    assert make.run("select count(*) from commissioning_package where id = %s", [package["id"]]) == [(0,)]


def test_splits_that_sum_stand_and_nothing_is_added_to_them(made, owner):
    package = fresh_package(made)
    write(owner, "commissioning_package", package)
    write(owner, "commissioning_split", split_row(package, "pooled_fund", money.WEEK_PENCE))
    owner.commit()
    write(owner, "commissioning_split", split_row(package, "council", 1))
    refused("splits_sum_to_weekly_cost", owner, psycopg.Connection.commit)
    refused("split_is_something", owner, write, "commissioning_split", split_row(package, "person", 0))


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"weekly_cost_pence": money.WEEK_PENCE - 1}, "package_cost_is_quantity_times_rate"),
        ({"quantity_per_week": 8, "weekly_cost_pence": 18800}, "package_within_the_plan"),
        ({"rate_pence": 2400, "weekly_cost_pence": 16800}, "package_within_assessed_cost"),
        ({"state": "committed"}, "package_starts_as_proposal"),
        ({"person_id": "other"}, "package_buys_agreed_care"),
        ({"provider_id": "council"}, "package_from_a_provider"),
        ({"funding_id": "other"}, "package_on_present_charge"),
    ],
)
def test_a_package_that_no_plan_or_charge_carries_is_refused(made, owner, changed, constraint):
    other = money.scene()
    council = make.run("select body_id from access_subject where id = %s", [made.commissioner.id])[0][0]
    values = {"person_id": other.person.id, "provider_id": council}
    if changed.get("funding_id"):
        values["funding_id"] = money.charged(other)
    package = fresh_package(made, **{name: values.get(name, value) for name, value in changed.items()})
    refused(constraint, owner, write, "commissioning_package", package)


def test_of_a_package_nothing_but_its_end_changes(made, owner, entered):
    package_id = money.committed(made)
    for change in ("rate_pence = 2351, weekly_cost_pence = 16457", "starts_on = '2026-01-01'",
                   "provider_id = place_id", "person_id = line_id"):  # fmt: skip
        for hand in (owner, entered(made.commissioner)):
            refused("package_is_not_rewritten", hand, run,
                    f"update commissioning_package set {change} where id = %s", package_id)  # fmt: skip
    refused("commissioning_is_append_only", owner, run, "delete from commissioning_package where id = %s",
            package_id)  # fmt: skip


# Delegations, and who writes what


def test_a_delegation_is_given_by_the_board_of_the_place_and_only_ended(made, owner, entered):
    held = make.run("select id from commissioning_delegation where place_id = %s", [made.place_id])[0][0]
    mine = row_of("commissioning_delegation", held, given_by_id=made.officer.id, weekly_limit_pence=9_999_999)
    refused("nobody_delegates_to_themselves", owner, write, "commissioning_delegation", mine)
    owner.rollback()
    for who in (made.officer, made.commissioner, money.scene().board):
        row = row_of("commissioning_delegation", held, given_by_id=who.id)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            write(entered(who), "commissioning_delegation", row)
    for hand in (owner, entered(made.board)):
        refused("delegation_is_not_rewritten", hand, run,
                "update commissioning_delegation set weekly_limit_pence = 9999999 where id = %s", held)  # fmt: skip
    assert entered(made.officer).execute(
        "update commissioning_delegation set ends_at = null where id = %s", [held]
    ).rowcount == 0  # fmt: skip


def test_roles_write_what_they_permit_and_nothing_else(made, entered):
    """The policies of sql/0001_policies.sql name the roles that carry the permissions in roles.py."""
    package = fresh_package(made)
    for code, role in BY_CODE.items():
        who = care.worker("council", made.place_id, code)
        make.grant(who.id, made.person.id)
        app = entered(who)
        row = package | {"id": str(uuid4()), "proposed_by_id": str(who.id)}
        if "propose_package" in role.permissions:
            write(app, "commissioning_package", row)
            app.rollback()
            continue
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            write(app, "commissioning_package", row)
    permitted = {name: {code for code, role in BY_CODE.items() if name in role.permissions} for name in (
        "decide_package", "confirm_week", "delegate_authority")}  # fmt: skip
    assert permitted == {"decide_package": {"accounting_officer"}, "confirm_week": {"commissioner"},
                         "delegate_authority": {"board_member"}}  # fmt: skip


def test_a_stranger_and_another_provider_see_no_row(made, connect, entered):
    package_id = money.committed(made)
    money.confirmed(made, package_id)
    rival = care.worker("provider", made.place_id, "provider")
    make.grant(rival.id, made.person.id)
    tables = ("package", "split", "decision", "deliveredweek")
    for who, expected in ((made.care.stranger, (0, 0, 0, 0)), (rival, (0, 0, 0, 0)), (made.provider, (1, 0, 1, 1)),
                          (made.commissioner, (1, 2, 1, 1))):  # fmt: skip
        app = entered(who)
        found = tuple(
            app.execute(
                f"select count(*) from commissioning_{table} where person_id = %s", [made.person.id]
            ).fetchone()[0]
            for table in tables
        )
        assert found == expected, who
    for table in tables:
        assert connect().execute(f"select count(*) from commissioning_{table}").fetchone() == (0,)
    assert connect().execute("select count(*) from commissioning_delegation").fetchone() == (0,)
