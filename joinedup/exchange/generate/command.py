"""`joinedup generate`: invented people of the demo places, as the files that their bodies would send.

Writes into an empty folder, or one that it wrote before (with --replace, which removes exactly the files that the old
manifest lists). Nothing is loaded here: `manifest.json` lists what to load, as whom and in which order.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from joinedup.exchange.generate.bodies import write_place
from joinedup.exchange.generate.practices import PLACES, PRACTICES
from joinedup.exchange.generate.truth import TruthFile

VERSION = 1
TODAY = "2026-11-02"
_OWN_FILES = ("manifest.json", "truth.csv", "README.txt")
_README = """\
Invented people of {places}, made by `joinedup generate --people {people} --seed {seed}`.
Nobody here is real. NHS numbers come from the test range 999; practices and providers marked (demo) do not exist.

<place>/<body>/        the files as that body would send them: FHIR R4 as NDJSON or bundles, Client Level Data as CSV
<place>/<body>/late/   what came later: late people, and corrections under the same local ids
manifest.json          what to load, as which body and place, in which order; counts; not data
truth.csv              for each row whose it is and what was done to it: the answer key, never to be loaded

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
    parser.add_argument("--replace", action="store_true", help="remove what an earlier run wrote here first")
    return parser.parse_args(argv)


def generate(argv: list[str]) -> int:
    """Run the command. Returns 0, or 2 with a message when the folder or a number will not do."""
    arguments = _arguments(argv)
    refusal = _refusal(arguments)
    if refusal:
        print(refusal, file=sys.stderr)
        return 2
    out: Path = arguments.out
    if arguments.replace:
        _remove_earlier(out)
    out.mkdir(parents=True, exist_ok=True)
    places = [code for code in PLACES if code in (arguments.place or PLACES)]
    manifest = write(out, places, arguments.people, arguments.seed, arguments.today)
    rows = sum(file["rows"] for file in manifest["files"])
    print(f"{rows:,} rows in {len(manifest['files'])} files of {len(places)} places are in {out}.")
    return 0


def write(out: Path, places: list[str], people: int, seed: int, today: date) -> dict[str, Any]:
    """Write all files of the places into an empty folder; returns the manifest, which is also written."""
    truth = TruthFile(out / "truth.csv")
    loads = []
    for code in places:
        loads += write_place(out, PLACES[code], people, seed, today, truth)
    truth.close()
    files = [
        {"path": path, "source": load["source"], "place": load["place"], "late": load["late"], "rows": truth.rows[path]}
        for load in loads
        for path in load["paths"]
    ]
    manifest = {
        "schema": f"generate/{VERSION}",
        "seed": seed,
        "people_in_each_place": people,
        "today": today.isoformat(),
        "places": places,
        "loads": loads,
        "files": files,
        "done": dict(sorted(truth.done.items())),
        "practices": [
            {"code": one.code, "name": one.name, "place": one.place} for one in PRACTICES if one.place in places
        ],
    }
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    names = " and ".join(f"{PLACES[code].name} ({code})" for code in places)
    (out / "README.txt").write_text(_README.format(places=names, people=people, seed=seed), encoding="utf-8")
    return manifest


def _refusal(arguments: argparse.Namespace) -> str:
    """Why the command cannot start, and what to do; '' when it can."""
    most = min(PLACES[code].number_ends_before - PLACES[code].number_starts_at for code in PLACES) * 9 // 10
    if not 1 <= arguments.people <= most:
        return f"--people must be from 1 to {most:,}: test NHS numbers do not reach further. Choose another number."
    out: Path = arguments.out
    if out.exists() and not out.is_dir():
        return f"{out} is a file. Name a folder for --out."
    if not out.is_dir() or not any(out.iterdir()):
        return ""
    if not arguments.replace:
        return f"{out} is not empty. Name another folder, or add --replace if an earlier run wrote it."
    if not (out / "manifest.json").is_file():
        return f"{out} holds no manifest.json, so nothing there is removed. Name an empty folder."
    return ""


def _remove_earlier(out: Path) -> None:
    """Remove the files that the manifest lists, and then folders left empty; nothing else."""
    if not (out / "manifest.json").is_file():
        return
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    for name in [*(file["path"] for file in manifest["files"]), *_OWN_FILES]:
        path = (out / name).resolve()
        if path.is_relative_to(out.resolve()):
            path.unlink(missing_ok=True)
            for folder in path.parents:
                if folder == out.resolve() or any(folder.iterdir()):
                    break
                folder.rmdir()
