"""`joinedup extract [--out DIR] [--json]`: write the pseudonymised extract as the role `extractor`."""

from __future__ import annotations

import argparse
from pathlib import Path
from uuid import uuid4

from config.databases import start_django


def extract(argv: list[str]) -> int:
    """Write an extract as at today under `--out`, else under var/extract/. Returns 0."""
    parser = argparse.ArgumentParser(prog="joinedup extract", description="Write the pseudonymised extract.")
    parser.add_argument("--out", type=Path, metavar="DIR", help="the folder in which the dated folder is made")
    parser.add_argument("--json", action="store_true", help="print the manifest as JSON")
    wanted = parser.parse_args(argv)
    start_django(role="extractor")
    return _extract(wanted)


def _extract(wanted: argparse.Namespace) -> int:
    from django.conf import settings
    from django.db import connections, transaction

    from joinedup.access.callers import enter_service
    from joinedup.base import clock
    from joinedup.extract.actions import make_extract

    out = wanted.out or Path(settings.EXTRACT_FOLDER)
    with transaction.atomic():
        with connections["default"].cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read")
        by = enter_service()
        folder, manifest = make_extract(
            by=by, at=clock.now(), request_key=f"extract-{uuid4().hex}", as_at=clock.today(), out=out
        )
    if wanted.json:
        print(manifest.to_json(), end="")
        return 0
    print(f"Extract as at {manifest.as_at} in {folder}:")
    for each in manifest.tables:
        print(f"  {each.file:<18}{each.rows:>10,} rows")
    print(f"  {manifest.restricted_people_left_out:,} people with a restricted record were left out.")
    print(f"  {manifest.opted_out_people_left_out:,} people who opted out of uses beyond their care were left out.")
    return 0
