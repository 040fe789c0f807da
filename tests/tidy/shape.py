"""Are modules and functions small, named for one thing, and do they say what they are for?

Style habits 11 to 13 and 15. Migrations are left out: Django writes them. Tests keep to the sizes and names, not to the
docstrings of functions.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .source_tree import Finding, Module, Tree, without_allowed

MODULE_LINES = 400
MODULE_LINES_NEVER = 600
FUNCTION_LINES = 70
BANNED_NAMES = frozenset(
    {"utils", "util", "helpers", "helper", "core", "common", "manager", "managers", "misc", "data", "process"}
)
PROMISED = ("rules", "actions", "queries")
ROOTS = ("joinedup", "config", "bench", "tests", "docs")

AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef


def check_module_sizes(tree: Tree) -> list[Finding]:
    """Modules past 400 lines; an agreed exception reaches to 600 and never further."""
    name = "module-size"
    long = [
        Finding(name, each.path, 0, f"{each.lines} lines, more than {MODULE_LINES}: make it a folder of the same name")
        for each in _sized(tree)
        if MODULE_LINES < each.lines <= MODULE_LINES_NEVER
    ]
    never = [
        Finding(name, each.path, 0, f"{each.lines} lines, more than {MODULE_LINES_NEVER}: no exception reaches so far")
        for each in _sized(tree)
        if each.lines > MODULE_LINES_NEVER
    ]
    return without_allowed(tree, name, long) + never


def check_function_sizes(tree: Tree) -> list[Finding]:
    """Functions of more than 70 lines, decorators not counted."""
    findings = [
        Finding("function-size", each.path, node.lineno, f"{node.name} has {_length(node)} lines")
        for each in _sized(tree)
        for node in each.walk()
        if isinstance(node, AnyFunction) and _length(node) > FUNCTION_LINES
    ]
    return without_allowed(tree, "function-size", findings)


def check_names(tree: Tree) -> list[Finding]:
    """Modules and folders whose name says nothing, and a module named after the whole product."""
    findings = []
    for each in tree.modules:
        for name in BANNED_NAMES.intersection(each.names):
            findings.append(Finding("names", each.path, 0, f"'{name}' says nothing: name the one thing it holds"))
        if each.parts[0] == "joinedup" and each.names[-1] == "joinedup":
            findings.append(Finding("names", each.path, 0, "a module named for the whole collects everything"))
    return without_allowed(tree, "names", findings)


def check_module_docstrings(tree: Tree) -> list[Finding]:
    """Modules of the program and of the tests without an opening paragraph; an empty `__init__.py` says nothing."""
    findings = [
        Finding("module-docstring", each.path, 1, "does not open by saying which question it answers")
        for each in _sized(tree)
        if each.text.strip() and not ast.get_docstring(each.parsed)
    ]
    return without_allowed(tree, "module-docstring", findings)


def check_function_docstrings(tree: Tree) -> list[Finding]:
    """Public functions and classes of `base`, rules, actions and queries that do not say what they promise."""
    findings = [
        Finding("docstring", each.path, node.lineno, f"{node.name} does not say what it takes, gives and refuses")
        for each in tree.program()
        if _is_promised(each)
        for node in _public(each)
        if not ast.get_docstring(node)
    ]
    return without_allowed(tree, "docstring", findings)


def _is_promised(each: Module) -> bool:
    return each.parts[:2] == ("joinedup", "base") or (each.parts[0] == "joinedup" and each.is_kind(*PROMISED))


def _public(each: Module) -> Iterator[AnyFunction | ast.ClassDef]:
    for node in each.parsed.body:
        if isinstance(node, AnyFunction | ast.ClassDef) and not node.name.startswith("_"):
            yield node


def _sized(tree: Tree) -> Iterator[Module]:
    return (each for each in tree.modules if each.parts[0] in ROOTS and not each.is_migration)


def _length(node: AnyFunction) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1
