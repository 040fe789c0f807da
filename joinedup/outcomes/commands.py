"""`joinedup measures [--place CODE] [--extract DIR] [--json] [--sql]`: the measures of an extract, suppressed."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from config.databases import start_django


def measures(argv: list[str]) -> int:
    """Work the measures out from the newest extract, or the one in --extract, and print them. Returns 0."""
    parser = argparse.ArgumentParser(prog="joinedup measures", description="Work out the measures from an extract.")
    parser.add_argument("--extract", type=Path, metavar="DIR", help="an extract's own folder; left out: the newest")
    parser.add_argument("--place", default="", metavar="CODE", help="ONS code of one place; left out: every place")
    parser.add_argument("--json", action="store_true", help="print JSON, with the description of each measure")
    parser.add_argument("--sql", action="store_true", help="print what is asked of DuckDB instead")
    wanted = parser.parse_args(argv)
    start_django(role="app", ensure=False)
    return _measures(wanted)


def _measures(wanted: argparse.Namespace) -> int:
    from django.conf import settings

    from joinedup.outcomes import extract_reading
    from joinedup.outcomes.computing import figures_of
    from joinedup.outcomes.printing import as_json, as_text, statements

    folder = Path(settings.EXTRACT_FOLDER)
    extract = extract_reading.checked(wanted.extract) if wanted.extract else extract_reading.newest(folder)
    if wanted.sql:
        print("\n\n".join(statements(extract.as_at)))
        return 0
    found = figures_of(extract, wanted.place)
    if wanted.json:
        print(json.dumps(as_json(extract, found), indent=1, ensure_ascii=False))
    else:
        print(as_text(extract, found))
    return 0
