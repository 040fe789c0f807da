"""How two rows are compared: for each sign that a person leaves in a file, the steps from same to different.

Each comparison is a ladder of levels, tried from the top; a pair stands on the first that holds. How much a level says
is learnt from the file (training.py), never typed in. Signs that go together in life share one ladder, so that living
in one house is not counted four times over: postcode, GP practice, town and county are one comparison, house number and
street another. Names that stand in each other's column are met from both sides. Distances come from DuckDB.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

VERY_LIKE, LIKE = 0.92, 0.80
"""Jaro-Winkler likeness of two names; Splink's own usual steps, not tried out on any file."""

LEAST_LIKE = 0.83
"""Counting keystrokes is thirty times as slow as likeness; texts of four letters that are one keystroke apart, or of
eight that are two, are at least so alike, so less like ones are left before they are counted."""

DATE_LEAST_LIKE = 0.90
"""The same for eight digits that are one keystroke apart."""

BORN_NEAR = 2
"""The date of birth counts as different below its first three steps: the same, one slip, one part wrong."""

GIVEN_ALIKE = 1
"""The lowest step but one of given names: alike. Twins are often given such names."""

OWN_SIGNS = ("nhs_number", "social_id", "email")
"""Signs that a household does not share."""

SAME_PRACTICE, SAME_MOBILE, SAME_PHONE = "the same GP practice", "the same mobile", "the same"

AREAS = {"postcode": "postcode", "practice": "GP practice", "town": "town", "county": "county"}
"""What says where somebody lives: one comparison. A house has one GP practice, so that where the postcode agrees the
practice says nothing more, and where it does not, still something."""

NOT_KNOWN, DIFFERENT = "not known", "different"

SHORTEST_LIKE = 4
"""Of shorter names one letter more or less says too little to call them nearly the same."""


@dataclass(frozen=True, slots=True)
class Level:
    """One step: what it means in words, the condition, and the column whose rare values say more than common ones.

    `rare` may only stand where the condition is that column's sameness and nothing else: Splink takes its average from
    there.
    """

    words: str
    condition: str
    rare: str = ""


@dataclass(frozen=True, slots=True)
class Ladder:
    """One comparison: its name, the fields that it reads, when nothing can be said, and its steps but the last."""

    name: str
    words: str
    fields: tuple[str, ...]
    unknown: str
    levels: tuple[Level, ...]

    def words_of(self, step: int) -> str:
        """A step in words, counted as `step_of` does."""
        if step < 0:
            return NOT_KNOWN
        return self.levels[len(self.levels) - step].words if step else DIFFERENT


def ladders(used: Collection[str]) -> list[Ladder]:
    """The comparisons for a file with these cleaned fields.

    >>> [each.name for each in ladders({"given", "family", "born", "postcode"})]
    ['given', 'family', 'born', 'area']
    """
    built = [ladder for build in _BUILDERS if (ladder := build(frozenset(used)))]
    return [ladder for ladder in built if ladder.levels]


def settings_of(ladder: Ladder) -> dict[str, Any]:
    """The ladder as Splink reads it."""
    steps: list[dict[str, Any]] = [
        {"sql_condition": ladder.unknown, "label_for_charts": "not known", "is_null_level": True}
    ]
    for level in ladder.levels:
        step: dict[str, Any] = {"sql_condition": level.condition, "label_for_charts": level.words}
        if level.rare:
            step |= {"tf_adjustment_column": level.rare, "tf_adjustment_weight": 1.0}
        steps.append(step)
    steps.append({"sql_condition": "ELSE", "label_for_charts": "different"})
    return {"output_column_name": ladder.name, "comparison_description": ladder.words, "comparison_levels": steps}


def step_of(ladder: Ladder) -> str:
    """The number of the step that a pair stands on, as Splink counts them: 0 different, -1 not known."""
    count = len(ladder.levels)
    steps = " ".join(f"when {level.condition} then {count - place}" for place, level in enumerate(ladder.levels))
    return f"(case when {ladder.unknown} then -1 {steps} else 0 end)::tinyint"


