"""`joinedup generate`: invented people of the demo places, as the files that their bodies would send.

Writes into an empty folder, or one that it wrote before (with --replace, which removes exactly the files that the old
manifest lists), or goes on where the same order was cut short. Nothing is loaded here: `manifest.json` lists what to
load, as whom and in which order. A large place goes into tables (--tables) and only its first people into FHIR.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from joinedup.exchange.generate.bodies import write_place
from joinedup.exchange.generate.histories import YEARS_KEPT
from joinedup.exchange.generate.numbers import most_people
from joinedup.exchange.generate.parts import PEOPLE_IN_PART, UNFINISHED, Order, Tell, make_parts
from joinedup.exchange.generate.practices import PLACES, PRACTICES
from joinedup.exchange.generate.truth import TruthFile

VERSION = 2
MOST_YEARS = 20
# Bytes on disk: a person's tables (and more for each year of history), council's return and truth; FHIR of a person.
TABLES_BYTES, TABLES_BYTES_A_YEAR, RETURN_BYTES, FHIR_BYTES = 230, 22, 60, 7_500
TODAY = "2026-11-02"
_OWN_FILES = ("manifest.json", "truth.csv", "README.txt")
_README = """\
Invented people of {places}, made by `joinedup generate --people {people} --seed {seed}`.
Nobody here is real. NHS numbers come from the test range 999; practices and providers marked (demo) do not exist.

<place>/<body>/        the files as that body would send them: FHIR R4 as NDJSON or bundles, Client Level Data as CSV
<place>/<body>/late/   what came later: late people, and corrections under the same local ids
manifest.json          what to load, as which body and place, in which order; counts; not data
truth.csv              for each row whose it is and what was done to it: the answer key, never to be loaded
tables/<place>/        with --tables, as Parquet: identities, nhs_rows, council_rows, events; truth is their answer key

