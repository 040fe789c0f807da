"""Does this repository keep its own style guide? One test a check; a failure lists every place."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from . import acts, arrows, hazards, purity, repository, shape
from .source_tree import ALLOWED_FILE, Finding, Tree, this_repository

CHECKS: tuple[Callable[[Tree], list[Finding]], ...] = (
    arrows.check_arrows,
    arrows.check_folders,
    shape.check_module_sizes,
    shape.check_function_sizes,
    shape.check_names,
    shape.check_module_docstrings,
    shape.check_function_docstrings,
    purity.check_importable_alone,
    purity.check_rules_are_pure,
    purity.check_clock,
    purity.check_law_values,
    purity.check_views_read_nothing,
    purity.check_nothing_hidden,
    acts.check_actions,
    repository.check_machine,
    repository.check_commands,
    repository.check_glossary,
    repository.check_printed,
    repository.check_menu,
    hazards.check_hazards,
)
NAMES = {"hosts", "module-size", "function-size", "names", "module-docstring", "docstring", "importable-alone"} | {
    "pure-rules", "clock", "law-values", "views", "hidden-acts", "actions", "machine", "commands",
}  # fmt: skip


@pytest.fixture(scope="module")
def tree() -> Tree:
    return this_repository()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__.removeprefix("check_"))
def test_the_house_keeps(tree: Tree, check: Callable[[Tree], list[Finding]]) -> None:
    found = check(tree)
    assert not found, "\n" + "\n".join(map(str, sorted(found)))


def test_exceptions_belong_to_a_check_and_give_a_reason(tree: Tree) -> None:
    assert set(tree.allowed) <= NAMES
    assert all(str(reason).strip() for each in tree.allowed.values() for reason in (each or {}).values())
    assert ALLOWED_FILE.is_file()
