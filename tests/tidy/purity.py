"""Do rules stay free of frameworks, clock and typed-in law, and does nothing act behind the writer's back?

Style habits 2, 4, 5, 6 and 9 and traps 3 to 5. The law-value check knows only numbers: a threshold hidden in a string
or in SQL is for the reader to see.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator

from .source_tree import Finding, Module, Tree, without_allowed

CLOCK = "joinedup/base/clock.py"
CLOCK_TAKERS = frozenset({"datetime", "date", "timezone", "dt"})
CLOCK_READS = frozenset({"now", "utcnow", "today", "localdate", "localtime"})
STRUCTURAL_NUMBERS = frozenset({*range(-1, 11), 12, 100})
"""Numbers that count things in any program: small ones, months in a year, pence in a pound or parts of a hundred."""

MONEY_WORDS = ("_pence", "allowance", "disregard", "tariff")
BLOCKED = ("django", "psycopg", "psycopg2", "psycopg_pool", "duckdb", "ibis", "procrastinate", "allauth")
MACHINE = ("os", "pathlib", "io", "time", "random", "socket", "sqlite3", "subprocess", "urllib", "http", "shutil")
OUTSIDE = frozenset({*BLOCKED, *MACHINE, "tempfile", "secrets", "logging"})
IMPORTER = """
import importlib, sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in BLOCKED:
            raise ImportError(f"{name} is blocked here")
sys.meta_path.insert(0, Block())
for module in MODULES:
    try:
        importlib.import_module(module)
    except ImportError as error:
        print(f"{module}\\t{error}")
