"""What does this council do otherwise, and may it?

A council's own values stand in `parameters/local/<ONS code>.yaml` and lie over the national ones. A parameter says in
its national file how a council may differ (`local`); what it may not do is refused when the file is read, with file,
name, value and the national value. A file marked `invented` belongs to a demo place and is laid only when asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from joinedup.base import parameter_files
from joinedup.base.errors import OperatorMustAct
from joinedup.base.money import Money
from joinedup.base.parameter_topics import Described, Local, Topic, values_of
from joinedup.base.parameters import Parameter, Parameters

FOLDER = parameter_files.FOLDER / "local"

_COUNCIL = re.compile(r"E[0-9]{8}")
_LOCAL_KEYS = frozenset({"council", "name", "invented"})


@dataclass(frozen=True, slots=True)
class LocalPolicy:
    """One council's own values: whose (ONS code and name), whether they are invented for a demo, and they."""

    council: str
    name: str
    invented: bool
    topic: Topic


def for_council(code: str, *, with_invented: bool) -> Parameters:
    """The shipped values with this council's own on top; without a file of its own, the shipped ones.

    `with_invented`: also take a policy that was invented for a demo place, which nobody may be charged by.
    """
    policy = shipped_policies().get(code)
    if policy is None or (policy.invented and not with_invented):
        return parameter_files.shipped()
    return parameter_files.shipped().overlaid(values_of([policy.topic]))


@cache
def shipped_policies() -> Mapping[str, LocalPolicy]:
    """Every council's policy that came with this installation, by ONS code, checked against the national values."""
    return {
        found.council: found
        for file in sorted(FOLDER.glob("*.yaml"))
        if (found := policy_in(file, parameter_files.shipped_topics()))
    }


def policy_in(file: Path, national: Iterable[Topic]) -> LocalPolicy:
    """One council's file, checked whole.

    OperatorMustAct (parameter-file) when it cannot be read; (local-policy-below-national-minimum) names the file, the
    parameter and both values when the council would be less generous than the law.
    """
    content = parameter_files.content_of(file)
    fields = dict(content) if isinstance(content, dict) else {}
    council, invented = fields.get("council"), fields.get("invented")
    if not isinstance(council, str) or not _COUNCIL.fullmatch(council) or council != file.stem:
        raise parameter_files.fault(file, None, "its council must be the ONS code that the file is called by")
    name = fields.get("name")
    if not isinstance(name, str) or not name.strip():
        raise parameter_files.fault(file, None, "its name must be that of the council")
    if not isinstance(invented, bool):
        raise parameter_files.fault(file, None, "invented must be true or false")
    topic = parameter_files.topic_from(file, {key: each for key, each in fields.items() if key not in _LOCAL_KEYS})
    known = {described.name: described for each in national for described in each.parameters}
    for described in topic.parameters:
        _check(file, described, known.get(described.name))
    return LocalPolicy(council, name, invented, topic)


def _check(file: Path, own: Described, national: Described | None) -> None:
    if national is None or national.local is None:
        raise parameter_files.fault(file, own.name, "no council may set it: its national file does not mark it local")
    if own.unit != national.unit:
        raise parameter_files.fault(file, own.name, f"its unit must be {national.unit}, as in its national file")
    groups = {value.group for value in national.values}
    law = Parameters.of(national.values)
    for value in own.values:
        if value.group not in groups:
            raise parameter_files.fault(file, own.name, "its group does not exist in the national file")
        if national.local != "any":
            _compare(file, value, national.local, law)


def _compare(file: Path, own: Parameter, allowed: Local, law: Parameters) -> None:
    for day in _days_of_change(own, law):
        try:
            national = law.value_at(own.name, day, own.group)
        except OperatorMustAct:
            raise parameter_files.fault(
                file,
                own.name,
                f"no national value is known for {day.isoformat()} by which it could be judged",
            ) from None
        own_number, national_number = _number(file, own), _number(file, national)
        if (own_number < national_number) if allowed == "at-least" else (own_number > national_number):
            raise OperatorMustAct(
                "local-policy-below-national-minimum",
                f"The parameter file {file.name} is less generous than the law.",
                f"Its {own.name} of {own.value_text()} is {'below' if allowed == 'at-least' else 'above'} the national "
                f"{national.value_text()} on {day.isoformat()}.",
                "A council may give more and never less: correct the value or its dates.",
            )


def _days_of_change(own: Parameter, law: Parameters) -> Iterator[date]:
    """The first day of a value, and each day within it on which the national value begins or ends."""
    first = own.starts_on or date.min
    edges = {first}
    for each in law.history(own.name, own.group):
        edges.update(edge for edge in (each.starts_on, each.ends_on) if edge is not None)
    yield from sorted(edge for edge in edges if edge >= first and own.holds_on(edge))


def _number(file: Path, each: Parameter) -> Decimal:
    if isinstance(each.value, str):
        raise parameter_files.fault(file, each.name, "text is neither more nor less: its national file must say any")
    return Decimal(each.value.pence if isinstance(each.value, Money) else each.value)
