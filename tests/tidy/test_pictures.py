"""Is every picture that the README shows there, small enough, and taken by the script that says it takes them?"""

from __future__ import annotations

import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
MOST_BYTES = 150_000
FOLDER = PROJECT / "docs" / "pictures"


def shown() -> list[str]:
    """The files that README.md shows as pictures."""
    return re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (PROJECT / "README.md").read_text(encoding="utf-8"))


def test_every_picture_of_the_readme_is_there() -> None:
    assert len(shown()) >= 2
    assert [path for path in shown() if not (PROJECT / path).is_file()] == []


def test_every_picture_is_small_and_taken_by_the_script() -> None:
    script = (PROJECT / "docs" / "pictures.py").read_text(encoding="utf-8")
    taken = set(re.findall(r'Picture\("([a-z]+)"', script))
    pictures = list(FOLDER.glob("*"))
    assert {each.stem for each in pictures} == taken
    for each in pictures:
        assert each.read_bytes().startswith(b"\x89PNG")
        assert each.stat().st_size < MOST_BYTES, each.name
