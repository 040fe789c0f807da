"""Do the panel's clock, the parts of a dispute's end and ordinary residence follow from facts, to the day and penny?"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from joinedup.base.errors import BadValue
from joinedup.base.parameter_files import shipped
from joinedup.commissioning.rules import borne_by, panel, splits_of
from joinedup.commissioning.rules.disputes import borne_when_settled, owed_to_interim, settlement_lines
from joinedup.commissioning.rules.residence import Lived, area_before, has_moved, responsible
from joinedup.ledger.rules import check_lines

LAW, DAY = shipped(), date(2026, 11, 2)
CODES = ("QJK", "E06000027", "RA9")


def test_days_are_counted_from_what_starts_the_clock():
    assert panel.decide_by(DAY, LAW) == date(2026, 11, 12)
    assert panel.tell_by(DAY, LAW) == date(2026, 11, 7)
    assert panel.settle_by(DAY, "who_pays", LAW) == date(2026, 11, 30)
    assert panel.settle_by(DAY, "ordinary_residence", LAW) == date(2027, 3, 2)
    assert panel.look_again_on(date(2026, 10, 5), DAY, LAW) == panel.look_again_on(DAY, DAY, LAW) == date(2026, 12, 28)
    assert panel.sight_until(DAY, LAW) == date(2026, 11, 17)


def test_no_figure_of_the_panel_is_called_verified():
    names = ("panel-decision-days", "panel-telling-days", "panel-member-sight-days", "panel-first-review-days")
    assert not any(LAW.value_at(name, DAY).verified for name in names)


@given(
    some.integers(0, 10**9),
    some.dictionaries(some.sampled_from(CODES), some.integers(1, 10**6), min_size=1),
    some.sampled_from(CODES),
)
def test_what_is_owed_and_what_the_interim_payer_keeps_are_the_whole(rest_pence, shares, interim):
    settled = borne_when_settled(rest_pence, "", shares)
    assert sum(settled.values()) == rest_pence
    assert all(pence >= 0 for pence in settled.values())
    owed = owed_to_interim(rest_pence, interim, settled)
    assert sum(owed.values()) + settled.get(interim, 0) == rest_pence
    for code, pence in owed.items():
        check_lines(settlement_lines("cost-home-care", code, interim, pence))


@given(
    some.integers(1, 10**8),
    some.integers(0, 10**8),
    some.dictionaries(some.sampled_from(CODES), some.integers(1, 10**6), min_size=1),
    some.sampled_from(("pooled_fund", "council")),
)
def test_parts_of_a_package_are_the_whole_and_so_is_what_each_holder_bears(cost_pence, charge_pence, shares, rest):
    parts = splits_of(cost_pence, charge_pence, rest)
    assert sum(parts.values()) == cost_pence
    assert parts.get("person", 0) == min(cost_pence, charge_pence)
    borne = borne_by(cost_pence, parts.get("person", 0), rest, shares, "QJK")
    assert sum(borne.values()) == cost_pence
    assert all(pence > 0 for pence in borne.values())


def test_parts_that_are_not_the_whole_settle_nothing():
    with pytest.raises(BadValue):
        owed_to_interim(100, "QJK", {"E06000027": 99})


@pytest.mark.parametrize(
    ("lived", "council", "group"),
    [
        ([Lived(date(2020, 1, 1), "A", "settled")], "A", "settled"),
        ([Lived(date(2020, 1, 1), "A", "settled"), Lived(date(2026, 1, 1), "B", "settled")], "B", "settled"),
        ([Lived(date(2020, 1, 1), "A", "settled"), Lived(date(2026, 1, 1), "B", "placed", "A")], "A", "placed"),
        ([Lived(date(2020, 1, 1), "A", "settled"), Lived(date(2026, 1, 1), "B", "hospital")], "A", "hospital"),
        (
            [Lived(date(2020, 1, 1), "B", "placed", "A"), Lived(date(2026, 1, 1), "C", "hospital")],
            "A",
            "hospital",
        ),
        ([Lived(date(2026, 1, 1), "C", "hospital")], "", "hospital"),
        ([Lived(date(2020, 1, 1), "A", "settled"), Lived(date(2026, 1, 1), "B", "no_settled")], "B", "no-settled"),
        ([Lived(date(2020, 1, 1), "A", "settled"), Lived(date(2027, 1, 1), "B", "settled")], "A", "settled"),
    ],
)
def test_who_is_responsible_under_the_care_act(lived, council, group):
    care_act, aftercare, healthcare = responsible(lived, DAY, LAW)
    assert (care_act.council, care_act.rule) == (council, LAW.value_at("residence-rule", DAY, group))
    assert (aftercare.council, healthcare.council) == ("", "")


def test_only_a_move_by_choice_makes_care_go_on_elsewhere():
    here = Lived(date(2020, 1, 1), "A", "settled")
    assert has_moved([here, Lived(date(2026, 1, 1), "B", "settled")], DAY)
    assert not has_moved([here, Lived(date(2026, 1, 1), "B", "placed", "A")], DAY)
    assert not has_moved([here, Lived(date(2027, 1, 1), "B", "settled")], DAY)
    assert responsible([], DAY, LAW) == ()


def test_aftercare_is_owed_where_somebody_lived_outside_hospital_when_they_were_detained():
    lived = [Lived(date(2020, 1, 1), "A", "settled"), Lived(date(2024, 1, 1), "B", "placed", "A"),
             Lived(date(2026, 1, 1), "C", "hospital"), Lived(date(2026, 3, 1), "D", "settled"),
             Lived(date(2026, 3, 1), "E", "no_settled")]  # fmt: skip
    found = {on: area_before(lived, on) for on in (date(2019, 1, 1), date(2023, 1, 1), date(2026, 2, 1), DAY)}
    assert [each and each.council for each in found.values()] == [None, "A", "B", "E"]
