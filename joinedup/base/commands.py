"""`joinedup rule` and `joinedup parameters`: ask a rule, or look up a dated value, from the command line.

A case comes in as JSON on standard input and the answer goes out as JSON, so that anybody can check a rule without a
database, a page or a line of Python. A list of cases gives a list of answers: a case that does not fit has its error at
its place in the list, and the exit code says who must act. Messages go to standard error.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from joinedup.base import clock, parameter_files, parameter_local
from joinedup.base.errors import BadValue, NotFound, OperatorMustAct, PersonMustAct, SenderMustAct
from joinedup.base.parameters import Parameter, Parameters
from joinedup.base.rulebook import Rule, Rulebook, gathered
from joinedup.journey import ROOT, STEPS

CASES_LIMIT = 1_000_000


def rule(argv: list[str]) -> int:
    """`joinedup rule NAME < case.json`, `--list`, `--schema NAME`. Returns 0, in a batch the code of who must act."""
    asked = _rule_arguments().parse_args(argv)
    book = the_rulebook()
    if asked.list:
        width = max(len(name) for name in book.rules)
        print("\n".join(f"{each.name:<{width}}  {each.question}" for each in book.rules.values()))
        return 0
    if asked.schema is not None:
        print(_as_json(_described(book.rule(asked.schema))))
        return 0
    if asked.name is None:
        raise PersonMustAct(
            "rule-name", "No rule was named.", "", "Give its name, or see them all with `joinedup rule --list`."
        )
    chosen, parameters = book.rule(asked.name), _asked_for(asked)
    cases = _from_json(_standard_input())
    if isinstance(cases, list):
        return _answer_batch(chosen, cases, parameters)
    print(_as_json(chosen.answer(cases, parameters, clock.today())))
    return 0


def parameters(argv: list[str]) -> int:
    """`joinedup parameters` lists names; with NAME its history, with --on DATE the value of that day. Returns 0.

    `--known-on DATE` shows what was known on that day; `--council CODE` lays a council's own values on top.
    """
    asked = _parameter_arguments().parse_args(argv)
    known = _asked_for(asked)
    known_on = _day(asked.known_on) if asked.known_on else None
    if asked.name is None:
        print("\n".join(known.names()))
        return 0
    found = known.history(asked.name, asked.group)
    if not found:
        raise NotFound(
            "parameter-unknown", "There is no parameter of that name and group.", "", "See `joinedup parameters`."
        )
    if asked.on:
        day = _day(asked.on)
        groups = dict.fromkeys(each.group for each in found if each.holds_on(day)) or {asked.group: None}
        found = tuple(known.value_at(asked.name, day, group, known_on) for group in groups)
    found = tuple(each for each in found if each.is_known_on(known_on))
    print(_as_json([each.to_json() for each in found]) if asked.json else _table(found))
    return 0


def the_rulebook() -> Rulebook:
    """The rules of every step of the journey that has a rules.py."""
    packages = [name for each in STEPS if find_spec(name := f"{ROOT}.{each.name}") is not None]
    modules = [name for package in packages if find_spec(name := f"{package}.rules") is not None]
    return gathered(import_module(name) for name in modules)


def _answer_batch(chosen: Rule, cases: list[object], known: Parameters) -> int:
    if len(cases) > CASES_LIMIT:
        raise SenderMustAct(
            "rule-too-many", "There are too many cases.", f"At most {CASES_LIMIT:,} go at once.", "Split the list."
        )
    today, answers, code = clock.today(), list[object](), 0
    for position, case in enumerate(cases, start=1):
        try:
            answers.append(chosen.answer(case, known, today))
        except (SenderMustAct, OperatorMustAct) as error:
            code = max(code, error.exit_code)
            answers.append({"schema": chosen.schema_name, "error": error.to_json()})
            print(f"joinedup: case {position}: {error}", file=sys.stderr)
    print(_as_json(answers))
    return code


def _described(chosen: Rule) -> dict[str, object]:
    return {
        "schema": chosen.schema_name,
        "question": chosen.question,
        "input": chosen.input_schema,
        "output": chosen.output_schema,
    }


def _asked_for(asked: argparse.Namespace) -> Parameters:
    """The shipped values, with a council's own and then a file's on top where they were asked for."""
    known = _of_council(asked.council, asked.demo) if asked.council else parameter_files.shipped()
    return known if asked.parameters is None else parameter_files.overlay_from(Path(asked.parameters), known)


def _of_council(code: str, demo: bool) -> Parameters:
    policy = parameter_local.shipped_policies().get(code)
    if policy is None or (policy.invented and not demo):
        raise NotFound(
            "council-policy-unknown",
            "No policy of this council is held.",
            "" if policy is None else "The one that is held was invented for the demo.",
            "Leave --council out for the national values." if policy is None else "Add --demo to see it all the same.",
        )
    return parameter_local.for_council(code, with_invented=demo)


def _standard_input() -> str:
    if sys.stdin.isatty():
        raise PersonMustAct(
            "rule-no-case",
            "No case was given.",
            "A case comes in on standard input.",
            "Try `joinedup rule NAME < case.json`.",
        )
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _malformed("it is not UTF-8 text") from None


def _from_json(text: str) -> object:
    try:
        found: object = json.loads(
            text, object_pairs_hook=_no_key_twice, parse_float=Decimal, parse_constant=_no_such_number
        )
    except json.JSONDecodeError as error:
        raise _malformed(f"it goes wrong at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise _malformed("it is nested too deeply") from None
    except ValueError:
        raise _malformed("a number in it has too many digits") from None
    return found


def _no_key_twice(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _malformed("a field stands twice in one object")
    return found


def _no_such_number(word: str) -> object:
    raise _malformed(f"{word} is not a number in JSON")


def _malformed(why: str) -> SenderMustAct:
    return SenderMustAct(
        "rule-json", "The case is not JSON.", f"{why[0].upper()}{why[1:]}.", "Correct it and send it again."
    )


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadValue("date", "This is not a date.", "", "Write it as year-month-day, such as 2026-04-06.") from None


def _table(found: Sequence[Parameter]) -> str:
    heads = ("from", "to", "known from", "group", "value", "unit", "verified", "source")
    rows = [heads, *(_row(each) for each in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _row(each: Parameter) -> tuple[str, ...]:
    starts = each.starts_on.isoformat() if each.starts_on else "always"
    ends = each.ends_on.isoformat() if each.ends_on else "open"
    unit, verified = str(each.to_json()["unit"]), "yes" if each.verified else "no"
    known = each.known_from.isoformat() if each.known_from else "-"
    return (
        starts,
        ends,
        known,
        each.group or "-",
        each.value_text(),
        unit,
        verified,
        each.source,
    )


def _rule_arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="joinedup rule", description="Put a case, or a list of cases, to a rule.")
    parser.add_argument("name", nargs="?", metavar="NAME", help="the rule; the case comes in on standard input as JSON")
    parser.add_argument("--list", action="store_true", help="list the rules and what each answers")
    parser.add_argument("--schema", metavar="NAME", help="print the shape of a rule's case and answer")
    _parameter_layers(parser)
    return parser


def _parameter_arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="joinedup parameters", description="Look up dated values of law and policy.")
    parser.add_argument("name", nargs="?", metavar="NAME", help="a parameter; without it, all names are listed")
    parser.add_argument("--group", metavar="GROUP", help="only this group")
    parser.add_argument("--on", metavar="DATE", help="only what holds on this day")
    parser.add_argument("--known-on", metavar="DATE", help="only what was known on this day: rates are announced late")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    _parameter_layers(parser)
    return parser


def _parameter_layers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--parameters", metavar="FILE.yaml", help="lay the values of this file over the shipped ones")
    parser.add_argument("--council", metavar="CODE", help="with this council's own values (its ONS code) on top")
    parser.add_argument("--demo", action="store_true", help="also a council policy that was invented for the demo")
