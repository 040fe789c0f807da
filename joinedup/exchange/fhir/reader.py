"""Which units does a FHIR file hold?

A bundle is opened (bundles within it too) and each entry's resource is one unit. NDJSON is read line by line; a large
bundle, JSON or XML, entry by entry, twice: first for what its resources say about each other, then for its units.
Memory stays flat. Left out: contained resources as units of their own, and what a transaction entry asks for: what was
sent is never deleted, and an entry that asks for it is refused with a word on how to withdraw.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from joinedup.exchange.byte_lines import TooLong, byte_lines
from joinedup.exchange.facts import Unit
from joinedup.exchange.fhir.bundle_index import NO_BUNDLE, index_of
from joinedup.exchange.fhir.elements import Json, objects, reference_id, string
from joinedup.exchange.fhir.json_documents import json_documents
from joinedup.exchange.fhir.notices import as_notice
from joinedup.exchange.fhir.older_versions import in_r4_words
from joinedup.exchange.fhir.resource_units import refused_unit, unit_of_entry, unit_of_resource
from joinedup.exchange.fhir.xml_text import xml_documents
from joinedup.exchange.json_text import BrokenJson, read_json
from joinedup.exchange.values import DOCUMENT_LIMIT_BYTES, FIELD_LIMIT_CHARACTERS, ROW_LIMIT_BYTES, sha256

MEGABYTE = 1024 * 1024
BUNDLE_DEPTH_LIMIT = 20
LIMITS = {"file-too-large": DOCUMENT_LIMIT_BYTES // MEGABYTE, "row-too-long": ROW_LIMIT_BYTES // MEGABYTE}
Documents = Callable[[], Iterator[Json]]
"""Reads a file anew: one resource; or a bundle without its entries, then each entry, a BrokenJson raised at a break."""


def read_json_file(path: Path, name: str, today: date) -> Iterator[Unit]:
    """The units of one JSON document: a resource, or the entries of a bundle, rows counted from 1."""
    if path.stat().st_size > DOCUMENT_LIMIT_BYTES:
        yield from _units_of_stream(lambda: json_documents(path), path, name, today)
        return
    raw = path.read_bytes().removeprefix(b"\xef\xbb\xbf").strip()
    if raw.startswith(b"<"):
        yield refused_unit(name, 1, b"", "xml-in-json")
        return
    yield from _units_of_text(raw, name, 1, today, one_row=False)


def read_xml_file(path: Path, name: str, today: date) -> Iterator[Unit]:
    """The units of one XML document, as of a JSON one; they are kept as JSON."""
    yield from _units_of_stream(lambda: xml_documents(path), path, name, today)


def read_ndjson_file(path: Path, name: str, today: date, skip_rows: int) -> Iterator[Unit]:
    """The units of an NDJSON file; row is the line number. Empty lines are counted and not units.

    A line may hold a bundle: all its units then carry that line's number.
    """
    for row, line in byte_lines(path, ROW_LIMIT_BYTES):
        if row <= skip_rows:
            continue
        if isinstance(line, TooLong):
            yield refused_unit(name, row, b"", "row-too-long", digest=line.digest, limit=LIMITS["row-too-long"])
        elif raw := line.removeprefix(b"\xef\xbb\xbf").strip():
            yield from _units_of_text(raw, name, row, today, one_row=True)


def _units_of_text(raw: bytes, file: str, row: int, today: date, one_row: bool) -> Iterator[Unit]:
    try:
        document = read_json(raw)
    except BrokenJson as broken:
        code = "xml-in-json" if raw.startswith(b"<") else broken.code
        yield refused_unit(file, row, raw if len(raw) <= FIELD_LIMIT_CHARACTERS else b"", code, digest=sha256(raw))
        return
    if not (isinstance(document, dict) and document.get("resourceType") == "Bundle"):
        yield unit_of_resource(document, raw, file, row, today, NO_BUNDLE)
        return
    entries = list(_entries(document, 0))
    yield from _units_of_entries(document, lambda: iter(entries), file, row, today, one_row)


def _units_of_stream(documents: Documents, path: Path, file: str, today: date) -> Iterator[Unit]:
    read = documents()
    try:
        first = next(read, None)
    except BrokenJson as broken:
        yield _refused_document(path, file, 1, broken.code)
        return
    if not (isinstance(first, dict) and first.get("resourceType") == "Bundle"):
        yield unit_of_entry(first, file, 1, today, NO_BUNDLE)
        yield from _rest_of(read, path, file)
        return
    if path.stat().st_size <= DOCUMENT_LIMIT_BYTES:
        kept = list(_until_broken(read))
        yield from _units_of_entries(first, lambda: iter(kept), file, 1, today, one_row=False)
    else:
        read.close()  # type: ignore[attr-defined]
        yield from _units_of_entries(first, lambda: _without_head(documents), file, 1, today, one_row=False)


def _rest_of(read: Iterator[Json], path: Path, file: str) -> Iterator[Unit]:
    """Whatever is wrong behind the one resource of a file."""
    try:
        for _ in read:
            pass
    except BrokenJson as broken:
        yield _refused_document(path, file, 2, broken.code)


def _without_head(documents: Documents) -> Iterator[Json]:
    read = documents()
    next(read)
    return _until_broken(read)


def _until_broken(read: Iterator[Json]) -> Iterator[Json]:
    """The entries, those of bundles within opened; a break stands as the last one, as what it is."""
    try:
        for entry in read:
            yield from _entries({"entry": [entry]}, 0)
    except BrokenJson as broken:
        yield broken


def _refused_document(path: Path, file: str, row: int, code: str) -> Unit:
    raw = path.read_bytes() if path.stat().st_size <= FIELD_LIMIT_CHARACTERS else b""
    return refused_unit(file, row, raw, code, limit=LIMITS.get(code, ""))


def _units_of_entries(
    bundle: dict[str, Json], entries: Callable[[], Iterator[Json]], file: str, row: int, today: date, one_row: bool
) -> Iterator[Unit]:
    """Each entry's unit. An entry is a dict with `resource`, or a BrokenJson in the place of one not to be reached."""
    index = index_of(bundle, (_understood(entry) for entry in entries()))
    for offset, entry in enumerate(entries()):
        unit_row = row if one_row else row + offset
        if isinstance(entry, BrokenJson):
            yield refused_unit(file, unit_row, b"", entry.code, limit=LIMITS.get(entry.code, ""))
        else:
            yield as_notice(unit_of_entry(_with_id(entry), file, unit_row, today, index), index)


