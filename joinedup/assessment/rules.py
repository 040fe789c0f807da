"""Do an adult's needs for care and support meet the national eligibility criteria?

Care and Support (Eligibility Criteria) Regulations 2015 (SI 2015/313), regulation 2, under section 13 of the Care Act
2014: three limbs, all needed. (a) The needs arise from or are related to a physical or mental impairment or illness;
(b) because of them the adult is unable to achieve two or more of ten outcomes; (c) as a consequence there is, or is
likely to be, a significant impact on wellbeing. "Unable" has four ways. Help that a carer gives is left out of the
judgement and only noted. All ten outcomes must have been looked at: what is missing is named and nothing is decided.
The judgement on each outcome is a person's; the rule only puts the answers together. Left out: carers' own needs
(regulation 3), how needs are met, and needs that a council meets although they are not eligible.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from joinedup.assessment.eligibility_case import (
    ELIGIBLE,
    INPUT,
    NO_NEEDS,
    NOT_ELIGIBLE,
    OUTCOMES,
    OUTPUT,
    UNDECIDED,
    WAYS,
    WELLBEING,
)
from joinedup.base.errors import SenderMustAct
from joinedup.base.explanation import Explanation, Step
from joinedup.base.parameters import Parameter, Parameters
from joinedup.base.rulebook import Case, Rule

REGULATION = "SI 2015/313, reg 2"
GUIDANCE = "Care and support statutory guidance, chapter 6 (eligibility is judged without regard to a carer's help)"
RESULT_WORDS = "Draft national social care data standard, result of an eligibility decision"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found about one outcome. `ways` is None while it has not been looked at; empty when achieved."""

    code: str
    ways: tuple[str, ...] | None
    met_by_carer: bool = False
    applies: bool = True

    @property
    def is_unable(self) -> bool:
        """Whether the adult is to be regarded as unable to achieve it, a carer's help left out."""
        return bool(self.ways)


@dataclass(frozen=True, slots=True)
class Findings:
    """All that the assessment found; None where it has not been answered. `period` is (from, to) as ISO dates."""

    outcomes: tuple[Outcome, ...]
    from_impairment: bool | None
    significant_impact: bool | None
    areas: tuple[str, ...]
    fluctuates: bool
    period: tuple[str, str] | None

    @property
    def unable(self) -> tuple[Outcome, ...]:
        """The outcomes that the adult is unable to achieve, in the order of the regulation."""
        return tuple(each for each in self.outcomes if each.is_unable)


def care_act_eligibility(case: Case, parameters: Parameters) -> Explanation:
    """Are this adult's needs eligible? `case`: outcomes (each code a to j, unable: ways), needs_arise_from_impairment,
    significant_impact with areas, fluctuates with period_considered, on (ISO date); see `joinedup rule --schema`.

    Answer: eligible (None while undecided), result (words of the national data standard, or 'undecided'),
    outcomes_not_achieved (letters), missing (what must still be answered). Notes are never repeated. SenderMustAct
    (eligibility-case) when an outcome stands twice, or one that does not apply is said to be unachieved.
    """
    found = _findings(case)
    needed = parameters.value_at("eligibility-outcomes-needed-count", date.fromisoformat(str(case["on"])))
    missing = tuple(_missing(found, needed.count()))
    limbs = (found.from_impairment, len(found.unable) >= needed.count(), found.significant_impact)
    result = UNDECIDED if missing else NO_NEEDS if not found.unable else ELIGIBLE if all(limbs) else NOT_ELIGIBLE
    steps = (*_looked_at(found), *_limbs(found, needed), _result(result, missing))
    answer = {
        "eligible": None if missing else result == ELIGIBLE,
        "result": result,
        "outcomes_not_achieved": [each.code for each in found.unable],
        "missing": list(missing),
    }
    return Explanation(answer, steps)


def _missing(found: Findings, needed_count: int) -> Iterator[str]:
    """What must be answered before anything is decided; a limb is asked for only when it can still matter."""
    for each in found.outcomes:
        if each.ways is None:
            yield f"outcome {each.code}: {OUTCOMES[each.code]}"
    if found.fluctuates and found.period is None:
        yield "the period over which the changing needs were considered"
    if found.unable and found.from_impairment is None:
        yield "whether the needs arise from a physical or mental impairment or illness"
    reached = len(found.unable) >= needed_count and found.from_impairment is not False
    if reached and found.significant_impact is None:
        yield "whether there is, or is likely to be, a significant impact on wellbeing"