def barred(ladders: Sequence[Ladder], steps: Mapping[str, int]) -> bool:
    """Whether a pair is two people, whatever else agrees: given name and date of birth both differ.

    People of one house share family name, address and postcode, and in a list of everybody they are many more than its
    doubles. Without this rule learning takes them for the doubles. An email or social security number of their own
    lifts it. An NHS number does not: it is looked up in a list, and the wrong line is mostly somebody's of the same
    house. Where sex or NHS number differ too, a date that is near is another's; and two NHS numbers leave neither a
    given name nor, but for a slip, a date of birth to differ.

    >>> both = ladders({"given", "born", "line_1", "email"})
    >>> barred(both, {"given": 0, "born": 0, "street": 3}), barred(both, {"given": 0, "born": -1, "street": 3})
    (True, False)
    >>> barred(both, {"given": 0, "born": 0, "street": 3, "email": 3})
    False
    """
    tops = {each.name: len(each.levels) for each in ladders}
    other_name, far = steps.get("given", -1) == 0, _is_far(tops, steps)
    two_numbers = steps.get("nhs_number", -1) == 0
    near = 0 <= steps.get("born", -1) < tops.get("born", 0) and (two_numbers or steps.get("sex", -1) == 0)
    no_slip = 0 <= steps.get("born", -1) < tops.get("born", 0) - 1
    two = (other_name and (far or near)) or (two_numbers and (other_name or no_slip))
    return two and not any(steps.get(name, -1) == tops.get(name, 0) for name in OWN_SIGNS if name != "nhs_number")


def of_another(ladders: Sequence[Ladder], steps: Mapping[str, int]) -> bool:
    """Whether one NHS number may be another's, put on this row by a slip: another given name, or another date of birth.

    >>> both = ladders({"given", "born", "nhs_number"})
    >>> [of_another(both, {"given": given, "born": 5, "nhs_number": 2}) for given in (4, 0)]
    [False, True]
    """
    tops = {each.name: len(each.levels) for each in ladders}
    number = "nhs_number" in tops and steps.get("nhs_number", -1) == tops["nhs_number"]
    return number and (0 <= steps.get("given", -1) <= GIVEN_ALIKE or _is_far(tops, steps))


def _is_far(tops: Mapping[str, int], steps: Mapping[str, int]) -> bool:
    """Whether both dates of birth are known, and one is no slip of the other."""
    return 0 <= steps.get("born", -1) < tops.get("born", 0) - BORN_NEAR


def relatives(ladders: Sequence[Ladder], steps: Mapping[str, int]) -> bool:
    """Whether one house may explain the likeness: father and son of one name, or twins.

    In one house a date of birth that is no slip of the other's may be a relative's, whatever the name; and so may
    another given name be, on one day of birth a twin's.

    >>> house = ladders({"given", "family", "born", "postcode"})
    >>> top = {each.name: len(each.levels) for each in house}
    >>> relatives(house, top | {"born": 1}), relatives(house, top | {"given": 0}), relatives(house, top)
    (True, True, False)
    """
    tops = {each.name: len(each.levels) for each in ladders}
    home = any(steps[each.name] == tops[each.name] for each in ladders if {"line_1", "postcode"} & set(each.fields))
    born, family = steps.get("born", -1), steps.get("family", -1)
    if born < 0 or family < max(tops.get("family", 0) - 1, 1) or not home:
        return False
    return _is_far(tops, steps) or 0 <= steps.get("given", -1) <= GIVEN_ALIKE


def own_sign(steps: Mapping[str, int]) -> bool | None:
    """Whether a number or an email of their own agrees, nearly at least; None when no such sign is known of both.

    >>> own_sign({"nhs_number": 1}), own_sign({"nhs_number": 0, "email": -1}), own_sign({"given": 4})
    (True, False, None)
    """
    known = [steps[name] for name in OWN_SIGNS if steps.get(name, -1) >= 0]
    return any(step > 0 for step in known) if known else None


