"""Does a reform change only what it says, and do all four payers always pay the whole cost?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.base.errors import JoinedUpError, NotFound, OperatorMustAct, SenderMustAct
from joinedup.base.money import Money
from joinedup.funding import generated_people as generated
from joinedup.funding import reform_files
from joinedup.funding.rules.engine import charge_many
from joinedup.funding.rules.law import ChargeLaw
from joinedup.funding.rules.reform_charges import Shares, metered, shares
from joinedup.funding.rules.reforms import Cap, Reform
from joinedup.funding.what_if_runs import KeptCase, on_generated, on_kept_cases

DAY, PEOPLE, WEEKS = date(2026, 11, 2), 5_000, 52
HEAD = "topic: mine\nabout: A test.\nparameters:\n"


def reform(name: str) -> Reform:
    return reform_files.named(name).on(DAY)


def both(changed: Reform, seed: int = 1) -> tuple[Shares, Shares]:
    """Generated people under the law and under a reform."""
    law = reform_files.law_on(DAY)
    block = next(generated.blocks(PEOPLE, seed, law.parameters, DAY))
    before_law, after_law = (ChargeLaw.at(each.parameters, DAY) for each in (law, changed))
    people = generated.caseload(block, before_law)
    standing = generated.standing(block, charge_many(people, before_law).weekly_charge_pence)
    after = shares(generated.caseload(block, after_law), standing, changed, WEEKS)
    return shares(people, standing, law, WEEKS), after


def column(*pence: int) -> np.ndarray:
    return np.array(pence, dtype=np.int64)


def introduced(name: str, unit: str, value: str, group: str = "", start: str = "2024-01-01") -> str:
    for_whom = f"group: {group}, " if group else ""
    return (
        f"  - name: {name}\n    question: What?\n    unit: {unit}\n    introduced: true\n    values:\n"
        f"      - {{{for_whom}from: {start}, value: '{value}', source: a test, verified: false}}\n"
    )


# The meter, by hand


@pytest.mark.parametrize(
    ("weekly", "counted", "living", "left", "paid"),
    [
        # At home, 300.00 a week all counting, 1,000.00 left: three whole weeks, 100.00 in the fourth, then nothing.
        (300_00, 300_00, 0, 1_000_00, 1_000_00),
        # A care home of 900.00 of which 200.00 is daily living: 700.00 counts. 1,500.00 left: two weeks of 900.00, then
        # 200.00 + 100.00, then 49 weeks of 200.00.
        (900_00, 700_00, 200_00, 1_500_00, 2 * 900_00 + 300_00 + 49 * 200_00),
        # Means-tested charge of 250.00 while the council's 700.00 counts: two weeks, then 250.00 (less than
        # 200.00 + 100.00), then 49 weeks of 200.00.
        (250_00, 700_00, 200_00, 1_500_00, 3 * 250_00 + 49 * 200_00),
        # Already there: nothing but daily living, and no more than the charge.
        (900_00, 700_00, 200_00, 0, 52 * 200_00),
        (150_00, 700_00, 200_00, 0, 52 * 150_00),
        (900_00, 700_00, 200_00, -5_00, 52 * 200_00),
        # Exactly reached at the end of a week: the next week is free of care.
        (300_00, 300_00, 0, 900_00, 900_00),
        # Never reached, and nothing that counts.
        (300_00, 300_00, 0, 99_999_00, 52 * 300_00),
        (150_00, 0, 200_00, 1_000_00, 52 * 150_00),
    ],
)
def test_the_meter_stops_at_the_cap(weekly, counted, living, left, paid):
    found = metered(column(weekly), column(counted), column(living), column(left), WEEKS)
    assert found.tolist() == [paid]


@given(
    weekly=st.integers(0, 2_000_00), counted=st.integers(0, 2_000_00), living=st.integers(0, 300_00),
    left=st.integers(-1_000, 100_000_00), weeks=st.integers(1, 60),
)  # fmt: skip
def test_the_meter_agrees_with_one_week_after_another(weekly, counted, living, left, weeks):
    paid, still = 0, max(left, 0)
    for _ in range(weeks):
        paid += weekly if counted <= still else min(weekly, living + still)
        still -= min(counted, still)
    assert metered(column(weekly), column(counted), column(living), column(left), weeks).tolist() == [paid]
    assert paid <= weekly * weeks


# What must hold of every reform


def test_no_reform_changes_nothing():
    before, after = both(reform_files.law_on(DAY))
    assert np.array_equal(before.person_pence, after.person_pence)
    assert np.array_equal(before.council_pence, after.council_pence)


@pytest.mark.parametrize("name", ["cap-72000", "cap-86000", "free-personal-care", "higher-guarantee"])
def test_the_payers_pay_the_whole_cost_before_and_after(name):
    found = both(reform(name))
    assert np.array_equal(found[0].cost_pence, found[1].cost_pence)
    for each in found:
        parts = (each.person_pence, each.council_pence, each.nhs_pence, each.other_pence)
        assert np.array_equal(sum(parts), each.cost_pence)
        assert all((part >= 0).all() for part in parts)


@pytest.mark.parametrize("name", ["cap-72000", "cap-86000", "free-personal-care", "higher-guarantee"])
def test_each_preset_helps_somebody_and_takes_from_nobody(name):
    before, after = both(reform(name))
    assert (after.person_pence <= before.person_pence).all()
    assert (after.person_pence < before.person_pence).any()
    assert all(not each.verified and each.source for each in reform(name).used)


@pytest.mark.parametrize("own_spending", [False, True])
@pytest.mark.parametrize("earlier_care", [False, True])
def test_a_cap_never_makes_anybody_pay_more(own_spending, earlier_care):
    law = reform_files.law_on(DAY)
    least = None
    for most in (1_000_00, 20_000_00, 500_000_00):
        before, after = both(replace(law, cap=Cap(Money(most), Money(250_00), own_spending, earlier_care)))
        assert (after.person_pence <= before.person_pence).all()
        assert least is None or (least <= after.person_pence).all()
        least = after.person_pence


def test_free_care_is_for_the_age_group_named():
    everybody = replace(reform_files.law_on(DAY), free_hundredths_at_home={"working-age": 10_000}, free_in_care_home={})
    law = reform_files.law_on(DAY)
    block = next(generated.blocks(PEOPLE, 1, law.parameters, DAY))
    before, after = both(everybody)
    at_home, young = block.setting == 0, ~block.pension_age
    assert not after.person_pence[at_home & young].any()
    rest = ~(at_home & young)
    assert np.array_equal(after.person_pence[rest], before.person_pence[rest])


def test_the_limit_where_the_home_is_left_out_is_its_own():
    """Savings of 50,000: above 27,000 at home, and between the limits of 17,000 and 118,000 where the home counts."""
    changed = replace(reform("cap-72000"), cap=None)
    at_home = _case(capital=[{"kind": "savings", "amount": "50000.00"}])
    outcome, refused = on_kept_cases(changed, [KeptCase(at_home, ())])
    assert (refused, outcome.payers[0].after_pence) == (0, WEEKS * 700_00)
    with_home = at_home | {
        "setting": "care_home_permanent", "became_permanent_on": "2025-01-01",
        "capital": [*at_home["capital"], {"kind": "main_home", "amount": "60000.00"}],
    }  # fmt: skip
    outcome, _ = on_kept_cases(changed, [KeptCase(with_home, ())])
    assert outcome.payers[0].before_pence == WEEKS * 700_00
    assert outcome.payers[0].after_pence < WEEKS * 700_00


# The outcome


def test_bands_sum_to_everybody_and_payers_to_the_cost():
    outcome = on_generated(reform("cap-86000"), PEOPLE, 1)
    for rows in (outcome.by_income, outcome.by_age):
        for name in ("people", "pay_less", "pay_more", "pay_same", "change_pence"):
            assert sum(getattr(row, name) for row in rows) == getattr(outcome.everybody, name)
    assert outcome.everybody.change_pence == outcome.payers[0].change_pence
    assert sum(row.change_pence for row in outcome.payers) == 0
    assert sum(row.change_weekly_pence for row in outcome.payers) == 0
    assert sum(row.before_weekly_pence for row in outcome.payers) == outcome.cost_pence // WEEKS


def test_the_same_seed_makes_the_same_people_and_more_contain_fewer():
    law = reform_files.law_on(DAY).parameters
    few, many = (next(generated.blocks(count, 7, law, DAY)) for count in (100, 30_000))
    assert np.array_equal(few.savings_pence, many.savings_pence[:100])
    assert not np.array_equal(few.savings_pence, next(generated.blocks(100, 8, law, DAY)).savings_pence)
    told: list[tuple[int, int]] = []
    on_generated(reform("higher-guarantee"), 45_000, 7, lambda done, whole: told.append((done, whole)))
    assert told == [(20_000, 45_000), (40_000, 45_000), (45_000, 45_000)]


def test_a_kept_case_is_metered_by_what_was_paid_and_a_bad_one_is_left_out():
    """200 weeks at 400.00 are 80,000.00: of the cap of 86,000.00 6,000.00 are left, which 52 weeks of 700.00 pass."""
    case = _case(capital=[{"kind": "savings", "amount": "500000.00"}])
    paid = ((date(2023, 1, 2), 400_00),)
    assert (DAY - paid[0][0]).days // 7 == 200
    outcome, refused = on_kept_cases(reform("cap-86000"), [KeptCase(case, paid), KeptCase({"income": 7}, ())])
    assert (outcome.people, refused) == (1, 1)
    assert (outcome.payers[0].before_pence, outcome.payers[0].after_pence) == (WEEKS * 700_00, 6_000_00)


def test_a_reform_above_a_councils_own_policy_holds():
    own = _case(capital=[{"kind": "savings", "amount": "60000.00"}]) | {
        "local_policy": {"upper_capital_limit": "24000.00"}
    }
    outcome, refused = on_kept_cases(reform("cap-86000"), [KeptCase(own, ())])
    assert refused == 0
    assert outcome.payers[0].after_pence < outcome.payers[0].before_pence == WEEKS * 700_00


def _case(**told: object) -> dict[str, object]:
    return {
        "as_at": "2026-01-05", "setting": "home", "date_of_birth": "1941-03-02", "household": "single",
        "income": [{"kind": "state_pension", "weekly": "241.30"}], "weekly_cost": "700.00",
    } | told  # fmt: skip


# Refusals


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (introduced("free-cake", "pounds", "1.00"), "free-cake.*No what-if understands it.*care-cost-cap"),
        (introduced("care-cost-cap", "count", "1").replace("'1'", "1"), "care-cost-cap.*unit must be pounds"),
        (introduced("care-cost-cap", "pounds", "1.00"), "care-cost-cap-daily-living-weekly.*a cap needs it"),
        (introduced("care-cost-cap-counts", "text", "own-spending"), "care-cost-cap.*It is missing"),
        (introduced("care-cost-cap-counts", "text", "all"), "It must be one of cost-at-council-rate, own-spending"),
        (introduced("care-cost-cap-earlier-care", "text", "perhaps"), "It must be yes or no"),
        (introduced("free-personal-care-percent-at-home", "percent", "120", "pension-age"), "It must be from 0 to 100"),
        (introduced("free-personal-care-percent-at-home", "percent", "20", "old"), "one of working-age, pension-age"),
        (introduced("capital-upper-limit-home-ignored", "pounds", "-1.00"), "It is below 0"),
        (introduced("care-cost-cap", "pounds", "1.00", start="2030-01-01"), "sets nothing on 2026-11-02"),
    ],
)  # fmt: skip
def test_a_reform_that_cannot_be_used_is_refused_by_field(text, words):
    with pytest.raises(SenderMustAct, match=words):
        reform_files.from_text("mine", HEAD + text).on(DAY)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (introduced("capital-uper-limit", "pounds", "1.00").replace("    introduced: true\n", ""), "no such parameter"),
        ("  - name: care-cost-cap\n", "question"),
        ("  - [", "mine.yaml"),
    ],
)
def test_a_file_that_is_no_parameter_file_is_refused(text, words):
    with pytest.raises(OperatorMustAct, match=f"(?i){words}"):
        reform_files.from_text("mine", HEAD + text).on(DAY)


def test_an_unknown_preset_and_a_missing_file_are_refused(tmp_path):
    with pytest.raises(NotFound, match="cap-72000"):
        reform_files.named("cap-1")
    with pytest.raises(JoinedUpError, match="cannot be opened"):
        reform_files.from_path(tmp_path / "none.yaml")
