"""What is a source tree, what does a check find in it, and which exceptions were agreed?

A `Tree` is a folder laid out like this repository: the real one, or a small one planted by a test. It leaves out what
is not ours: environments, caches, run-time state and files that git ignores.
"""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
ALLOWED_FILE = Path(__file__).with_name("allowed.yaml")
NOT_OURS = frozenset({".git", ".venv", "__pycache__", "node_modules", "var", ".mypy_cache", ".ruff_cache"})
PROGRAM = ("joinedup", "config", "bench")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One place where a habit is not kept: the check, the path from the root, the line (0: whole file) and why."""

    check: str
    path: str
    line: int
    why: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.check}: {self.why}"


@dataclass(frozen=True)
class Module:
    """One Python file: its path from the root of the tree, its text and its parsed form."""

    path: str
    text: str

    @cached_property
    def parsed(self) -> ast.Module:
        return ast.parse(self.text, filename=self.path)

    @property
    def parts(self) -> tuple[str, ...]:
        return Path(self.path).parts

    @property
    def names(self) -> tuple[str, ...]:
        """Folder and module names without the suffix: `joinedup/a/rules/b.py` gives joinedup, a, rules, b."""
        return (*self.parts[:-1], Path(self.path).stem)

    @property
    def is_migration(self) -> bool:
        return "migrations" in self.parts

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())

    def is_kind(self, *kinds: str) -> bool:
        """Whether the file is `<kind>.py`, or lies in a folder `<kind>/`."""
        return any(kind in self.names[1:] for kind in kinds)

    def walk(self) -> Iterator[ast.AST]:
        return ast.walk(self.parsed)


@dataclass(frozen=True)
class Tree:
    """A folder laid out like this repository, with the exceptions agreed for it."""

    root: Path
    allowed: dict[str, dict[str, str]] = field(default_factory=dict)

    @cached_property
    def files(self) -> tuple[str, ...]:
        """Paths of our files from the root, sorted: those git tracks or would track, else all."""
        return tuple(sorted(path for path in _listed(self.root) if not NOT_OURS & set(Path(path).parts)))

    @cached_property
    def modules(self) -> tuple[Module, ...]:
        """All Python files of ours."""
        return tuple(
            Module(path, (self.root / path).read_text(encoding="utf-8")) for path in self.files if path.endswith(".py")
        )

    def program(self) -> Iterator[Module]:
        """Python files of the program, migrations left out: the tests and scripts are not among them."""
        return (each for each in self.modules if each.parts[0] in PROGRAM and not each.is_migration)

    def text(self, path: str) -> str:
        """The text of a file, or nothing where the file is absent."""
        found = self.root / path
        return found.read_text(encoding="utf-8") if found.is_file() else ""

    def exceptions(self, check: str) -> dict[str, str]:
        """Agreed exceptions of a check: what is excepted (a path, or `path: detail`) and the reason."""
        return self.allowed.get(check) or {}


def this_repository() -> Tree:
    """The tree that these tests belong to, with `allowed.yaml`."""
    return Tree(REPOSITORY, yaml.safe_load(ALLOWED_FILE.read_text(encoding="utf-8")) or {})


def without_allowed(tree: Tree, check: str, findings: Iterable[Finding]) -> list[Finding]:
    """Findings less the agreed exceptions of the check, plus one finding for each exception nothing needs any more.

    An exception names a path, or `path: text` where the text stands in the finding's reason.
    """
    found = list(findings)
    used: set[str] = set()
    kept: list[Finding] = []
    for each in found:
        matching = [key for key in tree.exceptions(check) if _covers(key, each)]
        used.update(matching)
        if not matching:
            kept.append(each)
    stale = sorted(set(tree.exceptions(check)) - used)
    place = "tests/tidy/allowed.yaml"
    return kept + [Finding(check, place, 0, f"exception not needed any more: {key}") for key in stale]


def _covers(key: str, finding: Finding) -> bool:
    path, _, detail = key.partition(": ")
    return path == finding.path and detail in finding.why


def _listed(root: Path) -> list[str]:
    if (root / ".git").exists():
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=root, capture_output=True, check=True, text=True).stdout
        return [path for path in listed.split("\0") if path and (root / path).is_file()]
    return [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]
