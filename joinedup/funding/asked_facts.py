"""Which facts does each further test of who pays read beyond those of the charge, and in which words is each asked?

One table: a fact's topic, kind, question, and what an answer looks like. The forms, the evidence set and the tests read
it, so that a fact is asked in one wording and told once. Pure. Left out: how a fact counts, which the rules say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from joinedup.funding.rules.continuing_healthcare import DOMAINS, HIGHEST, PROFESSIONS, SCORES, allowed_levels
from joinedup.funding.rules.facilities_grant import PASSPORT, TAX_CREDITS
from joinedup.funding.rules.nursing_care import RATES

HOME, SITUATION, NEEDS = "home", "situation", "needs"
Answer = Literal["pounds", "yes_no", "day", "percent", "choice", "several"]


@dataclass(frozen=True, slots=True)
class AskedFact:
    """One fact: its topic and kind, how it is asked, how it is answered, from which words, and what helps to answer."""

    topic: str
    kind: str
    question: str
    answer: Answer
    choices: tuple[str, ...] = ()
    hint: str = ""


_TENURE = ("owner", "tenant")
_BENEFITS = (*PASSPORT, TAX_CREDITS)
LEVEL_OF, SCORE_OF = "level_", "score_"
"""How kinds of need begin: the Decision Support Tool's level of a domain, the Checklist's score of a domain."""


def _pounds(kind: str, question: str, hint: str = "") -> AskedFact:
    return AskedFact(HOME, kind, question, "pounds", hint=hint)


def _domain(name: str) -> str:
    return name.replace("_", " ").capitalize()


ASKED: tuple[AskedFact, ...] = (
    _pounds("cost_of_works", "What do the works on the home cost?", "As estimated, in pounds, for the whole of it"),
    _pounds(
        "grant_applicable_amount", "What is the applicable amount a week of the grant's test?",
        "The allowances, premiums and housing sum of SI 1996/2890 together. They are not held here: work them out from "
        "the regulations",
    ),
    _pounds("tax_credit_income_yearly", "By which yearly income were the tax credits worked out?",
            "Only where tax credits are paid"),
    _pounds("secured_debts", "What is owed on the home?", "A mortgage, or any other loan on it. Write 0 if nothing is"),
    _pounds("care_home_fee", "What does the care home cost a week?"),
    _pounds("deferred_so_far", "How much is deferred already?", "Leave empty if nothing is"),
    _pounds("deferral_keeps_weekly", "How much of the income a week does the resident want to keep?",
            "Leave empty for the whole allowance"),
    _pounds("deferral_fee", "Which fee for setting it up is added to the debt?",
            "Leave empty for the council's own; write 0 if it is paid at once"),
    AskedFact(SITUATION, "tenure", "Does the person own or rent the home?", "choice", _TENURE),
    AskedFact(SITUATION, "works_for_child", "Are the works for a disabled child?", "yes_no"),
    AskedFact(SITUATION, "benefits_paid", "Which of these benefits are paid to the person or their partner?",
              "several", _BENEFITS, "Those among the income that was told count without being ticked"),
    AskedFact(SITUATION, "grant_applied_on", "On which day was the full application made?", "day"),
    AskedFact(SITUATION, "grant_approved_on", "On which day was the grant approved?", "day"),
    AskedFact(SITUATION, "deferral_interest", "Which interest a year does the council's agreement bear?", "percent",
              hint="For example 4.25. The greatest that the law allows is known here for some half years only"),
    AskedFact(SITUATION, "in_nursing_home", "Is the care home one with nursing?", "yes_no"),
    AskedFact(SITUATION, "nursing_rate", "Which rate of nursing care is paid?", "choice", RATES,
              "Standard, but for people who have had the higher one since before October 2007"),
    AskedFact(NEEDS, "needs_nurse", "Did the NHS find that a registered nurse is needed?", "yes_no"),
    AskedFact(NEEDS, "checklist_received_on", "On which day did the integrated care board receive the Checklist?",
              "day"),
    AskedFact(NEEDS, "fast_track", "Did a clinician certify a rapid decline?", "yes_no",
              hint="The Fast Track: perhaps the last weeks of life. Care then starts without waiting"),
    AskedFact(NEEDS, "team", "Who is in the team that recommends?", "several", PROFESSIONS),
    *(AskedFact(NEEDS, f"{SCORE_OF}{name}", _domain(name), "choice", SCORES) for name in DOMAINS),
    *(AskedFact(NEEDS, f"{LEVEL_OF}{name}", _domain(name), "choice", allowed_levels(name)) for name in HIGHEST),
)  # fmt: skip
FACT: Mapping[str, AskedFact] = {each.kind: each for each in ASKED}
FACT_TOPICS = {
    HOME: "The home, works on it, and deferral", SITUATION: "How the person lives and what is paid to them",
    NEEDS: "What the person needs",
}  # fmt: skip
VALUED = (SITUATION, NEEDS)
"""Topics whose pieces hold a value and no amount, like the household."""

FACT_KINDS: Mapping[str, tuple[str, ...]] = {
    topic: tuple(each.kind for each in ASKED if each.topic == topic) for topic in FACT_TOPICS
}
READS: Mapping[str, tuple[str, ...]] = {
    "dfg": (
        "cost_of_works", "tenure", "works_for_child", "benefits_paid", "tax_credit_income_yearly",
        "grant_applicable_amount", "grant_applied_on", "grant_approved_on",
    ),
    "deferred-payment": (
        "secured_debts", "care_home_fee", "deferral_interest", "deferral_keeps_weekly", "deferral_fee",
        "deferred_so_far",
    ),
    "fnc": ("needs_nurse", "in_nursing_home", "nursing_rate", "care_home_fee"),
    "chc-checklist": (*(f"{SCORE_OF}{name}" for name in DOMAINS), "checklist_received_on"),
    "dst": (*(f"{LEVEL_OF}{name}" for name in HIGHEST), "team", "fast_track"),
}  # fmt: skip
"""The facts that each test reads of its own, in the order in which they are asked."""

TESTS = {
    "dfg": "Disabled Facilities Grant", "deferred-payment": "Deferred payment", "fnc": "Funded nursing care",
    "chc-checklist": "Checklist for continuing healthcare", "dst": "Decision Support Tool for continuing healthcare",
}  # fmt: skip
OF_NEED = ("fnc", "chc-checklist", "dst")
"""Tests that ask what somebody needs and never what they have."""
