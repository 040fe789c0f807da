"""`joinedup streams`: which streams of money there are, who pays, what opens each, and which rule works it out."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict

from joinedup.funding.rules.streams import FUNDING_STREAMS, MEANS_TESTS, means_test


def streams(argv: list[str]) -> int:
    """Print the streams, with `--tests` the tests that open them, with `--json` either as JSON. Returns 0."""
    parser = argparse.ArgumentParser(prog="joinedup streams", description="List the streams of money and their tests.")
    parser.add_argument("--tests", action="store_true", help="list the tests instead")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    asked = parser.parse_args(argv)
    listed = MEANS_TESTS if asked.tests else FUNDING_STREAMS
    if asked.json:
        print(json.dumps([asdict(each) for each in listed], ensure_ascii=False, indent=2))
    else:
        print(_table(_tests() if asked.tests else _streams()))
    return 0


def _streams() -> list[tuple[str, ...]]:
    rows = [("stream", "who pays", "opened by", "law", "law read", "rule")]
    for each in FUNDING_STREAMS:
        rules = dict.fromkeys(rule for name in each.tests if (rule := means_test(name).rule))
        rows.append(
            (each.name, ", ".join(each.payers), each.gate, each.law, _yes_no(each.verified), ", ".join(rules) or "-")
        )
    return rows


def _tests() -> list[tuple[str, ...]]:
    rows = [("test", "of", "law", "law read", "rule", "reads")]
    rows += [
        (each.name, each.gate, each.law, _yes_no(each.verified), each.rule or "-", ", ".join(each.evidence))
        for each in MEANS_TESTS
    ]
    return rows


def _yes_no(found: bool) -> str:
    return "yes" if found else "no"


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
