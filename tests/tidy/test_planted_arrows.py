"""Does the import test see a wrong arrow? Each test plants a small package with one wrong import.

Every planted package has a name of its own, because Python remembers what it imported.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from joinedup import journey

from . import arrows
from .source_tree import Tree

NUMBERS = itertools.count()
Plant = Callable[[dict[str, str]], list[str]]


@pytest.fixture
def broken(tmp_path: Path) -> Iterator[Plant]:
    """Plants modules (path: text, `{root}` standing for the package) among all steps; gives the broken contracts."""
    root = f"planted_house_{next(NUMBERS)}"

    def plant(modules: dict[str, str]) -> list[str]:
        package = tmp_path / root
        files = {"__init__.py": "", **{f"{each.name}/__init__.py": "" for each in journey.STEPS}, **modules}
        for path, text in files.items():
            target = package / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text.replace("{root}", root), encoding="utf-8")
        return [each.why.replace(root, "house") for each in arrows.check_arrows(Tree(tmp_path), root)]

    yield plant
    for name in [each for each in sys.modules if each.partition(".")[0] == root]:
        del sys.modules[name]


def test_arrows_that_run_the_right_way_are_kept(broken: Plant) -> None:
    modules = {
        "base/money.py": "",
        "access/actions.py": "from {root}.base import money\n",
        "plan/queries.py": "from {root}.access import actions\nfrom {root}.door import rules\n",
        "door/rules.py": "",
        "desk/views.py": "from {root}.plan import queries\nfrom {root}.web import page\n",
        "access/middleware.py": "from {root}.web import page\n",
        "web/page.py": "from {root}.journey import menu_for\n",
        "journey.py": "menu_for = None\n",
    }
    assert broken(modules) == []


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("base/money", "places"),
        ("places/queries", "person"),
        ("person/queries", "plan"),
        ("door/rules", "assessment"),
        ("funding/rules", "commissioning"),
        ("ledger/actions", "person"),
        ("plan/actions", "desk"),
        ("person/actions", "exchange"),
        ("commissioning/jobs", "extract"),
        ("exchange/load", "desk"),
        ("outcomes/measures", "person"),
        ("public/pages", "person"),
        ("evaluation/match", "extract"),
        ("person/actions", "web"),
        ("web/page", "access"),
        ("person/actions", "cli"),
        ("journey", "base"),
    ],
)
def test_a_wrong_arrow_is_seen(broken: Plant, importer: str, imported: str) -> None:
    step = importer.partition("/")[0]
    found = broken({f"{importer}.py": f"import {{root}}.{imported}\n", "cli.py": ""})
    name = "journey imports nothing of ours" if step == "journey" else f"{step} keeps to its arrows"
    assert found == [f"{name}: house.{importer.replace('/', '.')} -> house.{imported} (line 1)"]


def test_an_import_hidden_in_a_function_is_seen(broken: Plant) -> None:
    found = broken({"base/money.py": "def late():\n    from {root}.person import name\n", "person/name.py": ""})
    assert found == ["base keeps to its arrows: house.base.money -> house.person.name (line 2)"]


def test_a_circle_inside_a_step_is_seen(broken: Plant) -> None:
    found = broken({"plan/rules.py": "import {root}.plan.models\n", "plan/models.py": "import {root}.plan.rules\n"})
    assert len(found) == 1
    assert found[0].startswith("no circle: house.plan.")


def test_a_folder_that_is_no_step_is_seen(tmp_path: Path) -> None:
    (tmp_path / "joinedup" / "shop").mkdir(parents=True)
    (tmp_path / "joinedup" / "shop" / "till.py").write_text("", encoding="utf-8")
    whys = {each.path: each.why for each in arrows.check_folders(Tree(tmp_path))}
    assert whys["joinedup/shop"] == "no step of journey.py"
    assert whys["joinedup/person"] == "journey.py says built, and there is no such folder"
