"""Should somebody be assessed in full for NHS Continuing Healthcare, and what do the levels of need point to?

Two tools of the National Framework, as guides and no more: the Checklist (a low bar on purpose; a positive one means an
assessment and nothing else) and the Decision Support Tool. The answer advises. A team of two professions or more
recommends, and the integrated care board decides; nothing here may be taken for that. Means are never asked. Some
highest levels of the tool were seen only in advisers' summaries, and each answer that rests on them says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import cast

from joinedup.base.explanation import Explanation, Step
from joinedup.base.parameters import Parameter, Parameters
from joinedup.base.rulebook import Case, Rule
from joinedup.funding.rules import case_reader
from joinedup.funding.rules.case_reader import CaseReader, Schema, answer_schema, case_schema, one_of, yes_no

CHECKLIST_SOURCE = "NHS Continuing Healthcare Checklist (National Framework), as summarised by Beacon"
TOOL_SOURCE = "NHS Continuing Healthcare Decision Support Tool (National Framework), as summarised by advisers"
DOMAINS: Mapping[str, tuple[str, bool]] = {
    "breathing": ("priority", True),
    "nutrition": ("severe", False),
    "continence": ("high", False),
    "skin": ("severe", False),
    "mobility": ("severe", False),
    "communication": ("high", False),
    "psychological_and_emotional": ("high", False),
    "cognition": ("severe", False),
    "behaviour": ("priority", True),
    "drug_therapies": ("priority", True),
    "altered_consciousness": ("priority", True),
}
"""Of the Checklist's eleven domains, the highest level of need in the full tool, and whether it is starred."""
OTHER_NEEDS = "other_significant_needs"
HIGHEST: Mapping[str, str] = {**{name: highest for name, (highest, _) in DOMAINS.items()}, OTHER_NEEDS: "severe"}
STARRED = tuple(name for name, (_, starred) in DOMAINS.items() if starred)
SCORES = ("A", "B", "C")
LEVELS = ("none", "low", "moderate", "high", "severe", "priority")
NO_SEVERE = ("altered_consciousness",)
HEALTH = ("nurse", "doctor", "therapist", "psychologist", "other_health")
PROFESSIONS = (*HEALTH, "social_worker")
PEOPLE_DECIDE = "This is advice. A team of professionals recommends and the integrated care board decides."


def checklist(case: Case, parameters: Parameters) -> Explanation:
    """Whether a Checklist is positive: somebody is then assessed in full, which does not mean that they are eligible.

    Answer: outcome ('positive', 'negative'); a_count, b_count, c_count; starred (domains with an A); decision_due (day
    or None); decided_by ('people'); advice; warnings. SenderMustAct (chc-checklist-case) names domains not scored.
    """
    reader = CaseReader("chc-checklist", case, parameters)
    scores = {name: str(score) for name, score in cast("Mapping[str, object]", case["scores"]).items()}
    reader.faults.extend(f"scores.{name} is missing: all eleven are scored" for name in DOMAINS if name not in scores)
    received = reader.day("received_on")
    if received is not None and received > reader.on:
        reader.faults.append("received_on must not be later than on")
    reader.done()
    counts = {score: sum(found == score for found in scores.values()) for score in SCORES}
    starred = tuple(name for name in STARRED if scores[name] == "A")
    needed = {
        group: reader.value("chc-checklist-needed", group)
        for group in ("a-alone", "b-alone", "b-beside-one-a", "a-starred")
    }
    steps = list(_checklist_steps(counts, starred, needed))
    positive = any(step.result for step in steps)
    due = None
    if positive and received is not None:
        days = reader.value("chc-decision-days")
        due = received + timedelta(days=days.count())
        steps.append(
            Step(
                "decision-due",
                "The decision is normally due this many days after it is received.",
                days.source,
                due,
                days,
            )
        )
    answer = {
        "outcome": "positive" if positive else "negative",
        "a_count": counts["A"],
        "b_count": counts["B"],
        "c_count": counts["C"],
        "starred": list(starred),
        "decision_due": due,
        "decided_by": "people",
        "advice": _checklist_advice(positive),
        "warnings": list(case_reader.unverified(steps)),
    }
    return Explanation(answer, tuple(steps))


