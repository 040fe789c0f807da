"""Do the tracked files keep the machine out, and do the documents say what is so?

Hosts named anywhere in the tree must be on the list in `allowed.yaml`: sources of law and standards, examples and this
machine's own loopback. Registries of packages are on no list.
"""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Iterator
from types import ModuleType

from joinedup import journey

from .source_tree import REPOSITORY, Finding, Tree, without_allowed

TEXT = (
    *(".py", ".md", ".yaml", ".yml", ".toml", ".txt", ".in", ".cfg", ".ini", ".html", ".jinja", ".sql"),
    *(".css", ".js", ".svg", ".json", ".sh", ".csv", ".conf", ".feature"),
)
TEXT_NAMES = frozenset({"Makefile", "LICENSE", "run", ".gitignore", ".gitattributes", ".editorconfig"})
HOST = re.compile(r"\b(?:https?|ftp|wss?)://(?:[^\s/@\"'<>]*@)?([A-Za-z0-9.-]+)")
WRITTEN_APART = ("/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "/Us" + "ers/", "/tmp/wo" + "rk", "index-" + "url")
BESIDE = "../sha" + "red"
"""Paths of a machine and index lines, written apart so that this file does not hold them."""


def check_machine(tree: Tree) -> list[Finding]:
    """Tracked text that names a host off the list, a path of some machine or a package index."""
    hosts = tree.exceptions("hosts")
    findings = []
    for path, number, line in _lines(tree):
        for host in (each.lower().rstrip(".") for each in HOST.findall(line)):
            if not _is_listed(host, hosts):
                findings.append(Finding("machine", path, number, f"names the host {host}"))
        for trace in WRITTEN_APART:
            if trace in line:
                findings.append(Finding("machine", path, number, f"holds {trace}"))
        if BESIDE in line and not path.startswith(("tests/", "bench/")):
            findings.append(Finding("machine", path, number, f"holds {BESIDE}, which stands outside the project"))
    return without_allowed(tree, "machine", findings)


def check_commands(tree: Tree) -> list[Finding]:
    """Commands that README and DEVELOPERS promise and Makefile or `joinedup.cli.COMMANDS` do not have."""
    targets = set(re.findall(r"^([a-z][a-z-]*)\s*:(?!=)", tree.text("Makefile"), flags=re.MULTILINE))
    commands = _command_names(tree)
    findings = []
    for path in ("README.md", "DEVELOPERS.md", "SECURITY.md", "ARCHITECTURE.md"):
        for number, line in enumerate(tree.text(path).splitlines(), start=1):
            for code in _code(line):
                for name in re.findall(r"\bmake ([a-z][a-z-]*)", code):
                    if name not in targets:
                        findings.append(Finding("commands", path, number, f"`make {name}` is no target of Makefile"))
                for name in re.findall(r"^(?:\.venv/bin/)?joinedup ([a-z][a-z-]*)", code):
                    if name not in commands:
                        findings.append(Finding("commands", path, number, f"`joinedup {name}` is no command of cli.py"))
    return without_allowed(tree, "commands", findings)


def check_glossary(tree: Tree) -> list[Finding]:
    """Steps of the journey that the glossary does not define under the folder's name."""
    terms = {term.lower() for term in re.findall(r"^\*\*(.+?)\*\*", tree.text("GLOSSARY.md"), flags=re.MULTILINE)}
    return [
        Finding("glossary", "GLOSSARY.md", 0, f"the folder `{each.name}` is no term")
        for each in journey.STEPS
        if each.name not in terms
    ]


def check_printed(tree: Tree) -> list[Finding]:
    """Generated documents that are not what `docs/print.py` prints today."""
    return [
        Finding("printed", path, 0, "is not current: run make fix")
        for path, printed in printer().documents(tree.root).items()
        if tree.text(path) != printed
    ]


def check_menu(tree: Tree) -> list[Finding]:
    """Menu entries whose URL name no `urls.py` declares."""
    findings = []
    for entry in (entry for each in journey.STEPS if each.built for entry in each.menu):
        space, _, name = entry.url_name.rpartition(":")
        path = f"joinedup/{space or entry.step}/urls.py"
        text = tree.text(path)
        if f'name="{name}"' not in text or (space and f'app_name = "{space}"' not in text):
            findings.append(Finding("menu", path, 0, f"declares no URL named {entry.url_name}"))
    return findings


def printer() -> ModuleType:
    """The script `docs/print.py` as a module."""
    spec = importlib.util.spec_from_file_location("docs_print", REPOSITORY / "docs" / "print.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _command_names(tree: Tree) -> set[str]:
    """Keys of the table COMMANDS in cli.py, read without importing it."""
    for node in ast.walk(ast.parse(tree.text("joinedup/cli.py"))):
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name) and target.id == "COMMANDS":
                return {str(key.value) for key in node.value.keys if isinstance(key, ast.Constant)}
    return set()


def _code(line: str) -> list[str]:
    """Pieces of a line written as code: between backticks, or the whole line of an indented or fenced command."""
    pieces = re.findall(r"`([^`]+)`", line)
    return pieces or ([line.strip().removeprefix("$ ")] if re.match(r"\s*(\$ )?(make|joinedup|\.venv)", line) else [])


def _lines(tree: Tree) -> Iterator[tuple[str, int, str]]:
    for path in tree.files:
        name = path.rsplit("/", 1)[-1]
        if name in TEXT_NAMES or any(name.endswith(suffix) for suffix in TEXT):
            text = (tree.root / path).read_text(encoding="utf-8", errors="replace")
            yield from ((path, number, line) for number, line in enumerate(text.splitlines(), start=1))


def _is_listed(host: str, listed: dict[str, str]) -> bool:
    return any(host == each or host.endswith(f".{each}") for each in listed)
