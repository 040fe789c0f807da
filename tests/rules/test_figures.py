"""Do the figures about joining up come out of their inputs again, and is a wrong or missing input noticed?"""

from __future__ import annotations

import doctest
import json
import shutil
from fractions import Fraction
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup import cli
from joinedup.base import parameter_files
from joinedup.base.case_schema import faults
from joinedup.base.clock import today
from joinedup.base.errors import OperatorMustAct, SenderMustAct
from joinedup.base.rulebook import gathered
from joinedup.evaluation import figure_files, rules
from joinedup.evaluation.rules import DEFINITIONS, ROWS, all_figures, chart_rows
from joinedup.evaluation.rules.figures import Held, Verdict, verdict_on
from joinedup.evaluation.rules.intervals import Interval, rounded, worked_out

BOOK = figure_files.shipped()
FOUND = {each.name: each for each in all_figures(BOOK)}

LIST = [
    ("admissions-off-plan", "193,000", Verdict.EQUALS),
    ("admissions-price", "£1,613.21", Verdict.EQUALS),
    ("admissions-cost-off-plan", "£311.3m", Verdict.EQUALS),
    ("delayed-days-off-plan", "478,000 days", Verdict.EQUALS),
    ("delayed-days-cost-off-plan", "£146.8m", Verdict.INSIDE),
    ("cost-of-both", "£458.2m", Verdict.INSIDE),
    ("cost-of-both-printed", "£457.0m", Verdict.EQUALS),
    ("admissions-delivered", "-82.1%", Verdict.EQUALS),
    ("delayed-days-delivered", "-63.1%", Verdict.EQUALS),
    ("conditions-people-last", "18.0m", Verdict.EQUALS),
    ("conditions-growth-a-year", "1.41%", Verdict.EQUALS),
    ("conditions-people-between", "16.3m", Verdict.EQUALS),
    ("care-trusts-left", "8", Verdict.EQUALS),
    ("implemented-share-a", "0.300", Verdict.EQUALS),
    ("implemented-share-b", "0.400", Verdict.EQUALS),
    ("implemented-share-c", "0.300", Verdict.EQUALS),
    ("implemented-share-mean", "0.333", Verdict.EQUALS),
    ("implemented-share-present-anywhere", "0.433", Verdict.OTHER_READING),
    ("vanguard-share", "0.092%", Verdict.HOLDS),
    ("vanguard-share-three-years", "0.104%", Verdict.OTHER_READING),
    ("fund-total", "£3.78bn", Verdict.EQUALS),
    ("fund-nhs-share", "90.6%", Verdict.HOLDS),
    ("saving-of-highest-gap", "20.0%", Verdict.EQUALS),
    ("saving-of-lowest-gap", "26.7%", Verdict.EQUALS),
    ("torbay-wait-before", "27.0 days", Verdict.NOTHING_PUBLISHED),
    ("torbay-wait-after", "10.0 days", Verdict.NOTHING_PUBLISHED),
    ("torbay-wait-change", "-17.0 days", Verdict.NOTHING_PUBLISHED),
]


@pytest.mark.parametrize("name", ["intervals", "figures", "care_models"])
def test_examples_in_the_docstrings(name: str) -> None:
    assert doctest.testmod(import_module(f"joinedup.evaluation.rules.{name}")).failed == 0


@pytest.mark.parametrize(("name", "central", "verdict"), LIST)
def test_each_figure_of_the_list(name: str, central: str, verdict: Verdict) -> None:
    found = FOUND[name]
    assert found.computed is not None
    assert (found.unit.write(found.computed.central), found.verdict) == (central, verdict)


def test_every_row_of_the_list_has_figures_in_its_order() -> None:
    assert tuple(dict.fromkeys(each.row for each in FOUND.values())) == ROWS


