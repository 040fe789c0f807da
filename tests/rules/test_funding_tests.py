"""Do the other tests of who pays advise, explain and refuse as they should, and are the streams whole?"""

from __future__ import annotations

import doctest
import json
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup import cli
from joinedup.base import commands, parameter_files
from joinedup.base.case_schema import faults
from joinedup.base.errors import OperatorMustAct, SenderMustAct
from joinedup.base.money import Money
from joinedup.base.parameters import Parameters
from joinedup.funding.rules import continuing_healthcare, facilities_grant, streams
from joinedup.funding.rules.continuing_healthcare import DOMAINS, HIGHEST, LEVELS

TODAY = date(2026, 11, 2)
BOOK = commands.the_rulebook()
KNOWN = parameter_files.shipped()
GOOD: dict[str, dict[str, Any]] = {
    "chc-checklist": {"scores": dict.fromkeys(DOMAINS, "C")},
    "dst": {"levels": dict.fromkeys(HIGHEST, "none")},
    "fnc": {"needs_registered_nurse": True, "nursing_home": True, "weekly_cost": "1100.00"},
    "dfg": {
        "cost_of_works": "10000.00",
        "tenure": "owner",
        "weekly_income": "260.00",
        "capital": "7000.00",
        "applicable_amount_weekly": "200.00",
    },
    "deferred-payment": {"property_value": "165000.00", "weekly_fee": "900.00", "weekly_income": "290.25"},
    "self-funding": {"savings": "40000.00", "weekly_cost": "900.00", "weekly_income": "300.00"},
    "benefits-check": {
        "household": "single",
        "date_of_birth": "1945-01-01",
        "weekly_income": "180.00",
        "capital": "11000.00",
        "claims": [],
        "needs_help_for_six_months": True,
    },
    "s117": {"weekly_cost": "801.00", "nhs_percent": "50"},
    "direct-payment": {"weekly_budget": "400.00", "weekly_charge": "67.55", "paid": "net"},
}


def put(name: str, **changed: Any) -> dict[str, Any]:
    rule = BOOK.rule(name)
    case = {key: each for key, each in {**GOOD[name], **changed}.items() if each is not None}
    answer = rule.answer(case, KNOWN, TODAY)
    assert not list(faults(rule.output_schema, answer))
    return answer


@pytest.mark.parametrize("name", list(GOOD))
def test_every_answer_is_explained(name: str) -> None:
    answer = put(name)
    assert answer["steps"]
    for step in answer["steps"]:
        assert step["text"].endswith(".")
        assert step["source"]
    used = [step["parameter"] for step in answer["steps"] if step["parameter"]]
    for each in used:
        said = any(f"{each['value']}, is not verified" in warning for warning in answer["warnings"])
        assert said == (not each["verified"])


MONEY = ["-1.00", "£5", "1,000.00", "1e3", "1.005", " 5", "", "٣"]
FIELDS = [
    ("fnc", "weekly_cost"),
    ("dfg", "cost_of_works"),
    ("dfg", "capital"),
    ("deferred-payment", "property_value"),
    ("deferred-payment", "keeps_weekly"),
    ("self-funding", "savings"),
    ("benefits-check", "weekly_income"),
]


@pytest.mark.parametrize(("name", "field"), FIELDS)
@pytest.mark.parametrize("text", MONEY)
def test_an_amount_that_is_none_is_named_and_not_repeated(name: str, field: str, text: str) -> None:
    with pytest.raises(SenderMustAct) as caught:
        put(name, **{field: text})
    assert caught.value.code == f"{name}-case"
    assert field in caught.value.why
    assert "pounds" in caught.value.why


