"""Can anybody put a case to a rule from the command line, and is a bad case answered in words?"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from types import ModuleType

import pytest

from joinedup import cli
from joinedup.base import commands, parameter_files
from joinedup.base.case_schema import faults
from joinedup.base.errors import OperatorMustAct, SenderMustAct, WeMustAct
from joinedup.base.rulebook import Rule, gathered

TODAY = date(2026, 11, 23)
BOOK = commands.the_rulebook()
VECTORS = [
    ("943 476 5919", "valid", "943 476 5919", False),
    ("9434765870", "valid", "943 476 5870", False),
    ("987-654-3210", "valid", "987 654 3210", False),
    ("9990000018", "valid", "999 000 0018", True),
    ("9434765918", "wrong-check-digit", None, False),
    ("9123456780", "wrong-check-digit", None, False),
    ("9990000000", "no-check-digit", None, True),
    ("12345", "not-ten-digits", None, False),
    ("²²²²²²²²²²", "not-ten-digits", None, False),
]


def joinedup(*words: str, given: str | bytes = "") -> subprocess.CompletedProcess[str]:
    raw = given if isinstance(given, bytes) else given.encode()
    program = "import sys; from joinedup.cli import main; sys.exit(main())"
    done = subprocess.run([sys.executable, "-c", program, *words], input=raw, capture_output=True, check=False)
    return subprocess.CompletedProcess(words, done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.mark.parametrize(("text", "reason", "display", "test_range"), VECTORS)
def test_nhs_number_vectors(text: str, reason: str, display: str | None, test_range: bool) -> None:
    answer = BOOK.rule("nhs-number").answer({"nhs_number": text}, parameter_files.shipped(), TODAY)
    assert answer["schema"] == "nhs-number/1"
    assert (answer["valid"], answer["reason"]) == (reason == "valid", reason)
    assert (answer["display"], answer["test_range"]) == (display, test_range)
    assert not list(faults(BOOK.rule("nhs-number").output_schema, answer))


def test_the_steps_show_the_working() -> None:
    answer = BOOK.rule("nhs-number").answer({"nhs_number": "943 476 5919"}, parameter_files.shipped(), TODAY)
    results = {step["rule"]: step["result"] for step in answer["steps"]}
    assert results["weighted-sum"] == 299
    assert results["remainder"] == 2
    assert results["check-digit-needed"] == 9
    assert answer["steps"][-1]["parameter"]["value"] == "999"


@pytest.mark.parametrize(("text", "display"), [("tq11aa", "TQ1 1AA"), ("GIR0AA", "GIR 0AA"), ("TQ1", None)])
def test_postcode_rule(text: str, display: str | None) -> None:
    answer = BOOK.rule("postcode").answer({"postcode": text}, parameter_files.shipped(), TODAY)
    assert (answer["valid"], answer["display"]) == (display is not None, display)
    assert not list(faults(BOOK.rule("postcode").output_schema, answer))


def test_one_case_on_the_command_line() -> None:
    done = joinedup("rule", "nhs-number", given='{"nhs_number": "943 476 5919"}')
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["display"] == "943 476 5919"


def test_a_list_keeps_its_order_and_names_the_case_that_does_not_fit() -> None:
    done = joinedup("rule", "postcode", given='[{"postcode": "BD1 1HX"}, {"postcode": 7}, {"postcode": "x"}]')
    first, second, third = json.loads(done.stdout)
    assert (first["display"], second["error"]["code"], third["valid"]) == ("BD1 1HX", "rule-case", False)
    assert "case 2" in done.stderr
    assert done.returncode == SenderMustAct.exit_code


def test_a_day_whose_law_is_not_known_holds_up_no_other_case() -> None:
    """One mistyped year lost a whole night's list of charges."""
    case = {"as_at": "2026-11-02", "setting": "home", "pension_age": True, "household": "single", "weekly_cost": "9.00"}
    done = joinedup("rule", "charge", given=json.dumps([case | {"as_at": "2072-11-02"}, case, {"as_at": 7}]))
    ahead, charged, odd = json.loads(done.stdout)
    assert ahead["error"]["code"] == "parameter-missing"
    assert charged["weekly_charge"] == "0.00"
    assert odd["error"]["code"] == "rule-case"
    assert done.returncode == OperatorMustAct.exit_code


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("{", "line 1"),
        ("<xml/>", "not JSON"),
        ("", "not JSON"),
        (b"\xff\xfe", "UTF-8"),
        ('{"nhs_number": "1", "nhs_number": "2"}', "stands twice"),
        ('{"nhs_number": NaN}', "NaN"),
        ("[" * 100_000, "nested"),
        ('{"nhs_number": ' + "9" * 5000 + "}", "too many digits"),
        ("7", "must be an object"),
        ("{}", "nhs_number is missing"),
        ('{"nhs_number": 9434765919}', "nhs_number must be text"),
        ('{"nhs_number": "9434765919", "on": "soon"}', "on must be a date"),
        ('{"nhs_number": "9434765919", "nhsnumber": ""}', "nhsnumber is not known"),
        ('{"nhs_number": "9434765919", "Mary Smith": ""}', "a field is not known"),
        ('{"nhs_number": "' + "9" * 101 + '"}', "at most 100"),
    ],
)
def test_a_bad_case_is_refused_in_words(given: str | bytes, said: str) -> None:
    done = joinedup("rule", "nhs-number", given=given)
    assert (done.returncode, done.stdout) == (SenderMustAct.exit_code, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    for personal in ("9434765919", "Mary"):
        assert personal not in done.stderr


def test_list_and_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rule", "--list"]) == 0
    assert "nhs-number" in capsys.readouterr().out
    assert cli.main(["rule", "--schema", "postcode"]) == 0
    assert json.loads(capsys.readouterr().out)["schema"] == "postcode/1"


def test_unknown_words_suggest_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rule", "nhs-numbr"]) == 2
    assert "nhs-number" in capsys.readouterr().err
    assert cli.main(["rul"]) == 2
    assert "rule" in capsys.readouterr().err


def test_an_overlay_changes_the_answer(tmp_path) -> None:
    overlay = tmp_path / "reform.yaml"
    overlay.write_text(
        "topic: reform\nabout: a\nparameters:\n  - name: nhs-number-test-prefix\n    question: q?\n    unit: text\n"
        "    values: [{from: 2030-01-01, value: '943', source: a bill, verified: false}]\n"
    )
    case = {"nhs_number": "9434765919", "on": "2030-01-01"}
    done = joinedup("rule", "nhs-number", "--parameters", str(overlay), given=json.dumps(case))
    answer = json.loads(done.stdout)
    assert answer["test_range"] is True
    assert answer["steps"][-1]["parameter"]["source"] == "a bill"
    missing = joinedup("rule", "nhs-number", "--parameters", str(tmp_path / "none.yaml"), given=json.dumps(case))
    assert missing.returncode == OperatorMustAct.exit_code


def test_parameters_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["parameters"]) == 0
    assert "break-glass-hours" in capsys.readouterr().out
    assert cli.main(["parameters", "break-glass-hours", "--on", "2026-11-23", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["value"] == 1
    assert cli.main(["parameters", "break-glass-hours"]) == 0
    assert capsys.readouterr().out.splitlines()[0].startswith("from")
    assert cli.main(["parameters", "break-glas"]) == 2
    assert cli.main(["parameters", "break-glass-hours", "--on", "soon"]) == 2


def test_every_command_is_listed_with_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 0
    listed = capsys.readouterr().out
    for name, command in cli.COMMANDS.items():
        assert name in listed
        assert command.summary in listed
        assert "\n" not in command.summary
        assert command.target.count(":") == 1


def test_interrupts_and_missing_modules(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def stop(argv: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "rule", stop)
    assert cli.main(["rule"]) == cli.INTERRUPTED_EXIT_CODE
    monkeypatch.setitem(cli.COMMANDS, "gone", cli.Command("joinedup.nowhere.commands:gone", "not there"))
    monkeypatch.setitem(cli.COMMANDS, "half", cli.Command("joinedup.base.commands:half", "not there"))
    assert [cli.main([name]) for name in ("gone", "half")] == [WeMustAct.exit_code] * 2
    assert "not part of this installation" in capsys.readouterr().err


def test_a_rulebook_refuses_twins_and_schemas_that_are_not_checked() -> None:
    twin = ModuleType("twin")
    twin.RULES = (BOOK.rule("postcode"), BOOK.rule("postcode"))
    odd = ModuleType("odd")
    odd.RULES = (Rule("odd", "q?", lambda case, parameters: {}, {"type": "object", "oneOf": []}, {"type": "object"}),)
    for module in (twin, odd):
        with pytest.raises(WeMustAct):
            gathered([module])


@pytest.mark.parametrize("module", ["joinedup.base.rules", "joinedup.cli", "joinedup.base.names", "joinedup.base.acts"])
def test_rules_stand_without_framework_driver_or_files(module: str) -> None:
    program = (
        "import sys\n"
        "for name in ('django', 'psycopg', 'duckdb', 'yaml'):\n"
        "    sys.modules[name] = None\n"
        f"import {module}\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_rule_command_starts_without_django() -> None:
    program = (
        "import sys\nsys.modules['django'] = sys.modules['psycopg'] = None\n"
        "from joinedup.cli import main\nsys.exit(main(['rule', '--list']))\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