def test_the_money_of_delayed_days_carries_its_rounding() -> None:
    """£89.5m to £90.5m over 293,000 days, times 478,000: the published £146m lies inside, though £146.8m is central."""
    found = FOUND["delayed-days-cost-off-plan"]
    assert found.computed is not None
    assert found.widest is not None
    ends = [found.unit.write(end) for end in (found.computed.lowest, found.computed.highest)]
    assert ends == ["£146.0m", "£147.6m"]
    assert found.widest.lowest < 146_000_000 < found.computed.highest


def test_a_third_is_exactly_a_third() -> None:
    computed = FOUND["implemented-share-mean"].computed
    assert computed is not None
    assert computed.central == Fraction(1, 3)


def test_every_input_is_used_and_every_published_figure_is_compared() -> None:
    used = {name for each in DEFINITIONS for name in each.inputs}
    assert used == set(BOOK.inputs)
    assert set(BOOK.published) <= set(FOUND)


def test_every_step_names_its_source_and_no_result_stands_among_the_inputs() -> None:
    for each in FOUND.values():
        assert each.explanation.steps
        assert all(step.source and step.text for step in each.explanation.steps), each.name
    assert not {"193000", "478000"} & {str(held.value) for held in BOOK.inputs.values()}


def test_the_command_says_all_is_reproduced(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["figures", "check"]) == 0
    said = capsys.readouterr().out
    for text in ("£311.3m", "£146.0m to £147.6m", "lies inside the interval", "0.433", "0 contradicted"):
        assert text in said


def test_the_command_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["figures", "check", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["schema"], answer["reproduced"], len(answer["figures"])) == ("figures/1", True, len(FOUND))
    cost = next(each for each in answer["figures"] if each["name"] == "admissions-cost-off-plan")
    assert [step["rule"] for step in cost["steps"]][-3:] == ["off-plan", "price-of-one", "cost-off-plan"]
    assert all(each["source"] for each in answer["inputs"])


def test_the_steps_can_be_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["figures", "check", "--steps"]) == 0
    assert "The planned saving over the planned fall" in capsys.readouterr().out


def changed(folder: Path, file: str, old: str, new: str) -> Path:
    copy = folder / "figures"
    shutil.copytree(figure_files.FOLDER, copy)
    target = copy / file
    text = target.read_text(encoding="utf-8")
    assert old in text
    target.write_text(text.replace(old, new, 1), encoding="utf-8")
    return copy


