"""Do our Checklist and Decision Support Tool have the domains, stars and levels that public pages describe?

What the file flags as needing a check against the official tool is a warning in our answers, not an assertion here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from joinedup.funding.rules.continuing_healthcare import DOMAINS, HIGHEST, STARRED

OURS = {
    "Breathing": "breathing",
    "Nutrition": "nutrition",
    "Continence": "continence",
    "Skin and tissue viability": "skin",
    "Skin": "skin",
    "Mobility": "mobility",
    "Communication": "communication",
    "Psychological and emotional needs": "psychological_and_emotional",
    "Cognition": "cognition",
    "Behaviour": "behaviour",
    "Drug therapies and medication: symptom control": "drug_therapies",
    "Drug therapies and medication": "drug_therapies",
    "Altered states of consciousness": "altered_consciousness",
    "Other significant care needs": "other_significant_needs",
}


@pytest.fixture(scope="module")
def told(given: Path) -> Any:
    return json.loads((given / "chc-checklist" / "thresholds.json").read_text(encoding="utf-8"))


def test_the_checklist_has_these_domains_and_stars(told: Any) -> None:
    assert [OURS[name] for name in told["checklist"]["domains"]] == list(DOMAINS)
    assert tuple(OURS[name] for name in told["checklist"]["asterisked_domains"]) == STARRED


def test_the_tool_has_these_highest_levels(told: Any) -> None:
    highest = told["decision_support_tool"]["domains_max_level"]
    assert {OURS[name]: level for name, level in highest.items()} == HIGHEST
