"""Does the charge come out in the agreed form, explained and with its warnings, and is a bad case refused?"""

from __future__ import annotations

import doctest
import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from joinedup.base import commands, parameter_files
from joinedup.base.case_schema import faults
from joinedup.base.errors import OperatorMustAct, SenderMustAct
from joinedup.funding.rules import ages, arrays, charge_cases, estimate, law
from joinedup.funding.rules.treatments import CAPITAL, INCOME

TODAY = date(2026, 11, 2)
CHARGE = commands.the_rulebook().rule("charge")
EXAMPLE: dict[str, Any] = {
    "as_at": "2025-05-05",
    "setting": "home",
    "date_of_birth": "1941-03-02",
    "household": "single",
    "premiums": [],
    "dependent_children": 0,
    "income": [
        {"kind": "state_pension", "weekly": "230.25"},
        {"kind": "attendance_allowance_lower", "weekly": "73.90"},
    ],
    "capital": [{"kind": "savings", "amount": "16100.00", "share": "1"}],
    "housing_costs": [{"kind": "rent_net", "weekly": "0.00"}],
    "disability_related_expenditure": [{"kind": "laundry", "weekly": "12.00"}],
    "disregards": [{"kind": "night_care", "weekly": "0.00"}],
    "weekly_cost": "400.00",
    "local_policy": {},
}
BLOCKED = {"django", "psycopg", "duckdb", "yaml"}


def answered(**changed: Any) -> dict[str, Any]:
    case = {name: each for name, each in {**EXAMPLE, **changed}.items() if each is not None}
    answer = CHARGE.answer(case, parameter_files.shipped(), TODAY)
    assert not list(faults(CHARGE.output_schema, answer))
    return answer


def steps_by_rule(answer: dict[str, Any]) -> dict[str, Any]:
    return {step["rule"]: step for step in answer["steps"]}


def test_the_example_of_the_form() -> None:
    answer = answered()
    told = {name: value for name, value in answer.items() if name != "steps"}
    assert told == {
        "schema": "charge/1",
        "weekly_charge": "67.55",
        "council_pays": "332.45",
        "assessed_maximum": "67.55",
        "tariff_income": "8.00",
        "nhs_pays": "0.00",
        "top_up": "0.00",
        "arrangement_fee": "0.00",
        "personal_expenses_allowance": "0.00",
        "notional_capital_reduction": "0.00",
        "warnings": [],
    }
    for step in answer["steps"]:
        assert set(step) == {"rule", "text", "source", "parameter", "inputs", "result"}
        assert step["text"].endswith(".")
        assert step["source"]


def test_the_steps_carry_each_dated_value() -> None:
    used = {step["parameter"]["name"]: step["parameter"] for step in answered()["steps"] if step["parameter"]}
    assert {name: each["value"] for name, each in used.items()} == {
        "capital-upper-limit": "23250.00",
        "capital-lower-limit": "14250.00",
        "tariff-income-band": "250.00",
        "tariff-income-weekly-per-band": "1.00",
        "minimum-income-guarantee": "232.60",
    }
    assert used["minimum-income-guarantee"]["from"] == "2025-04-06"
    assert all(each["source"] and each["verified"] is True for each in used.values())


def test_above_the_upper_limit_the_way_is_short() -> None:
    answer = answered(capital=[{"kind": "savings", "amount": "46500.02", "share": "0.5"}])
    assert (answer["weekly_charge"], answer["council_pays"], answer["tariff_income"]) == ("400.00", "0.00", "0.00")
    assert [step["rule"] for step in answer["steps"]][-3:] == ["capital-upper-limit", "full-cost", "council-pays"]


@pytest.mark.parametrize(
    ("share", "own"),
    [("1/2", "8050.00"), (".5", "8050.00"), ("0.5", "8050.00"), ("1/3", "5366.66"), ("1.0", "16100.00")],
)
def test_a_share_is_the_persons_own_part(share: str, own: str) -> None:
    answer = answered(capital=[{"kind": "savings", "amount": "16100.00", "share": share}])
    assert steps_by_rule(answer)["capital-total"]["result"] == own


def test_half_of_an_odd_penny_is_dropped() -> None:
    answer = answered(capital=[{"kind": "savings", "amount": "28500.01", "share": "1/2"}])
    assert answer["tariff_income"] == "0.00"


@pytest.mark.parametrize("kind", [kind for kind in INCOME.values() if kind.treatment != "partial"])
def test_every_kind_of_income_is_treated_as_the_table_says(kind: Any) -> None:
    answer = answered(income=[{"kind": kind.name, "weekly": "300.00"}], capital=[])
    assert answer["weekly_charge"] == ("55.40" if kind.treatment == "include" else "0.00")
    assert any(kind.name in warning for warning in answer["warnings"]) is not kind.verified


