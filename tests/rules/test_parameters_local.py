"""May a council be kinder than the law and never harder, and does a demo's invented policy stay in the demo?"""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import pytest

from joinedup import cli
from joinedup.base import parameter_files, parameter_local
from joinedup.base.errors import OperatorMustAct

ON = date(2026, 6, 1)
NATIONAL = parameter_files.shipped_topics()
HEAD = "topic: local-policy\nabout: a\ncouncil: E06000099\nname: A council\ninvented: false\nparameters:\n"


def policy(folder: Path, name: str, unit: str, value: str, dates: str, head: str = HEAD) -> Path:
    file = folder / "E06000099.yaml"
    file.write_text(
        f"{head}  - name: {name}\n    question: q?\n    unit: {unit}\n"
        f"    values: [{{{dates}, value: {value}, source: the council, verified: true}}]\n",
        encoding="utf-8",
    )
    return file


PENSION = "group: single-pension-age, from: 2025-04-06, to: 2027-04-06"


@pytest.mark.parametrize(
    ("name", "unit", "value", "dates"),
    [
        ("minimum-income-guarantee", "pounds", "'241.45'", PENSION),
        ("minimum-income-guarantee", "pounds", "'250.00'", PENSION),
        ("personal-expenses-allowance", "pounds", "'35.00'", "from: 2024-01-01, to: 2027-04-06"),
        ("charge-percent", "percent", "'0'", "from: 2020-01-01"),
        ("charge-percent", "percent", "'100'", "from: 2020-01-01"),
        ("savings-credit-ignored", "text", "'yes'", "from: always"),
    ],
)
def test_a_council_may_be_kinder(tmp_path: Path, name: str, unit: str, value: str, dates: str) -> None:
    found = parameter_local.policy_in(policy(tmp_path, name, unit, value, dates), NATIONAL)
    assert (found.council, found.invented) == ("E06000099", False)
    assert [each.name for each in found.topic.parameters] == [name]


@pytest.mark.parametrize(
    ("name", "unit", "value", "dates", "said"),
    [
        (
            "minimum-income-guarantee",
            "pounds",
            "'241.44'",
            PENSION,
            "241.44 is below the national 241.45",
        ),
        (
            "minimum-income-guarantee",
            "pounds",
            "'228.00'",
            PENSION.replace("2025", "2024"),
            "below the national 2",
        ),
        ("personal-expenses-allowance", "pounds", "'30.64'", "from: 2025-04-06, to: 2026-04-06", "below the national"),
        ("charge-percent", "percent", "'100.5'", "from: 2020-01-01", "100.5 is above the national 100"),
        (
            "capital-upper-limit-at-home",
            "pounds",
            "'23249.99'",
            "from: 2026-05-01, to: 2026-06-01",
            "99 is below",
        ),
    ],
)
def test_a_council_may_not_be_harder(tmp_path: Path, name: str, unit: str, value: str, dates: str, said: str) -> None:
    with pytest.raises(OperatorMustAct) as caught:
        parameter_local.policy_in(policy(tmp_path, name, unit, value, dates), NATIONAL)
    assert caught.value.code == "local-policy-below-national-minimum"
    assert "E06000099.yaml" in caught.value.what
    assert said in caught.value.why


@pytest.mark.parametrize(
    ("name", "unit", "value", "dates", "said"),
    [
        ("minimum-income-guarantee", "pounds", "'300'", PENSION.replace(", to: 2027-04-06", ""), "for 2027-04-06"),
        ("minimum-income-guarantee", "pounds", "'300'", PENSION.replace("pension-age", "old"), "its group does not"),
        ("minimum-income-guarantee", "count", "300", PENSION, "its unit must be pounds"),
        ("capital-upper-limit", "pounds", "'90000'", "from: 2025-04-06", "no council may set it"),
        ("no-such-thing", "pounds", "'1'", "from: 2025-04-06", "no council may set it"),
    ],
)
def test_what_cannot_be_judged_is_refused(
    tmp_path: Path, name: str, unit: str, value: str, dates: str, said: str
) -> None:
    with pytest.raises(OperatorMustAct) as caught:
        parameter_local.policy_in(policy(tmp_path, name, unit, value, dates), NATIONAL)
    assert caught.value.code == "parameter-file"
    assert said in caught.value.why.lower()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (("E06000099", "E06000027"), "its council must be"),
        (("council: E06000099\n", ""), "its council must be"),
        (("name: A council\n", ""), "its name must be"),
        (("invented: false", "invented: perhaps"), "invented must be"),
    ],
)
def test_a_file_says_whose_it_is(tmp_path: Path, changed: tuple[str, str], said: str) -> None:
    file = policy(tmp_path, "charge-percent", "percent", "'90'", "from: 2020-01-01", HEAD.replace(*changed))
    with pytest.raises(OperatorMustAct) as caught:
        parameter_local.policy_in(file, NATIONAL)
    assert said in caught.value.why.lower()


