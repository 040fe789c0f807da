"""Does an adjustment reach the fund: exactly, once, by new entries only, whatever order things were corrected in?"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from tests import care_scene as care
from tests import factories as make
from tests import money_scene as money
from tests.steps.test_funding import columns_of, entered, write
from tests.steps.test_money_evidence import piece, told

LODGER = {"kind": "other", "amount_pence": 700, "document": "", "seen_on": None}


@pytest.fixture
def made(database) -> money.Scene:
    return money.scene()


def delivered(made: money.Scene, weeks=money.WEEKS[:2]) -> UUID:
    """A committed package, the case of its charge told as evidence, some weeks confirmed and posted."""
    money.charged(made, case=money.CASE | {"as_at": "2026-10-05"}, told_by="Ada")
    package_id = money.committed(made)
    for week in weeks:
        money.confirmed(made, package_id, week)
    return package_id


def change(made: money.Scene):
    """What weeks would change, as whoever decides it sees them."""
    from joinedup.commissioning.queries import posted_since
    from joinedup.funding.queries import changed_weeks

    with care.acting(made.care.social_worker) as caller:
        return changed_weeks(caller, made.plan_id, care.now().date(), posted_since(made.plan_id))


def adjusted(made: money.Scene, because: str = "A lodger") -> int:
    """Every changed week decided; the sum."""
    from joinedup.commissioning.queries import posted_since
    from joinedup.funding.actions import decide_adjustments

    due = change(made).sum_pence
    with care.acting(made.care.social_worker):
        since = posted_since(made.plan_id)
    care.do(decide_adjustments, made.care.social_worker, plan_id=made.plan_id, because=because, expected_pence=due,
            posted_since=since)  # fmt: skip
    return due


def waiting(made: money.Scene, package_id: UUID):
    from joinedup.commissioning.queries import package_of

    with care.acting(made.commissioner) as caller:
        return package_of(caller, package_id, care.now()).to_post


def posted(made: money.Scene, package_id: UUID, expected: int | None = None, **words) -> list[UUID]:
    """Everything decided of the package's weeks posted, as it was shown."""
    from joinedup.commissioning.actions import post_adjustments

    if expected is None:
        expected = sum(each.difference_pence for each in waiting(made, package_id))
    return care.do(post_adjustments, made.commissioner, package_id=package_id, expected_pence=expected, **words)


def in_fund(made: money.Scene, purpose: str, holder: str = "people") -> dict[str, int]:
    """Pence on an account by the day of its entries."""
    found = make.run(
        "select p.dated_on::text, sum(p.amount_pence)::bigint from ledger_posting p join ledger_account a on "
        "a.id = p.account_id where a.fund_id = %s and a.code = %s group by 1", [made.fund_id, f"{purpose}:{holder}"],
    )  # fmt: skip
    return dict(found)


def test_an_adjustment_moves_exactly_the_difference_between_the_person_and_the_partners(made):
    from joinedup.ledger import queries as ledger

    package_id = delivered(made)
    before = in_fund(made, "charge")
    told(made, piece(**LODGER, starts_on=date(2026, 10, 12)))
    assert adjusted(made) == 3 * 700
    assert in_fund(made, "charge") == before
    assert [(each.week_starts_on, each.difference_pence) for each in waiting(made, package_id)] == [
        (date(2026, 10, 12), 700)
    ]
    [row] = posted(made, package_id)
    assert in_fund(made, "charge") == {"2026-10-11": -5870, "2026-10-18": -6570}
    assert in_fund(made, "cost-home-care")["2026-10-18"] == in_fund(made, "receivable")["2026-10-18"] == 6570
    assert -sum(in_fund(made, "payable", holder)["2026-10-18"] for holder in holders(made)) == money.WEEK_PENCE
    week, was, now = make.run("select week_id, was_pence, is_pence from commissioning_adjustedweek where id = %s",
                              [row])[0]  # fmt: skip
    assert (was, now) == (5870, 6570)
    assert make.run("select week_starts_on from commissioning_deliveredweek where id = %s", [week]) == [
        (date(2026, 10, 12),)
    ]
    with care.acting(made.commissioner):
        assert ledger.trial_balance(made.fund_id, care.now().date()).total_pence == 0
        assert ledger.accounts_of(made.fund_id, care.now().date()).agrees
    assert make.run("select count(*) from access.ledger_faults(%s)", [made.fund_id]) == [(0,)]
    assert make.run("select access.person_behind('adjusted_week', %s)", [row]) == [(made.person.id,)]
    money.refused("nothing-to-post", posted, made, package_id, 0)


def holders(made: money.Scene) -> list[str]:
    return [code for (code,) in make.run(
        "select split_part(code, ':', 2) from ledger_account where fund_id = %s and code like 'payable:%%'",
        [made.fund_id])]  # fmt: skip