@pytest.mark.parametrize("kind", CAPITAL.values())
def test_every_kind_of_capital_is_treated_as_the_table_says(kind: Any) -> None:
    answer = answered(capital=[{"kind": kind.name, "amount": "16100.00"}])
    assert answer["tariff_income"] == ("8.00" if kind.treatment == "include" else "0.00")
    assert any(kind.name in warning for warning in answer["warnings"]) is not kind.verified


def test_an_unverified_value_in_use_is_said() -> None:
    warnings = answered(as_at="2026-05-04", date_of_birth="1985-01-01", premiums=["disability"])["warnings"]
    for name in ("capital-upper-limit", "capital-lower-limit", "minimum-income-guarantee", "minimum-income-premium"):
        assert sum(name in warning for warning in warnings) == 1
    verified = answered(as_at="2026-05-04")["warnings"]
    assert not [each for each in verified if "minimum-income" in each]
    assert len(verified) == 2  # only the two capital limits


def test_every_unverified_parameter_in_the_steps_has_its_warning() -> None:
    for as_at in ("2015-06-01", "2022-06-01", "2023-06-01", "2024-06-03", "2025-06-02", "2026-06-01"):
        answer = answered(as_at=as_at, premiums=["carer"], dependent_children=1)
        unverified = [
            each["parameter"] for each in answer["steps"] if (each["parameter"] or {}).get("verified") is False
        ]
        assert len(answer["warnings"]) == len(unverified)
        for parameter in unverified:
            assert any(parameter["name"] in warning for warning in answer["warnings"])


