"""The conditions of comparing as functions of two rows, made from the very text that DuckDB reads.

DuckDB is made for many pairs; to plan its statement takes longer than to weigh the few pairs of one arrival. So that
both weigh alike, comparing.py writes each condition once, and here it is read by sqlglot and made into a function. What
this does not know it refuses (WeMustAct): a new kind of condition is noticed by the first test that makes a model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from operator import attrgetter, contains, eq, ge, le
from typing import Any

from sqlglot import exp, parse_one

from joinedup.base.errors import WeMustAct
from joinedup.person.linking.cleaning import CleanRow
from joinedup.person.linking.comparing import Ladder
from joinedup.person.linking.spelling import keystrokes, likeness

Value = Callable[[CleanRow, CleanRow], Any]
"""Of a pair, something of its rows; None is what a database calls null."""

Step = Callable[[CleanRow, CleanRow], int]


@lru_cache(64)
def step_here(ladder: Ladder) -> Step:
    """The step that a pair of rows stands on, as comparing.step_of counts it: 0 different, -1 not known.

    >>> from joinedup.person.linking.comparing import ladders
    >>> [step] = [step_here(each) for each in ladders({"sex"})]
    >>> woman, man = CleanRow(sex="f"), CleanRow(sex="m")
    >>> step(woman, woman), step(woman, man), step(woman, CleanRow())
    (1, 0, -1)
    """
    unknown, count = condition(ladder.unknown), len(ladder.levels)
    levels = [(count - place, condition(level.condition)) for place, level in enumerate(ladder.levels)]

    def step(left: CleanRow, right: CleanRow) -> int:
        if unknown(left, right):
            return -1
        return next((reached for reached, holds in levels if holds(left, right)), 0)

    return step


@lru_cache(64)
def fields_of(ladder: Ladder) -> Callable[[CleanRow], Any]:
    """What of a row the ladder reads: rows alike in that stand on the same step with anybody."""
    texts = (ladder.unknown, *(level.condition for level in ladder.levels))
    read = {column.name[:-2] for text in texts for column in _read(text).find_all(exp.Column)}
    return attrgetter(*sorted(read))


def condition(text: str) -> Value:
    """Whether a condition is true of a pair of rows; what is null is not true.

    >>> nearly = condition('length("given_l") = 3 and jaro_winkler_similarity("given_l", "given_r") >= 0.6')
    >>> nearly(CleanRow(given="ann"), CleanRow(given="anne")), nearly(CleanRow(given="ann"), CleanRow())
    (True, False)
    """
    return _made(_read(text))


def _read(text: str) -> exp.Expression:
    found = parse_one(text, dialect="duckdb")
    assert isinstance(found, exp.Expression)
    return found


def _made(node: exp.Expression) -> Value:
    make = _MAKERS.get(type(node))
    if make is None:
        raise _unread(node)
    return make(node)


def _unread(node: exp.Expression) -> WeMustAct:
    return WeMustAct(
        "condition-unread", "A condition of comparing cannot be read for the pairs of one arrival.",
        f"comparing.py writes: {node.sql('duckdb')}", "Write it with what conditions.py reads, or teach it there.",
    )  # fmt: skip


def _column(node: exp.Expression) -> Value:
    name, left = node.name[:-2], node.name.endswith("_l")
    read = attrgetter(name)
    return (lambda a, b: read(a)) if left else (lambda a, b: read(b))


def _literal(node: exp.Expression) -> Value:
    value = node.to_py()
    return lambda a, b: value


def _all(node: exp.Expression) -> Value:
    one, other = _made(node.this), _made(node.expression)
    return lambda a, b: bool(one(a, b) and other(a, b))


def _any(node: exp.Expression) -> Value:
    one, other = _made(node.this), _made(node.expression)
    return lambda a, b: bool(one(a, b) or other(a, b))


def _comparing(compare: Callable[[Any, Any], bool]) -> Callable[[exp.Expression], Value]:
    return lambda node: _of_known([node.this, node.expression], compare, False)


def _of_known(nodes: Iterable[exp.Expression], work: Callable[..., Any], unknown: Any = None) -> Value:
    """The work on the values, or `unknown` when one of them is null."""
    values = [_made(node) for node in nodes]

    def value(left: CleanRow, right: CleanRow) -> Any:
        given = [each(left, right) for each in values]
        return unknown if None in given else work(*given)

    return value


def _is_null(node: exp.Expression) -> Value:
    if not isinstance(node.expression, exp.Null):
        raise _unread(node)
    value = _made(node.this)
    return lambda a, b: value(a, b) is None


def _case(node: exp.Expression) -> Value:
    chances = [(_made(each.this), _made(each.args["true"])) for each in node.args["ifs"]]
    otherwise = _made(node.args["default"]) if node.args.get("default") else (lambda a, b: None)
    return lambda a, b: next((then for when, then in chances if when(a, b)), otherwise)(a, b)


def _slice(node: exp.Expression) -> Value:
    [piece] = node.expressions
    first, last = piece.this.to_py(), piece.expression.to_py()
    return _of_known([node.this], lambda text: text[first - 1 : last])


def _least(node: exp.Expression) -> Value:
    """The least of what is known, as DuckDB has it."""
    values = [_made(each) for each in (node.this, *node.expressions)]

    def least(left: CleanRow, right: CleanRow) -> Any:
        return min((value for each in values if (value := each(left, right)) is not None), default=None)

    return least


def _share_some(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return not set(one).isdisjoint(other)


def _named(node: exp.Expression) -> Value:
    if node.name.lower() != "damerau_levenshtein":
        raise _unread(node)
    return _of_known(node.expressions, keystrokes)


_MAKERS: dict[type[exp.Expression], Callable[[Any], Value]] = {
    exp.Paren: lambda node: _made(node.this),
    exp.Column: _column,
    exp.Literal: _literal,
    exp.Boolean: _literal,
    exp.And: _all,
    exp.Or: _any,
    exp.EQ: _comparing(eq),
    exp.GTE: _comparing(ge),
    exp.LTE: _comparing(le),
    exp.Is: _is_null,
    exp.Case: _case,
    exp.Bracket: _slice,
    exp.Least: _least,
    exp.Length: lambda node: _of_known([node.this], len),
    exp.JarowinklerSimilarity: lambda node: _of_known([node.this, node.expression], likeness),
    exp.ArrayContains: lambda node: _of_known([node.this, node.expression], contains),
    exp.ArrayOverlaps: lambda node: _of_known([node.this, node.expression], _share_some),
    exp.Anonymous: _named,
}  # fmt: skip