def test_a_week_confirmed_after_its_adjustment_is_posted_by_the_newer_charge_and_not_twice(made):
    package_id = delivered(made, money.WEEKS[:1])
    told(made, piece(**LODGER, starts_on=date(2026, 10, 12)))
    adjusted(made)
    assert waiting(made, package_id) == ()
    money.confirmed(made, package_id, money.WEEKS[1])
    assert in_fund(made, "charge") == {"2026-10-11": -5870, "2026-10-18": -6570}
    assert waiting(made, package_id) == ()
    money.refused("nothing-to-post", posted, made, package_id, 0)


def test_a_newer_charge_reaches_weeks_that_were_posted_by_the_older_one(made):
    in_september = datetime(2026, 9, 28, 12, tzinfo=UTC)
    money.charged(made, case=money.CASE | {"as_at": "2026-10-05"}, at=in_september)
    package_id = money.committed(made)
    money.confirmed(made, package_id, money.WEEKS[1])
    income = [*money.CASE["income"], {"kind": "other", "weekly": "7.00"}]
    case = {**money.CASE, "as_at": "2026-10-12", "income": income}
    money.charged(made, case=case, at=in_september + timedelta(days=10))
    [move] = waiting(made, package_id)
    assert (move.adjustment_id, move.was_pence, move.is_pence) == (None, 5870, 6570)
    assert "charge decided on 8 October 2026" in move.because
    posted(made, package_id)
    money.confirmed(made, package_id, money.WEEKS[2])
    assert in_fund(made, "charge") == {"2026-10-18": -6570, "2026-10-25": -6570}


def test_an_adjustment_is_reversed_by_a_further_one_and_by_nothing_else(made):
    from joinedup.funding.actions import end_evidence
    from joinedup.ledger.actions import correct_journal

    package_id = delivered(made)
    [lodger] = told(made, piece(**LODGER, starts_on=date(2026, 10, 12)))
    adjusted(made)
    [row] = posted(made, package_id)
    journal = make.run("select journal_id from commissioning_adjustedweek where id = %s", [row])[0][0]
    money.refused("adjustment-is-not-corrected", care.do, correct_journal, made.officer, journal_id=journal,
                  on=date(2026, 11, 2), postings=(), memo="undo")  # fmt: skip
    care.do(end_evidence, made.care.social_worker, evidence_id=lodger, ends_on=date(2026, 10, 12), because="Never was")
    assert adjusted(made, "There was no lodger") == -3 * 700
    posted(made, package_id)
    assert in_fund(made, "charge") == {"2026-10-11": -5870, "2026-10-18": -5870}
    assert make.run("select count(*) from ledger_journal where fund_id = %s", [made.fund_id]) == [(4,)]


def test_it_is_dated_in_its_week_while_the_period_is_open_and_on_the_day_of_posting_after(made):
    from joinedup.ledger.actions import close_period

    package_id = delivered(made)
    care.do(close_period, made.officer, fund_id=made.fund_id, through=date(2026, 10, 15), expected_version=1)
    told(made, piece(**LODGER, starts_on=date(2026, 10, 5)))
    adjusted(made)
    posted(made, package_id)
    assert in_fund(made, "charge") == {"2026-10-11": -5870, "2026-10-18": -6570, "2026-11-02": -700}


def test_only_what_was_shown_is_posted_and_only_by_who_buys_care(made):
    from joinedup.base.errors import Conflict, NotAllowed
    from joinedup.commissioning.actions import post_adjustments

    package_id = delivered(made)
    told(made, piece(**LODGER, starts_on=date(2026, 10, 12)))
    adjusted(made)
    with pytest.raises(Conflict):
        posted(made, package_id, 1)
    with pytest.raises(NotAllowed):
        care.do(post_adjustments, made.care.social_worker, package_id=package_id, expected_pence=700)
    same = care.key()
    first = posted(made, package_id, 700, request_key=same)
    assert posted(made, package_id, 700, request_key=same) == first
    assert len(make.run("select 1 from commissioning_adjustedweek where person_id = %s", [made.person.id])) == 1


def test_two_who_post_at_once_post_once(made):
    package_id = delivered(made)
    told(made, piece(**LODGER, starts_on=date(2026, 10, 12)))
    adjusted(made)
    answers = care.at_once(*[lambda: posted(made, package_id, 700)] * 2)
    assert len([each for each in answers if isinstance(each, Exception)]) == 1
    assert in_fund(made, "charge")["2026-10-18"] == -6570


