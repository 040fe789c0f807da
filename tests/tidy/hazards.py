"""Is each hazard of the log scored, controlled and proven by a test that exists, or openly open?

`docs/safety/hazards.yaml` after DCB0129: what could harm a person, why, how bad, how likely, what we do about it and
what proves it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

import yaml

from .source_tree import Finding, Tree

LOG = "docs/safety/hazards.yaml"
NEEDED = ("id", "hazard", "cause", "severity", "likelihood", "status", "control")


def check_hazards(tree: Tree) -> list[Finding]:
    """Hazards without a score, without a control, or whose test does not exist; every missing test is listed."""
    hazards = (yaml.safe_load(tree.text(LOG)) or {}).get("hazards", [])
    if not hazards:
        return [Finding("hazards", LOG, 0, "holds no hazards")]
    repeated = {each.get("id") for each in hazards if [one.get("id") for one in hazards].count(each.get("id")) > 1}
    findings = [Finding("hazards", LOG, 0, f"{name}: the id stands twice") for name in sorted(map(str, repeated))]
    for each in hazards:
        findings += [Finding("hazards", LOG, 0, f"{each.get('id')}: {why}") for why in _faults(tree, each)]
    return findings


def _faults(tree: Tree, hazard: dict[str, Any]) -> Iterator[str]:
    for name in NEEDED:
        if not hazard.get(name):
            yield f"{name} is missing"
    for name in ("severity", "likelihood"):
        if hazard.get(name) not in (1, 2, 3, 4, 5):
            yield f"{name} is no number from 1 to 5"
    if hazard.get("status") == "open":
        if not hazard.get("reason"):
            yield "is open and does not say why"
    elif hazard.get("status") != "controlled":
        yield "status is neither controlled nor open"
    elif not hazard.get("tests"):
        yield "says controlled and names no test"
    for node in hazard.get("tests") or ():
        if not exists(tree, node):
            yield f"names the test {node}, which does not exist"


def exists(tree: Tree, node: str) -> bool:
    """Whether a pytest node such as `tests/a/test_b.py::test_c` or `…::TestD::test_e` is defined in the tree."""
    path, *names = node.split("::")
    text = tree.text(path)
    if not text or not names:
        return False
    body: list[ast.stmt] = ast.parse(text).body
    for name in names:
        found = [each for each in body if isinstance(each, ast.FunctionDef | ast.ClassDef) and each.name == name]
        if not found:
            return False
        body = found[0].body
    return True
