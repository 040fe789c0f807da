"""The command line of `access`: `joinedup log verify | seal` as the role `worker`, and `joinedup user` as `owner`.

Accounts are made by whoever runs the installation: there is no page that signs people up.
"""

from __future__ import annotations

import argparse
import json
import secrets
from pathlib import Path
from uuid import UUID

from config.databases import start_django

FAULTY_EXIT_CODE = 1
OPERATOR = UUID(int=0)


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


def user(argv: list[str]) -> int:
    """Add an account (a password is made and printed once), close one, or list them."""
    parser = argparse.ArgumentParser(prog="joinedup user", description="Accounts of this installation.")
    asked = parser.add_subparsers(dest="what", required=True)
    adding = asked.add_parser("add", help="make an account and print its first password")
    adding.add_argument("username")
    adding.add_argument("--name", required=True, help="the name that others see")
    adding.add_argument("--role", required=True)
    adding.add_argument("--place", required=True, metavar="CODE")
    adding.add_argument("--body", required=True, metavar="CODE", help="the body that employs them")
    adding.add_argument("--team", default="", metavar="CODE")
    closing = asked.add_parser("close", help="end an account, its sessions, roles and memberships")
    closing.add_argument("username")
    living = asked.add_parser("home", help="note a user's family name and postcode, to notice looks at relatives")
    living.add_argument("username")
    living.add_argument("--family", default="", help="their family name at home, if the label does not end with it")
    living.add_argument("--postcode", default="")
    desk = asked.add_parser("duty-desk", help="make a duty desk; who is on duty is set on its page")
    desk.add_argument("code", help="such as duty-torbay")
    desk.add_argument("--name", required=True, help="the name that others see")
    desk.add_argument("--place", required=True, metavar="CODE")
    asked.add_parser("list", help="accounts and teams")
    wanted = parser.parse_args(argv)
    start_django(role="owner")
    acts = {"add": _add_user, "close": _close_user, "home": _home, "duty-desk": _add_desk, "list": _list_users}
    return acts[wanted.what](wanted)


def _add_desk(wanted: argparse.Namespace) -> int:
    from joinedup.access.actions import add_duty_desk
    from joinedup.base import clock
    from joinedup.places.queries import find_place

    add_duty_desk(
        by=OPERATOR, at=clock.now(), request_key=f"duty-desk.{secrets.token_hex(8)}", code=wanted.code,
        label=wanted.name, place=find_place(wanted.place),
    )  # fmt: skip
    print(f"{wanted.name} stands. Requests can go to it; put people on duty on the page “Duty desk”.")
    return 0


def _add_user(wanted: argparse.Namespace) -> int:
    from joinedup.access.actions import add_user
    from joinedup.base import clock
    from joinedup.places.queries import find_body, find_place

    password = secrets.token_urlsafe(15)
    add_user(
        by=OPERATOR, at=clock.now(), request_key=f"user-add.{secrets.token_hex(8)}", username=wanted.username,
        label=wanted.name, role=wanted.role, place=find_place(wanted.place),
        body=find_body(wanted.body, clock.today()), team_code=wanted.team, password=password,
    )  # fmt: skip
    print(f"{wanted.username} can sign in with the password {password}")
    print("It is shown this once. They should change it and set up a second factor at /sign-in/security.")
    return 0


def _close_user(wanted: argparse.Namespace) -> int:
    from joinedup.access.actions import close_user
    from joinedup.base import clock

    ended = close_user(
        by=OPERATOR, at=clock.now(), request_key=f"user-close.{secrets.token_hex(8)}", username=wanted.username
    )
    print(f"{wanted.username} is closed; {ended} sessions ended.")
    return 0


def _home(wanted: argparse.Namespace) -> int:
    from joinedup.access.actions import note_home
    from joinedup.base import clock

    note_home(
        by=OPERATOR, at=clock.now(), request_key=f"user-home.{secrets.token_hex(8)}", username=wanted.username,
        family=wanted.family, postcode=wanted.postcode,
    )  # fmt: skip
    print(f"Noted for {wanted.username}. The privacy officer sees looks that fit, and nobody sees what is noted.")
    return 0


def _list_users(wanted: argparse.Namespace) -> int:
    from joinedup.access.queries import accounts

    for line in accounts():
        print(line)
    return 0


def agreements(argv: list[str]) -> int:
    """Take in files of sharing agreements, or those of the demo places with --demo."""
    parser = argparse.ArgumentParser(prog="joinedup agreements", description="Who agreed to share what, and why.")
    parser.add_argument("file", type=Path, nargs="*", help="YAML as in joinedup/access/agreements/")
    parser.add_argument("--demo", action="store_true", help="the invented agreements of the demo places")
    wanted = parser.parse_args(argv)
    start_django(role="owner")
    from joinedup.access.actions import load_agreements
    from joinedup.access.agreement_files import FOLDER, read_agreements
    from joinedup.base import clock

    for path in [*wanted.file, *(sorted(FOLDER.glob("*.yaml")) if wanted.demo else ())]:
        held = read_agreements(path)
        key = f"agreements.{secrets.token_hex(8)}"
        count = load_agreements(by=OPERATOR, at=clock.now(), request_key=key, held=held)
        print(f"{held.place}: {count} sharing agreements. From now on looks outside them are refused there.")
    return 0