def test_a_body_that_pays_alone_in_a_dispute_bears_the_difference(made):
    money.charged(made, case=money.CASE | {"as_at": "2026-10-05"}, told_by="Ada")
    package_id = money.committed(made)
    money.disputed(made, package_id, interim_from=money.FIRST_DAY)
    money.confirmed(made, package_id, money.FIRST_DAY)
    told(made, piece(**LODGER, starts_on=date(2026, 10, 5)))
    adjusted(made)
    posted(made, package_id)
    council = make.run("select code from places_body where id = %s", [money.partner_bodies(made)["council"]])[0][0]
    assert in_fund(made, "cost-home-care", council) == {"2026-10-11": money.WEEK_PENCE - 6570}


@pytest.mark.parametrize("seed", [1, 2, *(pytest.param(seed, marks=pytest.mark.deep) for seed in range(3, 15))])
def test_the_sum_posted_for_every_day_is_what_the_rules_say_after_corrections_in_any_order(made, seed):
    """Incomes are told, corrected and ended, weeks confirmed, changes decided and posted, in a random order."""
    chance = random.Random(seed)
    first = money.FIRST_DAY + timedelta(days=chance.randrange(7))
    money.charged(made, case=money.CASE | {"as_at": "2026-10-05"}, told_by="Ada")
    package_id = money.proposed(made, starts_on=first)
    money.decided(made, package_id)
    weeks = [first + timedelta(days=7 * number) for number in range(3)]
    left, lodgers = list(weeks), Lodgers(made, chance)
    acts = [lodgers.comes] * 3 + [lodgers.corrected] * 2 + [lodgers.leaves] * 2
    acts += [lambda: money.confirmed(made, package_id, left.pop(chance.randrange(len(left))))] * len(weeks)
    acts += [lambda: decided(made)] * 3 + [lambda: sent_to_fund(made, package_id)] * 2
    chance.shuffle(acts)
    for act in [*acts, lambda: decided(made), lambda: sent_to_fund(made, package_id)]:
        act()
    charged = in_fund(made, "charge")
    for week in weeks:
        days = [week + timedelta(days=number) for number in range(7)]
        due = sum(by_hand(money.CHARGE_PENCE + lodgers.pay_on(day), day.weekday()) for day in days)
        assert charged[days[-1].isoformat()] == -due, (seed, week)
    cost = sum(sum(in_fund(made, "cost-home-care", holder).values()) for holder in holders(made))
    assert cost == money.WEEK_PENCE * len(weeks)


class Lodgers:
    """What lodgers pay a week, as it was told, corrected and ended, and beside it the sum by the day by hand."""

    def __init__(self, made: money.Scene, chance: random.Random) -> None:
        self.made, self.chance = made, chance
        self.held: dict[UUID, tuple[date, date | None, int]] = {}

    def comes(self) -> None:
        row = self._drawn()
        [key] = told(self.made, self._piece(*row))
        self.held[key] = row

    def corrected(self) -> None:
        from joinedup.funding.actions import correct_evidence

        if self.held:
            row = self._drawn()
            key = care.do(correct_evidence, self.made.care.nurse, evidence_id=(old := self._one()),
                          piece=self._piece(*row), because="It was otherwise")  # fmt: skip
            del self.held[old]
            self.held[key] = row

    def leaves(self) -> None:
        from joinedup.funding.actions import end_evidence

        if self.held:
            starts, _, pence = self.held[old := self._one()]
            ends = starts + timedelta(days=self.chance.randrange(20))
            key = care.do(end_evidence, self.made.care.nurse, evidence_id=old, ends_on=ends, because="Moved out")
            del self.held[old]
            self.held[key] = (starts, ends, pence)

    def pay_on(self, day: date) -> int:
        return sum(pence for starts, ends, pence in self.held.values() if starts <= day and (not ends or day < ends))

    def _one(self) -> UUID:
        return self.chance.choice(list(self.held))

    def _drawn(self) -> tuple[date, date | None, int]:
        starts = date(2026, 10, 1) + timedelta(days=self.chance.randrange(30))
        ends = starts + timedelta(days=self.chance.randrange(1, 25)) if self.chance.random() < 1 / 2 else None
        return starts, ends, self.chance.randrange(1, 1500)

    def _piece(self, starts: date, ends: date | None, pence: int):
        return piece(**(LODGER | {"amount_pence": pence}), starts_on=starts, ends_on=ends)


def decided(made: money.Scene) -> None:
    if change(made).weeks:
        adjusted(made)


def sent_to_fund(made: money.Scene, package_id: UUID) -> None:
    if waiting(made, package_id):
        posted(made, package_id)


def by_hand(weekly_pence: int, weekday: int) -> int:
    """A seventh in whole pence, what is left over going to the first days of the week."""
    return weekly_pence // 7 + (1 if weekday < weekly_pence % 7 else 0)