"""


def pure_modules(tree: Tree) -> list[Module]:
    """Modules that must be importable where no framework is: `base`, every rules module, the journey, the command."""
    return [
        each
        for each in tree.program()
        if each.path in ("joinedup/journey.py", "joinedup/cli.py", "joinedup/__init__.py")
        or each.parts[:2] == ("joinedup", "base")
        or _is_rules(each)
    ]


def check_importable_alone(tree: Tree) -> list[Finding]:
    """Pure modules that cannot be imported with Django and the database drivers blocked."""
    paths = {".".join(each.names).removesuffix(".__init__"): each.path for each in pure_modules(tree)}
    program = f"BLOCKED = {BLOCKED!r}\nMODULES = {sorted(paths)!r}\n{IMPORTER}"
    done = subprocess.run([sys.executable, "-c", program], cwd=tree.root, capture_output=True, text=True, check=False)
    if done.returncode:
        return [Finding("importable-alone", "joinedup", 0, done.stderr.strip().splitlines()[-1])]
    lines = [line.split("\t", 1) for line in done.stdout.splitlines() if "\t" in line]
    findings = [Finding("importable-alone", paths[name], 0, error) for name, error in lines]
    return without_allowed(tree, "importable-alone", findings)


def check_rules_are_pure(tree: Tree) -> list[Finding]:
    """Rules that import a framework, a file, a clock or chance, or open something."""
    findings = []
    for each in tree.program():
        if not _is_rules(each):
            continue
        for node, name in _imports(each):
            if name.partition(".")[0] in OUTSIDE:
                findings.append(Finding("pure-rules", each.path, node.lineno, f"imports {name}"))
        for call in (node for node in each.walk() if isinstance(node, ast.Call)):
            if _last_name(call.func) in ("open", "input", "print"):
                findings.append(Finding("pure-rules", each.path, call.lineno, f"calls {_last_name(call.func)}"))
    return without_allowed(tree, "pure-rules", findings)


def check_clock(tree: Tree) -> list[Finding]:
    """Readings of the clock outside `joinedup/base/clock.py`; counters of elapsed time are not the clock."""
    findings = [
        Finding(
            "clock",
            each.path,
            getattr(node, "lineno", 0),
            f"{said}: take `at` as an argument, or ask joinedup.base.clock",
        )
        for each in tree.program()
        if each.path != CLOCK
        for node in each.walk()
        for said in _clock_reading(node)
    ]
    return without_allowed(tree, "clock", findings)


def check_law_values(tree: Tree) -> list[Finding]:
    """Numbers in rules that could be law or policy, and amounts typed into Python anywhere in the program."""
    findings = []
    for each in tree.program():
        if _is_rules(each):
            findings += [Finding("law-values", each.path, line, f"{what} in a rule") for line, what in _numbers(each)]
        else:
            findings += [Finding("law-values", each.path, line, what) for line, what in _named_amounts(each)]
    return without_allowed(tree, "law-values", findings)


def check_views_read_nothing(tree: Tree) -> list[Finding]:
    """Views and URLs that reach for a model manager or the database instead of a query or an action."""
    findings = []
    for each in tree.program():
        if not each.is_kind("views", "urls"):
            continue
        for used in each.walk():
            if isinstance(used, ast.Attribute) and used.attr in ("objects", "_default_manager", "_base_manager"):
                findings.append(Finding("views", each.path, used.lineno, f".{used.attr}: ask queries.py or actions.py"))
        for node, name in _imports(each):
            if name.startswith(("django.db", "psycopg", "django.shortcuts.get_")):
                findings.append(Finding("views", each.path, node.lineno, f"{name}: ask queries.py or actions.py"))
    return without_allowed(tree, "views", findings)


def check_nothing_hidden(tree: Tree) -> list[Finding]:
    """`save` and `delete` overrides and signal receivers: nobody could say what happens when a row is saved."""
    findings = []
    for each in tree.program():
        for node in each.walk():
            if isinstance(node, ast.ClassDef):
                findings += [
                    Finding("hidden-acts", each.path, inner.lineno, f"{inner.name} of {node.name}: write an action")
                    for inner in node.body
                    if isinstance(inner, ast.FunctionDef) and inner.name in ("save", "delete", "save_model")
                ]
        for node, name in _imports(each):
            if name.startswith("django.dispatch") or "signals" in name.split("."):
                findings.append(Finding("hidden-acts", each.path, node.lineno, f"{name}: call the action instead"))
    return without_allowed(tree, "hidden-acts", findings)


def _is_rules(each: Module) -> bool:
    return each.parts[0] == "joinedup" and each.is_kind("rules")


def _imports(each: Module) -> Iterator[tuple[ast.stmt, str]]:
    """Every imported name in full: `from a.b import c` gives `a.b.c`."""
    for node in each.walk():
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def _clock_reading(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Attribute) and node.attr in CLOCK_READS and _last_name(node.value) in CLOCK_TAKERS:
        yield f"{_last_name(node.value)}.{node.attr}"
    elif isinstance(node, ast.Attribute) and _last_name(node.value) == "time" and node.attr in ("time", "localtime"):
        yield f"time.{node.attr}"
    elif isinstance(node, ast.keyword) and node.arg in ("auto_now", "auto_now_add"):
        yield node.arg
    elif isinstance(node, ast.ImportFrom) and node.module in ("time", "django.utils.timezone"):
        yield from (f"{node.module}.{a.name}" for a in node.names if a.name in (*CLOCK_READS, "time"))
    elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.db.models.functions"):
        yield from ("the database's Now" for a in node.names if a.name == "Now")


def _numbers(each: Module) -> Iterator[tuple[int, str]]:
    for node in each.walk():
        if isinstance(node, ast.Call) and _last_name(node.func) in ("Decimal", "Fraction") and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and str(first.value) not in ("0", "1", "0.01"):
                yield node.lineno, f"{_last_name(node.func)}({first.value!r})"
        elif isinstance(node, ast.Constant) and not _is_structural(node.value):
            yield node.lineno, f"the number {node.value!r}"


def _is_structural(value: object) -> bool:
    """Whether a literal is no number, or a whole one that counts things in any program."""
    return type(value) not in (int, float) or (type(value) is int and value in STRUCTURAL_NUMBERS)


def _named_amounts(each: Module) -> Iterator[tuple[int, str]]:
    for node in each.walk():
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for name in (_last_name(target).lower() for target in targets):
                typed = type(node.value.value) in (int, float) and node.value.value not in (0, 1)
                if typed and any(word in name for word in MONEY_WORDS):
                    yield node.lineno, f"{name} is typed in: it belongs in parameters/ with source and dates"


def _last_name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
