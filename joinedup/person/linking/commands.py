"""`joinedup link-file A.csv [B.csv] --out pairs.csv`: which rows are one person, and how sure is that."""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from joinedup.base.errors import PersonMustAct


def link_file(argv: list[str]) -> int:
    """Link one file's rows, or two files across; write the pairs; print the report. Needs no database. Returns 0."""
    wanted = _arguments(argv)
    explain_path = wanted.out.with_name(f"{wanted.out.stem}.explain.csv") if wanted.explain else None
    _check_places(wanted.files, [path for path in (wanted.out, wanted.model, explain_path) if path])
    from joinedup.person.linking import report, running  # here, since DuckDB and Splink take a while to import

    linked = running.link_files(
        wanted.files, least=wanted.least, id_column=wanted.id, single=wanted.one_to_one, explain=wanted.explain,
        say=_teller(),
    )  # fmt: skip
    rows = ([left, right, f"{probability:.6f}"] for left, right, probability in linked.ids())
    _write_csv(wanted.out, [list(report.PAIR_HEADINGS), *rows])
    if explain_path:
        _write_csv(explain_path, report.explanations(linked))
    if wanted.model:
        _write(wanted.model, json.dumps(linked.outcome.settings, indent=1) + "\n")
    print(report.report(linked))
    print(f"{len(linked.pairs):,} pairs are in {wanted.out}.")
    return 0


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="joinedup link-file", description="Find the same people in CSV files.")
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="one file to search, or two to link")
    parser.add_argument("--out", type=Path, required=True, metavar="CSV", help="where pairs go: id_l,id_r,probability")
    parser.add_argument("--least", type=float, default=0.5, metavar="P", help="the least probability (default 0.5)")
    parser.add_argument("--id", metavar="COLUMN", help="the column with each row's id; '' counts the rows from 1")
    parser.add_argument("--one-to-one", action="store_true", help="of two files, let each row stand in one pair only")
    parser.add_argument("--explain", action="store_true", help="write each pair's weights in words beside the pairs")
    parser.add_argument("--model", type=Path, metavar="JSON", help="keep what was learnt, as Splink reads it")
    wanted = parser.parse_args(argv)
    if len(wanted.files) > 2:
        parser.error("one file or two, not more")
    if not 0 < wanted.least < 1:
        parser.error("--least must lie between 0 and 1")
    if wanted.one_to_one and len(wanted.files) == 1:
        parser.error("--one-to-one needs two files")
    return wanted


def _check_places(files: list[Path], written: list[Path]) -> None:
    """Before any work: whether everything can be written, and over no file that is read."""
    taken = {path.resolve() for path in files}
    for path in written:
        if path.resolve() in taken:
            raise PersonMustAct(
                "link-file-overwrites", f"{path} is named twice.", "It would be written over.", "Choose another name."
            )
        taken.add(path.resolve())
        if not path.parent.is_dir():
            raise PersonMustAct("link-file-no-folder", f"There is no folder {path.parent}.", "", "Make it first.")
        if path.is_dir():
            raise PersonMustAct("link-file-out-folder", f"{path} is a folder.", "", "Name a file in it.")


def _teller() -> Callable[[str], None]:
    started = time.perf_counter()

    def say(words: str) -> None:
        print(f"[{time.perf_counter() - started:6.1f} s] {words}", file=sys.stderr, flush=True)

    return say


def _write_csv(path: Path, rows: Iterable[list[str]]) -> None:
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows(rows)
        os.replace(unfinished, path)
    except OSError as error:
        raise _cannot_write(path, error) from None


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise _cannot_write(path, error) from None


def _cannot_write(path: Path, error: OSError) -> PersonMustAct:
    reason = error.strerror or "no reason was given"
    return PersonMustAct("link-file-cannot-write", f"{path} cannot be written: {reason}.", "", "Name another place.")
