"""`python -m bench [NAME...]`: run the benches one by one; a JSON row each on stdout, words on stderr."""

from __future__ import annotations

import argparse
import json
import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.place import LoadedPlace

BENCHES = {
    "person-search": "bench.person_search",
    "record-page": "bench.record_page",
    "record-length": "bench.record_length",
    "row-security": "bench.row_security",
    "serving": "bench.serving",
    "arrival": "bench.arrival",
}
# Benches that make what they measure, at the size that --people names.
WITHOUT_PLACE = {
    "charging": "bench.charging",
    "generate": "bench.generate",
    "link-many": "bench.link_many",
    "loading": "bench.loading",
    "linking": "bench.linking",
    "kept-model": "bench.kept_model",
    "what-if": "bench.what_if",
}
PEOPLE = 100_000
SIZES = {"loading": 2_000, "charging": 1_000_000, "kept-model": 5_000, "what-if": 1_000_000}
ONLY_NAMED = ("arrival",)
"""It adds people to the place, so it runs only when somebody says so."""
BY_ITSELF = ("linking", "kept-model")
"""These two run by themselves too, on few people; they measure quality beside speed."""


def main(argv: list[str]) -> int:
    """Build or find the place, run what was named (all when nothing was), print the rows. 1 when answers differ."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure side by side.")
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"{', '.join(BENCHES)}; all these when left out; besides {', '.join(WITHOUT_PLACE)}",
    )
    parser.add_argument(
        "--people", type=int, help="people in the place (default 100000; loading: 2000; charging, what-if: 1000000)"
    )
    parser.add_argument("--rounds", type=int, default=5, help="how often each input is put to both sides (default 5)")
    parser.add_argument(
        "--kept",
        action="store_true",
        help="use the place of that size that stands, though the program has changed",
    )
    wanted = parser.parse_args(argv)
    unknown = [name for name in wanted.names if name not in BENCHES | WITHOUT_PLACE]
    if unknown:
        parser.error(f"there is no bench {unknown[0]}")
    names = wanted.names or [*(name for name in BENCHES if name not in ONLY_NAMED), *BY_ITSELF]
    for name in (name for name in names if name in WITHOUT_PLACE):
        if code := _run_each(wanted.people or SIZES.get(name, PEOPLE), [name], wanted.rounds):
            return code
    names = [name for name in names if name in BENCHES]
    if not names:
        return 0
    from bench import place

    try:
        return _run_each(place.ready(wanted.people or PEOPLE, kept=wanted.kept), names, wanted.rounds)
    finally:
        place.stop()


def _run_each(built: LoadedPlace | int, names: list[str], rounds: int) -> int:
    """Run benches on a loaded place, or on a number of people."""
    from bench.side_by_side import AnswersDifferError, say

    for name in names:
        say(f"{name} …")
        try:
            row = import_module((BENCHES | WITHOUT_PLACE)[name]).run(built, rounds=rounds)
        except AnswersDifferError as error:
            say(f"{name}: {error}")
            return 1
        if not isinstance(built, int):
            row["machine"] |= built.server
        print(json.dumps({"bench": name, **row}, ensure_ascii=False), flush=True)
        if "ratio" not in row:
            continue
        say(f"  a {row['a']['p50_ms']} ms, p95 {row['a']['p95_ms']} · b {row['b']['p50_ms']} ms, "
            f"p95 {row['b']['p95_ms']} · ratio {row['ratio']}")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
