"""Which column of a council's file is which column of Client Level Data (CLD)?

The 50 headings are those of release 1 of the adult social care CLD return, in order. Case, spacing and punctuation do
not matter. A heading close to a known one that is missing is taken for a misspelling and reported; any other unknown
column is kept with the row. Left out: headings of release 2 that release 1 had not, which count as unknown columns.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from joinedup.exchange.csv.rows import heading_key
from joinedup.exchange.refusal_codes import RefusalList

HEADINGS = (
    "LA Code",
    "Reporting Period Start Date",
    "Reporting Period End Date",
    "NHS Number",
    "LA Person Unique Identifier",
    "First Name",
    "Last Name",
    "GP Practice Name",
    "GP Practice Code",
    "Gender",
    "Ethnicity",
    "Date of Birth",
    "Date of Death",
    "Client Type",
    "Primary Support Reason",
    "Postcode",
    "Accommodation Status",
    "Employment Status",
    "Has Unpaid Carer",
    "Autism Spectrum Disorder (ASD)",
    "Visual Impairment",
    "Hearing Impairment",
    "Dementia",
    "Client Funding Status",
    "Event Type",
    "Event Reference",
    "Event Start Date",
    "Event End Date",
    "Event Description",
    "Event Outcome",
    "Request: Route of Access",
    "Assessment Type",
    "Eligible Needs Identified",
    "Method of Assessment",
    "Total Hrs Caring per week",
    "No. of adults being cared for",
    "Adult 1 Linked Person_ID",
    "Adult 2 Linked Person_ID",
    "Adult 3 Linked Person_ID",
    "Service Type",
    "Service Component",
    "Delivery Mechanism",
    "Provider CQC Location Name",
    "Provider CQC Location ID",
    "Review Reason",
    "Review Outcomes Achieved",
    "Method of Review",
    "Unit Cost",
    "Cost Frequency (Unit Type)",
    "Planned units per week",
)
MANDATORY = ("LA Person Unique Identifier", "Event Type", "Event Start Date", "Event End Date")
TELLING = frozenset(
    heading_key(heading)
    for heading in (*MANDATORY, "Event Reference", "Event Outcome", "Service Component", "Primary Support Reason")
)
KEYS = {heading_key(heading): heading for heading in HEADINGS}
KNOWN_KEYS = frozenset(KEYS)

_LEAST_MATCHES = 4
_CLOSENESS = 0.86


@dataclass(frozen=True, slots=True)
class Header:
    """A file's first row understood: `positions` heading -> cell index; `labels` the name kept for every cell."""

    positions: dict[str, int]
    labels: tuple[str, ...]
    sent: tuple[str, ...]
    is_usable: bool


def looks_like_cld(cells: list[str]) -> bool:
    """Are enough of these headings CLD's, and one of them telling? Near misses count, so that they are reported."""
    keys = {heading_key(cell) for cell in cells}
    near = {close for key in keys - KNOWN_KEYS if (close := _closest(key, KNOWN_KEYS - keys))}
    found = (keys & KNOWN_KEYS) | near
    return len(found) >= _LEAST_MATCHES and bool(found & TELLING)


def read_header(cells: tuple[str, ...], refusals: RefusalList) -> Header:
    """Find each column. What is missing, doubled or misspelt is added to `refusals`, at most one of them whole."""
    positions: dict[str, int] = {}
    unknown: dict[int, str] = {}
    doubled: list[str] = []
    for index, cell in enumerate(cells):
        key = heading_key(cell)
        heading = KEYS.get(key)
        if heading is None:
            unknown[index] = key
        elif heading in positions:
            doubled.append(heading)
        else:
            positions[heading] = index
    if doubled:
        refusals.add("column-doubled", doubled[0], column=doubled[0])
    else:
        _note_missing(positions, _misspelt(unknown, positions), refusals)
    is_usable = not any(refusal.whole for refusal in refusals.items())
    return Header(positions, _labels(cells), cells, is_usable)


def _labels(cells: tuple[str, ...]) -> tuple[str, ...]:
    """The name under which each cell is kept: the known heading, else the sent one, told apart when it repeats."""
    labels: list[str] = []
    for index, cell in enumerate(cells):
        label = KEYS.get(heading_key(cell), cell.strip() or f"Column {index + 1}")
        labels.append(f"{label} ({index + 1})" if label in labels else label)
    return tuple(labels)


def _misspelt(unknown: dict[int, str], positions: dict[str, int]) -> dict[str, int]:
    """Missing heading -> index of the column that seems to be meant."""
    missing = {key for key, heading in KEYS.items() if heading not in positions}
    found: dict[str, int] = {}
    for index, key in unknown.items():
        if close := _closest(key, missing):
            found.setdefault(KEYS[close], index)
            missing.discard(close)
    return found


def _note_missing(positions: dict[str, int], misspelt: dict[str, int], refusals: RefusalList) -> None:
    missing = [heading for heading in HEADINGS if heading not in positions]
    needed = [heading for heading in missing if heading in MANDATORY]
    if needed:
        advice = " ".join(_advice(heading, misspelt) for heading in needed)
        refusals.add("column-missing", needed[0], columns="; ".join(needed), advice=advice)
        return
    for heading in missing:
        if heading in misspelt:
            refusals.add("column-misspelt", heading, column=heading, position=misspelt[heading] + 1)
    absent = [heading for heading in missing if heading not in misspelt]
    if absent:
        refusals.add("columns-absent", "heading", columns="; ".join(absent))


def _advice(heading: str, misspelt: dict[str, int]) -> str:
    if heading in misspelt:
        return f"Rename the heading of column {misspelt[heading] + 1} to '{heading}'."
    return f"Add a column headed '{heading}'."


def _closest(key: str, candidates: frozenset[str] | set[str]) -> str:
    """The known key that this one is a slip of; '' when none is close. Digits must agree (Adult 1, Adult 2)."""
    digits = [letter for letter in key if letter.isdigit()]
    same_digits = [one for one in sorted(candidates) if [letter for letter in one if letter.isdigit()] == digits]
    found = difflib.get_close_matches(key, same_digits, n=1, cutoff=_CLOSENESS)
    return found[0] if found else ""
