"""What does each side of a joint assessment ask, and which of it does the record already answer?

Pure data and functions. Health asks about function and illness; social care about the ten outcomes of SI 2015/313
regulation 2 in their order, the home, carers and what the person wants. A question with `known_kinds` is not asked
again: what bodies told stands above it, and only what is missing is written. Left out: scored tools, capacity, and
carers' own needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from joinedup.assessment.eligibility_case import WELLBEING

TEXT_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its code, what it asks, a hint, its choices (none: free text), and whether done needs an answer.

    `known_kinds` are kinds of timeline entries that answer it already, so that only additions are asked for.
    """

    code: str
    asks: str
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    needed: bool = True
    known_kinds: tuple[str, ...] = ()
    group: str = ""


MANAGES: tuple[tuple[str, str], ...] = (
    ("able", "Manages"),
    ("needs_assistance", "Cannot without help or prompting"),
    ("pain_distress_or_anxiety", "Can, but with significant pain, distress or anxiety"),
    ("endangers_self_or_others", "Can, but endangers themself or others"),
    ("takes_significantly_longer", "Can, but takes significantly longer than normal"),
    ("not_theirs", "Does not apply to this person"),
)
CHANGES: tuple[tuple[str, str], ...] = (
    ("no", "No"),
    ("4", "Yes: judged over the last 4 weeks"),
    ("12", "Yes: judged over the last 12 weeks"),
    ("52", "Yes: judged over the last year"),
)
YES_NO = (("yes", "Yes"), ("no", "No"))
AREAS = tuple((code, words[:1].upper() + words[1:]) for code, words in WELLBEING.items())

OUTCOMES: tuple[tuple[str, str], ...] = (
    ("nutrition", "Eating and drinking well"),
    ("hygiene", "Keeping clean"),
    ("toilet", "Using the toilet"),
    ("clothing", "Being dressed for the weather and the day"),
    ("home_safety", "Getting about the home safely"),
    ("habitable_home", "Keeping the home fit to live in"),
    ("relationships", "Family and other relationships"),
    ("work_and_learning", "Work, training, learning or volunteering"),
    ("community", "Shops, transport, recreation and other places"),
    ("caring_for_child", "Caring for a child"),
)

HEALTH: tuple[Question, ...] = (
    Question("function", "How does the person manage from day to day?", "Washing, meals, stairs, getting out."),
    Question("conditions", "Conditions that the record does not hold", "Only what is missing or wrong above.",
             needed=False, known_kinds=("condition", "allergy")),
    Question("medication", "Medicines: what the record does not hold", "What is missing above, and what is not taken.",
             needed=False, known_kinds=("medicine",)),
    Question("mobility", "Moving about", choices=(
        ("alone", "Walks without help"), ("aid", "Walks with an aid"), ("person", "Walks with another person"),
        ("chair", "Uses a wheelchair"), ("bed", "Stays in bed or chair"))),
    Question("falls", "Falls in the last 12 months", choices=(
        ("none", "None"), ("one", "One"), ("several", "Two or more"), ("unknown", "Not known"))),
    Question("mental_state", "Mood, memory and mental health"),
    Question("continence", "Continence", choices=(
        ("continent", "Continent"), ("sometimes", "Sometimes incontinent"), ("often", "Often incontinent"),
        ("catheter", "Catheter or stoma"))),
    Question("other_health", "Anything else", "Skin, pain, sleep, sight, hearing.", needed=False),
)  # fmt: skip

SOCIAL_CARE: tuple[Question, ...] = (
    Question("impairment", "Do the needs come from a physical or mental impairment or illness?", choices=YES_NO),
    Question("impairment_what", "Which one?", needed=False),
    *(Question(code, asks, choices=MANAGES, group="The ten outcomes") for code, asks in OUTCOMES),
    Question("seen", "What was seen and heard", "Judge as if no carer helped; who helps is asked below."),
    Question("changes", "Do the needs change from day to day or week to week?", choices=CHANGES),
    Question("wellbeing", "Is there, or is there likely to be, a significant impact on wellbeing?", choices=YES_NO),
    Question("wellbeing_area", "On what most of all?", choices=AREAS, needed=False),
    Question("wellbeing_how", "How?", needed=False),
    Question("home", "The home and who lives there"),
    Question("carers", "Who helps, with what, and are they willing and able to go on?"),
    Question("wants", "What does the person want?", "In their own words."),
)  # fmt: skip

SIDES: Mapping[str, tuple[Question, ...]] = {"health": HEALTH, "social_care": SOCIAL_CARE}
SIDE_NAMES: Mapping[str, str] = {"health": "Health", "social_care": "Social care"}


def missing(side: str, answers: Mapping[str, str]) -> tuple[Question, ...]:
    """The questions of a side that still need an answer before it is done.

    >>> [each.code for each in missing("health", {"function": "Manages", "mobility": "aid", "falls": "none",
    ...  "mental_state": "Well"})]
    ['continence']
    """
    return tuple(each for each in SIDES[side] if each.needed and not answers.get(each.code, "").strip())


def kept(side: str, answers: Mapping[str, str]) -> dict[str, str]:
    """The answers that belong to a side, each with its choice known or its text within the limit; others are left out.

    >>> kept("health", {"falls": "one", "mobility": "flies", "bank": "x"})
    {'falls': 'one'}
    """
    held: dict[str, str] = {}
    for each in SIDES[side]:
        text = answers.get(each.code, "").strip()[:TEXT_LIMIT]
        if text and (not each.choices or text in dict(each.choices)):
            held[each.code] = text
    return held


def words(question: Question, answers: Mapping[str, str]) -> str:
    """An answer as people read it: the words of its choice, or its text."""
    value = answers.get(question.code, "")
    return dict(question.choices).get(value, value)
