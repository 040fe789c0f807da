"""Which documents are printed from the program, and are they current?

`python docs/print.py` writes them (`make fix` runs it); `python docs/print.py --check` changes nothing and ends with 1
when one is stale. It prints docs/generated/journey.md and the import table of ARCHITECTURE.md from
`joinedup/journey.py`, docs/generated/refusals.md from `joinedup/exchange/refusal_codes.py`, and
docs/generated/why.md from `joinedup/desk/why.yaml`, and docs/generated/fhir.md from the tables of
`joinedup/exchange/fhir/`.
"""

from __future__ import annotations

import sys
from dataclasses import fields, is_dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
if str(REPOSITORY) not in sys.path:
    sys.path.insert(0, str(REPOSITORY))

from joinedup import journey  # noqa: E402  (the path must stand first)
from joinedup.desk import why  # noqa: E402
from joinedup.exchange import refusal_codes  # noqa: E402
from joinedup.exchange.fhir import understood  # noqa: E402

TABLE_STARTS = "<!-- import table: printed from joinedup/journey.py -->\n"
TABLE_ENDS = "<!-- end of import table -->\n"
NOTE = "<!-- Printed by docs/print.py. Do not edit. -->\n"


def documents(root: Path) -> dict[str, str]:
    """Each printed document: its path from the root and its whole text as it should be today.

    Raises ValueError when ARCHITECTURE.md has lost the marks around its import table.
    """
    return {
        "ARCHITECTURE.md": _with_table((root / "ARCHITECTURE.md").read_text(encoding="utf-8")),
        "docs/generated/fhir.md": fhir_page(),
        "docs/generated/journey.md": journey_page(),
        "docs/generated/refusals.md": refusals_page(),
        "docs/generated/why.md": why_page(),
    }


def journey_page() -> str:
    """The steps in order with their questions, the chain and the import table, as Markdown."""
    chain = " → ".join(f"{link.title} (`{link.step}`)" for link in journey.CHAIN)
    steps = [
        f"| {number} | `{each.name}` | {each.question} | {'yes' if each.built else 'not yet'} |"
        for number, each in enumerate(journey.STEPS, start=1)
    ]
    menu = [
        f"| {entry.label} | `{entry.url_name}` | {', '.join(entry.roles)} |"
        for each in journey.STEPS
        for entry in each.menu
    ]
    parts = [
        f"# The journey\n\n{NOTE}\n{chain}",
        "\n".join(["## Steps\n", "| | step | question it answers | built |", "|---|---|---|---|", *steps]),
        f"## What each may import\n\n{journey.import_table().rstrip()}",
        "\n".join(["## Menu\n", "| label | page | seen by |", "|---|---|---|", *menu]),
    ]
    return "\n\n".join(parts) + "\n"


def refusals_page() -> str:
    """Every code by which a sender's row or field can be refused, as Markdown."""
    rows = [_cells(code, told) for code, told in sorted(refusal_codes.CODES.items())]
    heads = rows[0][0] if rows else ("code",)
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}", *(f"| {' | '.join(cells)} |" for _, cells in rows)]
    return f"# Refusals\n\n{NOTE}\nWhat `joinedup load` may refuse, why, and how the sender puts it right.\n\n" + (
        "\n".join(lines) + "\n"
    )


def fhir_page() -> str:
    """Which FHIR resources are understood, what each becomes on a record, and what becomes of the rest, as Markdown."""
    heads = ["| resource | line of the record | title from | dates from | details shown |", f"|{'---|' * 5}"]
    rows = [f"| {' | '.join(_cell(cell) for cell in cells)} |" for cells in understood.rows()]
    return f"# FHIR that is understood\n\n{NOTE}\n" + "\n\n".join([understood.WORDS, "\n".join([*heads, *rows])]) + "\n"


def why_page() -> str:
    """What was said, what the program does about it, and the page and test of each line, as Markdown."""
    found = why.shipped()
    sources = [f"- **{key}**: {words}" for key, words in found.sources.items()]
    rows = [
        f"| {line.id} | {_cell(' · '.join(f'{said.by}: {said.text}' for said in line.said))} | {_cell(line.does)} "
        f"| {f'`{line.page}`' if line.page else ''} | {f'`{line.test}`' if line.test else ''} | {line.state} "
        f"| {_cell(line.so_far or '')} |"
        for line in found.lines
    ]
    heads = ["| | what they say | what the program does | page | test | state | so far |", f"|{'---|' * 7}"]
    built = f"{found.built_count} of {len(found.lines)} lines are built: they have a page and a test."
    return "\n\n".join([f"# Why\n\n{NOTE}\n{built}", "\n".join(sources), "\n".join([*heads, *rows])]) + "\n"


def _cells(code: str, told: object) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Column heads and cells of one refusal code, whatever frozen dataclass or text describes it."""
    if is_dataclass(told):
        names = tuple(each.name for each in fields(told) if each.name != "code")
        return ("code", *names), (f"`{code}`", *(_cell(getattr(told, name)) for name in names))
    return ("code", "meaning"), (f"`{code}`", _cell(told))


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).replace("|", "\\|")


def _with_table(text: str) -> str:
    before, start, rest = text.partition(TABLE_STARTS)
    _, end, after = rest.partition(TABLE_ENDS)
    if not start or not end:
        raise ValueError("ARCHITECTURE.md has lost the marks around its import table: put both comment lines back.")
    return f"{before}{TABLE_STARTS}\n{journey.import_table()}\n{TABLE_ENDS}{after}"


def main(argv: list[str]) -> int:
    """Write what is stale, or with --check only name it. Returns 0 when nothing was stale or all was written."""
    stale = []
    for path, printed in documents(REPOSITORY).items():
        target = REPOSITORY / path
        if not target.is_file() or target.read_text(encoding="utf-8") != printed:
            stale.append(path)
            if "--check" not in argv:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(printed, encoding="utf-8")
    for path in stale:
        print(f"{path}: {'is not current, run make fix' if '--check' in argv else 'printed'}")
    return 1 if stale and "--check" in argv else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
