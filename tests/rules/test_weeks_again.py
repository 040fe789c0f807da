"""Do weeks come out again by the day, as far back as anything was charged or posted, whatever day is asked from?"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from joinedup.base.parameter_files import shipped
from joinedup.funding.evidence_set import Held, Piece
from joinedup.funding.weeks_again import KnownCharge, charged_on, pence_of_day, weeks_again

TODAY = date(2026, 11, 2)
CASE = {
    "as_at": "2026-10-07", "setting": "home", "weekly_cost": "164.50", "household": "single", "premiums": [],
    "dependent_children": 0, "date_of_birth": "1940-01-01", "capital": [],
    "income": [{"kind": "state_pension", "weekly": "230.25"}],
}  # fmt: skip


def charge(as_at: date, pence: int = 0, decided_on: date = TODAY) -> KnownCharge:
    return KnownCharge(as_at, decided_on, pence, CASE | {"as_at": as_at.isoformat()})


def pension(weekly_pence: int, starts_on: date, ends_on: date | None = None) -> Held:
    return Held(uuid4(), Piece("income", "state_pension", weekly_pence, starts_on, ends_on), "Sol", TODAY)


def test_weeks_are_looked_at_from_the_first_charge_however_long_ago():
    begins = date(2019, 6, 3)
    found = weeks_again([charge(begins)], [pension(26000, begins, begins + timedelta(days=7))], {}, TODAY, shipped())
    assert found[0].week_starts_on == begins
    assert found[0].difference_pence > 0


def test_weeks_posted_before_the_first_charge_are_looked_at_and_no_day_before_them():
    held = [pension(26025, date(2026, 9, 1))]
    alone = weeks_again([charge(date(2026, 10, 26))], held, {}, TODAY, shipped())
    assert [each.week_starts_on for each in alone] == [date(2026, 10, 26)]
    posted = weeks_again([charge(date(2026, 10, 26))], held, {}, TODAY, shipped(), posted_since=date(2026, 10, 7))
    assert [each.week_starts_on.day for each in posted] == [5, 12, 19, 26]
    assert posted[0].days[:2] == (None, None)
    assert posted[0].should_be_pence == sum(pence_of_day(posted[1].should_be_pence, date(2026, 10, day))
                                            for day in range(7, 12))  # fmt: skip


def test_what_was_adjusted_by_the_day_is_not_adjusted_again_from_whichever_day_is_asked():
    held = [pension(26025, date(2026, 10, 8))]
    charges = [charge(date(2026, 10, 7))]
    first = weeks_again(charges, held, {}, TODAY, shipped())
    adjusted = {each.week_starts_on + timedelta(days=n): pence for each in first for n, pence in enumerate(each.days)
                if pence is not None}  # fmt: skip
    assert sum(adjusted.values()) > 0
    for since in (None, date(2026, 10, 5), date(2026, 9, 30)):
        again = weeks_again(charges, held, adjusted, TODAY, shipped(), since)
        assert [each for each in again if each.week_starts_on >= date(2026, 10, 5)] == []


@pytest.mark.parametrize("begins", [date(2026, 10, day) for day in range(5, 12)])
def test_any_seven_days_are_the_week(begins):
    assert sum(pence_of_day(6757, begins + timedelta(days=number)) for number in range(7)) == 6757


def test_a_day_is_charged_by_the_charge_in_force_when_it_was_served():
    first, second = (
        charge(date(2026, 10, 5), 700, date(2026, 10, 1)),
        charge(date(2026, 10, 5), 1400, date(2026, 10, 20)),
    )
    charges = [first, second]
    assert charged_on(charges, {}, date(2026, 10, 19)) == 100
    assert charged_on(charges, {}, date(2026, 10, 20)) == 200
    assert charged_on(charges, {}, date(2026, 9, 1)) == 100
    assert charged_on(charges, {date(2026, 10, 19): 5}, date(2026, 10, 19)) == 5


def test_what_has_ended_is_charged_no_more_although_the_charge_still_names_it():
    case = CASE | {"as_at": "2026-10-05", "income": [{"kind": "state_pension", "weekly": "330.25"}]}
    charged = [KnownCharge(date(2026, 10, 5), TODAY, 3_000, case)]
    held = [pension(33025, date(2026, 9, 1), date(2026, 10, 19))]
    found = {each.week_starts_on.day: each.should_be_pence for each in weeks_again(charged, held, {}, TODAY, shipped())}
    assert (found[19], found[26]) == (0, 0)
    assert found[5] == found[12] > 0
