"""The command line of the ledger: `joinedup ledger check` and `joinedup ledger export`, both as the role `worker`.

`check` adds up everything and names each fault; `export` prints the journals for hledger or beancount, so that an
outsider can add them up with a program that we did not write.
"""

from __future__ import annotations

import argparse
import json
import sys

from config.databases import start_django

FAULTY_EXIT_CODE = 1


def ledger(argv: list[str]) -> int:
    """Check the funds (exit code 0 when whole, else 1 with each fault named), or print their journals."""
    parser = argparse.ArgumentParser(prog="joinedup ledger", description="Pooled funds in double entry.")
    asked = parser.add_subparsers(dest="what", required=True)
    checking = asked.add_parser("check", help="add up every posting and name each fault")
    checking.add_argument("--json", action="store_true", help="print the findings as JSON")
    exporting = asked.add_parser("export", help="print every journal as another program reads it")
    exporting.add_argument("--format", choices=("hledger", "beancount"), required=True)
    for each in (checking, exporting):
        each.add_argument("--fund", metavar="CODE", help="only this fund")
    wanted = parser.parse_args(argv)
    start_django(role="worker")
    from joinedup.access.callers import acting_as_service

    with acting_as_service():
        if wanted.what == "export":
            return _export(wanted.format, wanted.fund)
        return _check(wanted.fund, as_json=wanted.json)


def _check(code: str | None, *, as_json: bool) -> int:
    from joinedup.ledger import queries

    chosen = queries.funds() if code is None else (queries.fund_of_code(code),)
    found = queries.faults(None if code is None else chosen[0].id)
    funds = []
    for fund in chosen:
        journals, postings = queries.counts(fund.id)
        faults = [{"fault": fault, "thing": thing} for at, fault, thing in found if at == fund.code]
        funds.append({"fund": fund.code, "journals": journals, "postings": postings, "faults": faults})
    if as_json:
        print(json.dumps({"schema": "ledger-check/1", "whole": not found, "funds": funds}, indent=2))
    else:
        _say(funds)
    return FAULTY_EXIT_CODE if found else 0


def _say(funds: list[dict[str, object]]) -> None:
    if not funds:
        print("There is no pooled fund.")
    for each in funds:
        faults = each["faults"]
        assert isinstance(faults, list)
        state = f"{len(faults)} faults" if faults else "whole"
        print(f"{each['fund']}: {state}; {each['journals']} journals, {each['postings']} postings")
        for fault in faults:
            print(f"  {fault['fault']} ({fault['thing']})")


def _export(form: str, code: str | None) -> int:
    from joinedup.ledger import queries, rules

    if code is not None:
        queries.fund_of_code(code)
    accounts, journals = queries.written_accounts(code), queries.written_journals(code)
    if form == "hledger":
        pieces = rules.hledger_text(((fund, account) for fund, _, account in accounts), journals)
    else:
        pieces = rules.beancount_text(accounts, journals)
    for piece in pieces:
        sys.stdout.write(piece)
    return 0
