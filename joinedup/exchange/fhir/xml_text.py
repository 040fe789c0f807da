"""How does FHIR XML become the same JSON-shaped resources as FHIR JSON?

One conversion, so that every reader behind it knows one shape only. The text is parsed as it is read from the file:
a bundle's entries come one by one, and memory holds one entry. A document type, an entity or anything that points
outside the file is refused, because that is how XML reads other files or grows without end. What XML does not say
(which element is a list, which text is a number) is settled in `xml_shapes.py`. Source: FHIR R4, XML and JSON
representation (hl7.org/fhir/R4/xml.html). Left out: comments and the order of elements of different names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from joinedup.exchange.fhir.xml_shapes import shaped
from joinedup.exchange.json_text import BrokenJson
from joinedup.exchange.values import DOCUMENT_LIMIT_BYTES, ROW_LIMIT_BYTES

Json = Any
FHIR = "http://hl7.org/fhir"
XHTML = "http://www.w3.org/1999/xhtml"
DEPTH_LIMIT = 200
PIECE_BYTES = 256 * 1024
HOLDS_RESOURCES = ("resource", "contained", "outcome")


class BrokenXml(BrokenJson):
    """The text is no FHIR XML that we take; `code` is its code in the table of refusals."""


@dataclass(slots=True)
class _Element:
    """One element being read. `parts` are its children in order: name, value and what belongs to a plain value."""

    name: str
    attributes: dict[str, str]
    parts: list[tuple[str, Json, dict[str, Json]]] = field(default_factory=list)


def xml_documents(path: Path) -> Iterator[Json]:
    """The resource of a file; of a bundle first the bundle without entries, then each entry as it ends.

    Raises BrokenXml with a refusal code, after whatever could be read before the break.
    """
    reader = _Reader()
    size = 0
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield from reader.feed(piece)
            size += len(piece)
            if reader.held_bytes(size) > (ROW_LIMIT_BYTES if reader.is_bundle else DOCUMENT_LIMIT_BYTES):
                raise BrokenXml("row-too-long" if reader.is_bundle else "file-too-large")
        yield from reader.feed(b"", is_end=True)


class _Reader:
    """Turns the parser's events into elements, and elements that are whole into resources."""

    def __init__(self) -> None:
        self.open: list[_Element] = []
        self.done: list[Json] = []
        self.html: list[str] = []
        self.html_depth = 0
        self.is_bundle = False
        self.is_head_told = False
        self.taken_at = 0
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._starts
        parser.EndElementHandler = self._ends
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.ExternalEntityRefHandler = self._refuse
        self.parser = parser

    def feed(self, piece: bytes, is_end: bool = False) -> Iterator[Json]:
        """What became whole with this piece; BrokenXml after it when the piece does not fit."""
        fault: BrokenXml | None = None
        try:
            self.parser.Parse(piece, is_end)
        except BrokenXml as broken:
            fault = broken
        except (expat.ExpatError, ValueError, LookupError):
            fault = BrokenXml("xml-broken")
        done, self.done = self.done, []
        yield from done
        if fault is not None:
            raise fault

    def held_bytes(self, read: int) -> int:
        """Bytes read since the last resource was whole."""
        return read - self.taken_at

    def _refuse(self, *_: object) -> int:
        raise BrokenXml("xml-not-safe")

    def _starts(self, name: str, attributes: dict[str, str]) -> None:
        space, _, short = name.rpartition(" ")
        if self.html_depth or space == XHTML:
            self._html_starts(short, attributes)
            return
        if space != FHIR:
            raise BrokenXml("xml-not-fhir")
        if len(self.open) >= DEPTH_LIMIT:
            raise BrokenXml("json-too-deep")
        if not self.open:
            self.is_bundle = short == "Bundle"
        elif self.is_bundle and not self.is_head_told and len(self.open) == 1 and short == "entry":
            self.is_head_told = True
            self.done.append(shaped(_resource(self.open[0])))
        self.open.append(_Element(short, attributes))

    def _ends(self, name: str) -> None:
        if self.html_depth:
            self._html_ends(name.rpartition(" ")[2])
            return
        element = self.open.pop()
        if not self.open:
            if not self.is_head_told:
                self.done.append(shaped(_resource(element)))
            return
        above = self.open[-1]
        if self.is_bundle and len(self.open) == 1 and element.name == "entry":
            self.done.append(_entry(_value(element)[0]))
            self.taken_at = self.parser.CurrentByteIndex
        elif above.name in HOLDS_RESOURCES and element.name[:1].isupper():
            above.parts.append(("", _resource(element), {}))
        elif above.name == "contained" or not self.is_head_told or len(self.open) > 1:
            above.parts.append((element.name, *_value(element)))

    def _html_starts(self, name: str, attributes: dict[str, str]) -> None:
        self.html_depth += 1
        if self.html_depth > DEPTH_LIMIT:
            raise BrokenXml("json-too-deep")
        told = "".join(f" {key.rpartition(' ')[2]}={quoteattr(value)}" for key, value in attributes.items())
        namespace = f' xmlns="{XHTML}"' if self.html_depth == 1 else ""
        self.html.append(f"<{name}{namespace}{told}>")

    def _html_ends(self, name: str) -> None:
        self.html.append(f"</{name}>")
        self.html_depth -= 1
        if not self.html_depth and self.open:
            self.open[-1].parts.append((name, "".join(self.html), {}))
            self.html.clear()

    def _text(self, text: str) -> None:
        if self.html_depth:
            self.html.append(escape(text))


def _resource(element: _Element) -> dict[str, Json]:
    """A whole resource with its type; lists and numbers are found when what it stands in is whole."""
    return {"resourceType": element.name, **_content(element)}


def _entry(entry: Json) -> Json:
    resource = entry.get("resource") if isinstance(entry, dict) else None
    return {**entry, "resource": shaped(resource)} if isinstance(resource, dict) else entry


def _content(element: _Element) -> dict[str, Json]:
    """Attributes and children by name; children of one name become a list."""
    found: dict[str, Json] = {name: value for name, value in element.attributes.items() if " " not in name}
    values: dict[str, list[Json]] = {}
    besides: dict[str, list[dict[str, Json]]] = {}
    for name, value, more in element.parts:
        values.setdefault(name, []).append(value)
        besides.setdefault(name, []).append(more)
    for name, items in values.items():
        found[name] = items if len(items) > 1 else items[0]
        if any(besides[name]):
            found[f"_{name}"] = [more or None for more in besides[name]] if len(items) > 1 else besides[name][0]
    return found


def _value(element: _Element) -> tuple[Json, dict[str, Json]]:
    """What an element holds, and beside a plain value its own id and extensions."""
    if len(element.parts) == 1 and element.parts[0][0] == "":
        return element.parts[0][1], {}
    content = _content(element)
    if "value" in element.attributes:
        plain = element.attributes["value"]
        del content["value"]
        return plain, content
    return content, {}