# What the database refuses


@pytest.fixture(scope="module")
def standing(database) -> tuple[money.Scene, UUID, UUID]:
    """An adjusted week that was posted, and another person."""
    made = money.scene()
    package_id = delivered(made)
    told(made, piece(**LODGER, starts_on=date(2026, 10, 12)))
    adjusted(made)
    return made, posted(made, package_id)[0], care.scene().person.id


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({}, "adjusted_week_goes_on"),
        ({"was_pence": 6570, "is_pence": 7000}, "adjusted_week_posted_by_its_journal"),
        ({"was_pence": 6570, "is_pence": 99999}, "adjusted_week_within_its_cost"),
        ({"was_pence": 6570, "is_pence": 5870, "person_id": "other"}, "adjusted_week_of_its_person"),
        ({"was_pence": 6570, "is_pence": 5870, "charge_id": "none"}, "adjusted_week_by_its_plans_cause"),
    ],
)
def test_a_row_written_by_hand_is_refused(standing, owner, changed, constraint):
    _, row_id, other = standing
    row = columns_of("commissioning_adjustedweek", row_id) | {"id": str(uuid4())} | changed
    row["person_id"] = str(other) if row["person_id"] == "other" else row["person_id"]
    row["charge_id"] = str(uuid4()) if row["charge_id"] == "none" else row["charge_id"]
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        write(owner, "commissioning_adjustedweek", row)
    assert refused.value.diag.constraint_name == constraint


def test_the_cause_is_posted_once_and_moves_something_whatever_the_trigger_says(standing, owner):
    made, row_id, _ = standing
    journals = make.run("select id from ledger_journal where fund_id = %s order by number", [made.fund_id])
    first, second = (str(key) for (key,) in journals[:2])
    row = columns_of("commissioning_adjustedweek", row_id)
    by_charge = row | {"adjustment_id": None}
    owner.execute("alter table commissioning_adjustedweek disable trigger check_adjusted_week")
    write(owner, "commissioning_adjustedweek", by_charge | {"id": str(uuid4()), "journal_id": first})
    for changed, error, constraint in (
        (row, psycopg.errors.UniqueViolation, "adjustment_posted_once_for_a_week"),
        (by_charge, psycopg.errors.UniqueViolation, "newer_charge_posted_once_for_a_week"),
        (row | {"is_pence": row["was_pence"]}, psycopg.errors.CheckViolation, "adjusted_week_is_something"),
    ):
        with pytest.raises(error) as refused, owner.transaction():
            write(owner, "commissioning_adjustedweek", changed | {"id": str(uuid4()), "journal_id": second})
        assert refused.value.diag.constraint_name == constraint
    owner.rollback()


def test_no_hand_edits_or_empties_it_and_who_may_not_sees_nothing(standing, owner, connect):
    made, row_id, _ = standing
    for statement in (f"update commissioning_adjustedweek set is_pence = 1 where id = '{row_id}'",
                      f"delete from commissioning_adjustedweek where id = '{row_id}'",
                      "truncate commissioning_adjustedweek cascade"):  # fmt: skip
        with pytest.raises(psycopg.errors.InsufficientPrivilege) as refused, owner.transaction():
            owner.execute(statement)
        assert refused.value.diag.constraint_name == "commissioning_is_append_only"
    make.grant(made.provider.id, made.person.id)
    for who, rows in ((made.provider, 0), (made.care.stranger, 0), (made.commissioner, 1), (made.care.nurse, 1)):
        app = entered(connect, who)
        found = app.execute("select count(*) from commissioning_adjustedweek where person_id = %s", [made.person.id])
        assert found.fetchone() == (rows,)
        app.close()


def test_only_who_buys_care_writes_it_by_hand_and_in_their_own_name(standing, owner, connect):
    """The trigger is put aside, so that it is the policy that refuses or lets pass."""
    made, row_id, _ = standing
    row = columns_of("commissioning_adjustedweek", row_id) | {"id": str(uuid4()), "is_pence": 1}
    owner.execute("alter table commissioning_adjustedweek disable trigger check_adjusted_week")
    owner.commit()
    try:
        for who, hand, error in (
            (made.care.social_worker, made.care.social_worker, psycopg.errors.InsufficientPrivilege),
            (made.commissioner, made.officer, psycopg.errors.InsufficientPrivilege),
            (made.commissioner, made.commissioner, psycopg.errors.UniqueViolation),
        ):
            app = entered(connect, who)
            with pytest.raises(error):
                write(app, "commissioning_adjustedweek", row | {"posted_by_id": str(hand.id)})
            app.close()
    finally:
        owner.execute("alter table commissioning_adjustedweek enable trigger check_adjusted_week")
        owner.commit()
