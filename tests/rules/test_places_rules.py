"""Do lines of bodies and vacancies of offices come out as the dates say? Pure; no database."""

from __future__ import annotations

from datetime import date

from joinedup.base.period import Period
from joinedup.places import rules

TODAY = date(2026, 11, 2)


def test_a_line_leaves_out_bodies_that_only_share_a_successor():
    steps = [
        rules.Succession("5NY", "02W", date(2013, 4, 1)),
        rules.Succession("02W", "36J", date(2020, 4, 1)),
        rules.Succession("36J", "QWO", date(2022, 7, 1)),
        rules.Succession("15F", "QWO", date(2022, 7, 1)),
    ]
    assert rules.lineage("36J", steps) == ("5NY", "02W", "36J", "QWO")
    assert rules.lineage("QWO", steps) == ("5NY", "02W", "36J", "15F", "QWO")


def test_a_circle_of_successions_ends():
    steps = [rules.Succession("A", "B", date(2020, 1, 1)), rules.Succession("B", "A", date(2021, 1, 1))]
    assert rules.lineage("A", steps) == ("B", "A")


def test_a_turnover_on_one_day_leaves_no_vacancy():
    held = [
        rules.Tenure("B", Period(date(2025, 10, 1)), "appointed"),
        rules.Tenure("A", Period(date(2022, 7, 1), date(2025, 10, 1)), "appointed"),
    ]
    assert rules.vacancies(held, TODAY) == ()
    assert rules.holder_on(held, date(2025, 9, 30)).holder_name == "A"
    assert rules.holder_on(held, date(2025, 10, 1)).holder_name == "B"


def test_nothing_is_claimed_of_days_before_the_first_known_holder():
    held = [rules.Tenure("A", Period(date(2022, 7, 1)), "appointed")]
    assert rules.vacant_since(held, date(2020, 1, 1)) is None
    assert rules.vacancies([], TODAY) == ()


def test_a_tenure_that_starts_later_does_not_hide_the_vacancy_before_it():
    held = [
        rules.Tenure("A", Period(date(2022, 1, 1), date(2026, 7, 1)), "appointed"),
        rules.Tenure("B", Period(date(2027, 1, 1)), "appointed"),
    ]
    assert rules.vacant_since(held, TODAY) == date(2026, 7, 1)