Load in the manifest's order: joinedup load PATH... --source BODY --place PLACE
"""


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="joinedup generate", description="Make invented people as files to load.")
    parser.add_argument("--people", type=int, required=True, metavar="N", help="people in each place, at least 1")
    parser.add_argument("--seed", type=int, required=True, metavar="S", help="the same seed gives the same people")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write; must be empty or new")
    parser.add_argument("--place", action="append", choices=sorted(PLACES), help="a place's code; all when left out")
    parser.add_argument(
        "--today",
        type=date.fromisoformat,
        default=date.fromisoformat(TODAY),
        metavar="DATE",
        help=f"the day up to which things happened (default {TODAY})",
    )
    parser.add_argument(
        "--tables", action="store_true", help="also write Parquet tables of everybody, to link and count"
    )
    parser.add_argument("--fhir-people", type=int, metavar="M", help="FHIR for the first M people only (default: all)")
    parser.add_argument("--years", type=int, default=YEARS_KEPT, help=f"years of history (default {YEARS_KEPT})")
    parser.add_argument(
        "--processes", type=int, default=min(2, os.cpu_count() or 1), help="the files do not depend on it (default 2)"
    )
    parser.add_argument("--replace", action="store_true", help="remove what an earlier run wrote here first")
    return parser.parse_args(argv)


def generate(argv: list[str]) -> int:
    """Run the command. Returns 0, or 2 with a message when the folder or a number will not do."""
    arguments = _arguments(argv)
    places = [code for code in PLACES if code in (arguments.place or PLACES)]
    out: Path = arguments.out
    order = Order(
        str(out), tuple(places), arguments.people, arguments.seed, arguments.today, arguments.years, arguments.tables
    )
    fhir_people = arguments.people if arguments.fhir_people is None else arguments.fhir_people
    refusal = (
        _number_refusal(arguments, places) or _folder_refusal(arguments, order) or _disk_refusal(order, fhir_people)
    )
    if refusal:
        print(refusal, file=sys.stderr)
        return 2
    if arguments.replace:
        _remove_earlier(out)
    manifest = _write(order, fhir_people, arguments.processes, lambda words: print(words, file=sys.stderr, flush=True))
    rows = sum(file["rows"] for file in manifest["files"])
    print(f"{rows:,} rows in {len(manifest['files'])} files of {len(places)} places are in {out}.")
    if order.tables:
        counts = ", ".join(f"{count:,} {table.replace('_', ' ')}" for table, count in manifest["table_rows"].items())
        print(f"Tables: {counts}.")
    return 0


def write(
    out: Path,
    places: list[str],
    people: int,
    seed: int,
    today: date,
    *,
    fhir_people: int | None = None,
    tables: bool = False,
    years: int = YEARS_KEPT,
    processes: int = 1,
    people_in_part: int = PEOPLE_IN_PART,
) -> dict[str, Any]:
    """Write all files of the places into an empty folder; returns the manifest, which is also written."""
    order = Order(str(out), tuple(places), people, seed, today, years, tables, people_in_part)
    return _write(order, people if fhir_people is None else fhir_people, processes, lambda _: None)


def _write(order: Order, fhir_people: int, processes: int, tell: Tell) -> dict[str, Any]:
    out = Path(order.root)
    out.mkdir(parents=True, exist_ok=True)
    make_parts(order, processes, tell)
    truth = TruthFile(out / "truth.csv")
    loads = []
    for code in order.places:
        loads += write_place(order, PLACES[code], min(fhir_people, order.people), truth)
    truth.close()
    manifest = _manifest(order, fhir_people, loads, truth)
    names = " and ".join(f"{PLACES[code].name} ({code})" for code in order.places)
    readme = _README.format(places=names, people=order.people, seed=order.seed)
    (out / "README.txt").write_text(readme, encoding="utf-8")
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    shutil.rmtree(order.folder)
    return manifest


def _manifest(order: Order, fhir_people: int, loads: list[dict[str, Any]], truth: TruthFile) -> dict[str, Any]:
    files = [
        {"path": path, "source": load["source"], "place": load["place"], "late": load["late"], "rows": truth.rows[path]}
        for load in loads
        for path in load["paths"]
    ]
    table_rows: Counter[str] = Counter()
    for mark in sorted(order.folder.glob("*/*-done.json")):
        table_rows.update(json.loads(mark.read_text(encoding="utf-8")))
    out = Path(order.root)
    return {
        "schema": f"generate/{VERSION}",
        "seed": order.seed,
        "people_in_each_place": order.people,
        "fhir_people_in_each_place": min(fhir_people, order.people),
        "years": order.years,
        "today": order.today.isoformat(),
        "places": list(order.places),
        "loads": loads,
        "files": files,
        "table_rows": dict(table_rows),
        "table_files": sorted(path.relative_to(out).as_posix() for path in out.glob("tables/*/*/part-*.parquet")),
        "done": dict(sorted(truth.done.items())),
        "practices": [
            {"code": one.code, "name": one.name, "place": one.place} for one in PRACTICES if one.place in order.places
        ],
    }


def _number_refusal(arguments: argparse.Namespace, places: list[str]) -> str:
    """Why a number will not do, and what to do; '' when all will."""
    alone = len(places) == 1
    most = min(most_people(PLACES[code], alone=alone) for code in places)
    if not 1 <= arguments.people <= most:
        more = "" if alone else " One place alone (--place) can have more."
        return (
            f"--people must be from 1 to {most:,}: test NHS numbers do not reach further.{more} Choose another number."
        )
    if not 1 <= arguments.years <= MOST_YEARS:
        return f"--years must be from 1 to {MOST_YEARS}. Choose another number."
    if arguments.processes < 1 or (arguments.fhir_people or 0) < 0:
        return "--processes must be at least 1 and --fhir-people at least 0. Choose another number."
    return ""


def _folder_refusal(arguments: argparse.Namespace, order: Order) -> str:
    """Why the folder will not do, and what to do; '' when it will."""
    out: Path = arguments.out
    if out.exists() and not out.is_dir():
        return f"{out} is a file. Name a folder for --out."
    if not out.is_dir() or not any(out.iterdir()):
        return ""
    begun = order.folder / "order.json"
    if begun.is_file() and not (out / "manifest.json").is_file():
        if begun.read_text(encoding="utf-8") == order.mark():
            return ""
        return f"{out} holds the beginnings of another order, or of one by another version. Name another folder."
    if not arguments.replace:
        return f"{out} is not empty. Name another folder, or add --replace if an earlier run wrote it."
    if not (out / "manifest.json").is_file():
        return f"{out} holds no manifest.json, so nothing there is removed. Name an empty folder."
    return ""


def bytes_needed(order: Order, fhir_people: int) -> int:
    """About how much the order will write."""
    tables = TABLES_BYTES + TABLES_BYTES_A_YEAR * order.years if order.tables else 0
    in_fhir = min(fhir_people, order.people) * FHIR_BYTES
    return len(order.places) * (order.people * (tables + RETURN_BYTES) + in_fhir)


def _disk_refusal(order: Order, fhir_people: int) -> str:
    """Why the disk will not do; '' when it has room, which is said for a large order."""
    needed = bytes_needed(order, fhir_people)
    existing = next(folder for folder in (Path(order.root).absolute(), *Path(order.root).absolute().parents)
                    if folder.is_dir())  # fmt: skip
    free = shutil.disk_usage(existing).free
    if needed > free:
        return (f"About {needed / 1e6:,.0f} MB are needed and {free / 1e6:,.0f} MB are free there. "
                "Make room, or ask for fewer people.")  # fmt: skip
    if needed > 100_000_000:
        print(f"About {needed / 1e6:,.0f} MB will be written; {free / 1e6:,.0f} MB are free.", file=sys.stderr)
    return ""


def _remove_earlier(out: Path) -> None:
    """Remove the files that the manifest lists, and then folders left empty; nothing else."""
    if not (out / "manifest.json").is_file():
        return
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    shutil.rmtree(out / UNFINISHED, ignore_errors=True)
    for name in [*(file["path"] for file in manifest["files"]), *manifest.get("table_files", ()), *_OWN_FILES]:
        path = (out / name).resolve()
        if path.is_relative_to(out.resolve()):
            path.unlink(missing_ok=True)
            for folder in path.parents:
                if folder == out.resolve() or any(folder.iterdir()):
                    break
                folder.rmdir()