def test_what_was_not_said_is_said() -> None:
    assert [each for each in answered(income=None)["warnings"] if "gives no income" in each]
    young = {"date_of_birth": None, "pension_age": False}
    assert [each for each in answered(**young)["warnings"] if "25 or over" in each]
    assert not answered(**young, household="couple_working_age")["warnings"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"weekly_cost": "-1.00"}, "weekly_cost"),
        ({"weekly_cost": "£400"}, "weekly_cost"),
        ({"weekly_cost": "1,000.00"}, "weekly_cost"),
        ({"weekly_cost": "400.001"}, "weekly_cost"),
        ({"weekly_cost": "9" * 10}, "weekly_cost"),
        ({"weekly_cost": ""}, "weekly_cost"),
        ({"weekly_cost": "١٢"}, "weekly_cost"),
        ({"weekly_cost": 400}, "weekly_cost"),
        ({"weekly_cost": None}, "weekly_cost"),
        ({"income": [{"kind": "state_pension", "weekly": "-230.25"}]}, "income[1].weekly"),
        ({"income": [{"kind": "lottery", "weekly": "1.00"}]}, "income[1].kind"),
        ({"income": [{"kind": "state_pension"}]}, "income[1].weekly"),
        ({"income": {}}, "income"),
        ({"capital": [{"kind": "savings", "amount": "1.00", "share": "1.5"}]}, "capital[1].share"),
        ({"capital": [{"kind": "savings", "amount": "1.00", "share": "3/2"}]}, "capital[1].share"),
        ({"capital": [{"kind": "savings", "amount": "1.00", "share": "1/0"}]}, "capital[1].share"),
        ({"capital": [{"kind": "savings", "amount": "1.00", "share": "0"}]}, "capital[1].share"),
        ({"capital": [{"kind": "savings", "amount": "1.00", "share": "half"}]}, "capital[1].share"),
        ({"capital": [{"kind": "gold", "amount": "1.00"}]}, "capital[1].kind"),
        ({"housing_costs": [{"kind": "yacht", "weekly": "1.00"}]}, "housing_costs[1].kind"),
        ({"disregards": [{"kind": "night_care", "weekly": "-1"}]}, "disregards[1].weekly"),
        ({"premiums": ["disability", "disability"]}, "premiums"),
        ({"premiums": ["gold"]}, "premiums[1]"),
        ({"dependent_children": -1}, "dependent_children"),
        ({"date_of_birth": None}, "date_of_birth"),
        ({"date_of_birth": "1941-02-30"}, "date_of_birth"),
        ({"date_of_birth": "2025-05-06"}, "date_of_birth"),
        ({"date_of_birth": "2007-05-06"}, "date_of_birth"),
        ({"pension_age": False}, "pension_age"),
        ({"household": "couple_working_age"}, "household"),
        ({"household": "commune"}, "household"),
        ({"setting": "boat"}, "setting"),
        ({"as_at": "05/05/2025"}, "as_at"),
        ({"as_at": None}, "as_at"),
        ({"local_policy": {"generous": "yes"}}, "local_policy.generous"),
        ({"local_policy": {"minimum_income_guarantee_weekly": "a lot"}}, "minimum_income_guarantee_weekly"),
    ],
)
def test_a_bad_case_names_the_field(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(SenderMustAct) as caught:
        answered(**changed)
    assert caught.value.code in ("rule-case", "charge-case")
    assert field in caught.value.why
    assert "1941" not in str(caught.value)


def test_every_wrong_field_is_named_at_once() -> None:
    with pytest.raises(SenderMustAct) as caught:
        answered(weekly_cost="£1", income=[{"kind": "other", "weekly": "x"}], date_of_birth=None)
    assert all(field in caught.value.why for field in ("weekly_cost", "income[1].weekly", "date_of_birth"))


@pytest.mark.parametrize("as_at", ["2015-03-31", "2010-01-01", "0001-01-01"])
def test_a_day_before_the_rules_begin_names_field_and_first_day(as_at: str) -> None:
    with pytest.raises(SenderMustAct) as caught:
        answered(as_at=as_at, date_of_birth=None, pension_age=True)
    assert caught.value.code == "charge-case"
    assert "as_at must be 2015-04-01 or later" in caught.value.why
    (of_many,) = charge_cases([EXAMPLE | {"as_at": as_at, "date_of_birth": "0001-01-01"}], parameter_files.shipped())
    assert isinstance(of_many, SenderMustAct)


@pytest.mark.parametrize("as_at", ["2027-04-06", "9999-12-31"])
def test_a_day_whose_law_is_not_known_is_named(as_at: str) -> None:
    with pytest.raises(OperatorMustAct) as caught:
        answered(as_at=as_at, date_of_birth=None, pension_age=True)
    assert caught.value.code == "parameter-missing"
    assert "minimum-income-guarantee" in caught.value.what
    assert as_at in caught.value.what


@pytest.mark.parametrize(
    ("changed", "national"),
    [
        ({}, 23260),
        ({"premiums": ["carer"]}, 28585),
        ({"date_of_birth": "1985-01-01"}, 11250),
        ({"as_at": "2026-05-04"}, 24145),
        ({"as_at": "2024-05-06", "household": "couple_pension_age"}, 17460),
    ],
)
def test_a_local_minimum_is_never_below_the_national_one(changed: dict[str, Any], national: int) -> None:
    def local(pence: int) -> dict[str, Any]:
        return {**changed, "local_policy": {"minimum_income_guarantee_weekly": f"{pence / 100:.2f}"}}

    with pytest.raises(SenderMustAct) as caught:
        answered(**local(national - 1))
    assert caught.value.code == "local-policy-below-national-minimum"
    assert "local_policy.minimum_income_guarantee_weekly" in caught.value.what
    same = answered(**local(national))
    assert steps_by_rule(same)["local-minimum-income"]["result"] == f"{national / 100:.2f}"
    assert same["weekly_charge"] == answered(**changed)["weekly_charge"]


def test_a_savings_credit_of_a_couple_is_said_to_rest_on_one_income() -> None:
    income = [{"kind": "state_pension", "weekly": "320.00"}, {"kind": "savings_credit", "weekly": "4.00"}]
    warnings = answered(household="couple_pension_age", income=income)["warnings"]
    assert any("savings credit" in warning for warning in warnings)


def test_the_schema_prints_kinds_and_treatments(capsys: pytest.CaptureFixture[str]) -> None:
    commands.rule(["--schema", "charge"])
    printed = capsys.readouterr().out
    for kind in (*INCOME, *CAPITAL):
        assert kind in printed
    assert "Ignored: " in printed


def test_the_rules_need_neither_framework_nor_database_nor_files() -> None:
    program = f"""
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {BLOCKED!r}:
            raise ImportError(name)
sys.meta_path.insert(0, Block())
import joinedup.funding.rules
"""
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_on_the_command_line() -> None:
    program = "import sys; from joinedup.cli import main; sys.exit(main())"
    cases = [EXAMPLE, {**EXAMPLE, "weekly_cost": "£5"}]
    done = subprocess.run(
        [sys.executable, "-c", program, "rule", "charge"],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=False,
    )
    good, bad = json.loads(done.stdout)
    assert (good["weekly_charge"], bad["error"]["code"]) == ("67.55", "charge-case")
    assert done.returncode == SenderMustAct.exit_code
    assert "weekly_cost" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_docstrings_run() -> None:
    for module in (ages, arrays, law, sys.modules[estimate.__module__]):
        result = doctest.testmod(module)
        assert result.attempted
        assert not result.failed
