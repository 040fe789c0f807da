"""Reading back what we wrote: a unit whose resource carries our extension gives exactly the line that it was made from.

The readers know nothing of it; the loader passes their units through here. A unit of anybody else is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from joinedup.exchange.facts import Unit
from joinedup.exchange.fhir.document_entries import ENTRY_URL, Resource, event_of
from joinedup.exchange.fhir.elements import objects, reference_id
from joinedup.exchange.json_text import BrokenJson, read_json

_MARK = ENTRY_URL.encode()


def exact_units(units: Iterable[Unit]) -> Iterator[Unit]:
    """The units, with our own lines exactly as they were written."""
    for unit in units:
        yield _exact(unit) if _MARK in unit.raw else unit


def _exact(unit: Unit) -> Unit:
    try:
        resource = read_json(unit.raw)
    except BrokenJson:
        return unit
    if not isinstance(resource, dict) or unit.person is not None or any(each.whole for each in unit.refusals):
        return unit
    event = event_of(resource)
    subject = unit.subject or _subject(resource)
    if event is None or not subject:
        return unit
    return replace(unit, known=True, subject=subject, event=event, refusals=())


def _subject(resource: Resource) -> str:
    for name in ("subject", "patient"):
        for target in objects(resource.get(name)):
            if found := reference_id(target):
                return found
    return ""