def test_a_published_figure_that_cannot_be_is_a_contradiction(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = changed(tmp_path, "care-models.yaml", "value: '8'", "value: '9'")
    assert cli.main(["figures", "check", "--figures", str(folder)]) == 1
    assert "contradicts" in capsys.readouterr().out


def test_a_wrong_input_shows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = changed(tmp_path, "better-care-fund.yaml", "value: '171000000'", "value: '181000000'")
    assert cli.main(["figures", "check", "--json", "--figures", str(folder)]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["contradicted"] == ["admissions-price", "admissions-cost-off-plan", "cost-of-both"]
    assert answer["reproduced"] is False


def test_a_missing_input_is_said_and_never_guessed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = changed(tmp_path, "care-models.yaml", "name: vanguard-money-2017-18", "name: something-else")
    assert cli.main(["figures", "check", "--figures", str(folder)]) == OperatorMustAct.exit_code
    said = capsys.readouterr().out
    assert "input not held" in said
    assert "Not held: vanguard-money-2017-18" in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("value: '10'", "value: 10", "in quotes"),
        ("rounded_to: exact", "rounded_to: '0'", "above nought"),
        ("rounded_to: exact", "rounded_to: about", "in quotes"),
        ("verified: false", "verified: perhaps", "true or false"),
        ("topic: care-models", "topic: other", "topic must be care-models"),
        ("    question: How many of them reverted?\n", "", "question is missing"),
        ("says: below", "says: roughly", "must be one of about, below, above"),
        ("name: care-trusts-reverted", "name: care-trusts-ever", "stands twice"),
        ("population: 100", "population: 40", "more people than it has"),
        ("elements: 10", "elements: 5", "more elements"),
        ("example:", "examples:", "examples is not known"),
    ],
)
def test_a_careless_file_is_refused_with_the_reason(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(OperatorMustAct) as refused:
        figure_files.load_folder(changed(tmp_path, "care-models.yaml", old, new))
    assert said in str(refused.value)
    assert refused.value.code == "figure-file"


def test_the_bars_of_the_chart() -> None:
    first, second = chart_rows(BOOK)
    assert (first.promised, first.happened) == (-106_000, 87_000)
    assert (second.promised, second.happened) == (-293_000, 185_000)
    assert first.cost == "£311m over plan as published, £310.4m to £312.3m worked out"
    assert "£146m over plan" in second.cost


def test_the_implemented_share_as_a_rule() -> None:
    rule = gathered([rules]).rule("implemented-share")
    areas = [
        {"name": "A", "population": 200, "covered": [100] * 6, "part_covered": [200] * 4},
        {"name": "B", "population": 50, "covered": [50] * 4},
        {"name": "C", "population": 7, "covered": [7, 7, 7]},
    ]
    answer = rule.answer({"elements": 10, "areas": areas}, parameter_files.shipped(), today())
    assert (answer["shares"], answer["mean_share"]) == (["0.300", "0.400", "0.300"], "0.333")
    assert not list(faults(rule.output_schema, answer))
    for wrong in ({"covered": [201]}, {"covered": [1] * 11}):
        with pytest.raises(SenderMustAct):
            rule.answer({"elements": 10, "areas": [{**areas[0], **wrong}]}, parameter_files.shipped(), today())
    with pytest.raises(SenderMustAct):
        rule.answer({"elements": 10, "areas": []}, parameter_files.shipped(), today())


WHOLE = st.integers(min_value=1, max_value=10**9)
PART = st.fractions(min_value=Fraction(-1, 2), max_value=Fraction(1, 2), max_denominator=1000)


@given(WHOLE, WHOLE, WHOLE, PART, PART)
def test_whatever_was_rounded_away_the_true_answer_lies_inside(
    saving: int, planned: int, actual: int, saving_part: Fraction, planned_part: Fraction
) -> None:
    """However the inputs were rounded, the answer from the unrounded ones is between lowest and highest."""

    def cost(values):
        return values["saving"] / values["planned"] * (values["planned"] + values["actual"])

    true = {"saving": saving + saving_part, "planned": planned + planned_part, "actual": Fraction(actual)}
    inputs = {
        "saving": Interval.around(Fraction(saving), Fraction(1)),
        "planned": Interval.around(Fraction(planned), Fraction(1)),
        "actual": Interval.exact(Fraction(actual)),
    }
    answer = worked_out(cost, inputs, list(inputs))
    assert answer.lowest <= cost(true) <= answer.highest
    assert answer.lowest <= answer.central <= answer.highest


@given(st.fractions(max_denominator=10_000), st.integers(min_value=1, max_value=1000))
def test_a_figure_never_contradicts_its_own_rounding(value: Fraction, rounded_to: int) -> None:
    step = Fraction(rounded_to)
    published = Held("x", rounded(value, step), step, "made up", True)
    assert verdict_on(Interval.exact(value), published) is Verdict.EQUALS
    assert abs(published.value - value) <= step / 2


@given(st.fractions(), st.fractions(min_value=0, max_denominator=1000), st.fractions())
def test_a_limit_holds_is_broken_or_depends(central: Fraction, half: Fraction, limit: Fraction) -> None:
    computed = Interval(central - half, central, central + half)
    below = verdict_on(computed, Held("x", limit, None, "made up", True, says="below"))
    above = verdict_on(computed, Held("x", limit, None, "made up", True, says="above"))
    assert {below, above} <= {Verdict.HOLDS, Verdict.CONTRADICTS, Verdict.DEPENDS}
    assert not (below is Verdict.HOLDS and above is Verdict.HOLDS)
    if below is Verdict.HOLDS:
        assert computed.highest < limit
        assert above is Verdict.CONTRADICTS
