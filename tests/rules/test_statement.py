"""Can every line of a statement be followed with a calculator, whatever order a kept case gives its inputs in?"""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal

import pytest

from joinedup.base.parameter_files import shipped
from joinedup.funding.every_test import answers, changes
from joinedup.funding.rules import charge
from joinedup.funding.rules.treatments import DISREGARDS
from joinedup.funding.statement import worked

CASE = {
    "as_at": "2026-11-02", "setting": "home", "date_of_birth": "1938-05-01", "weekly_cost": "164.50",
    "household": "single", "income": [
        {"kind": "state_pension", "weekly": "230.25"}, {"kind": "attendance_allowance_lower", "weekly": "73.90"},
    ],
    "capital": [{"kind": "savings", "amount": "32201.00", "share": "1/2"}],
    "disability_related_expenditure": [{"kind": "laundry", "weekly": "12.00"}, {"kind": "other", "weekly": "3.10"}],
}  # fmt: skip
CASES = {
    "home": CASE, "poor": CASE | {"income": [{"kind": "other", "weekly": "1.00"}], "capital": []},
    "rich": CASE | {"capital": [{"kind": "savings", "amount": "90000.00"}]},
    "dear": CASE | {"weekly_cost": "20.00"}, "premiums": CASE | {"premiums": ["carer"], "dependent_children": 1},
    "care-home": CASE | {"setting": "care_home_permanent", "weekly_cost": "900.00"},
    "nursing": CASE | {"setting": "care_home_permanent", "weekly_cost": "900.00", "funded_nursing_care": "standard"},
    "for-a-time": CASE | {
        "setting": "care_home_temporary", "weekly_cost": "900.00",
        "income": [*CASE["income"], {"kind": "annuity", "weekly": "10.00"}],
        "housing_costs": [{"kind": "rent_net", "weekly": "25.00"}, {"kind": "other", "weekly": "1.00"}],
    },
    "percent": CASE | {"local_policy": {"charge_percent": "33.33"}},
    "owned": CASE | {
        "setting": "care_home_permanent", "weekly_cost": "900.00", "became_permanent_on": "2020-01-01", "capital": [
            {"kind": "main_home", "amount": "40000.03", "share": "1/2", "debts_secured": "1000.00"},
            {"kind": "notional_capital", "amount": "3000.00", "reduced_by": "10.00"}],
    },
    "left-out": CASE | {"disregards": [{"kind": next(iter(DISREGARDS)), "weekly": "5.00"}]},
}  # fmt: skip
ALWAYS = (
    "capital-lower-limit", "tariff-bands", "tariff-income", "included-income", "assessable-income",
    "national-minimum-income", "allowances", "assessed-maximum", "weekly-charge", "council-pays",
)  # fmt: skip

ALSO = {
    "for-a-time": ("housing-costs",), "percent": ("percentage-charged",), "owned": ("capital-counted", "capital-total"),
    "nursing": ("cost-left",),
}  # fmt: skip


def kept(case: dict[str, object]) -> dict[str, object]:
    """An explanation as the database gives it back: keys in an order of its own."""
    return json.loads(json.dumps(charge(case, shipped()).to_json(), sort_keys=True))


@pytest.mark.parametrize("name", CASES)
def test_every_sum_that_is_written_comes_out(name):
    explanation = kept(CASES[name])
    lines = worked(explanation).lines
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    assert len(lines) == len(explanation["steps"])
    for line in lines:
        adding = "" if {"×", "÷"} & set(line.sum) else line.sum  # those are read in the test below
        for left, right in re.findall(r"(£[^=;]+?) = (-?£[\d,.]+)", adding):
            written = left.replace("£", "").replace(",", "").replace("−", "-").split()
            value = sum(
                Decimal(sign + number) for sign, number in zip(["+", *written[1::2]], written[::2], strict=True)
            )
            assert value == Decimal(right.replace("£", "").replace(",", "")), line.sum


@pytest.mark.parametrize(
    "name", ["home", "premiums", "care-home", "nursing", "for-a-time", "percent", "owned", "left-out"]
)
def test_no_sum_of_several_parts_is_left_out(name):
    explanation = kept(CASES[name])
    sums = {line.text: line.sum for line in worked(explanation).lines}
    rules = ALWAYS + ALSO.get(name, ())
    several = [each for each in explanation["steps"] if each["rule"] in rules]
    assert {*ALSO.get(name, ())} <= {each["rule"] for each in several}
    assert len(several) >= 5
    for step in several:
        assert sums[step["text"]], step["rule"]


def test_the_bands_and_the_half_are_written_as_on_a_calculator():
    sums = [line.sum for line in worked(kept(CASE)).lines]
    for words in ("£32,201.00 × 1/2 = £16,100.50", "£1,850.50 ÷ £250.00 = 7.40, rounded up: 8", "8 × £1.00 = £8.00",
                  "£12.00 + £3.10 = £15.10", "The smaller of £55.60 and £164.50 is £55.60"):  # fmt: skip
        assert words in sums


