"""Does this case have the shape that a rule asks for?

A small, closed part of JSON Schema: enough to describe a rule's case and answer, and every word of it is checked. A
word that is not checked here is refused when the rule is gathered, so that no schema promises more than is tested.
Messages name the field and what was expected, never the value that came in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from joinedup.base.errors import WeMustAct

_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}
_WORDS = frozenset(
    {"type", "enum", "description"}
    | {"properties", "required", "additionalProperties", "items", "maxItems"}
    | {"pattern", "format", "maxLength", "minimum", "maximum"}
)
_SAFE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}")


def faults(schema: Mapping[str, object], value: object, where: str = "the case") -> Iterator[str]:
    """A sentence for each way in which the value does not fit.

    >>> shape = {"type": "object", "properties": {"on": {"type": "string", "format": "date"}}, "required": ["on"]}
    >>> list(faults(shape, {"on": "yesterday"}))
    ['on must be a date such as 2026-04-06']
    >>> list(faults(shape, {}))
    ['on is missing']
    """
    kinds = _kinds(schema)
    if kinds and not any(_is(value, kind) for kind in kinds):
        yield f"{where} must be {' or '.join(_A[kind] for kind in kinds)}"
        return
    allowed = schema.get("enum")
    if isinstance(allowed, list | tuple) and value not in allowed:
        yield f"{where} must be one of {', '.join(str(each) for each in allowed)}"
    if isinstance(value, str):
        yield from _text_faults(schema, value, where)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield from _number_faults(schema, value, where)
    elif isinstance(value, list):
        yield from _list_faults(schema, value, where)
    elif isinstance(value, dict):
        yield from _object_faults(schema, value, "" if where == "the case" else f"{where}.")


def check_schema(schema: object) -> None:
    """Raise WeMustAct when a schema uses a word that `faults` does not check."""
    if not isinstance(schema, Mapping):
        raise _bad_schema("a schema must be a mapping")
    unknown = sorted(set(schema) - _WORDS)
    if unknown or any(kind not in _TYPES for kind in _kinds(schema)):
        raise _bad_schema(f"it uses {', '.join(unknown) or 'a type'} that is not checked here")
    if schema.get("format", "date") != "date" or schema.get("additionalProperties", False) is not False:
        raise _bad_schema("only the format date and additionalProperties false are known")
    properties = schema.get("properties", {})
    for inner in properties.values() if isinstance(properties, Mapping) else ():
        check_schema(inner)
    if "items" in schema:
        check_schema(schema["items"])


def _text_faults(schema: Mapping[str, object], value: str, where: str) -> Iterator[str]:
    longest, pattern = schema.get("maxLength"), schema.get("pattern")
    if isinstance(longest, int) and len(value) > longest:
        yield f"{where} must have at most {longest} characters"
    elif isinstance(pattern, str) and not re.search(pattern, value):
        yield f"{where} must have the form {pattern}"
    elif schema.get("format") == "date" and not _is_date(value):
        yield f"{where} must be a date such as 2026-04-06"


def _number_faults(schema: Mapping[str, object], value: int, where: str) -> Iterator[str]:
    least, most = schema.get("minimum"), schema.get("maximum")
    if isinstance(least, int) and value < least:
        yield f"{where} must be {least} or more"
    if isinstance(most, int) and value > most:
        yield f"{where} must be {most} or less"


def _list_faults(schema: Mapping[str, object], value: list[object], where: str) -> Iterator[str]:
    longest, inner = schema.get("maxItems"), schema.get("items")
    if isinstance(longest, int) and len(value) > longest:
        yield f"{where} must have at most {longest} entries"
    elif isinstance(inner, Mapping):
        for position, item in enumerate(value, start=1):
            yield from faults(inner, item, f"{where}[{position}]")


def _object_faults(schema: Mapping[str, object], value: dict[str, object], prefix: str) -> Iterator[str]:
    properties, required = schema.get("properties", {}), schema.get("required", ())
    known: Mapping[str, object] = properties if isinstance(properties, Mapping) else {}
    for name in required if isinstance(required, list | tuple) else ():
        if name not in value:
            yield f"{prefix}{name} is missing"
    for name, item in value.items():
        inner = known.get(name)
        if isinstance(inner, Mapping):
            yield from faults(inner, item, f"{prefix}{name}")
        elif schema.get("additionalProperties") is False:
            called = name if _SAFE_NAME.fullmatch(name) else "a field"
            yield f"{prefix}{called} is not known; known are {', '.join(known)}"


def _kinds(schema: Mapping[str, object]) -> tuple[str, ...]:
    kind = schema.get("type", ())
    return (
        (kind,)
        if isinstance(kind, str)
        else tuple(str(each) for each in kind)
        if isinstance(kind, list | tuple)
        else ()
    )


def _is(value: object, kind: str) -> bool:
    return isinstance(value, _TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _bad_schema(why: str) -> WeMustAct:
    return WeMustAct(
        "rule-schema", "A rule describes its case wrongly.", f"{why[0].upper()}{why[1:]}.", "Correct RULES."
    )


_A = {
    "object": "an object",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "null",
}
