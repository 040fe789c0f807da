"""What follows from how alike two records are: joined by the rule, asked about, or left? Pure.

The rule joins only what nothing else explains. Whatever a relative of the same name, a twin, a slip of the pen or a
stranger could explain is asked about, however likely it is; somebody decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from joinedup.person.linking.comparing import SAME_PHONE, Ladder, barred, own_sign, reaches, relatives

JOINED_FROM_BITS = 13.0
"""About 8,000 to 1. Measured on generated people, precision is kept by the conditions below, not by this number."""

ASKED_FROM_BITS = 3.2
"""About 9 to 1, as `joinedup find-doubles` asks unless told otherwise."""

JOIN, ASK, LEAVE = "join", "ask", "leave"
Pair = tuple[UUID, UUID]


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a pair besides likeness: what forbids joining, and what only somebody may weigh."""

    different_verified_numbers: bool = False
    different_numbers: bool = False
    restricted: bool = False
    not_the_same: bool = False
    doubted_before: bool = False
    one_has_died: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do about a pair, and why in words."""

    what: str
    why: str


def decide(
    ladders: Sequence[Ladder], steps: Mapping[str, int], bits: float, standing: Standing, *,
    asked_from: float = ASKED_FROM_BITS,
) -> Decision:  # fmt: skip
    """Whether a pair is joined, asked about or left; `steps` by comparison, as comparing.step_of counts them.

    >>> from joinedup.person.linking.comparing import ladders as made
    >>> house = made({"given", "family", "born", "postcode"})
    >>> top = {each.name: len(each.levels) for each in house}
    >>> decide(house, top, 30.0, Standing()).what, decide(house, top | {"born": 1}, 30.0, Standing()).what
    ('join', 'ask')
    >>> decide(house, top, 30.0, Standing(not_the_same=True)).what, decide(house, top, 1.0, Standing()).what
    ('leave', 'leave')
    """
    if standing.restricted or standing.not_the_same or standing.different_verified_numbers:
        return Decision(LEAVE, "Somebody decided, or only somebody may.")
    own = own_sign(steps)
    if barred(ladders, steps) or (relatives(ladders, steps) and own is False):
        return Decision(LEAVE, "One house explains the likeness.")
    if bits < asked_from:
        return Decision(LEAVE, "Not alike enough.")
    doubt = _doubt(ladders, steps, bits, standing)
    return Decision(ASK, doubt) if doubt else Decision(JOIN, in_words(ladders, steps))


def _doubt(ladders: Sequence[Ladder], steps: Mapping[str, int], bits: float, standing: Standing) -> str:
    """Why somebody must decide, or '' when nothing but one person explains the pair."""
    tops = {each.name: len(each.levels) for each in ladders}

    def agrees(name: str) -> bool:
        return name in tops and steps.get(name, -1) == tops[name]

    same_home = agrees("area") and any("postcode" in each.fields for each in ladders if each.name == "area")
    reached = same_home or reaches(ladders, steps, "phone", SAME_PHONE)
    number, slip = agrees("nhs_number"), _one_slip(tops, steps) or (reached and _wrong_day(tops, steps))
    doubts = (
        (bits < JOINED_FROM_BITS, "Likely, and not sure enough."),
        (standing.doubted_before, "Somebody told these records apart before."),
        (standing.one_has_died, "One of them has died."),
        (standing.different_numbers, "They were told different NHS numbers."),
        (not (agrees("born") or (number and slip)), "The date of birth is not the same."),
        (not (agrees("family") or (number and slip) or (reached and _misspelt_family(tops, steps))),
         "The family name is not the same."),
        (not (_given_agrees(tops, steps) or (number and slip)), "The given name is not the same, nor short for it."),
        (steps.get("sex", -1) == 0, "The sex is not the same."),
        (not (reached or number), "Neither home, telephone nor number agrees."),
    )  # fmt: skip
    return next((words for doubtful, words in doubts if doubtful), "")


def _given_agrees(tops: Mapping[str, int], steps: Mapping[str, int]) -> bool:
    """Whether the given name is the same or a short form of it."""
    return steps.get("given", -1) >= max(tops.get("given", 0) - 1, 1)


def _one_slip(tops: Mapping[str, int], steps: Mapping[str, int]) -> bool:
    """Whether of names and date of birth all agree but one, and that by a slip; a family name may be another.

    What one number on two records leaves open is whether it is somebody else's of the same house: such a number comes
    with another given name, or with another date of birth, never with a slip alone.
    """
    born, family = steps.get("born", -1) == tops.get("born"), steps.get("family", -1) == tops.get("family")
    given = _given_agrees(tops, steps)
    if not born:
        return given and family and steps.get("born", -1) == tops.get("born", 0) - 1
    if not given:
        return family and steps.get("given", -1) == tops.get("given", 0) - 2
    return True


def _wrong_day(tops: Mapping[str, int], steps: Mapping[str, int]) -> bool:
    """Whether both names agree, and of day, month and year two: with one number and home that is nobody else."""
    names = _given_agrees(tops, steps) and steps.get("family", -1) == tops.get("family")
    return names and steps.get("born", -1) == tops.get("born", 0) - 2


def _misspelt_family(tops: Mapping[str, int], steps: Mapping[str, int]) -> bool:
    """Whether given name and date of birth agree, and the family name but for a slip.

    Twins of one house have two given names, relatives two dates of birth: neither explains this.
    """
    born, family = steps.get("born", -1) == tops.get("born"), steps.get("family", -1) == tops.get("family", 0) - 1
    return born and family and _given_agrees(tops, steps)


def in_words(ladders: Sequence[Ladder], steps: Mapping[str, int]) -> str:
    """What agrees, in words, of what is known of both."""
    told = [
        f"{each.words} {each.words_of(step)}"
        for each in ladders if (step := steps.get(each.name, -1)) > 0
    ]  # fmt: skip
    return f"Joined by likeness: {'; '.join(told)}."


def two_people(ladders: Sequence[Ladder], steps: Mapping[str, int], standing: Standing) -> bool:
    """Whether something speaks for two people, so that neither may be joined with the other by way of a third.

    >>> from joinedup.person.linking.comparing import ladders as made
    >>> house = made({"given", "family", "born", "postcode"})
    >>> top = {each.name: len(each.levels) for each in house}
    >>> two_people(house, top, Standing()), two_people(house, top | {"given": 0}, Standing())
    (False, True)
    """
    told_apart = standing.not_the_same or standing.different_numbers or standing.different_verified_numbers
    of_one_house = relatives(ladders, steps) and not own_sign(steps)
    return told_apart or of_one_house or barred(ladders, steps)