def reaches(ladders: Sequence[Ladder], steps: Mapping[str, int], name: str, words: str) -> bool:
    """Whether a pair stands on a comparison's step with these words, or above it.

    >>> house = ladders({"postcode", "practice"})
    >>> [reaches(house, {"area": step}, "area", SAME_PRACTICE) for step in (4, 2, 1, -1)]
    [True, True, False, False]
    """
    for each in ladders:
        told = [level.words for level in each.levels]
        if each.name == name and words in told:
            return steps.get(name, -1) >= len(told) - told.index(words)
    return False


def same(column: str) -> str:
    """Both rows hold the same text there."""
    return f'"{column}_l" = "{column}_r"'


def _unknown(*columns: str) -> str:
    return " and ".join(f'("{column}_l" is null or "{column}_r" is null)' for column in columns)


def _like(column: str, least: float) -> str:
    return f'jaro_winkler_similarity("{column}_l", "{column}_r") >= {least}'


def _edits(column: str, most: int, least: float = LEAST_LIKE) -> str:
    """So many keystrokes apart: one wrong, left out, put in, or two neighbours changed over."""
    # `and` would count for every pair; only a case is answered no further than needed.
    keystrokes = f'damerau_levenshtein("{column}_l", "{column}_r")'
    return f"case when {_like(column, least)} then {keystrokes} <= {most} else false end"


def _nearly(column: str) -> str:
    long = f'least(length("{column}_l"), length("{column}_r")) >= {SHORTEST_LIKE}'
    return f"({_like(column, VERY_LIKE)} or ({long} and {_edits(column, 1)}))"


def _in_either(column: str, other: str) -> str:
    return f'("{column}_l" = "{other}_r" or "{other}_l" = "{column}_r")'


def _given(used: frozenset[str]) -> Ladder | None:
    if "given" not in used:
        return None
    # One is the full name of the other. Of two short forms of a third (Amy and Mia, of Amelia) nothing follows, because
    # twins are given such names.
    full = 'list_contains("roots_l", "given_first_r") or list_contains("roots_r", "given_first_l")'
    initial = 'least(length("given_l"), length("given_r")) = 1 and "initial_l" = "initial_r"'
    levels = [
        Level("the same", same("given"), "given"),
        Level("a short form of the same name", f"({same('given_first')} or {full})"),
        Level("nearly the same", _nearly("given")),
        Level("stands in the other's family name", _in_either("given", "family")) if "family" in used else None,
        Level("the same initial", initial),
        Level("alike", f"({_like('given', LIKE)} or {same('given_sound')})"),
    ]
    return Ladder("given", "given name", ("given",), _unknown("given"), _there(levels))


def _family(used: frozenset[str]) -> Ladder | None:
    if "family" not in used:
        return None
    levels = [
        Level("the same", same("family"), "family"),
        Level("nearly the same", _nearly("family")),
        Level("one part of the name the same", 'list_has_any("family_parts_l", "family_parts_r")'),
        Level("alike", f"({_like('family', LIKE)} or {same('family_sound')})"),
    ]
    return Ladder("family", "family name", ("family",), _unknown("family"), _there(levels))


def _born(used: frozenset[str]) -> Ladder | None:
    if "born" not in used:
        return None
    year, month, day = ('"born_{side}"[1:4]', '"born_{side}"[5:6]', '"born_{side}"[7:8]')

    def both(piece: str, other: str = "") -> str:
        return f"{piece.format(side='l')} = {(other or piece).format(side='r')}"

    two = " or ".join(f"({both(one)} and {both(other)})" for one, other in ((year, month), (year, day), (month, day)))
    turned = f"({both(year)} and {both(month, day)} and {both(day, month)})"
    levels = [
        Level("the same", same("born")),
        Level("one digit wrong, or day and month changed over", f"({_edits('born', 1, DATE_LEAST_LIKE)} or {turned})"),
        Level("two of day, month and year the same", f"({two})"),
        Level("the same year", both(year)),
        Level("two digits wrong", _edits("born", 2)),
    ]
    return Ladder("born", "date of birth", ("born",), _unknown("born"), tuple(levels))


