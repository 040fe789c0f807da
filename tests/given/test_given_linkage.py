"""Are the linkage benchmarks, which nobody here wrote, linked at least this well without any label?

Floors stand a little under what was measured (bench/linking.py publishes the figures beside Splink's own defaults).
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from bench.linking import SETS, score, truth_of

FLOORS = {"fake_1000": 0.8, "febrl1": 0.99, "febrl2": 0.97, "febrl4": 0.99}
FOLDER = "linkage-benchmarks"


@pytest.mark.parametrize("name", list(SETS))
def test_a_benchmark_is_linked_at_least_this_well(given: Path, tmp_path: Path, name: str) -> None:
    from joinedup.person.link_file import link_file

    files = [given / FOLDER / part for part in SETS[name]]
    out = tmp_path / "pairs.csv"
    assert link_file([*map(str, files), "--out", str(out)]) == 0
    with out.open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    assert list(rows[0]) == ["id_l", "id_r", "probability"]
    assert all(0 <= float(row["probability"]) <= 1 for row in rows)
    reached = score({frozenset((row["id_l"], row["id_r"])) for row in rows}, truth_of(files))
    assert reached["f1"] >= FLOORS[name], reached
