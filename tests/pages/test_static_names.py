"""Every static name that a template asks for is a file: production serves by a manifest, which knows files only."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parents[2] / "joinedup"
NAMES = sorted(
    {name for page in TEMPLATES.rglob("*.html") for name in re.findall(r'static\("([^"]+)"\)', page.read_text())}
)


@pytest.mark.parametrize("name", NAMES)
def test_a_static_name_is_a_file(name):
    from django.contrib.staticfiles import finders

    found = finders.find(name)
    assert found is not None
    assert Path(found).is_file()
