"""Are the limits those of the national public health statistics? The vectors were worked out with their package."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.outcomes.rules.intervals import byar, mean_limits, median, median_limits, wilson

WILSON = [
    (65, 100, 0.552544, 0.736358),
    (8, 10, 0.490162, 0.943318),
    (0, 20, 0, 0.161125),
    (412, 500, 0.788186, 0.854874),
]
BYAR = [(10, 4.7874, 18.3915), (50, 37.1081, 65.9202), (350, 314.2877, 388.6584)]
EXACT_POISSON = [(0, 0, 3.688879), (1, 0.025318, 5.571643), (5, 1.623486, 11.668332)]


@pytest.mark.parametrize(("events", "of", "lower", "upper"), WILSON)
def test_wilson(events, of, lower, upper):
    assert wilson(events, of, 0.95) == pytest.approx((lower, upper), abs=1e-6)


@pytest.mark.parametrize(("count", "lower", "upper"), BYAR)
def test_byar(count, lower, upper):
    assert byar(count, 0.95) == pytest.approx((lower, upper), abs=1e-4)


@pytest.mark.parametrize(("count", "lower", "upper"), EXACT_POISSON)
def test_below_ten_the_limits_are_exact(count, lower, upper):
    assert byar(count, 0.95) == pytest.approx((lower, upper), abs=1e-5)


@pytest.mark.parametrize(("events", "of"), [(1, 0), (5, 4), (-1, 4)])
def test_a_share_of_nothing_is_refused(events, of):
    with pytest.raises(ValueError):
        wilson(events, of, 0.95)
    with pytest.raises(ValueError):
        byar(-1, 0.95)


@given(
    st.lists(
        st.tuples(st.integers(0, 400), st.integers(1, 30)), min_size=1, max_size=30, unique_by=lambda pair: pair[0]
    )
)
def test_median_and_mean_lie_within_their_limits(histogram):
    lower, upper = median_limits(histogram, 0.95)
    values = sorted(value for value, often in histogram for _ in range(often))
    middle = (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2
    assert lower <= median(histogram) == middle <= upper
    mean, low, high = mean_limits(histogram, 0.95)
    assert low <= mean == pytest.approx(sum(values) / len(values))
    assert mean <= high


def test_nothing_has_no_median():
    with pytest.raises(ValueError):
        median([])
