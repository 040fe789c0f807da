"""How alike are two spellings? The two measures that comparing uses, for the few pairs of one arrival.

The same numbers as DuckDB's `jaro_winkler_similarity` and `damerau_levenshtein`, to the last bit: a test compares them.
Like DuckDB's they count bytes, so that a letter with an accent counts as two.
"""

from __future__ import annotations

from functools import lru_cache
from math import fsum

PREFIX_MOST, PREFIX_WEIGHT, PREFIX_FROM = 4, 0.1, 0.7
HALVING = 2.0**27 + 1
ASKED_AGAIN = 16
"""The steps of one comparison ask about the same pair of names; nobody's names are remembered for longer."""


@lru_cache(ASKED_AGAIN)
def likeness(one: str, other: str) -> float:
    """Jaro-Winkler similarity from 0 to 1: letters in common and their order, and more for a common beginning.

    >>> likeness("martha", "marhta") == 0.9611111111111111, likeness("ann", "bob"), likeness("ann", "ann")
    (True, 0.0, 1.0)
    """
    left, right = one.encode(), other.encode()
    jaro = _jaro(left, right)
    if jaro <= PREFIX_FROM:
        return jaro
    prefix = 0
    while prefix < min(len(left), len(right), PREFIX_MOST) and left[prefix] == right[prefix]:
        prefix += 1
    return _rounded_once(prefix * PREFIX_WEIGHT, 1.0 - jaro, jaro)


def _rounded_once(one: float, other: float, more: float) -> float:
    """one * other + more, rounded once as DuckDB's build has it: a likeness of just 0.8 must come out alike."""
    product = one * other
    (one_high, one_low), (other_high, other_low) = _halves(one), _halves(other)
    rest = one_low * other_low - (product - one_high * other_high - one_low * other_high - one_high * other_low)
    return fsum((product, rest, more))


def _halves(number: float) -> tuple[float, float]:
    """A number as the sum of two of half as many digits, whose products are exact (Dekker 1971)."""
    wide = HALVING * number
    high = wide - (wide - number)
    return high, number - high


def _jaro(left: bytes, right: bytes) -> float:
    reach = max(max(len(left), len(right)) // 2 - 1, 0)
    free, met = [True] * len(right), []
    for place, letter in enumerate(left):
        at = right.find(letter, max(place - reach, 0), place + reach + 1)
        while at >= 0 and not free[at]:
            at = right.find(letter, at + 1, place + reach + 1)
        if at >= 0:
            free[at] = False
            met.append(letter)
    if not met:
        return 0.0
    in_order = (letter for letter, unmet in zip(right, free, strict=True) if not unmet)
    swapped = sum(one != other for one, other in zip(met, in_order, strict=True)) // 2
    common = len(met)
    return (common / len(left) + common / len(right) + (common - swapped) / common) / 3.0


@lru_cache(ASKED_AGAIN)
def keystrokes(one: str, other: str) -> int:
    """How many keystrokes apart: one wrong, left out, put in, or two neighbours changed over.

    >>> keystrokes("smith", "smyth"), keystrokes("smith", "smiht"), keystrokes("ca", "abc")
    (1, 1, 2)
    """
    left, right = _without_what_both_begin_and_end_with(one.encode(), other.encode())
    if not left or not right or (len(left) == len(right) == 1):
        return max(len(left), len(right))
    most = len(left) + len(right)
    last_row: dict[int, int] = {}
    table: list[list[int]] = [[most] * (len(right) + 2), [most, *range(len(right) + 1)]]
    for row, letter in enumerate(left, 1):
        line: list[int] = [most, row]
        last_column = 0
        before, above = row - 1, table[row]
        for column, facing in enumerate(right, 1):
            met_row = last_row.get(facing, 0)
            swapped = table[met_row][last_column] + (before - met_row) + (column - last_column)
            if letter == facing:
                last_column, put = column, above[column]
            else:
                put = above[column] + 1
            line.append(min(put, line[column] + 1, above[column + 1] + 1, swapped))
        table.append(line)
        last_row[letter] = row
    return table[-1][-1]


def _without_what_both_begin_and_end_with(left: bytes, right: bytes) -> tuple[bytes, bytes]:
    shorter = min(len(left), len(right))
    first = 0
    while first < shorter and left[first] == right[first]:
        first += 1
    last = 0
    while last < shorter - first and left[-1 - last] == right[-1 - last]:
        last += 1
    return left[first : len(left) - last], right[first : len(right) - last]
