"""The command line of `exchange`: files in, and one record out.

`joinedup load PATH... --source CODE --place CODE [--json]` and `joinedup load-corrections`
`joinedup export person ID --user NAME [--out FILE] [--money-out FILE] [--with-sensitive]`: as a named user, with that
user's sight and permissions, and a line of the log like the button's.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from config.databases import start_django
from joinedup.exchange.progress import in_words

if TYPE_CHECKING:
    from joinedup.exchange.progress import Progress

SECONDS_BETWEEN_LINES = 0.5


def load(argv: list[str]) -> int:
    """Load files that a body sent. Exit code 0 also when rows were refused: the report says which and why."""
    parser = argparse.ArgumentParser(prog="joinedup load", description="Load files that a body sent.")
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files, or folders of files")
    parser.add_argument("--source", required=True, metavar="CODE", help="ODS or ONS code of the body that sent them")
    parser.add_argument("--place", required=True, metavar="CODE", help="ONS code of the place they are about")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    wanted = parser.parse_args(argv)
    start_django(role="loader")
    return _load(wanted)


def _load(wanted: argparse.Namespace) -> int:
    from joinedup.access.callers import acting_as_service
    from joinedup.base import clock
    from joinedup.base.acts import derived_request_key
    from joinedup.exchange.actions import load_files
    from joinedup.places.queries import find_body, find_place

    at = clock.now()
    place = find_place(wanted.place)
    body = find_body(wanted.source, clock.today())
    with acting_as_service() as by:
        pass
    key = derived_request_key("load", str(body.id), str(place.id), *sorted(str(path) for path in wanted.paths))
    report = load_files(
        by=by, at=at, request_key=key, paths=wanted.paths, body=body, place=place, progress=_Ticker()
    )  # fmt: skip
    print(json.dumps(report.to_json(), ensure_ascii=False, indent=2) if wanted.json else report.to_text())
    return 0


def load_corrections(argv: list[str]) -> int:
    """Load every refused row that somebody put right. Run by a job; run again it changes nothing."""
    argparse.ArgumentParser(prog="joinedup load-corrections", description="Load corrected rows.").parse_args(argv)
    start_django(role="loader")
    from joinedup.access.callers import acting_as_service
    from joinedup.base import clock
    from joinedup.base.acts import derived_request_key
    from joinedup.exchange import actions

    with acting_as_service() as by:
        pass
    at = clock.now()
    reports = actions.load_corrections(by=by, at=at, request_key=derived_request_key("corrections", at.isoformat()))
    print(f"{len(reports)} corrected {'row' if len(reports) == 1 else 'rows'} loaded.")
    return 0


class _Ticker:
    """Progress with rate, share and time left on stderr, now and then; the first of each phase at once."""

    def __init__(self) -> None:
        self.phase = ""
        self.began = self.seen = self.told = time.monotonic()

    def __call__(self, now: Progress) -> None:
        moment, is_first = time.monotonic(), now.phase != self.phase
        if is_first:
            self.phase, self.began = now.phase, self.seen
        self.seen = moment
        if not is_first and moment - self.told < SECONDS_BETWEEN_LINES:
            return
        self.told = moment
        rate = now.done / max(moment - self.began, 0.001)
        left = in_words(now.seconds_left)
        told = f"{now.phase}: {now.done:,} rows, {rate:,.0f} a second, {now.share:.0%}{f', {left}' if left else ''}"
        print(f"{told} {now.file}".rstrip(), file=sys.stderr, flush=True)


def export(argv: list[str]) -> int:
    """Write one person's record as a FHIR R4 document, to standard output or a new file that only its owner reads."""
    parser = argparse.ArgumentParser(prog="joinedup export", description="Write one person's record as a document.")
    parser.add_argument("what", choices=["person"], help="what to export")
    parser.add_argument("person_id", type=UUID, metavar="ID", help="the person's key, as in the record's address")
    parser.add_argument("--user", required=True, metavar="NAME", help="the user whose sight of the person is used")
    parser.add_argument("--out", type=Path, metavar="FILE", help="a new file (else standard output)")
    parser.add_argument("--with-sensitive", action="store_true", help="include sensitive lines")
    parser.add_argument("--money-out", type=Path, metavar="FILE",
                        help="besides, a new file about who pays, as JSON (money-record/1)")  # fmt: skip
    wanted = parser.parse_args(argv)
    start_django(role="app")
    return write_record(wanted)


def write_record(wanted: argparse.Namespace) -> int:
    from joinedup.access.sessions import acting_as
    from joinedup.base import clock
    from joinedup.exchange.money_export import money_record
    from joinedup.exchange.record_export import record_document
    from joinedup.person.queries.export import note_export

    with acting_as(wanted.user) as caller:
        key = note_export(caller, wanted.person_id, sensitive=wanted.with_sensitive)
    with acting_as(wanted.user) as caller:
        pieces = record_document(caller, key, clock.now(), sensitive=wanted.with_sensitive)
        if wanted.out is None:
            sys.stdout.writelines(pieces)
        else:
            _write_new(wanted.out, pieces)
    if wanted.money_out is not None:
        with acting_as(wanted.user) as caller:
            content = money_record(caller, key, clock.now())
        _write_new(wanted.money_out, [json.dumps(content, ensure_ascii=False, indent=1), "\n"])
    return 0


def _write_new(path: Path, pieces: Iterable[str]) -> None:
    """Write a file that was not there and that only its owner reads."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.writelines(pieces)
