"""How do a social-care section's answers become a case of the eligibility rule, and its answer a decision to keep?

The one bridge between questions.py (what a practitioner is asked) and rules.py (what the law asks). Pure. A need that
changes is judged over the weeks before the decision that the practitioner named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from joinedup.assessment import eligibility_case as law
from joinedup.assessment.questions import OUTCOMES
from joinedup.assessment.rules import RULES
from joinedup.base.errors import NotNow
from joinedup.base.parameters import Parameters

RULE = RULES[0]
LETTERS = {letter: code for letter, (code, _) in zip(law.OUTCOMES, OUTCOMES, strict=True)}
RESULT_CODES: Mapping[str, str] = {
    law.ELIGIBLE: "eligible",
    law.NOT_ELIGIBLE: "not_eligible",
    law.NO_NEEDS: "no_needs",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What the rule says: result code, whether eligible, its explanation as JSON, and its name and version."""

    result: str
    eligible: bool
    explanation: dict[str, object]
    rule: str


def case_of(answers: Mapping[str, str], on: date) -> dict[str, object]:
    """The rule's case from a section's answers, for a decision on a day.

    >>> case_of({"hygiene": "needs_assistance", "impairment": "yes"}, date(2026, 11, 2))["outcomes"][1]
    {'code': 'b', 'unable': ['needs_assistance']}
    """
    case: dict[str, object] = {
        "on": on.isoformat(),
        "outcomes": [_outcome(letter, answers.get(code, "")) for letter, code in LETTERS.items()],
        "needs_arise_from_impairment": _yes(answers.get("impairment", "")),
        "significant_impact": _yes(answers.get("wellbeing", "")),
        "areas": [area for area in (answers.get("wellbeing_area", ""),) if area],
    }
    weeks = answers.get("changes", "")
    if weeks.isdigit():
        starts = on - timedelta(weeks=int(weeks))
        case |= {"fluctuates": True, "period_considered": {"from": starts.isoformat(), "to": on.isoformat()}}
    return case


def decision_on(answers: Mapping[str, str], parameters: Parameters, on: date) -> Decision:
    """The rule run on a section's answers. NotNow (eligibility-undecided) names what is still missing."""
    explanation = RULE.answer(case_of(answers, on), parameters, on)
    result = RESULT_CODES.get(str(explanation["result"]), "")
    if not result:
        missing = explanation["missing"]
        named = "; ".join(str(each) for each in missing) if isinstance(missing, list) else ""
        raise NotNow(
            "eligibility-undecided", "Nothing can be decided yet.", f"Still missing: {named}.",
            "Complete the social care section first.",
        )  # fmt: skip
    return Decision(result, explanation["eligible"] is True, explanation, RULE.schema_name)


def _outcome(letter: str, answer: str) -> dict[str, object]:
    if answer == "not_theirs":
        return {"code": letter, "applies": False}
    if not answer:
        return {"code": letter}
    return {"code": letter, "unable": [answer] if answer in law.WAYS else []}


def _yes(answer: str) -> bool | None:
    return {"yes": True, "no": False}.get(answer)
