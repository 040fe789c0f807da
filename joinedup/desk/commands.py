"""`joinedup what-if PRESET|FILE.yaml|RESULT.json`: what a reform would change, and a file from which to make it again.

With generated people nothing but the program is needed. `--caseload --user NAME` asks the database as that user, with
that user's sight. A result file in place of a reform is made again from its inputs and compared.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from joinedup.base import clock
from joinedup.base.errors import BadValue, PersonMustAct, SenderMustAct
from joinedup.desk.what_if import of_generated
from joinedup.desk.what_if_shown import as_text, chart
from joinedup.funding import reform_files

PEOPLE, SEED = 100_000, 1
OTHERWISE_EXIT_CODE = 1


def what_if(argv: list[str]) -> int:
    """Print the result as a table; `--out` also writes it and its chart. 1 when a result made again differs."""
    asked = _arguments().parse_args(argv)
    if asked.reform is None or asked.list:
        for each in reform_files.presets():
            print(f"{each.name:<20}  {each.topic.about}")
        return 0
    if asked.reform.endswith(".json"):
        return _again(_result_in(Path(asked.reform)), asked.user)
    file = (
        reform_files.from_path(Path(asked.reform))
        if asked.reform.endswith((".yaml", ".yml"))
        else reform_files.named(asked.reform)
    )
    day = clock.today() if asked.as_at is None else _day(asked.as_at)
    document = _made(file, day, (asked.people, asked.seed), asked.user, caseload=asked.caseload)
    print(as_text(document))
    if asked.out is not None:
        _write(document, asked.out)
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="joinedup what-if", description="See what a reform would change.")
    parser.add_argument("reform", nargs="?", metavar="PRESET|FILE.yaml|RESULT.json", help="left out: list the presets")
    parser.add_argument("--list", action="store_true", help="list the presets")
    parser.add_argument("--people", type=int, default=PEOPLE, metavar="N", help=f"generated people (else {PEOPLE:,})")
    parser.add_argument("--seed", type=int, default=SEED, metavar="S", help="the same seed makes the same people")
    parser.add_argument("--caseload", action="store_true", help="use decided charges instead of generated people")
    parser.add_argument("--user", metavar="NAME", help="with --caseload: the user whose sight is used")
    parser.add_argument("--as-at", metavar="DATE", help="the day whose law is asked about (else today)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write what-if.json and what-if.svg there")
    return parser


def _made(
    file: reform_files.ReformFile, day: date, people: tuple[int, int], user: str | None, *, caseload: bool
) -> dict[str, Any]:
    if not caseload:
        return of_generated(file, *people, day, _progress if sys.stderr.isatty() else None)
    if not user:
        raise PersonMustAct("what-if-user", "The caseload is seen by somebody.", "", "Say as whom with --user NAME.")
    from config.databases import start_django

    start_django(role="app")
    from joinedup.access.sessions import acting_as
    from joinedup.desk.what_if_caseload import of_caseload

    with acting_as(user) as caller:
        return of_caseload(caller, file, day)


def _again(result: dict[str, Any], user: str | None) -> int:
    inputs = result["inputs"]
    file, people = reform_files.from_text(**inputs["reform"]), inputs["people"]
    drawn = people.get("count", PEOPLE), people.get("seed", SEED)
    document = _made(file, _day(inputs["as_at"]), drawn, user, caseload=people["kind"] == "caseload")
    if document["digest"] == result["digest"]:
        print(f"Made again, and the same: {document['digest']}")
        return 0
    named = [name for name in document if name != "digest" and document[name] != result.get(name)]
    print(f"Made again, and otherwise in: {', '.join(named)}. {result['digest']} was, {document['digest']} is.")
    return OTHERWISE_EXIT_CODE


def _result_in(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        inputs = found["inputs"]
        whole = (
            found["schema"] == "what-if/1" and isinstance(found["digest"], str)
            and set(inputs["reform"]) == {"name", "text"} and inputs["people"]["kind"] in ("generated", "caseload")
            and all(isinstance(text, str) for text in (inputs["as_at"], *inputs["reform"].values()))
            and all(type(inputs["people"].get(name, 0)) is int for name in ("count", "seed"))
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        whole = False
    if not whole:
        raise SenderMustAct(
            "what-if-result", f"{path.name} is no result of a what-if.", "It must be as --out writes it.",
            "Name such a file, a preset, or a reform that ends in .yaml.",
        )  # fmt: skip
    return dict(found)


def _write(document: dict[str, Any], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(document, indent=2, ensure_ascii=False)
    (folder / "what-if.json").write_text(f"{text}\n", encoding="utf-8")
    (folder / "what-if.svg").write_text(f"{chart(document)}\n", encoding="utf-8")
    print(f"Written to {folder}: what-if.json, what-if.svg", file=sys.stderr)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadValue("date", "This is not a day.", "A day is written such as 2026-11-02.", "Write it so.") from None


def _progress(done: int, whole: int) -> None:
    print(f"\r{done:,} of {whole:,} people", end="\n" if done >= whole else "", file=sys.stderr, flush=True)
