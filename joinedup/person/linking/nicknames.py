"""Which full given names may a given name stand for? Read once from nicknames.yaml beside this module."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from joinedup.base.yaml_text import plain_data

FILE = Path(__file__).with_name("nicknames.yaml")


def roots(given: str) -> tuple[str, ...]:
    """The full names that a folded given name may stand for, itself included when it is one; () when unknown.

    >>> roots("bob"), roots("robert"), roots("qwerty")
    (('robert',), ('robert',), ())
    >>> "christine" in roots("chris"), "christopher" in roots("chris")
    (True, True)
    """
    return table().get(given, ())


@cache
def table() -> dict[str, tuple[str, ...]]:
    """From each folded name in the file to its full names, sorted."""
    content = plain_data(FILE.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise TypeError(f"{FILE.name} must map full names to their short forms")
    found: dict[str, set[str]] = {}
    for full, forms in content.items():
        for form in (full, *forms):
            found.setdefault(str(form), set()).add(str(full))
    return {form: tuple(sorted(names)) for form, names in found.items()}
