"""Does a directory of care homes become providers, and is a council's code that lost a digit caught?"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from joinedup.exchange import shapes
from joinedup.exchange.facts import ProviderFacts, Unit

TODAY = date(2026, 11, 23)
HOME = {
    "name": "Sea View, Torquay", "cqc_id": "1-123456789", "type": "Nursing homes", "address": "1 The Strand,Torquay",
    "postcode": "TQ1 1AA", "provider": "Sea View Limited", "area_name": "Torbay", "area_code": "E06000027",
}  # fmt: skip


def directory(path: Path, *homes: dict[str, str]) -> Path:
    """A directory as the commission's is published: every text that may hold a comma in quotes."""
    lines = [",".join(HOME), *(",".join(f'"{cell}"' for cell in (HOME | home).values()) for home in homes)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def read(tmp_path: Path, **home: str) -> Unit:
    path = directory(tmp_path / "homes.csv", home)
    assert shapes.detect(path) == "care-homes"
    (unit,) = shapes.read_units(path, "homes.csv", "care-homes", TODAY)
    return unit


def test_a_home_is_a_provider_and_about_nobody(tmp_path: Path) -> None:
    unit = read(tmp_path)
    assert (unit.subject, unit.person, unit.event, unit.refusals) == ("", None, None, ())
    assert unit.provider == ProviderFacts("1-123456789", "Sea View, Torquay", "Sea View Limited", "E06000027", "Torbay")


def test_a_council_code_that_lost_a_digit_is_said_and_not_believed(tmp_path: Path) -> None:
    unit = read(tmp_path, area_code="E0600027")
    assert [(refusal.code, refusal.whole) for refusal in unit.refusals] == [("area-code-invalid", False)]
    assert unit.provider is not None
    assert unit.provider.area_code == ""


@pytest.mark.parametrize(
    ("cells", "code", "whole"),
    [
        ({"cqc_id": ""}, "provider-id-invalid", True),
        ({"cqc_id": "1/2"}, "provider-id-invalid", True),
        ({"name": ""}, "provider-name-missing", True),
        ({"postcode": "TQ"}, "postcode-invalid", False),
    ],
)
def test_what_is_wrong_has_a_code(tmp_path: Path, cells: dict, code: str, whole: bool) -> None:
    assert [(refusal.code, refusal.whole) for refusal in read(tmp_path, **cells).refusals] == [(code, whole)]
