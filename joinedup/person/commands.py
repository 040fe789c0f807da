"""The command line of `person`: `joinedup retention run` as the role `worker`; `find-doubles`, `learn-linking`,
`link-people` and `opt-outs` as `loader`."""

from __future__ import annotations

import argparse
import json
import math
import secrets
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from config.databases import start_django
from joinedup.base.errors import PersonMustAct

if TYPE_CHECKING:
    from joinedup.person.actions import Likened


def retention(argv: list[str]) -> int:
    """Destroy the content of those whose time is over, or with --dry-run say what would be destroyed."""
    parser = argparse.ArgumentParser(prog="joinedup retention", description="What is older than its time.")
    asked = parser.add_subparsers(dest="what", required=True)
    running = asked.add_parser("run", help="destroy content, keep digests; a legal hold refuses")
    running.add_argument("--dry-run", action="store_true", help="destroy nothing, count what would be")
    running.add_argument("--as-at", metavar="DAY", help="whose time was over before this day; today when left out")
    running.add_argument("--json", action="store_true", help="print the report as JSON")
    wanted = parser.parse_args(argv)
    start_django(role="worker")
    from joinedup.access.callers import acting_as_service
    from joinedup.base import clock
    from joinedup.person.actions.retention import run_retention

    as_at = _day(wanted.as_at) if wanted.as_at else clock.today()
    if as_at > clock.today():
        raise PersonMustAct("retention-day", "That day is still to come.", "", "Name today or a day before it.")
    with acting_as_service() as by:
        run = run_retention(
            by=by, at=clock.now(), request_key=f"retention.{secrets.token_hex(8)}", as_at=as_at,
            destroys=() if wanted.dry_run else ("longer", "ordinary"), asked_by="command",
        )  # fmt: skip
    report = run.to_json()
    if wanted.json:
        print(json.dumps(report, indent=1))
        return 0
    print(f"Retention as at {as_at.isoformat()}, run {run.run_id}" + (" (a trial: nothing goes)" if run.dry else ""))
    print(f"  {report['people_due']:,} people whose time is over, besides {report['people_held']:,} under a legal hold")
    print(f"  {run.destroyed:,} contents destroyed; their digests are kept")
    print(f"  digest of the run: {run.digest}; the page Retention checks it")
    for name, counts in run.counts_of_recorded().items():
        past, held = counts["past_their_time"], counts["held"]
        print(f"  {name}: {past:,} past their time and not destroyed, besides {held:,} under a legal hold")
    return 0


def find_doubles(argv: list[str]) -> int:
    """Ask about records that look like one person by the kept model; nobody is joined by it."""
    parser = argparse.ArgumentParser(prog="joinedup find-doubles", description="Which records look like one person?")
    parser.add_argument("--least", type=float, default=0.9, metavar="P", help="the least probability (default 0.9)")
    parser.add_argument("--everybody", action="store_true", help="compare everybody, not only who has changed since")
    wanted = parser.parse_args(argv)
    if not 0 < wanted.least < 1:
        parser.error("--least must lie between 0 and 1")
    start_django(role="loader")
    from joinedup.access.callers import acting_as_service
    from joinedup.base import clock
    from joinedup.person.actions import ask_about_doubles

    with acting_as_service() as by:
        pass
    least_bits = math.log2(wanted.least / (1 - wanted.least))
    done = ask_about_doubles(by=by, at=clock.now(), request_key=f"doubles.{secrets.token_hex(8)}",
                             least_bits=least_bits, everybody=wanted.everybody, progress=_tell)  # fmt: skip
    print(f"{done.people:,} people compared in {done.pairs:,} pairs; {done.asked:,} pairs are newly asked about.")
    print("Somebody who may see both decides each under Questions.")
    return 0


def _tell(done: Likened) -> None:
    _say(f"{done.people:,} people compared …")


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def learn_linking(argv: list[str]) -> int:
    """Learn what comparing is worth from the place's records, keep it as a new version, print its report."""
    parser = argparse.ArgumentParser(prog="joinedup learn-linking", description="Learn and keep a model of linking.")
    parser.parse_args(argv)
    start_django(role="loader")
    from joinedup.access.callers import acting_as_service
    from joinedup.base import clock
    from joinedup.person.actions import learn_model
    from joinedup.person.link_models import LinkModel

    with acting_as_service() as by:
        version = learn_model(by=by, at=clock.now(), request_key=f"learn.{secrets.token_hex(8)}", say=_say)
        kept = LinkModel.objects.get(version=version)
    hidden = kept.report["numbers_hidden"]
    print(f"Model {version} is kept: learnt from {kept.learnt_from}.")
    print(
        f"With their numbers hidden the rule joins {hidden['joined_share']:.1%} of true pairs and asks about others; "
        f"{hidden['joined_wrong']:,} of {hidden['joined_right'] + hidden['joined_wrong']:,} joins would be wrong."
    )
    print("The page Linking shows it. `joinedup link-people` compares everybody who waits.")
    return 0


def link_people(argv: list[str]) -> int:
    """Compare whoever waits by the kept model: join what the rule is sure of, ask about what is likely."""
    parser = argparse.ArgumentParser(prog="joinedup link-people", description="Link whoever waits by the kept model.")
    parser.parse_args(argv)
    start_django(role="loader")
    from joinedup.access.callers import acting_as_service
    from joinedup.base import clock
    from joinedup.person.actions import link_waiting
    from joinedup.person.queries.likeness import model_to_weigh_by

    with acting_as_service() as by:
        if model_to_weigh_by() is None:
            _say("No model is kept that compares as this program does: everybody waits. Run `joinedup learn-linking`.")
    done = link_waiting(by=by, at=clock.now(), request_key=f"link.{secrets.token_hex(8)}", progress=_tell)
    print(
        f"{done.people:,} people compared in {done.pairs:,} pairs; {done.joined:,} joined, {done.asked:,} asked about."
    )
    return 0


def opt_outs(argv: list[str]) -> int:
    """Take in the national list of those who opted out: a file with one NHS number a line."""
    parser = argparse.ArgumentParser(prog="joinedup opt-outs", description="Who is kept out of every extract.")
    parser.add_argument("file", type=Path, help="one NHS number a line, as the list came")
    wanted = parser.parse_args(argv)
    try:
        lines = wanted.file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise PersonMustAct("file-unreadable", "The file cannot be read.", "", "Name a text file.") from None
    start_django(role="loader")
    from joinedup.access.callers import acting_as_service
    from joinedup.base import clock
    from joinedup.person.actions.retention import load_opt_outs

    with acting_as_service() as by:
        standing = load_opt_outs(by=by, at=clock.now(), request_key=f"opt-outs.{secrets.token_hex(8)}", lines=lines)
    print(f"{standing:,} people here are kept out of every extract by the national list.")
    return 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise PersonMustAct("not-a-day", "This is not a day.", "", "Write it as 2026-11-02.") from None
