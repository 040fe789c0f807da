"""Has every action the common shape: keyword-only, with `by`, `at` and `request_key`?

Design §4.5 and style habit 5. `expected_version` is asked of changes only, and which action is a change is for its
writer to know, so its presence is not checked here.
"""

from __future__ import annotations

import ast

from .source_tree import Finding, Tree, without_allowed

REQUIRED = ("by", "at", "request_key")


def check_actions(tree: Tree) -> list[Finding]:
    """Public functions of actions modules that take positional arguments or lack `by`, `at` or `request_key`."""
    findings = []
    for each in tree.program():
        if each.parts[0] != "joinedup" or not each.is_kind("actions"):
            continue
        for node in each.parsed.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
                findings += [Finding("actions", each.path, node.lineno, f"{node.name} {why}") for why in _faults(node)]
    return without_allowed(tree, "actions", findings)


def _faults(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    taken = node.args
    positional = [each.arg for each in (*taken.posonlyargs, *taken.args)]
    named = {each.arg for each in taken.kwonlyargs}
    faults = [f"takes {', '.join(positional)} by position"] if positional else []
    missing = [name for name in REQUIRED if name not in named]
    return faults + ([f"lacks keyword-only {', '.join(missing)}"] if missing else [])
