"""Do imports follow the arrows of `joinedup/journey.py`, and is there no circle?

import-linter does the reading; the contracts are written from the journey's data, never by hand. Imports inside a
function count like any other: a circle that is only postponed is a circle.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from importlinter import api  # noqa: F401  (configures import-linter)
from importlinter.application import use_cases
from importlinter.application.user_options import UserOptions

from joinedup import journey

from .source_tree import Finding, Tree

CHECK = "arrows"


def check_arrows(tree: Tree, root_package: str = journey.ROOT) -> list[Finding]:
    """Broken import contracts of a package in the tree, one finding a contract with every offending line.

    The package must be importable from the tree's root under that name; a planted one has a name of its own.
    """
    package = tree.root / root_package
    wiring = ["config"] if (tree.root / "config" / "__init__.py").is_file() else []
    options = UserOptions(
        session_options={"root_packages": [root_package, *wiring]},
        contracts_options=list(_contracts(package, root_package, wiring)),
    )
    use_cases._register_contract_types(options)
    sys.path.insert(0, str(tree.root))
    try:
        report = use_cases.create_report(options, cache_dir=None)
    finally:
        sys.path.remove(str(tree.root))
    broken = [(contract.name, found) for contract, found in report.get_contracts_and_checks() if not found.kept]
    return [Finding(CHECK, root_package, 0, f"{name}: {_offences(found.metadata)}") for name, found in broken]


def check_folders(tree: Tree) -> list[Finding]:
    """Folders of the package that are no step, and steps said to be built or an app that have no such folder."""
    names = {each.name for each in journey.STEPS}
    package = tree.root / journey.ROOT
    folders = {path.parent.name for path in package.glob("*/*.py")}
    strange = [Finding("folders", f"joinedup/{name}", 0, "no step of journey.py") for name in sorted(folders - names)]
    missing = [
        Finding("folders", f"joinedup/{each.name}", 0, "journey.py says built, and there is no such folder")
        for each in journey.STEPS
        if each.built and each.name not in folders
    ]
    wrong = [
        Finding("folders", f"joinedup/{each.name}", 0, f"journey.py says app={each.app}, the folder says otherwise")
        for each in journey.STEPS
        if each.name in folders and each.app != _is_app(package / each.name)
    ]
    return strange + missing + wrong


def _is_app(folder: Path) -> bool:
    return any((folder / name).exists() for name in ("apps.py", "models.py", "models", "templates", "migrations"))


def _contracts(package: Path, root: str, wiring: list[str]) -> Iterable[dict[str, object]]:
    steps = [each for each in journey.import_contracts() if (package / each.step / "__init__.py").is_file()]
    present = {each.step for each in steps}
    tops = [f"{root}.{name}" for name in ("cli", "__main__") if (package / f"{name}.py").is_file()]
    for each in steps:
        forbidden = [f"{root}.{name}" for name in each.forbidden if name in present] + tops + wiring
        if forbidden:
            title = f"{each.step} keeps to its arrows"
            starts = [f"{root}.{each.step}.commands -> config.databases"] if wiring else []
            yield _forbid(title, [f"{root}.{each.step}"], forbidden, _from_pages(each, root) + starts)
    if (package / "journey.py").is_file():
        everything = [f"{root}.{name}" for name in sorted(present)] + tops + wiring
        yield _forbid("journey imports nothing of ours", [f"{root}.journey"], everything, [])
    yield {"name": "no circle", "type": "acyclic_siblings", "ancestors": [root]}


def _forbid(name: str, sources: list[str], forbidden: list[str], ignored: list[str]) -> dict[str, object]:
    return {
        "name": name,
        "type": "forbidden",
        "source_modules": sources,
        "forbidden_modules": forbidden,
        "ignore_imports": ignored,
        "unmatched_ignore_imports_alerting": "none",
        "allow_indirect_imports": "true",
    }


def _from_pages(each: journey.ImportContract, root: str) -> list[str]:
    sources = [f"{root}.{each.step}.{name}{inner}" for name in each.shell_from for inner in ("", ".**")]
    return [f"{source} -> {root}.{journey.SHELL}{inner}" for source in sources for inner in ("", ".**")]


def _offences(metadata: dict[str, object]) -> str:
    if "invalid_chains" not in metadata:
        breakers = metadata["cycle_breakers_by_package"]
        pairs = [pair for package in breakers.values() for pair in package]  # type: ignore[attr-defined]
        return "; ".join(f"{importer} -> {imported}" for importer, imported in sorted(pairs))
    links = [
        link
        for group in metadata["invalid_chains"]  # type: ignore[attr-defined]
        for chain in group["chains"]
        for link in chain
    ]
    said = {f"{link['importer']} -> {link['imported']} (line {link['line_numbers'][0]})" for link in links}
    return "; ".join(sorted(said))