def _looked_at(found: Findings) -> Iterator[Step]:
    yield Step(
        "outcomes",
        "Each of the ten outcomes is judged; a person is unable who cannot without help, or can only with significant "
        "pain, distress or anxiety, with danger to anybody, or in significantly more time.",
        f"{REGULATION}(2) and (3)",
        {each.code: _in_words(each) for each in found.outcomes},
    )
    carers = [each.code for each in found.unable if each.met_by_carer]
    if carers:
        yield Step(
            "carer-left-out",
            "Help that a carer gives is left out of the judgement; that a carer meets these is noted for the plan.",
            GUIDANCE,
            carers,
        )
    if found.fluctuates:
        yield Step(
            "fluctuating-needs",
            "Needs that change are judged over such a period as is necessary to establish their level accurately.",
            f"{REGULATION}(4)",
            {"from": found.period[0], "to": found.period[1]} if found.period else "period not said",
        )


def _limbs(found: Findings, needed: Parameter) -> Iterator[Step]:
    enough = len(found.unable) >= needed.count()
    yield Step(
        "limb-a-impairment",
        "The needs arise from or are related to a physical or mental impairment or illness.",
        f"{REGULATION}(1)(a)",
        _said(found.from_impairment),
    )
    yield Step(
        "limb-b-outcomes",
        f"Because of them the adult is unable to achieve {needed.count()} or more of the outcomes.",
        f"{REGULATION}(1)(b)",
        enough,
        parameter=needed,
        inputs={"unable": [each.code for each in found.unable], "count": len(found.unable)},
    )
    reached = enough and found.from_impairment is not False
    yield Step(
        "limb-c-wellbeing",
        "As a consequence there is, or is likely to be, a significant impact on wellbeing.",
        f"{REGULATION}(1)(c); Care Act 2014 s1(2) for the areas of wellbeing",
        _said(found.significant_impact) if reached else "not reached",
        inputs={"areas": [WELLBEING[area] for area in found.areas] or "none named"},
    )


def _result(result: str, missing: tuple[str, ...]) -> Step:
    text = {
        ELIGIBLE: "All three limbs are met.",
        NOT_ELIGIBLE: "There are needs, but not all three limbs are met.",
        NO_NEEDS: "All ten outcomes are achieved.",
        UNDECIDED: "Answers are missing, so nothing is decided.",
    }[result]
    return Step("result", text, RESULT_WORDS, result, inputs={"missing": list(missing)})


def _said(answer: bool | None) -> object:
    return "not answered" if answer is None else answer


def _in_words(each: Outcome) -> object:
    if not each.applies:
        return "does not apply"
    if each.ways is None:
        return "not answered"
    return [WAYS[way] for way in each.ways] or "achieved"


def _findings(case: Case) -> Findings:
    given: dict[str, Outcome] = {}
    for each in _list(case.get("outcomes")):
        outcome = _outcome(each if isinstance(each, Mapping) else {})
        if outcome.code in given:
            raise _bad_case(f"outcome {outcome.code} stands twice")
        given[outcome.code] = outcome
    period = case.get("period_considered")
    return Findings(
        outcomes=tuple(given.get(code, Outcome(code, None)) for code in OUTCOMES),
        from_impairment=_answer(case.get("needs_arise_from_impairment")),
        significant_impact=_answer(case.get("significant_impact")),
        areas=tuple(dict.fromkeys(str(area) for area in _list(case.get("areas")))),
        fluctuates=case.get("fluctuates") is True,
        period=(str(period["from"]), str(period["to"])) if isinstance(period, Mapping) else None,
    )


def _outcome(fields: Mapping[str, object]) -> Outcome:
    code, ways, applies = str(fields["code"]), fields.get("unable"), fields.get("applies") is not False
    if not applies:
        if ways:
            raise _bad_case(f"outcome {code} does not apply, and yet is said not to be achieved")
        return Outcome(code, (), applies=False)
    known = None if ways is None else tuple(way for way in WAYS if way in _list(ways))
    return Outcome(code, known, met_by_carer=fields.get("met_by_carer") is True)


def _answer(found: object) -> bool | None:
    return found if isinstance(found, bool) else None


def _list(found: object) -> list[object]:
    return found if isinstance(found, list) else []


def _bad_case(why: str) -> SenderMustAct:
    return SenderMustAct(
        "eligibility-case", "These findings contradict themselves.", f"{why[0].upper()}{why[1:]}.", "Correct the case."
    )


RULES = (
    Rule(
        name="care-act-eligibility",
        question="Do this adult's needs meet the national eligibility criteria of the Care Act 2014?",
        run=care_act_eligibility,
        input_schema=INPUT,
        output_schema=OUTPUT,
    ),
)
