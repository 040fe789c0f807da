"""Which elements of a resource are lists, numbers or yes and no, when XML wrote them all alike?

FHIR XML writes one item of a list and a single value the same way. The shape check of R4 (fhirkit) knows which is
which and says so of each element that has the wrong form; its answers are remembered by path, so that a resource whose
paths were all met before is not asked about again. An element it does not know stays as it stands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Any

import fhirkit

from joinedup.exchange.json_text import BrokenJson, marked_number, write_json
from joinedup.exchange.values import sha256

Json = Any
Met = tuple[str, type]  # a path, and whether a text, an object or a list stood there
LEVELS_LIMIT = 24
PATHS_LIMIT = 50_000

_LIST, _NUMBER, _WHOLE, _YES_NO = "list", "number", "whole", "yes-no"
_BESIDE = "beside"  # a plain value that is not there, but has extensions: JSON writes them beside it, under '_name'
_WORDS = {
    "expected an array": _LIST,
    "expected a number": _NUMBER,
    "expected a whole number": _WHOLE,
    "expected true or false": _YES_NO,
}
_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_INDEX = re.compile(r"\[\d+\]")

_forms: dict[str, set[str]] = {}
_NO_FORMS: frozenset[str] = frozenset()
_PLAIN_FORMS = frozenset({_NUMBER, _WHOLE, _YES_NO})
_met: set[Met] = set()


class SentAsXml(dict[str, Json]):
    """A resource from XML with the digest of what was sent, which does not hang on what else was met before it."""

    digest: str = ""


def shaped(resource: dict[str, Json]) -> SentAsXml:
    """The same resource with lists, numbers and yes and no where R4 has them."""
    found = SentAsXml(_with_forms(resource))
    found.digest = sha256(json.dumps(resource).encode())
    return found


def _with_forms(resource: dict[str, Json]) -> dict[str, Json]:
    resource_type = str(resource.get("resourceType"))
    if resource_type not in fhirkit.RESOURCE_TYPES:
        return resource
    found = resource
    for _ in range(LEVELS_LIMIT):
        new: set[Met] = set()
        found = _formed(found, resource_type, new)
        if not new or not _ask(found):
            _met.update(new)
            break
    return found


def _ask(resource: dict[str, Json]) -> bool:
    """Learn the forms of elements; says whether anything was learnt, for then what stands below is asked about next."""
    if len(_met) > PATHS_LIMIT:  # only a hostile file has so many
        _met.clear()
        _forms.clear()
    try:
        issues = fhirkit.validate(write_json(resource))
    except (ValueError, BrokenJson):
        return False
    learnt = False
    for issue in issues:
        form, path = _form_of(issue.message), _INDEX.sub("", issue.path)
        if form and form not in _forms.setdefault(path, set()):
            _forms[path].add(form)
            learnt = True
    return learnt


def _form_of(message: str) -> str:
    """The form that a fault asks for, or ''."""
    wanted, _, sent = message.partition(", found ")
    if not sent or not wanted.startswith("expected "):
        return ""
    if sent == "an object" and wanted != "expected an array":
        return _BESIDE
    return _WORDS.get(wanted, "")


def _formed(value: Json, path: str, new: set[Met]) -> Json:
    """The value in the forms known so far; paths not asked about yet are added to `new`."""
    if isinstance(value, list):
        return [_formed(item, path, new) for item in value]
    if not isinstance(value, dict):
        return value
    if "resourceType" in value and "." in path:  # a resource within another is formed by itself
        return _with_forms(value)
    found: dict[str, Json] = {}
    for name, held in value.items():
        below = f"{path}.{name}"
        if (met := (below, type(held))) not in _met:
            new.add(met)
        forms = _forms.get(below, _NO_FORMS)
        inner = _formed(held, below, new)
        if _LIST in forms and not isinstance(inner, list):
            inner = [inner]
        if forms & _PLAIN_FORMS:
            inner = [_plain(item, forms) for item in inner] if isinstance(inner, list) else _plain(inner, forms)
        if _BESIDE in forms:
            _put_beside(found, name, inner)
        else:
            found.setdefault(name, inner)
    return found


def _put_beside(found: dict[str, Json], name: str, value: Json) -> None:
    """Objects that stand where a plain value belongs go under '_name', in their places."""
    items = value if isinstance(value, list) else [value]
    plain = [None if isinstance(item, dict) else item for item in items]
    beside = [item if isinstance(item, dict) else None for item in items]
    if any(item is not None for item in plain):
        found[name] = plain if isinstance(value, list) else plain[0]
    if any(beside):
        found.setdefault(f"_{name}", beside if isinstance(value, list) else beside[0])


def _plain(value: Json, forms: Collection[str]) -> Json:
    if not isinstance(value, str):
        return value
    if _YES_NO in forms:
        return {"true": True, "false": False}.get(value, value)
    if _WHOLE in forms and _INTEGER.fullmatch(value):
        return int(value)
    return marked_number(value) if _NUMBER in forms and _DECIMAL.fullmatch(value) else value
