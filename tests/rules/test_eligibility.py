"""Is Care Act eligibility decided by its three limbs and nothing else, and does it keep what it was told to itself?"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.assessment import rules
from joinedup.assessment.eligibility_case import ELIGIBLE, NOT_ELIGIBLE, OUTCOMES, UNDECIDED, WAYS, WELLBEING
from joinedup.base import parameter_files
from joinedup.base.case_schema import faults
from joinedup.base.errors import OperatorMustAct, SenderMustAct
from joinedup.base.parameters import Parameter, Parameters
from joinedup.base.rulebook import gathered

RULE = gathered([rules]).rule("care-act-eligibility")
TODAY = date(2026, 11, 2)
LAW = parameter_files.shipped()


def case(unable: dict[str, list[str]], **answers: Any) -> dict[str, Any]:
    outcomes = [{"code": code, "unable": unable.get(code, [])} for code in OUTCOMES]
    return {"outcomes": outcomes, "needs_arise_from_impairment": True, "significant_impact": True, **answers}


def answer(put: dict[str, Any]) -> dict[str, Any]:
    return RULE.answer(put, LAW, TODAY)


def steps(answered: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {step["rule"]: step for step in answered["steps"]}


def test_there_are_ten_outcomes_four_ways_and_nine_areas() -> None:
    assert "".join(OUTCOMES) == "abcdefghij"
    assert (len(WAYS), len(WELLBEING)) == (4, 9)


def test_each_limb_is_cited_and_the_number_two_comes_from_the_parameters() -> None:
    found = steps(answer(case({"a": ["needs_assistance"], "j": ["endangers_self_or_others"]}, areas=["protection"])))
    assert found["limb-a-impairment"]["source"] == "SI 2015/313, reg 2(1)(a)"
    assert found["limb-b-outcomes"]["source"] == "SI 2015/313, reg 2(1)(b)"
    assert found["limb-c-wellbeing"]["source"].startswith("SI 2015/313, reg 2(1)(c)")
    assert found["limb-b-outcomes"]["parameter"]["value"] == 2
    assert found["limb-b-outcomes"]["parameter"]["from"] == "2015-04-01"
    assert found["limb-b-outcomes"]["inputs"] == {"unable": ["a", "j"], "count": 2}
    assert found["limb-c-wellbeing"]["inputs"] == {"areas": ["protection from abuse and neglect"]}


def test_a_reform_of_the_number_is_an_overlay() -> None:
    three = Parameter("eligibility-outcomes-needed-count", None, "count", 3, TODAY, None, "an invented bill", False)
    two_unable = case({"a": ["needs_assistance"], "b": ["needs_assistance"]})
    assert RULE.answer(two_unable, LAW.overlaid(Parameters.of([three])), TODAY)["result"] == NOT_ELIGIBLE
    assert answer(two_unable)["result"] == ELIGIBLE


def test_a_day_before_the_criteria_is_not_guessed() -> None:
    with pytest.raises(OperatorMustAct):
        answer(case({}, on="2015-03-31"))


def test_notes_are_never_repeated() -> None:
    put = case({"a": ["needs_assistance"]})
    put["outcomes"][0]["note"] = "Mrs Planted-Name cannot hold a pan"
    assert "Planted" not in json.dumps(answer(put))
    put["outcomes"].append({"code": "a", "note": "Mrs Planted-Name"})
    with pytest.raises(SenderMustAct) as refused:
        answer(put)
    assert "Planted" not in str(refused.value)


def test_a_carers_help_is_noted_and_left_out() -> None:
    put = case({"a": ["needs_assistance"], "b": ["needs_assistance"]})
    for outcome in put["outcomes"]:
        outcome["met_by_carer"] = True
    answered = answer(put)
    assert answered["eligible"] is True
    assert steps(answered)["carer-left-out"]["result"] == ["a", "b"]


def test_nothing_answered_names_everything_that_is_missing() -> None:
    answered = answer({"outcomes": []})
    assert (answered["eligible"], answered["result"]) == (None, UNDECIDED)
    assert len(answered["missing"]) == len(OUTCOMES)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"outcomes": [{"code": "k"}]}, "must be one of"),
        ({"outcomes": [{"code": "a", "unable": ["tired"]}]}, "must be one of"),
        ({"outcomes": [{"unable": []}]}, "code is missing"),
        ({"outcomes": [{"code": "a"}, {"code": "a"}]}, "stands twice"),
        ({"outcomes": [{"code": "j", "applies": False, "unable": ["needs_assistance"]}]}, "does not apply"),
        ({"outcomes": [], "significant_impact": "yes"}, "true or false"),
        ({"outcomes": [], "areas": ["happiness"]}, "must be one of"),
        ({"outcomes": [], "period_considered": {"from": "2026-01-01"}}, "to is missing"),
        ({}, "outcomes is missing"),
    ],
)
def test_a_case_that_does_not_fit_is_refused_in_words(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(SenderMustAct) as refused:
        answer(wrong)
    assert said in str(refused.value)


WAYS_OR_NONE = st.none() | st.lists(st.sampled_from(list(WAYS)), unique=True)
ANSWERS = st.sampled_from([True, False, None])
CASES = st.builds(
    lambda unable, impairment, impact, areas, fluctuates, carer: {
        "outcomes": [
            {"code": code, "unable": ways, "met_by_carer": helped}
            for (code, ways), helped in zip(unable.items(), carer, strict=True)
        ],
        "needs_arise_from_impairment": impairment,
        "significant_impact": impact,
        "areas": areas,
        "fluctuates": fluctuates,
    },
    st.fixed_dictionaries(dict.fromkeys(OUTCOMES, WAYS_OR_NONE)),
    ANSWERS,
    ANSWERS,
    st.lists(st.sampled_from(list(WELLBEING))),
    st.booleans(),
    st.lists(st.booleans(), min_size=10, max_size=10),
)
COMPLETE = st.builds(
    case,
    st.fixed_dictionaries({code: st.lists(st.sampled_from(list(WAYS)), unique=True) for code in OUTCOMES}),
    needs_arise_from_impairment=st.booleans(),
    significant_impact=st.booleans(),
)


@given(CASES)
def test_any_case_is_answered_in_the_promised_shape(put: dict[str, Any]) -> None:
    answered = answer(put)
    assert not list(faults(RULE.output_schema, answered))
    assert (answered["eligible"] is None) == (answered["result"] == UNDECIDED) == bool(answered["missing"])


@given(COMPLETE)
def test_eligible_means_all_three_limbs(put: dict[str, Any]) -> None:
    """Told again, independently: two or more outcomes, an impairment, and an impact."""
    count = sum(1 for each in put["outcomes"] if each["unable"])
    expected = count >= 2 and put["needs_arise_from_impairment"] and put["significant_impact"]
    assert answer(put)["eligible"] is expected


@given(COMPLETE, st.sampled_from(list(OUTCOMES)), st.sampled_from(list(WAYS)))
def test_more_that_is_out_of_reach_never_ends_eligibility(put: dict[str, Any], code: str, way: str) -> None:
    before = answer(put)["eligible"]
    outcomes = [
        {**each, "unable": sorted({*each["unable"], way})} if each["code"] == code else each for each in put["outcomes"]
    ]
    after = answer({**put, "outcomes": outcomes})["eligible"]
    assert after or not before


@given(COMPLETE, st.lists(st.booleans(), min_size=10, max_size=10))
def test_a_carer_never_changes_the_answer(put: dict[str, Any], helped: list[bool]) -> None:
    with_carer = [{**each, "met_by_carer": help_} for each, help_ in zip(put["outcomes"], helped, strict=True)]
    assert answer({**put, "outcomes": with_carer})["result"] == answer(put)["result"]


@given(COMPLETE, st.randoms(use_true_random=False))
def test_the_order_of_outcomes_does_not_matter(put: dict[str, Any], chance: Any) -> None:
    shuffled = list(put["outcomes"])
    chance.shuffle(shuffled)
    assert answer({**put, "outcomes": shuffled}) == answer(put)


@given(CASES, st.sampled_from(list(OUTCOMES)))
def test_an_answer_taken_away_never_decides(put: dict[str, Any], code: str) -> None:
    fewer = [each for each in put["outcomes"] if each["code"] != code]
    assert answer({**put, "outcomes": fewer})["result"] == UNDECIDED
