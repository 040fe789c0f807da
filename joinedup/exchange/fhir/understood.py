"""Which FHIR resources do we understand? The tables of the readers in words, for docs/generated/fhir.md."""

from __future__ import annotations

from collections.abc import Iterator

from joinedup.exchange.fhir.bundle_index import NAMED
from joinedup.exchange.fhir.event_details import ALERT_KINDS, MORE_LABELS
from joinedup.exchange.fhir.event_shape import EventShape
from joinedup.exchange.fhir.events import EVENT_SHAPES
from joinedup.exchange.fhir.older_versions import RENAMED, REPLACED_TYPES

MORE = "; ".join(f"{name}: {', '.join(labels)}" for name, labels in sorted(MORE_LABELS.items()))
WORDS = f"""FHIR R4 (4.0.1) is read from JSON and XML: single resources, bundles of any type and, in JSON, one
resource a line. A Patient says who somebody is; its contacts become one line of kind `contact_person`, and the
resources below become lines of that person's record.
STU3 and DSTU2 are put into R4's words first ({", ".join(sorted({*RENAMED, *REPLACED_TYPES}))}).
The header of a hospital's notice to the council becomes a line of kind `notice`.

{", ".join(sorted(NAMED))}: kept, and used within their bundle to say who, where and what.
Every other resource is kept whole and counted as kept unknown.
A resource entered in error, or a document superseded, takes its line off the record.

A line of kind `flag` has the detail `Alert`, which is one of: {", ".join(ALERT_KINDS)}.
Advance decisions sent as Consent have it too; the legal status of a hospital stay stands under `Legal status`.

Besides the labels in the table: {MORE}."""


def rows() -> Iterator[tuple[str, str, str, str, str]]:
    """Resource, kind of line, where title and dates come from, and the labels of its details."""
    for name, shape in sorted(EVENT_SHAPES.items()):
        yield name, f"`{shape.kind}`", _names(shape.titles), _names(shape.starts), ", ".join(_labels(shape))


def _names(paths: tuple[tuple[str, ...], ...]) -> str:
    return ", ".join(f"`{'.'.join(path)}`" for path in paths)


def _labels(shape: EventShape) -> list[str]:
    return [label for label, _ in shape.details] + [label for label, _, _ in shape.extensions]