def test_what_would_change_a_charge_is_what_the_rule_says_of_it():
    by_words = {each.words: each.pence for each in changes(CASE, shipped(), date(2026, 11, 2))}
    assert by_words["If £10.00 more a week of what the disability costs were accepted"] == -1000
    assert by_words["If income that counts rose by £10.00 a week"] == 1000
    assert any("£7,149.50 more would reach the upper limit of £23,250.00" in words for words in by_words)
    assert changes({"as_at": "2026-11-02"}, shipped(), date(2026, 11, 2)) == ()


def test_own_money_and_benefits_read_the_same_case():
    rich = {each.name: each for each in answers(CASES["rich"], shipped(), date(2026, 11, 2))}
    assert "stay above" in rich["own-money"].outcome or "come down" in rich["own-money"].outcome
    poor = CASE | {"income": [{"kind": "state_pension", "weekly": "100.00"}], "capital": []}
    found = {each.name: each for each in answers(poor, shipped(), date(2026, 11, 2))}
    assert "pension credit guarantee (up to £" in found["benefit-tests"].outcome
    assert found["own-money"].outcome.startswith("Savings do not exceed")
    assert "personal care" in found["benefit-tests"].misses[0]


def changed_words(case):
    return " ".join(each.words for each in changes(case, shipped(), date(2026, 11, 2)))


def own_money(case):
    return next(each for each in answers(case, shipped(), date(2026, 11, 2)) if each.name == "own-money").outcome


def test_what_is_owed_on_capital_or_left_out_for_a_time_does_not_count_here_either():
    """The page said that savings were above the limit where the charge, on the same page, did not count them."""
    land = {"kind": "second_home_or_land", "amount": "90000.00", "debts_secured": "75000.00"}
    injury = {"kind": "personal_injury_payment", "amount": "90000.00", "received_on": "2026-10-01"}
    given = {"kind": "notional_capital", "amount": "30000.00", "reduced_by": "28000.00"}
    case = CASE | {"capital": [land, injury, given]}
    assert "£17,000.00: £6,250.00 more would reach the upper limit" in changed_words(case)
    assert own_money(case).startswith("Savings do not exceed")


def test_a_home_that_counts_is_not_said_to_let_the_council_help():
    home = CASE | {
        "setting": "care_home_permanent", "weekly_cost": "900.00", "became_permanent_on": "2020-01-01",
        "capital": [{"kind": "main_home", "amount": "200000.00"}, {"kind": "savings", "amount": "12000.00"}],
    }  # fmt: skip
    assert "£192,000.00, £168,750.00 above the upper limit" in changed_words(home)
    assert own_money(home).startswith("Savings come down to the upper limit in the week")
    waiting = home | {"became_permanent_on": "2026-11-02"}
    assert own_money(waiting).startswith("Savings do not exceed")


def test_nothing_of_a_partner_is_guessed_for_pension_credit():
    """Their income and savings are not in the evidence, and the guarantee of a couple is for both."""
    couple = CASE | {"household": "couple_pension_age", "capital": [],
                     "income": [{"kind": "state_pension", "weekly": "100.00"}]}  # fmt: skip
    found = {each.name: each for each in answers(couple, shipped(), date(2026, 11, 2))}["benefit-tests"]
    assert "pension credit" not in found.outcome
    assert any("partner" in each for each in found.misses)
    assert "pension credit" not in changed_words(couple)


def test_what_a_calculator_needs_stands_on_the_line():
    sums = {name: [line.sum for line in worked(kept(CASES[name])).lines] for name in CASES}
    assert "£40,000.03 × 1/2 = £20,000.01; £20,000.01 − £2,000.01 − £1,000.00 = £17,000.00" in sums["owned"]
    assert "£3,000.00 − £10.00 = £2,990.00" in sums["owned"]
    assert "£55.60 × 33.33% = £18.53 (a part of a penny is dropped)" in sums["percent"]
    assert "The smaller of £18.53 and £164.50 is £18.53" in sums["percent"]
    assert "£900.00 − £267.68 = £632.32" in sums["nursing"]


def test_income_that_is_left_out_of_a_stay_is_left_out_once():
    """The lines show an Attendance Allowance as 0.00; the sum after them took it off a second time."""
    (step,) = (each for each in kept(CASES["for-a-time"])["steps"] if each["rule"] == "included-income")
    assert (step["inputs"]["counted"], step["inputs"]["left_out"], step["result"]) == ("240.25", "0.00", "240.25")


def test_a_fee_that_is_asked_has_its_line():
    rich = CASE | {"council_arranges": True, "local_policy": {"arrangement_fee_weekly": "5.00"}}
    for more in ({"light_touch": {"reason": "wealth_above_limit", "consented": True}},
                 {"capital": [{"kind": "savings", "amount": "90000.00"}]}):  # fmt: skip
        answer = kept(rich | more)
        assert answer["arrangement_fee"] == "5.00"
        assert [each["result"] for each in answer["steps"] if each["rule"] == "arrangement-fee"] == ["5.00"]
