"""How well are the linkage benchmarks linked? Floors a little below what is reached; truth is read here only.

Measured in November 2026: fake_1000 precision 1.000, recall 0.916; all three Febrl links without a fault.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import linking

FLOORS = {"fake_1000": (0.98, 0.93), "febrl1": (0.99, 0.98), "febrl2": (0.99, 0.98), "febrl4": (0.99, 0.98)}
"""Precision and F1."""


@pytest.mark.parametrize("name", linking.FILES)
def test_benchmarks_are_linked_well(name: str, given: Path) -> None:
    paths = [given / "linkage-benchmarks" / part for part in linking.FILES[name]]
    truth = linking.true_pairs(paths)
    reached = linking.measured(lambda: linking.ours(paths), truth)
    precision, f1 = FLOORS[name]
    assert reached["precision"] >= precision
    assert reached["f1"] >= f1


def test_splinks_own_defaults_do_no_better(given: Path) -> None:
    paths = [given / "linkage-benchmarks" / part for part in linking.FILES["fake_1000"]]
    truth = linking.true_pairs(paths)
    ours = linking.measured(lambda: linking.ours(paths), truth)
    pairs, clustered = linking.splink_defaults(paths)
    for found in (pairs, clustered):
        assert ours["f1"] >= linking.measured(lambda found=found: found, truth)["f1"]
