"""The command line of `access`: `joinedup log verify [--json]` and `joinedup log seal`, both as the role `worker`."""

from __future__ import annotations

import argparse
import json

from config.databases import start_django

FAULTY_EXIT_CODE = 1


def log(argv: list[str]) -> int:
    """Verify both logs (exit code 0 when whole, else 1 with each fault named), or seal what waits."""
    parser = argparse.ArgumentParser(prog="joinedup log", description="The log of who saw and who did.")
    asked = parser.add_subparsers(dest="what", required=True)
    verifying = asked.add_parser("verify", help="walk both chains, compare them with their anchors, name each fault")
    verifying.add_argument("--json", action="store_true", help="print the findings as JSON")
    asked.add_parser("seal", help="chain the rows that wait, and anchor the heads")
    wanted = parser.parse_args(argv)
    start_django(role="worker")
    return _seal() if wanted.what == "seal" else _verify(as_json=wanted.json)


def _seal() -> int:
    from joinedup.access.anchors import LOGS, seal_log

    for which in LOGS:
        print(f"{which}: {seal_log(which)} rows sealed")
    return 0


def _verify(*, as_json: bool) -> int:
    from joinedup.access.anchors import LOGS, verify_log

    verdicts = [verify_log(which) for which in LOGS]
    whole = all(verdict.whole for verdict in verdicts)
    if as_json:
        print(json.dumps({"whole": whole, "logs": [verdict.to_json() for verdict in verdicts]}, indent=2))
        return 0 if whole else FAULTY_EXIT_CODE
    for verdict in verdicts:
        state = "whole" if verdict.whole else f"{len(verdict.faults)} faults"
        print(
            f"{verdict.log}: {state}; {verdict.sealed} rows sealed, {verdict.unsealed} waiting; "
            f"{verdict.anchored} heads anchored, {verdict.unanchored} waiting"
        )
        for fault in verdict.faults:
            print(f"  {fault.words()}")
    return 0 if whole else FAULTY_EXIT_CODE
