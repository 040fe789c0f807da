"""Which rules are there, and how is a case put to one?

A step declares its rules as data at the foot of its `rules.py`: `RULES = (Rule(...), ...)`. Nothing registers itself on
import; `gathered` reads the modules that it is given. A case is plain JSON; it is checked against the rule's own schema
before the rule sees it, and the answer is checked for form by tests. Left out: reading files and printing, which is
`commands.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from types import MappingProxyType, ModuleType

from joinedup.base.case_schema import check_schema, faults
from joinedup.base.errors import PersonMustAct, SenderMustAct, WeMustAct
from joinedup.base.explanation import Explanation, plain
from joinedup.base.parameters import Parameters

Case = Mapping[str, object]
Schema = Mapping[str, object]
FAULTS_SHOWN_LIMIT = 10


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule that can be run on a case.

    `name` is kebab-case, `question` what it answers. `run(case, parameters)` is pure and returns an Explanation (or a
    plain mapping with its own `steps`). A case field called `on` is the day for which the rule is asked: when a case
    leaves it out, the caller's today is put in. `version` counts up when the shape of the answer changes.
    """

    name: str
    question: str
    run: Callable[[Case, Parameters], Explanation | Mapping[str, object]]
    input_schema: Schema
    output_schema: Schema
    version: int = 1

    @property
    def schema_name(self) -> str:
        """How answers name their shape: 'nhs-number/1'."""
        return f"{self.name}/{self.version}"

    def answer(self, case: object, parameters: Parameters, today: date) -> dict[str, object]:
        """The answer to one case, beginning with `schema`. SenderMustAct (rule-case) names each field that is wrong."""
        found = list(faults(self.input_schema, case))
        if found or not isinstance(case, Mapping):
            raise _bad_case(self, found)
        answered = self.run(self._dated(case, today), parameters)
        fields = answered.to_json() if isinstance(answered, Explanation) else answered
        return {"schema": self.schema_name, **{key: plain(value) for key, value in fields.items()}}

    def _dated(self, case: Case, today: date) -> Case:
        properties = self.input_schema.get("properties", {})
        if isinstance(properties, Mapping) and "on" in properties and "on" not in case:
            return {**case, "on": today.isoformat()}
        return case


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Rules by name, in the order in which they were gathered."""

    rules: Mapping[str, Rule]

    def rule(self, name: str) -> Rule:
        """The rule of this name. PersonMustAct (rule-unknown) suggests the nearest."""
        if name in self.rules:
            return self.rules[name]
        near = get_close_matches(name, self.rules, n=1)
        raise PersonMustAct(
            "rule-unknown",
            "There is no rule of that name.",
            f"The nearest is {near[0]}." if near else "",
            "See `joinedup rule --list`.",
        )


def gathered(modules: Iterable[ModuleType]) -> Rulebook:
    """A rulebook from modules that may hold RULES. WeMustAct when a name stands twice or a schema cannot be checked."""
    rules: dict[str, Rule] = {}
    for module in modules:
        for rule in getattr(module, "RULES", ()):
            if rule.name in rules:
                raise WeMustAct("rule-twice", f"Two rules are called {rule.name}.", "", "Rename one in its rules.py.")
            check_schema(rule.input_schema)
            check_schema(rule.output_schema)
            rules[rule.name] = rule
    return Rulebook(MappingProxyType(rules))


def _bad_case(rule: Rule, found: list[str]) -> SenderMustAct:
    shown = found[:FAULTS_SHOWN_LIMIT] or ["the case must be an object"]
    if len(found) > FAULTS_SHOWN_LIMIT:
        shown.append(f"and {len(found) - FAULTS_SHOWN_LIMIT} more")
    return SenderMustAct(
        "rule-case",
        f"The case does not fit the rule {rule.name}.",
        f"{'; '.join(shown)}.",
        f"See `joinedup rule --schema {rule.name}`.",
    )
