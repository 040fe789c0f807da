"""Does each check see what it is there to see? Every test plants one violation in a small tree, and its cure.

A row of `PLANTED` is: the check, the file, a text that breaks the habit, a text that keeps it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from . import acts, hazards, purity, repository, shape
from .source_tree import REPOSITORY, Finding, Tree

Check = Callable[[Tree], list[Finding]]
DOC = '"""Says something."""\n'
LONG_FUNCTION = DOC + "def long():\n" + "    x = 1\n" * 71
SLASH = "/"
BASE = "joinedup/base/b.py"
ANY, RULES, VIEWS, MODELS, ACTIONS, QUERIES = (
    f"joinedup/a/{name}.py" for name in ("b", "rules", "views", "models", "actions", "queries")
)
read_nothing, nothing_hidden = purity.check_views_read_nothing, purity.check_nothing_hidden
law_values, docstrings = purity.check_law_values, shape.check_function_docstrings


def model(body: str) -> str:
    return f"{DOC}class Thing:\n    def {body}(self):\n        pass\n"


def view(body: str) -> str:
    return f"{DOC}def page(request):\n    return {body}\n"


PLANTED: tuple[tuple[str, Check, str, str, str], ...] = (
    ("long module", shape.check_module_sizes, ANY, DOC + "x = 1\n" * 400, DOC + "x = 1\n" * 399),
    ("long function", shape.check_function_sizes, ANY, LONG_FUNCTION, DOC + "def short(): ...\n"),
    ("banned module", shape.check_names, "joinedup/a/utils.py", DOC, ""),
    ("banned folder", shape.check_names, "joinedup/core/b.py", DOC, ""),
    ("named for the whole", shape.check_names, "joinedup/a/joinedup.py", DOC, ""),
    ("silent module", shape.check_module_docstrings, ANY, "x = 1\n", DOC),
    ("silent query", docstrings, QUERIES, DOC + "def f(): ...\n", DOC + "def _f(): ...\n"),
    ("silent base", docstrings, BASE, DOC + "class F: ...\n", DOC + f"class F:\n    {DOC}"),
    ("rule reads a file", purity.check_rules_are_pure, RULES, DOC + "import os\n", DOC),
    ("rule in a folder", purity.check_rules_are_pure, "joinedup/a/rules/b.py", DOC + "from django import db\n", DOC),
    ("rule opens", purity.check_rules_are_pure, RULES, DOC + "f = open('f')\n", DOC),
    ("date.today", purity.check_clock, ANY, DOC + "d = date.today()\n", DOC + "d = clock.today()\n"),
    ("datetime.now", purity.check_clock, "config/b.py", DOC + "d = datetime.datetime.now()\n", DOC),
    ("timezone.now", purity.check_clock, ANY, DOC + "F(default=timezone.now)\n", DOC),
    ("time.time", purity.check_clock, ANY, DOC + "t = time.time()\n", DOC + "t = time.perf_counter()\n"),
    ("auto_now", purity.check_clock, ANY, DOC + "F(auto_now=True)\n", DOC),
    ("imported now", purity.check_clock, ANY, DOC + "from django.utils.timezone import now\n", DOC),
    ("threshold", law_values, RULES, DOC + "limit = 2325000\n", DOC + "x = y * 100 // 12\n"),
    ("fraction", law_values, RULES, DOC + "share = 0.5\n", DOC + "share = 1\n"),
    ("decimal", law_values, RULES, DOC + "d = Decimal('23.25')\n", DOC + "d = Decimal('0')\n"),
    ("named amount", law_values, ANY, DOC + "MIG_PENCE = 21820\n", DOC + "MIG_PENCE = 0\n"),
    ("manager in a view", read_nothing, VIEWS, view("P.objects.all()"), view("find(1)")),
    ("SQL in a view", read_nothing, VIEWS, DOC + "from django.db import connection\n", DOC),
    ("save override", nothing_hidden, MODELS, model("save"), model("label")),
    ("receiver", nothing_hidden, ANY, DOC + "from django.dispatch import receiver\n", DOC),
    ("signal", nothing_hidden, ANY, DOC + "from django.db.models.signals import post_save\n", DOC),
    ("positional", acts.check_actions, ACTIONS, DOC + "def go(by, at, request_key): ...\n", DOC),
    ("no key", acts.check_actions, ACTIONS, DOC + "def go(*, by, at): ...\n",
     DOC + "def go(*, by, at, request_key): ...\n"),
    ("strange host", repository.check_machine, "README.md", "https://packages.example.org/simple\n", "https://www.gov.uk/x\n"),
    ("machine path", repository.check_machine, "a.md", f"see {SLASH}work/main\n", "see docs/\n"),
    ("path outside", repository.check_machine, "joinedup/a.yaml", "# see ../shared/notes\n", "# see docs/\n"),
    ("index line", repository.check_machine, "requirements/a.txt", "--index" + "-url x\n", "Django==5\n"),
    ("unknown target", repository.check_commands, "README.md", "Run `make coffee`.\n", "Run `make`.\n"),
    ("unknown command", repository.check_commands, "README.md", "`joinedup brew`\n", "nothing\n"),
    ("no hazards", hazards.check_hazards, hazards.LOG, "hazards: []\n", ""),
)  # fmt: skip


def plant(root: Path, path: str, text: str) -> Tree:
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return Tree(root, {"hosts": {"gov.uk": "law"}})


@pytest.mark.parametrize(
    ("check", "path", "bad", "good"), [row[1:] for row in PLANTED], ids=[row[0] for row in PLANTED]
)
def test_a_planted_violation_is_seen(tmp_path: Path, check: Check, path: str, bad: str, good: str) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "good").mkdir()
    found = check(plant(tmp_path / "bad", path, bad))
    assert found
    assert all(each.path in (path, hazards.LOG) for each in found)
    if good:
        assert check(plant(tmp_path / "good", path, good)) == []


def test_a_rule_that_needs_django_is_not_importable_alone(tmp_path: Path) -> None:
    plant(tmp_path, "joinedup/__init__.py", DOC)
    plant(tmp_path, "joinedup/a/good/rules.py", DOC)
    tree = plant(tmp_path, "joinedup/a/rules.py", "import django\n")
    assert [each.path for each in purity.check_importable_alone(tree)] == ["joinedup/a/rules.py"]


def test_an_exception_reaches_600_lines_and_never_further(tmp_path: Path) -> None:
    allowed = {"module-size": {"joinedup/a/b.py": "a table", "joinedup/a/c.py": "a longer table"}}
    plant(tmp_path, "joinedup/a/b.py", DOC + "x = 1\n" * 500)
    plant(tmp_path, "joinedup/a/c.py", DOC + "x = 1\n" * 600)
    found = shape.check_module_sizes(Tree(tmp_path, allowed))
    assert {each.path for each in found} == {"joinedup/a/c.py", "tests/tidy/allowed.yaml"}


def test_an_exception_that_nothing_needs_is_a_finding(tmp_path: Path) -> None:
    plant(tmp_path, "joinedup/a/b.py", DOC)
    found = purity.check_clock(Tree(tmp_path, {"clock": {"joinedup/a/b.py": "once needed"}}))
    assert [each.why for each in found] == ["exception not needed any more: joinedup/a/b.py"]


def test_a_make_target_and_a_command_that_exist_are_accepted(tmp_path: Path) -> None:
    plant(tmp_path, "Makefile", "demo: venv\n\techo\n")
    plant(tmp_path, "joinedup/cli.py", DOC + 'COMMANDS = {"load": "a:b"}\n')
    tree = plant(tmp_path, "README.md", "`make demo PEOPLE=20000` then `joinedup load PATH`, `joinedup brew`\n")
    assert [each.why for each in repository.check_commands(tree)] == ["`joinedup brew` is no command of cli.py"]


HAZARD = "hazards:\n- {{id: H1, hazard: h, cause: c, severity: {severity}, likelihood: 2, control: k, {rest}}}\n"


@pytest.mark.parametrize(
    ("severity", "rest", "why"),
    [
        (9, "status: open, reason: r", "severity is no number from 1 to 5"),
        (3, "status: open", "is open and does not say why"),
        (3, "status: done", "status is neither controlled nor open"),
        (3, "status: controlled", "says controlled and names no test"),
        (3, "status: controlled, tests: ['tests/x/test_y.py::test_no']", "which does not exist"),
        (3, "status: controlled, tests: ['tests/x/test_no.py::test_z']", "which does not exist"),
        (3, "status: controlled, tests: ['tests/x/test_y.py::test_z']", ""),
        (3, "status: open, reason: not built", ""),
    ],
)
def test_hazards_are_scored_and_proven(tmp_path: Path, severity: int, rest: str, why: str) -> None:
    plant(tmp_path, "tests/x/test_y.py", "def test_z(): ...\n")
    found = hazards.check_hazards(plant(tmp_path, hazards.LOG, HAZARD.format(severity=severity, rest=rest)))
    assert [why in each.why for each in found] == ([True] if why else [])


def test_a_stale_document_is_seen(tmp_path: Path) -> None:
    for path, text in repository.printer().documents(REPOSITORY).items():
        plant(tmp_path, path, text)
    assert repository.check_printed(Tree(tmp_path)) == []
    changed = plant(tmp_path, "docs/generated/journey.md", "old\n")
    assert [each.path for each in repository.check_printed(changed)] == ["docs/generated/journey.md"]


def test_a_step_that_the_glossary_forgets_is_seen(tmp_path: Path) -> None:
    tree = plant(tmp_path, "GLOSSARY.md", "**base**: where all begins\n")
    found = {each.why for each in repository.check_glossary(tree)}
    assert "the folder `person` is no term" in found
    assert "the folder `base` is no term" not in found


def test_a_menu_entry_without_its_page_is_seen(tmp_path: Path) -> None:
    tree = plant(tmp_path, "joinedup/desk/urls.py", 'app_name = "desk"\nurlpatterns = [path("", home, name="home")]\n')
    whys = {each.why for each in repository.check_menu(tree)}
    assert "declares no URL named desk:tour" in whys
    assert "declares no URL named desk:home" not in whys
