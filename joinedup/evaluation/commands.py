"""`joinedup figures check`: does every figure about joining up come out of its inputs again?

Prints one line a figure: what was published, what comes out with its lowest and highest, and what the comparison says.
Ends with 1 when a published figure cannot come from the inputs, else with 0; a figure whose input is not held is said
aloud as not checked, and ends the command with 4 (whoever runs the system must add the input), since "all reproduced"
would not be true.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path

from joinedup.base.errors import OperatorMustAct
from joinedup.evaluation import figure_files
from joinedup.evaluation.rules import all_figures, contradicted, not_checked
from joinedup.evaluation.rules.figures import Figure, FigureBook, Held, Unit, plain_number

CONTRADICTED_EXIT_CODE = 1
NOTHING = "-"


def figures(argv: list[str]) -> int:
    """`joinedup figures check [--json] [--steps] [--figures FOLDER]`. Returns 0, 1 (contradicted) or 4 (not held)."""
    asked = _arguments().parse_args(argv)
    book = figure_files.load_folder(Path(asked.figures)) if asked.figures else figure_files.shipped()
    found = all_figures(book)
    if asked.json:
        print(json.dumps(as_json(found, book), ensure_ascii=False, indent=2))
    else:
        print(table(found))
        if asked.steps:
            print("\n".join(["", *_steps(found)]))
        print(f"\n{summary(found, book)}")
    if contradicted(found):
        return CONTRADICTED_EXIT_CODE
    return OperatorMustAct.exit_code if not_checked(found) else 0


def as_json(found: tuple[Figure, ...], book: FigureBook) -> dict[str, object]:
    """Keys schema, reproduced, contradicted, not_checked, figures (each with its steps) and inputs."""
    return {
        "schema": "figures/1",
        "reproduced": not contradicted(found) and not not_checked(found),
        "contradicted": [each.name for each in contradicted(found)],
        "not_checked": [each.name for each in not_checked(found)],
        "figures": [_figure(each) for each in found],
        "inputs": [_held(each) for each in book.inputs.values()],
    }


def table(found: tuple[Figure, ...]) -> str:
    """The figures as aligned text, one line each, with notes under the lines that have one."""
    heads = ("row", "figure", "published", "worked out", "lowest to highest", "verdict")
    rows = [heads, *(_row(each) for each in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    lines = [_line(heads, widths)]
    for row, each in zip(rows[1:], found, strict=True):
        lines.append(_line(row, widths))
        lines += [f"  {note}" for note in notes(each)]
    return "\n".join(lines)


def notes(each: Figure) -> tuple[str, ...]:
    """What must be said under a figure: its own note, the wider range with every rounding, the inputs that it lacks."""
    said = [each.note] if each.note else []
    if each.computed and each.widest and each.computed != each.widest:
        said.append(f"With every input's rounding: {_between(each.widest.lowest, each.widest.highest, each.unit)}.")
    if each.missing:
        said.append(f"Not held: {', '.join(each.missing)}. Add it to parameters/figures/ with its source.")
    return tuple(said)


def summary(found: tuple[Figure, ...], book: FigureBook) -> str:
    """One line: how many were worked out, contradicted and not checked, and how many inputs nobody read again."""
    unread = sum(1 for each in book.inputs.values() if not each.verified)
    return (
        f"{len(found)} figures, {len(contradicted(found))} contradicted, {len(not_checked(found))} not checked. "
        f"{len(book.inputs)} inputs, of which {unread} were not read in the source that they name (see --json)."
    )


def _figure(each: Figure) -> dict[str, object]:
    return {
        "row": each.row,
        "name": each.name,
        "title": each.title,
        "note": each.note,
        "missing": list(each.missing),
        **each.explanation.to_json(),
    }


def _held(each: Held) -> dict[str, object]:
    return {
        "name": each.name,
        "question": each.question,
        "value": plain_number(each.value),
        "rounded_to": plain_number(each.rounded_to) if each.rounded_to else "exact",
        "source": each.source,
        "verified": each.verified,
    }


def _row(each: Figure) -> tuple[str, ...]:
    published = NOTHING
    if each.published:
        says = "" if each.published.says == "about" else f"{each.published.says} "
        published = says + each.unit.write_shortest(each.published.value)
    worked_out, between = NOTHING, NOTHING
    if each.computed:
        worked_out = each.unit.write(each.computed.central)
        if not each.computed.is_exact:
            between = _between(each.computed.lowest, each.computed.highest, each.unit)
    return (each.row, each.title, published, worked_out, between, each.verdict.value)


def _between(lowest: Fraction, highest: Fraction, unit: Unit) -> str:
    return f"{unit.write(lowest)} to {unit.write(highest)}"


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    return "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()


def _steps(found: tuple[Figure, ...]) -> Iterator[str]:
    for each in found:
        yield f"{each.name}:"
        for step in each.explanation.steps:
            result = step.result
            shown = result["central"] if isinstance(result, Mapping) else result
            yield f"  {step.text} {shown} ({step.source})"


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="joinedup figures", description="Work out the figures about joining up from their inputs."
    )
    parser.add_argument("task", choices=["check"], help="check: compare each with what was published")
    parser.add_argument("--json", action="store_true", help="print JSON, with every step and input")
    parser.add_argument("--steps", action="store_true", help="print each figure's steps below the table")
    parser.add_argument("--figures", metavar="FOLDER", help="use the files of this folder instead of the shipped ones")
    return parser