@pytest.mark.parametrize(
    ("name", "changed", "said"),
    [
        ("fnc", {"on": "2010-03-31"}, "on must be 2010-04-01 or later"),
        ("fnc", {"rate": "middle"}, "rate must be one of standard, higher"),
        ("fnc", {"nursing_home": "yes"}, "nursing_home must be true or false"),
        ("chc-checklist", {"scores": {"breathing": "A"}}, "scores.nutrition is missing"),
        ("chc-checklist", {"scores": {**GOOD["chc-checklist"]["scores"], "skin": "D"}}, "scores.skin must be one of"),
        ("chc-checklist", {"on": "2018-09-30"}, "on must be 2018-10-01 or later"),
        ("chc-checklist", {"on": "2026-01-01", "received_on": "2026-01-02"}, "received_on must not be later"),
        ("dst", {"levels": {"breathing": "high"}}, "levels.other_significant_needs is missing"),
        ("dst", {"levels": {**GOOD["dst"]["levels"], "continence": "severe"}}, "levels.continence must be one of"),
        ("dst", {"levels": {**GOOD["dst"]["levels"], "altered_consciousness": "severe"}}, "altered_consciousness must"),
        ("dst", {"professions": ["nurse", "nurse"]}, "professions must name each once"),
        ("dfg", {"on": "2008-05-21"}, "on must be 2008-05-22 or later"),
        ("dfg", {"capital": None}, "capital is missing"),
        ("dfg", {"benefits": ["tax_credits"]}, "tax_credit_income_yearly is missing"),
        ("dfg", {"tenure": "squatter"}, "tenure must be one of"),
        ("deferred-payment", {"on": "2015-03-31"}, "on must be 2015-04-01 or later"),
        ("deferred-payment", {"keeps_weekly": "144.01"}, "keeps_weekly must be at most"),
        ("deferred-payment", {"on": "2025-05-05", "interest_percent": "4.26"}, "at most 4.25"),
        ("deferred-payment", {"interest_percent": "-1"}, "interest_percent must be a percentage"),
        ("deferred-payment", {"weekly_fee": None}, "weekly_fee is missing"),
        ("dfg", {"date_of_birth": "1940-01-01", "is_60_or_over": False}, "is_60_or_over does not agree"),
        ("dfg", {"date_of_birth": "2027-01-01"}, "date_of_birth must not be later"),
        ("deferred-payment", {"gilt_rate_percent": "4", "interest_percent": "4.16"}, "at most 4.15"),
        ("s117", {"nhs_percent": "101"}, "nhs_percent must be a percentage"),
        ("s117", {"nhs_percent": "50%"}, "nhs_percent must be a percentage"),
        ("direct-payment", {"weekly_charge": "400.01"}, "weekly_charge must be at most weekly_budget"),
        ("direct-payment", {"paid": "cash"}, "paid must be one of net, gross"),
        ("self-funding", {"on": "2009-01-01"}, "on must be 2009-04-06 or later"),
        ("self-funding", {"setting": "castle"}, "setting must be one of"),
        ("benefits-check", {"date_of_birth": None}, "date_of_birth is missing"),
        ("benefits-check", {"date_of_birth": "2027-01-01"}, "date_of_birth must not be later"),
        ("benefits-check", {"pension_age": False}, "pension_age does not agree"),
        ("benefits-check", {"on": "2015-01-01"}, "on must be 2015-04-01 or later"),
        ("benefits-check", {"claims": ["lottery"]}, "claims[1] must be one of"),
    ],
)
def test_a_field_that_cannot_be_used_is_named(name: str, changed: dict[str, Any], said: str) -> None:
    with pytest.raises(SenderMustAct) as caught:
        put(name, **changed)
    assert said in caught.value.why
    assert f"joinedup rule --schema {name}" in caught.value.next_step


def test_a_day_after_the_last_known_figures_is_for_the_operator() -> None:
    with pytest.raises(OperatorMustAct, match="funded-nursing-care"):
        put("fnc", on="2027-04-01")


def test_every_wrong_field_is_named_at_once() -> None:
    with pytest.raises(SenderMustAct) as caught:
        put("self-funding", savings="-1", weekly_cost="£2")
    assert "savings" in caught.value.why
    assert "weekly_cost" in caught.value.why


def test_nursing_care_is_paid_only_where_it_is_needed() -> None:
    for changed in ({"needs_registered_nurse": False}, {"nursing_home": False}):
        answer = put("fnc", **changed)
        assert (answer["payable"], answer["weekly"], answer["left_for_means_test"]) == (False, "0.00", "1100.00")
    whole = put("fnc", continuing_healthcare=True)
    assert (whole["payable"], whole["left_for_means_test"]) == (False, "0.00")


def test_a_checklist_is_due_an_answer_and_never_decides() -> None:
    scores = {**GOOD["chc-checklist"]["scores"], "behaviour": "A"}
    answer = put("chc-checklist", scores=scores, received_on="2026-10-01")
    assert (answer["outcome"], answer["decision_due"]) == ("positive", "2026-10-29")
    assert "does not mean that the NHS will pay" in answer["advice"]
    assert put("chc-checklist", received_on="2026-10-01")["decision_due"] is None


