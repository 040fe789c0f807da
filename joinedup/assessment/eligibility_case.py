"""In which words is a case of Care Act eligibility put, and what shape has it?

The ten outcomes, the four ways of being unable and the nine areas of wellbeing in short words of ours, each beside the
letter or code by which a case names it; the results in the words of the national data standard; and the shape of case
and answer for `joinedup rule care-act-eligibility`. The judgement itself is in `rules.py`.
"""

from __future__ import annotations

from collections.abc import Mapping

ELIGIBLE = "Eligible needs identified"
NOT_ELIGIBLE = "Non-eligible needs identified"
NO_NEEDS = "No needs identified"
UNDECIDED = "undecided"

OUTCOMES: Mapping[str, str] = {
    "a": "managing and maintaining nutrition",
    "b": "maintaining personal hygiene",
    "c": "managing toilet needs",
    "d": "being appropriately clothed",
    "e": "being able to make use of the home safely",
    "f": "maintaining a habitable home",
    "g": "developing and maintaining family or other personal relationships",
    "h": "accessing and engaging in work, training, education or volunteering",
    "i": "using necessary facilities in the community, public transport and recreation among them",
    "j": "carrying out caring responsibilities for a child",
}
"""The outcomes by their letter in regulation 2(2)."""

WAYS: Mapping[str, str] = {
    "needs_assistance": "cannot without assistance, prompting included",
    "pain_distress_or_anxiety": "can, but with significant pain, distress or anxiety",
    "endangers_self_or_others": "can, but it endangers the adult or others, or is likely to",
    "takes_significantly_longer": "can, but takes significantly longer than would normally be expected",
}
"""The four ways of being unable, regulation 2(3)(a) to (d)."""

WELLBEING: Mapping[str, str] = {
    "dignity": "personal dignity and respect",
    "health": "physical and mental health and emotional wellbeing",
    "protection": "protection from abuse and neglect",
    "control": "control over day-to-day life and care",
    "participation": "work, education, training or recreation",
    "social_and_economic": "social and economic wellbeing",
    "relationships": "domestic, family and personal relationships",
    "accommodation": "suitability of living accommodation",
    "contribution": "contribution to society",
}
"""The nine areas of wellbeing, Care Act 2014 s1(2)."""

_YES_NO = {"type": ["boolean", "null"]}
_DAY = {"type": "string", "format": "date"}
_OUTCOME = {
    "type": "object",
    "properties": {
        "code": {"type": "string", "enum": list(OUTCOMES), "description": "The letter in reg 2(2)."},
        "unable": {
            "type": ["array", "null"],
            "items": {"type": "string", "enum": list(WAYS)},
            "description": "The ways in which the adult is unable; an empty list: achieved; left out: not answered.",
        },
        "applies": {"type": "boolean", "description": "False: the outcome is not one of this adult's."},
        "met_by_carer": {"type": "boolean", "description": "Noted; never changes the answer."},
        "note": {"type": "string", "maxLength": 4000, "description": "What was seen and heard; never repeated."},
    },
    "required": ["code"],
    "additionalProperties": False,
}
INPUT: Mapping[str, object] = {
    "type": "object",
    "properties": {
        "on": {**_DAY, "description": "The day of the decision; today if left out."},
        "outcomes": {"type": "array", "maxItems": 10, "items": _OUTCOME},
        "needs_arise_from_impairment": _YES_NO,
        "significant_impact": _YES_NO,
        "areas": {"type": "array", "items": {"type": "string", "enum": list(WELLBEING)}},
        "fluctuates": {"type": "boolean"},
        "period_considered": {
            "type": ["object", "null"],
            "properties": {"from": _DAY, "to": _DAY},
            "required": ["from", "to"],
            "additionalProperties": False,
        },
    },
    "required": ["outcomes"],
    "additionalProperties": False,
}
_TEXTS = {"type": "array", "items": {"type": "string"}}

OUTPUT: Mapping[str, object] = {
    "type": "object",
    "properties": {
        "schema": {"type": "string", "enum": ["care-act-eligibility/1"]},
        "eligible": {"type": ["boolean", "null"]},
        "result": {"type": "string", "enum": [ELIGIBLE, NOT_ELIGIBLE, NO_NEEDS, UNDECIDED]},
        "outcomes_not_achieved": _TEXTS,
        "missing": _TEXTS,
        "steps": {
            "type": "array",
            "items": {"type": "object", "required": ["rule", "text", "source", "parameter", "inputs", "result"]},
        },
    },
    "required": ["schema", "eligible", "result", "outcomes_not_achieved", "missing", "steps"],
    "additionalProperties": False,
}
