"""Under which other given names may somebody be written down? Bob for Robert, Shivaun for Siobhan.

Reads `nicknames.yaml`, our own list, for search (`alike`) and for linking (`roots`). It helps to find people and to
compare records; that two names may mean one person never proves that they do. Names are compared by their folded key
(joinedup.base.names), so accents and case do not matter.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from joinedup.base.errors import WeMustAct
from joinedup.base.names import folded
from joinedup.base.yaml_text import YamlFault, plain_data

FILE = Path(__file__).with_name("nicknames.yaml")
PARTS = ("short", "spelt")


def alike(given: str) -> frozenset[str]:
    """The folded names that may mean the same as this given name, itself included.

    >>> "robert" in alike("Bob"), "siobhan" in alike("Shivaun"), alike("Zebedee")
    (True, True, frozenset({'zebedee'}))
    """
    name = folded(given)
    return _known().get(name, frozenset({name}))


def roots(given: str) -> tuple[str, ...]:
    """The full names that a given name may stand for, itself included when it is one; () when unknown.

    >>> roots("bob"), roots("robert"), roots("qwerty")
    (('robert',), ('robert',), ())
    >>> "christine" in roots("chris"), "christopher" in roots("chris")
    (True, True)
    """
    return full_names().get(folded(given), ())


@cache
def full_names() -> dict[str, tuple[str, ...]]:
    """From each name in the list to the first names of its groups, sorted."""
    found: dict[str, set[str]] = {}
    for full, *forms in _groups(FILE.read_text(encoding="utf-8")):
        for form in (full, *forms):
            found.setdefault(form, set()).add(full)
    return {form: tuple(sorted(names)) for form, names in found.items()}


@cache
def _known() -> dict[str, frozenset[str]]:
    """Name -> every name that stands beside it in some group."""
    return read(FILE.read_text(encoding="utf-8"))


def read(text: str) -> dict[str, frozenset[str]]:
    """The list from YAML. Raises WeMustAct (nicknames) for anything but groups of two names or more.

    >>> sorted(read("short: [[bob, robert], [bob, bobby]]\\nspelt: []")["bob"])
    ['bob', 'bobby', 'robert']
    """
    found: dict[str, set[str]] = {}
    for names in _groups(text):
        for name in names:
            found.setdefault(name, set()).update(names)
    return {name: frozenset(others) for name, others in found.items()}


def _groups(text: str) -> list[list[str]]:
    """Every group of the list, its names folded."""
    try:
        held = plain_data(text)
    except YamlFault as error:
        raise _fault(str(error)) from error
    if not isinstance(held, dict) or tuple(held) != PARTS:
        raise _fault(f"it must hold {' and '.join(PARTS)}")
    groups = [group for part in PARTS for group in held[part]]
    for group in groups:
        if not isinstance(group, list) or len(group) < 2 or not all(isinstance(name, str) and name for name in group):
            raise _fault(f"{group!r} is no group of names")
    return [[folded(name) for name in group] for group in groups]


def _fault(why: str) -> WeMustAct:
    return WeMustAct("nicknames", "The list of nicknames cannot be read.", f"In {FILE.name}, {why}.", "Mend the file.")
