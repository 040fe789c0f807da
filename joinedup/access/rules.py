"""Why did somebody look? A purpose and what it came from, as a code for the log and in words for people. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PURPOSE_WORDS: Mapping[str, str] = MappingProxyType({
    "direct_care": "Direct care",
    "own_record": "Their own record",
    "privacy_review": "Privacy review",
    "break_glass": "Broke the glass",
    "proxy": "On the person's behalf",
})  # fmt: skip
SOURCE_WORDS: Mapping[str, str] = MappingProxyType({
    "call": "a call about the person",
    "request": "a request that they own or owned",
    "referral": "a referral to them",
    "casemanager": "being the case manager",
    "visit": "a visit that they make",
    "intake": "their team works for a body that knows the person",
    "gp": "the person is registered with their practice",
    "duty": "their team was on duty",
    "glass": "an emergency, which the privacy officer reviews",
    "consent": "the person agreed to it",
    "lpa_health": "a lasting power of attorney for health and welfare",
    "lpa_property": "a lasting power of attorney for property and money",
    "deputy": "an appointment by the Court of Protection",
})  # fmt: skip


def why_code(purpose: str, source: str) -> str:
    """The code of a purpose and its source for the log; an unknown kind of source leaves the purpose alone.

    >>> why_code("direct_care", "call:0190"), why_code("direct_care", "by hand")
    ('direct_care.call', 'direct_care')
    """
    kind = source.partition(":")[0]
    return f"{purpose}.{kind}" if kind in SOURCE_WORDS else purpose


def why_words(code: str) -> str:
    """A code of `why_code` as people read it; '' for one that is none.

    >>> why_words("direct_care.call"), why_words("own_record"), why_words("nothing")
    ('Direct care: a call about the person', 'Their own record', '')
    """
    purpose, _, kind = code.partition(".")
    if purpose not in PURPOSE_WORDS:
        return ""
    because = SOURCE_WORDS.get(kind, "")
    return f"{PURPOSE_WORDS[purpose]}: {because}" if because else PURPOSE_WORDS[purpose]