def _checklist_steps(
    counts: Mapping[str, int], starred: Sequence[str], needed: Mapping[str, Parameter]
) -> Iterator[Step]:
    a_count, b_count = counts["A"], counts["B"]
    asked: tuple[tuple[str, str, bool, dict[str, object]], ...] = (
        ("a-alone", "Enough domains scored A.", a_count >= needed["a-alone"].count(), {"a": a_count}),
        ("b-alone", "Enough domains scored B.", b_count >= needed["b-alone"].count(), {"b": b_count}),
        (
            "b-beside-one-a",
            "One domain scored A, and enough scored B beside it.",
            a_count >= 1 and b_count >= needed["b-beside-one-a"].count(),
            {"a": a_count, "b": b_count},
        ),
        (
            "a-starred",
            "A domain scored A that has a priority level in the full tool.",
            len(starred) >= needed["a-starred"].count(),
            {"starred": list(starred)},
        ),
    )
    for group, text, is_met, inputs in asked:
        yield Step(f"checklist-{group}", text, CHECKLIST_SOURCE, is_met, needed[group], inputs)


def _checklist_advice(positive: bool) -> str:
    if positive:
        return f"Refer for a full assessment. A positive Checklist does not mean that the NHS will pay. {PEOPLE_DECIDE}"
    return (
        "No full assessment is needed by these scores. Give the person the result in writing and say that they may ask "
        f"for it to be looked at again. {PEOPLE_DECIDE}"
    )


def decision_support(case: Case, parameters: Parameters) -> Explanation:
    """What the levels of need point to: a clear recommendation, a judgement of four characteristics, or unlikely.

    Answer: advice_code ('fast_track', 'clear_recommendation', 'judge_four_characteristics', 'unlikely'); counts (by
    level); decided_by ('people'); advice; warnings. SenderMustAct (dst-case) names domains without a level, or with one
    that the domain does not have.
    """
    reader = CaseReader("dst", case, parameters)
    levels = {name: str(level) for name, level in cast("Mapping[str, object]", case["levels"]).items()}
    reader.faults.extend(_level_faults(levels))
    professions = reader.words("professions")
    reader.done()
    counts = {level: sum(found == level for found in levels.values()) for level in LEVELS}
    steps = tuple(_tool_steps(reader, counts, professions))
    code = _advice_code(reader.flag("fast_track"), counts, steps)
    answer = {
        "advice_code": code,
        "counts": counts,
        "decided_by": "people",
        "advice": f"{_TOOL_ADVICE[code]} {PEOPLE_DECIDE}",
        "warnings": [*case_reader.unverified(steps), *_tool_warnings(levels, professions, reader, steps)],
    }
    return Explanation(answer, steps)


def allowed_levels(domain: str) -> tuple[str, ...]:
    """The levels that a domain of the tool has.

    >>> allowed_levels("continence")
    ('none', 'low', 'moderate', 'high')
    >>> allowed_levels("altered_consciousness")
    ('none', 'low', 'moderate', 'high', 'priority')
    """
    reached = LEVELS[: LEVELS.index(HIGHEST[domain]) + 1]
    return tuple(level for level in reached if not (level == "severe" and domain in NO_SEVERE))


def _level_faults(levels: Mapping[str, str]) -> Iterator[str]:
    for name in HIGHEST:
        if name not in levels:
            yield f"levels.{name} is missing: all twelve have a level, none included"
        elif levels[name] not in allowed_levels(name):
            yield f"levels.{name} must be one of {', '.join(allowed_levels(name))}"