def test_an_invented_policy_is_laid_only_when_asked_for() -> None:
    name, group = "minimum-income-guarantee", "single-pension-age"
    national = parameter_files.shipped().value_at(name, ON, group)
    assert parameter_local.for_council("E06000027", with_invented=False).value_at(name, ON, group) == national
    demo = parameter_local.for_council("E06000027", with_invented=True).value_at(name, ON, group)
    assert demo.money() > national.money()
    assert parameter_local.for_council("E09999999", with_invented=True) is parameter_files.shipped()


def test_every_demo_policy_says_that_it_is_invented() -> None:
    policies = parameter_local.shipped_policies()
    assert {"E06000027", "E08000032"} <= set(policies)
    for each in policies.values():
        values = [value for described in each.topic.parameters for value in described.values]
        assert not each.invented or all(not v.verified and v.source.startswith("Invented for the demo") for v in values)


def test_a_reform_introduces_what_the_law_does_not_know(tmp_path: Path) -> None:
    law = parameter_files.shipped()
    for file in sorted((parameter_files.FOLDER / "reforms").glob("cap-*.yaml")):
        reformed = parameter_files.overlay_from(file, law)
        cap = reformed.value_at("care-cost-cap", ON)
        assert f"cap-{cap.money().pence // 100}" == file.stem
        assert not cap.verified
        assert reformed.value_at("capital-upper-limit", ON).money() > law.value_at("capital-upper-limit", ON).money()
    assert "care-cost-cap" not in law.names()
    old = policy(tmp_path, "capital-upper-limit", "pounds", "'1'", "from: always", "topic: t\nabout: a\nparameters:\n")
    old.write_text(old.read_text().replace("unit: pounds", "unit: pounds\n    introduced: true"), encoding="utf-8")
    with pytest.raises(OperatorMustAct, match="exists already"):
        parameter_files.overlay_from(old, law)


def test_a_rule_may_be_asked_with_a_councils_policy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    case = {
        "as_at": "2025-05-05",
        "setting": "home",
        "date_of_birth": "1941-03-02",
        "household": "single",
        "income": [{"kind": "state_pension", "weekly": "300.00"}],
        "capital": [],
        "disability_related_expenditure": [{"kind": "other", "weekly": "20.00"}],
        "weekly_cost": "400.00",
    }
    charges = []
    for words in ([], ["--council", "E06000027", "--demo"]):
        given = io.TextIOWrapper(io.BytesIO(json.dumps(case).encode()))
        monkeypatch.setattr("sys.stdin", given)
        assert cli.main(["rule", "charge", *words]) == 0
        charges.append(json.loads(capsys.readouterr().out))
    assert [each["weekly_charge"] for each in charges] == ["47.40", "42.40"]
    assert any("Invented for the demo" in each for each in charges[1]["warnings"])


def test_the_command_shows_a_council_and_what_was_known(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["parameters", "charge-percent", "--on", "2026-06-01", "--council", "E08000032"]
    assert cli.main(asked) == 2
    assert "invented for the demo" in capsys.readouterr().err
    assert cli.main([*asked, "--demo"]) == 0
    assert "Invented for the demo" in capsys.readouterr().out
    assert cli.main(["parameters", "funded-nursing-care", "--on", "2019-06-01", "--known-on", "2019-06-01"]) == 0
    shown = capsys.readouterr().out
    assert "165.56" in shown
    assert "180.31" not in shown