@given(st.fixed_dictionaries({name: st.sampled_from("ABC") for name in DOMAINS}), st.sampled_from(list(DOMAINS)))
def test_a_higher_score_never_makes_a_checklist_negative(scores: dict[str, str], raised: str) -> None:
    higher = {**scores, raised: {"C": "B", "B": "A", "A": "A"}[scores[raised]]}
    found = [put("chc-checklist", scores=each)["outcome"] for each in (scores, higher)]
    assert found != ["positive", "negative"]


ORDER = ("unlikely", "judge_four_characteristics", "clear_recommendation")
DOMAIN_LEVELS = {name: st.sampled_from(continuing_healthcare.allowed_levels(name)) for name in HIGHEST}


@given(st.fixed_dictionaries(DOMAIN_LEVELS), st.sampled_from(list(HIGHEST)))
def test_a_higher_level_never_weakens_the_advice(levels: dict[str, str], raised: str) -> None:
    allowed = continuing_healthcare.allowed_levels(raised)
    higher = {**levels, raised: allowed[min(allowed.index(levels[raised]) + 1, len(allowed) - 1)]}
    before, after = (ORDER.index(put("dst", levels=each)["advice_code"]) for each in (levels, higher))
    assert after >= before
    assert put("dst", levels=levels)["decided_by"] == "people"


def test_the_tool_asks_for_a_team_and_knows_the_fast_track() -> None:
    assert any("too small" in each for each in put("dst", professions=["nurse"])["warnings"])
    assert not any("too small" in each for each in put("dst", professions=["nurse", "social_worker"])["warnings"])
    fast = put("dst", fast_track=True)
    assert fast["advice_code"] == "fast_track"
    assert any(step["rule"] == "fast-track" for step in fast["steps"])
    assert set(HIGHEST.values()) <= set(LEVELS)


SUMS = st.integers(0, 60_000).map(lambda pence: f"{pence // 100}.{pence % 100:02d}")


@given(SUMS, SUMS, st.sampled_from(["owner", "tenant"]), st.integers(0, 4_000_000))
def test_a_grant_is_never_more_than_the_works_nor_the_ceiling(income: str, more: str, tenure: str, cost: int) -> None:
    case = {"weekly_income": income, "tenure": tenure, "cost_of_works": f"{cost // 100}.{cost % 100:02d}"}
    answer = put("dfg", **case)
    grant, pays = (round(float(answer[name]) * 100) for name in ("grant", "person_pays"))
    assert grant + pays == cost
    assert 0 <= grant <= min(cost, 3_000_000)
    richer = put("dfg", **{**case, "weekly_income": f"{float(income) + float(more):.2f}"})
    assert float(richer["contribution"]) >= float(answer["contribution"])


@given(st.integers(5_000_000, 40_000_000), st.integers(10_000, 200_000), st.integers(0, 400))
def test_interest_never_makes_a_deferral_last_longer(value: int, fee: int, percent: int) -> None:
    case = {
        "property_value": f"{value / 100:.2f}",
        "weekly_fee": f"{fee / 100:.2f}",
        "weekly_income": "200.00",
        "interest_percent": f"{percent / 100:.2f}",
        "on": "2025-05-05",
    }
    answer = put("deferred-payment", **case)
    plain, dear = answer["weeks_without_interest"], answer["weeks_with_interest"]
    if plain is not None:
        assert dear <= plain
        limit, weekly = (round(float(answer[name]) * 100) for name in ("equity_limit", "weekly_deferred"))
        assert plain * weekly <= limit < (plain + 1) * weekly or plain == limit == 0
    elif dear is not None:
        assert float(answer["interest_of_first_year"]) >= 0


@given(st.integers(0, 10_000_000), st.integers(0, 10_000))
def test_aftercare_is_shared_to_the_penny_and_never_charged(cost: int, hundredths: int) -> None:
    answer = put("s117", weekly_cost=f"{cost / 100:.2f}", nhs_percent=f"{hundredths / 100:.2f}")
    nhs, council = (round(float(answer[name]) * 100) for name in ("nhs_pays", "council_pays"))
    assert nhs + council == cost
    assert abs(nhs * 10_000 - cost * hundredths) < 10_000
    assert answer["person_pays"] == "0.00"


