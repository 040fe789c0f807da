"""Can a small number be worked out from what is shown beside it?"""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.outcomes.rules.disclosure import hidden, is_small

COUNTS = st.lists(st.integers(0, 40), min_size=1, max_size=14)


@given(COUNTS)
def test_no_small_count_is_shown_and_none_can_be_worked_out(parts):
    kept = hidden(parts, 8)
    assert all(hide for part, hide in zip(parts, kept.parts, strict=True) if is_small(part, 8))
    unseen = [part for part, hide in zip(parts, kept.parts, strict=True) if hide]
    if not kept.total:
        assert not is_small(sum(parts), 8)
        if any(is_small(part, 8) for part in parts):
            assert len(unseen) > 1
            assert sum(unseen) >= 8


@given(COUNTS)
def test_nothing_is_hidden_without_need(parts):
    kept = hidden(parts, 8)
    if not any(is_small(part, 8) for part in parts):
        assert not any(kept.parts)
        assert not kept.total
    assert not any(hide for part, hide in zip(parts, kept.parts, strict=True) if part == 0)


@pytest.mark.parametrize("parts", [[20, 3, 30, 9], [5, 40], [3, 4, 20], [1, 1, 1, 30]])
def test_an_attacker_who_knows_the_total_finds_more_than_one_answer(parts):
    """Every way to fill the hidden cells that adds up: each hidden cell must be able to be more than one number."""
    kept = hidden(parts, 8)
    assert not kept.total
    unseen = [index for index, hide in enumerate(kept.parts) if hide]
    rest = sum(parts[index] for index in unseen)
    ranges = [range(1, 8) if kept.first[index] else range(1, rest + 1) for index in unseen]
    ways = [way for way in product(*ranges) if sum(way) == rest]
    assert all(len({way[cell] for way in ways}) > 1 for cell in range(len(unseen)))


@pytest.mark.parametrize(
    ("parts", "total"), [([3], True), ([3, 0, 0], True), ([2, 4], True), ([4, 5], False), ([0], False)]
)
def test_where_the_parts_cannot_protect_the_total_goes_too(parts, total):
    assert hidden(parts, 8).total is total
