"""`joinedup load-postcodes`: which postcodes does this installation know?

Thin: it enters the database as `owner`, calls the one action and says on standard error how far it is and how fast.
What it did goes to standard output as one line, or as JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from uuid import uuid4


def load_postcodes(argv: list[str]) -> int:
    """Load postcodes and their councils from the installed list. Returns 0; errors are the caller's to print."""
    parser = argparse.ArgumentParser(
        prog="joinedup load-postcodes", description="Load postcodes and their councils from the installed list."
    )
    parser.add_argument("--areas", default="", help="postcode areas joined by commas, such as TQ,BD; none: all of them")
    parser.add_argument("--request-key", default="", help="the same key again returns the first result")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    chosen = parser.parse_args(argv)

    from config.databases import start_django

    start_django(role="owner")
    from joinedup.base import clock
    from joinedup.places import actions

    loaded = actions.load_postcodes(
        by="command load-postcodes",
        at=clock.now(),
        request_key=chosen.request_key or str(uuid4()),
        areas=[area for area in chosen.areas.split(",") if area.strip()],
        progress=_progress(),
    )
    if chosen.json:
        print(json.dumps(asdict(loaded)))
    else:
        where = ", ".join(loaded.areas) or "all areas"
        print(
            f"Postcodes of {where}, edition {loaded.edition}: {loaded.rows_read:,} read, "
            f"{loaded.rows_written:,} new or changed, {loaded.rows_removed:,} removed."
        )
    return 0


def _progress() -> Callable[[int, str], None]:
    started = time.monotonic()

    def say(rows: int, done: str) -> None:
        rate = rows / max(time.monotonic() - started, 0.001)
        print(f"postcodes: {done}, {rows:,} rows, {rate:,.0f} a second", file=sys.stderr, flush=True)

    return say