def test_a_dearer_home_is_topped_up_under_aftercare() -> None:
    assert put("s117", chosen_home_weekly_cost="900.00")["top_up"] == "99.00"
    assert put("s117", chosen_home_weekly_cost="700.00")["top_up"] == "0.00"


def test_net_and_gross_come_to_the_same() -> None:
    net, gross = put("direct-payment"), put("direct-payment", paid="gross")
    assert (net["council_pays_out"], net["person_adds"], net["person_pays_back"]) == ("332.45", "67.55", "0.00")
    assert (gross["council_pays_out"], gross["person_adds"], gross["person_pays_back"]) == ("400.00", "0.00", "67.55")
    for name in ("person_bears", "council_bears"):
        assert net[name] == gross[name]


def test_a_grant_knows_the_age_and_its_days() -> None:
    assert put("dfg", date_of_birth="1966-05-05", on="2026-05-04")["tariff_income"] == "4.00"
    assert put("dfg", date_of_birth="1966-05-04", on="2026-05-04")["tariff_income"] == "2.00"
    answer = put("dfg", applied_on="2026-08-31", approved_on="2027-02-28")
    assert (answer["decision_due"], answer["works_due"]) == ("2027-02-28", "2028-02-28")


def test_a_gilt_rate_and_the_margin_make_the_greatest_rate() -> None:
    answer = put("deferred-payment", on="2026-05-04", gilt_rate_percent="4.10")
    assert answer["interest_percent"] == "4.25"
    assert answer["weeks_with_interest"] == put("deferred-payment", on="2025-05-05")["weeks_with_interest"] == 166


def test_each_half_year_has_its_rate_and_the_last_known_goes_on() -> None:
    answer = put("deferred-payment", on="2022-11-07", weekly_fee="2900.00")
    balance, rates = 0, {"2022-2": 155, "2023-1": 318, "2023-2": 343}
    weekly = round(float(answer["weekly_deferred"]) * 100)
    for week in range(answer["weeks_with_interest"]):
        day = date(2022, 11, 7) + timedelta(days=7 * week)
        balance += weekly
        balance += balance * rates[f"{day.year}-{1 if day.month < 7 else 2}"] * 7 // (100 * 100 * 365)
    limit = round(float(answer["equity_limit"]) * 100)
    assert limit - 2 * weekly < balance <= limit
    assert not any("No greatest rate" in each for each in answer["warnings"])
    later = put("deferred-payment", on="2025-05-05")
    assert any("for the weeks from 2025-07-07 on" in each for each in later["warnings"])


def test_a_councils_own_fee_is_deferred_unless_it_is_paid() -> None:
    own = KNOWN.history("deferred-payment-administration-fee")[0]
    dearer = KNOWN.overlaid(Parameters.of([replace(own, value=Money(75375))]))
    rule, case = BOOK.rule("deferred-payment"), {**GOOD["deferred-payment"], "on": "2025-05-05"}
    with_fee = rule.answer(case, dearer, TODAY)
    assert with_fee["weeks_without_interest"] == 177
    paid = rule.answer({**case, "administration_fee": "0.00"}, dearer, TODAY)
    assert paid["weeks_without_interest"] == 178


def test_a_deferral_without_a_known_rate_asks_for_it() -> None:
    answer = put("deferred-payment", on="2026-05-04")
    assert (answer["weeks_with_interest"], answer["interest_percent"]) == (None, None)
    assert any("Give interest_percent" in each for each in answer["warnings"])
    assert put("deferred-payment", other_capital="23250.01")["must_offer"] is False
    assert put("deferred-payment")["must_offer"] is True


@given(st.integers(0, 8_000_000), st.integers(0, 200_000))
def test_savings_fall_by_the_same_and_cross_once(savings: int, cost: int) -> None:
    answer = put("self-funding", on="2025-05-05", savings=f"{savings / 100:.2f}", weekly_cost=f"{cost / 100:.2f}")
    weeks = answer["series"]
    assert [week["above_limit"] for week in weeks] == sorted((week["above_limit"] for week in weeks), reverse=True)
    days = [date.fromisoformat(week["starts_on"]) for week in weeks]
    assert all(later - earlier == timedelta(days=7) for earlier, later in pairwise(days))
    draws = round(float(answer["draws_weekly"]) * 100)
    held = [round(float(week["savings"]) * 100) for week in weeks]
    assert all(later == max(0, earlier - draws) for earlier, later in pairwise(held))
    assert (answer["crosses_in_week"] is None) == all(week["above_limit"] for week in weeks)