def _understood(entry: Json) -> Json:
    resource = entry.get("resource") if isinstance(entry, dict) else None
    return {**entry, "resource": in_r4_words(resource)} if isinstance(resource, dict) else entry


def _entries(bundle: dict[str, Json], depth: int) -> Iterator[Json]:
    entries = bundle.get("entry")
    if entries is not None and not isinstance(entries, list):
        yield BrokenJson("bundle-entries-not-a-list")
        return
    for entry in entries or []:
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if resource is None:
            yield BrokenJson("delete-refused" if _asks_to_delete(entry) else "bundle-entry-empty")
        elif not (isinstance(resource, dict) and resource.get("resourceType") == "Bundle"):
            yield entry
        elif depth >= BUNDLE_DEPTH_LIMIT:
            yield BrokenJson("json-too-deep")
        else:
            yield from _entries(resource, depth + 1)


def _asks_to_delete(entry: Json) -> bool:
    return isinstance(entry, dict) and any(
        string(request.get("method")).upper() == "DELETE" for request in objects(entry.get("request"))
    )


def _with_id(entry: dict[str, Json]) -> Json:
    """The entry's resource; where it has no id, one with the id that the entry's fullUrl gives it."""
    resource = entry["resource"]
    if isinstance(resource, dict) and not string(resource.get("id")):
        resource_id = reference_id({"reference": entry.get("fullUrl")}, str(resource.get("resourceType")))
        if resource_id:
            resource["id"] = resource_id
    return resource
