"""Does each line of the list of what the program answers stand once, and are its page and its test really there?"""

from __future__ import annotations

import ast
import re

import pytest

from joinedup.base.errors import WeMustAct
from joinedup.desk import tour, why

from .source_tree import Tree, this_repository

FOUND = why.shipped()


@pytest.fixture(scope="module")
def tree() -> Tree:
    return this_repository()


def has_url(tree: Tree, name: str) -> bool:
    """Whether some urls.py of that name's space declares it."""
    space, _, page = name.rpartition(":")
    text = (
        tree.text(f"joinedup/{space}/urls.py")
        if space
        else "".join(tree.text(path) for path in tree.files if path.endswith("urls.py"))
    )
    return f'name="{page}"' in text and (not space or f'app_name = "{space}"' in text)


def has_test(tree: Tree, node_id: str) -> bool:
    """Whether that file has that test at its top level."""
    path, _, name = node_id.partition("::")
    text = tree.text(path)
    return bool(text) and any(isinstance(node, ast.FunctionDef) and node.name == name for node in ast.parse(text).body)


def test_all_45_lines_stand_once() -> None:
    assert [line.id for line in FOUND.lines] == [f"M{number}" for number in range(1, 46)]


def test_every_page_named_is_declared(tree: Tree) -> None:
    assert not [line.id for line in FOUND.lines if line.page and not has_url(tree, line.page)]


def test_every_test_named_is_there(tree: Tree) -> None:
    assert not [line.id for line in FOUND.lines if line.test and not has_test(tree, line.test)]


def test_a_line_without_page_or_test_says_not_built() -> None:
    for line in FOUND.lines:
        assert line.state == ("built" if line.page and line.test else "not built")
    assert {line.state for line in FOUND.lines} == {"built", "not built"}


def test_every_source_is_used_and_no_text_ends_with_a_stop() -> None:
    used = {key for line in FOUND.lines for said in line.said for key in said.sources}
    assert used == set(FOUND.sources)
    assert not [line.id for line in FOUND.lines if line.does.endswith(".")]


def test_the_tour_names_lines_that_there_are() -> None:
    known = {line.id for line in FOUND.lines}
    assert all(set(stop.answers) <= known for stop in tour.STOPS)


def test_a_page_or_test_that_is_not_there_would_be_found(tree: Tree) -> None:
    assert not has_url(tree, "places:by_magic")
    assert not has_url(tree, "magic:by_postcode")
    assert not has_test(tree, "tests/tidy/test_why.py::test_that_is_not_there")
    assert not has_test(tree, "tests/tidy/not_there.py::test_x")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("id: M7\n", "id: M6\n", "once and in order"),
        ("id: M7\n", "id: seven\n", "such as M1"),
        ("by: GP\n", "by: XX\n", "XX are not described"),
        ("page: places:by_postcode", "page: /places/", "name of a URL"),
        ("page: places:by_postcode", "url: places:by_postcode", "must have id, said and does"),
        ("test: tests/steps", "test: steps", "node id"),
        ("lines:", "rows:", "keys sources and lines"),
    ],
)
def test_a_careless_change_of_the_list_is_refused(old: str, new: str, said: str) -> None:
    text = why.FILE.read_text(encoding="utf-8")
    assert re.search(re.escape(old), text)
    with pytest.raises(WeMustAct) as refused:
        why.read(text.replace(old, new, 1))
    assert said in str(refused.value)