def _area(used: frozenset[str]) -> Ladder | None:
    held = [column for column in AREAS if column in used]
    if not held:
        return None
    post, town, county, practice = (column in used for column in ("postcode", "town", "county", "practice"))
    levels = [
        Level("the same postcode", same("postcode"), "postcode") if post else None,
        Level("nearly the same postcode, the same town", f"{_edits('postcode', 1)} and {_nearly('town')}")
        if post and town else None,
        Level("nearly the same postcode", _edits("postcode", 1)) if post else None,
        Level(SAME_PRACTICE, same("practice"), "practice") if practice else None,
        Level("the same town", same("town"), "town") if town else None,
        Level("nearly the same town", _nearly("town")) if town else None,
        Level("the same postal district", same("district")) if post else None,
        Level("the same county", same("county"), "county") if county else None,
    ]  # fmt: skip
    words = " and ".join(AREAS[column] for column in held[:2])
    return Ladder("area", words, tuple(held), _unknown(*held), _there(levels))


def _street(used: frozenset[str]) -> Ladder | None:
    if "line_1" not in used:
        return _exact("number", "house number")(used)
    number = "number" in used
    line = f"({_nearly('line_1')} or {_in_either('line_1', 'line_2')})" if "line_2" in used else _nearly("line_1")
    levels = [
        Level("the same house and street", f"{same('number')} and {same('line_1')}") if number else None,
        Level("the same house, nearly the same street", f"{same('number')} and {line}") if number else None,
        Level("the same street", same("line_1"), "line_1"),
        Level("nearly the same street", line),
        Level("the same house number only", same("number")) if number else None,
        Level("a street that is alike", _like("line_1", LIKE)),
    ]
    held = ("line_1", "number") if number else ("line_1",)
    return Ladder("street", "address", held, _unknown(*held), _there(levels))


def _line_2(used: frozenset[str]) -> Ladder | None:
    if "line_2" not in used:
        return None
    levels = [Level("the same", same("line_2"), "line_2"), Level("nearly the same", _nearly("line_2"))]
    return Ladder("line_2", "second address line", ("line_2",), _unknown("line_2"), tuple(levels))


def _email(used: frozenset[str]) -> Ladder | None:
    """Emails that are only alike say nothing new: most are made of the names, which are compared already."""
    if "email" not in used:
        return None
    levels = [
        Level("the same", same("email")),
        Level("the same before the @", same("email_name")),
        Level("one letter wrong", _edits("email", 1)),
    ]
    return Ladder("email", "email", ("email",), _unknown("email"), tuple(levels))


def _exact(column: str, words: str) -> Callable[[frozenset[str]], Ladder | None]:
    def build(used: frozenset[str]) -> Ladder | None:
        levels = (Level("the same", same(column), column),)
        return Ladder(column, words, (column,), _unknown(column), levels) if column in used else None

    return build


def _identifier(column: str, words: str) -> Callable[[frozenset[str]], Ladder | None]:
    def build(used: frozenset[str]) -> Ladder | None:
        levels = (Level("the same", same(column)), Level("one digit wrong", _edits(column, 1)))
        return Ladder(column, words, (column,), _unknown(column), levels) if column in used else None

    return build


def _phone(used: frozenset[str]) -> Ladder | None:
    """A phone that stands in a house is everybody's there; one that is carried about says more."""
    if "phone" not in used:
        return None
    mobile = "mobile" in used
    levels = [
        Level(SAME_MOBILE, same("mobile")) if mobile else None,
        Level(SAME_PHONE, f"({same('phone')} or {_in_either('phone', 'mobile')})" if mobile else same("phone")),
        Level("one digit wrong", _edits("phone", 1)),
    ]
    return Ladder("phone", "phone", ("phone",), _unknown("phone"), _there(levels))


def _there(levels: Sequence[Level | None]) -> tuple[Level, ...]:
    return tuple(level for level in levels if level)


_BUILDERS: tuple[Callable[[frozenset[str]], Ladder | None], ...] = (
    _given, _exact("middle", "middle name"), _family, _born, _exact("sex", "sex"), _area, _street, _line_2, _email,
    _identifier("nhs_number", "NHS number"), _identifier("social_id", "social security number"),
    _phone,
)  # fmt: skip