def _tool_steps(reader: CaseReader, counts: Mapping[str, int], professions: Sequence[str]) -> Iterator[Step]:
    for level in ("priority", "severe"):
        needed = reader.value("chc-clear-levels-needed", level)
        yield Step(
            f"dst-{level}",
            f"Enough domains at the level {level} for a clear recommendation.",
            TOOL_SOURCE,
            counts[level] >= needed.count(),
            needed,
            {level: counts[level]},
        )
    yield Step(
        "dst-needs",
        "Needs at moderate or above are judged by their nature, intensity, complexity and unpredictability.",
        TOOL_SOURCE,
        sum(counts[level] for level in LEVELS[2:]) > 0,
        inputs=dict(counts),
    )
    if professions:
        team = reader.value("chc-team-professions")
        yield Step(
            "dst-team",
            "The team is of enough professions, or of one from health and a social worker.",
            team.source,
            len(professions) >= team.count(),
            team,
            {"professions": list(professions)},
        )
    if reader.flag("fast_track"):
        hours = reader.value("chc-fast-track-hours")
        yield Step("fast-track", "Care on the Fast Track is to start within these hours.", hours.source, True, hours)


def _advice_code(fast_track: bool, counts: Mapping[str, int], steps: Sequence[Step]) -> str:
    if fast_track:
        return "fast_track"
    if any(step.result for step in steps if step.rule in ("dst-priority", "dst-severe")):
        return "clear_recommendation"
    return "judge_four_characteristics" if any(counts[level] for level in LEVELS[2:]) else "unlikely"


_TOOL_ADVICE = {
    "fast_track": "A clinician certified a rapid decline: care starts now, without waiting for this tool.",
    "clear_recommendation": "These levels point clearly to eligibility.",
    "judge_four_characteristics": "The levels decide nothing: judge nature, intensity, complexity, unpredictability.",
    "unlikely": "With no need above low, eligibility is unlikely; the team may still find it.",
}


def _tool_warnings(
    levels: Mapping[str, str], professions: Sequence[str], reader: CaseReader, steps: Sequence[Step]
) -> Iterator[str]:
    if not professions:
        yield "The case does not say who is in the team, so that was not looked at."
    elif any(step.rule == "dst-team" and not step.result for step in steps):
        yield "The team is too small: it needs two professions, or one from health and a social worker."
    if levels["altered_consciousness"] == "priority" or levels[OTHER_NEEDS] == "severe":
        yield (
            "The highest levels of altered_consciousness and other_significant_needs were not checked in the official "
            "tool: look them up."
        )
    if reader.flag("fast_track"):
        yield "The Fast Track rests on a clinician's certificate: this rule cannot see it."


def _domains_schema(domains: Sequence[str], words: Mapping[str, Sequence[str]]) -> Schema:
    return {
        "type": "object",
        "properties": {name: one_of(words[name]) for name in domains},
        "additionalProperties": False,
    }


CHECKLIST_RULE = Rule(
    name="chc-checklist",
    question="Do these Checklist scores mean a full assessment for NHS Continuing Healthcare?",
    run=checklist,
    input_schema=case_schema(
        ["scores"],
        on=case_reader.ON,
        scores=_domains_schema(list(DOMAINS), dict.fromkeys(DOMAINS, SCORES)),
        received_on={**case_reader.DAY, "description": "The day on which the integrated care board received it."},
    ),
    output_schema=answer_schema(
        "chc-checklist/1",
        outcome=one_of(("positive", "negative")),
        a_count=case_reader.COUNT,
        b_count=case_reader.COUNT,
        c_count=case_reader.COUNT,
        starred={"type": "array", "items": {"type": "string"}},
        decision_due=case_reader.DAY_OR_NULL,
        decided_by=one_of(["people"]),
        advice={"type": "string"},
    ),
)

TOOL_RULE = Rule(
    name="dst",
    question="What do these levels of need point to for NHS Continuing Healthcare?",
    run=decision_support,
    input_schema=case_schema(
        ["levels"],
        on=case_reader.ON,
        levels=_domains_schema(list(HIGHEST), dict.fromkeys(HIGHEST, LEVELS)),
        professions=case_reader.several_of(PROFESSIONS, "Who is in the team that recommends."),
        fast_track=yes_no("Whether a clinician certified a rapid decline, perhaps the last weeks of life."),
    ),
    output_schema=answer_schema(
        "dst/1",
        advice_code=one_of(tuple(_TOOL_ADVICE)),
        counts={"type": "object"},
        decided_by=one_of(["people"]),
        advice={"type": "string"},
    ),
)