def test_weeks_beyond_the_known_limits_say_so() -> None:
    answer = put("self-funding", on="2027-03-29", savings="30000.00")
    assert any("No capital limits are known from 2027-04-06 on" in each for each in answer["warnings"])
    assert not any("No capital limits" in each for each in put("self-funding", on="2025-05-05")["warnings"])


def test_benefits_are_signposts_with_reasons() -> None:
    found = {each["benefit"]: each for each in put("benefits-check")["suggestions"]}
    assert found["attendance_allowance"]["weekly_up_to"] == "76.70"
    assert found["pension_credit_guarantee"]["weekly_up_to"] == "56.00"  # 238.00 - 180.00 - 1000 / 500
    alone = put("benefits-check", claims=["attendance_allowance"], lives_alone=True)
    assert [(each["benefit"], each["weekly_up_to"]) for each in alone["suggestions"]] == [
        ("pension_credit_guarantee", "142.05")  # 238.00 + 86.05 - 182.00
    ]
    paid = put("benefits-check", claims=["attendance_allowance"], lives_alone=True, carer_is_paid_allowance=True)
    assert paid["suggestions"][0]["weekly_up_to"] == "56.00"
    carer = put("benefits-check", claims=["attendance_allowance", "carers_allowance"], on="2024-06-03")
    assert carer["suggestions"][0]["weekly_up_to"] == "81.75"  # 218.15 + 45.60 - 182.00
    now = put("benefits-check", claims=["attendance_allowance", "carers_allowance"])
    assert any("adds for a carer is not known" in each for each in now["warnings"])


def test_benefits_of_somebody_of_working_age_and_of_a_carer() -> None:
    young = {"date_of_birth": "1980-01-01", "help_by_day_and_night": True}
    assert [each["benefit"] for each in put("benefits-check", **young)["suggestions"]] == ["pip_daily_living"]
    carer = {"needs_help_for_six_months": False, "cares_hours_weekly": 35, "cared_for_has_disability_benefit": True}
    then = put("benefits-check", **young | carer, weekly_earnings="151.01", on="2024-06-03")
    assert then["suggestions"] == []
    now = put("benefits-check", **young | carer, weekly_earnings="151.01")
    assert [each["benefit"] for each in now["suggestions"]] == ["carers_allowance"]
    assert any("earnings were not looked at" in each for each in now["warnings"])
    assert put("benefits-check", **young | carer | {"cares_hours_weekly": 34})["suggestions"] == []


def test_missing_means_are_said_and_nothing_is_guessed() -> None:
    answer = put("benefits-check", weekly_income=None)
    assert "pension_credit_guarantee" not in {each["benefit"] for each in answer["suggestions"]}
    assert any("Pension Credit was not looked at" in each for each in answer["warnings"])


def test_every_stream_has_its_tests_and_every_rule_exists() -> None:
    named = [each.name for each in streams.FUNDING_STREAMS]
    assert len(set(named)) == len(named)
    used = {name for each in streams.FUNDING_STREAMS for name in each.tests}
    assert used == {each.name for each in streams.MEANS_TESTS}
    for each in streams.MEANS_TESTS:
        assert each.rule is None or BOOK.rule(each.rule).question
        assert streams.means_test(each.name) is each
    tested = {each.rule for each in streams.MEANS_TESTS}
    assert set(GOOD) <= tested
    assert all(each.payers and each.about.endswith(".") and streams.stream(each.name) is each
               for each in streams.FUNDING_STREAMS)  # fmt: skip


def test_the_streams_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["streams"]) == 0
    assert "disabled-facilities-grant" in capsys.readouterr().out
    assert cli.main(["streams", "--tests", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert {each["rule"] for each in listed} >= {"charge", "dst", "s117"}


def test_examples_in_the_docstrings() -> None:
    for module in (continuing_healthcare, facilities_grant, streams):
        assert doctest.testmod(module).failed == 0
