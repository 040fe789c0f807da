"""What does one FHIR element say, as plain text?

Small pure readers over parsed JSON that never raise: a sender may put a list where FHIR has one value, or a text where
it has an object, and the rest of the resource must still be read. Source: FHIR R4 data types
(hl7.org/fhir/R4/datatypes).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from joinedup.exchange.json_text import plain_number
from joinedup.exchange.values import clean

Json = Any
Path = tuple[str, ...]


def objects(value: Json) -> list[dict[str, Json]]:
    """The objects in a list, or the one object given; [] for anything else."""
    if isinstance(value, dict):
        return [value]
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def strings(value: Json) -> tuple[str, ...]:
    """The cleaned, non-empty texts in a list, or the one text given."""
    items = value if isinstance(value, list) else [value]
    return tuple(text for item in items if isinstance(item, str) and (text := clean(item)))


def string(value: Json) -> str:
    """The first cleaned text, or ''."""
    found = strings(value)
    return found[0] if found else ""


def pick(resource: Json, path: Path) -> Json:
    """Walk down a path, taking the first item of each list; None when it ends early."""
    for step in path:
        if isinstance(resource, list):
            resource = resource[0] if resource else None
        if not isinstance(resource, dict):
            return None
        resource = resource.get(step)
    return resource


def text_of(value: Json) -> str:
    """A text for people: of a CodeableConcept its text, else a display, else a code; a quantity with its unit.

    >>> text_of({"coding": [{"code": "1", "display": "Asthma"}]})
    'Asthma'
    """
    if isinstance(value, str):
        return clean(plain_number(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return next((text for item in value if (text := text_of(item))), "")
    return _text_of_object(value) if isinstance(value, dict) else ""


def _text_of_object(value: dict[str, Json]) -> str:
    if "coding" in value:
        return string(value.get("text")) or _text_of_codings(objects(value["coding"]))
    if ("value" in value and "system" not in value) or "unit" in value:
        number = _short_number(text_of(value.get("value")))
        unit = string(value.get("unit")) or string(value.get("code"))
        return f"{string(value.get('comparator'))}{number} {unit}".strip() if number else ""
    for key in ("text", "display", "code"):
        if found := string(value.get(key)):
            return found
    return ""


def _short_number(text: str) -> str:
    """At most five significant digits of a decimal, for showing: the kept source has them all."""
    if len(text) <= 8 or "." not in text:
        return text
    try:
        return f"{float(text):.5g}" if 1e-4 < abs(float(text)) < 1e5 else text
    except ValueError:
        return text


def _text_of_codings(codings: list[dict[str, Json]]) -> str:
    for key in ("display", "code"):
        for coding in codings:
            if found := string(coding.get(key)):
                return found
    return ""


def code_of(value: Json) -> str:
    """The first code of a CodeableConcept or Coding, or the code itself."""
    if isinstance(value, str):
        return value.strip()
    for item in objects(value):
        for coding in [*objects(item.get("coding")), item]:
            if code := string(coding.get("code")):
                return code
    return ""


def codes_of(value: Json) -> set[str]:
    """Every code of a list of Codings, in capitals."""
    return {string(coding.get("code")).upper() for coding in objects(value)} - {""}


def reference_id(value: Json, resource_type: str = "Patient") -> str:
    """The bare id that a reference to one type of resource names, or ''.

    >>> reference_id({"reference": "https://a.example/fhir/Patient/7/_history/2"})
    '7'
    >>> reference_id({"reference": "Group/7"})
    ''
    """
    reference = next((text for item in objects(value) if (text := string(item.get("reference")))), "")
    if reference.startswith("urn:"):
        return reference.rpartition(":")[2]
    if reference.startswith("#"):
        return ""
    if "?" in reference:
        named, _, query = reference.rpartition("?")
        return query.rpartition("|")[2] if named.rpartition("/")[2] == resource_type and "|" in query else ""
    parts = [part for part in reference.split("/") if part]
    if "_history" in parts:
        parts = parts[: parts.index("_history")]
    if len(parts) == 1:
        return parts[0]
    return parts[-1] if len(parts) > 1 and parts[-2] == resource_type else ""


def identified_id(value: Json) -> str:
    """The value of the identifier in a reference that names its target by identifier only, or ''."""
    for item in objects(value):
        for identifier in objects(item.get("identifier")):
            if found := string(identifier.get("value")):
                return found.replace(" ", "")
    return ""


def instant_of(value: Json) -> datetime | None:
    """A text that is an instant (a date and time with its zone), else None."""
    if not isinstance(value, str):
        return None
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        return None
    return instant if instant.tzinfo is not None else None
