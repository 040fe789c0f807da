"""How is a bundle too large for memory read, entry by entry, from JSON?

The top of the document is walked key by key; when its `entry` list begins, each element is parsed as soon as it is
whole and given on. Nothing but one entry is held. Source: the order of keys in JSON is free, so whatever stands behind
the entries is read past, and the bundle's own keys before them are what is known of the bundle.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from joinedup.exchange.json_text import BrokenJson, parse_at
from joinedup.exchange.values import ROW_LIMIT_BYTES

Json = Any
PIECE_BYTES = 4 * 1024 * 1024
_SPACE = " \t\r\n"


def json_documents(path: Path) -> Iterator[Json]:
    """A bundle without its entries, then each entry. Raises BrokenJson with a refusal code where it cannot go on.

    A document that is no bundle is 'file-too-large': it would have to be held whole.
    """
    with path.open("rb") as file:
        yield from _documents(_Text(file))


class _Text:
    """A text that grows at its end as it is read and is cut at its start as it is used."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self.held = ""
        self.at = 0
        self.is_whole = False

    def more(self) -> bool:
        """Read another piece; False at the end of the file."""
        if self.is_whole:
            return False
        piece = self.file.read(PIECE_BYTES)
        self.is_whole = not piece
        try:
            grown = self.decoder.decode(piece, final=self.is_whole)
        except UnicodeDecodeError:
            raise BrokenJson("encoding-unknown") from None
        self.held, self.at = self.held[self.at :] + grown, 0
        return not self.is_whole or bool(grown)

    def next_mark(self) -> str:
        """The next character that is not space, not used up yet; '' at the end."""
        while True:
            while self.at < len(self.held) and self.held[self.at] in _SPACE:
                self.at += 1
            if self.at < len(self.held):
                return self.held[self.at]
            if not self.more():
                return ""

    def take(self, marks: str) -> str:
        """Use up one of these marks; raises BrokenJson for anything else."""
        found = self.next_mark()
        if not found or found not in marks:
            raise BrokenJson("json-broken")
        self.at += 1
        return found

    def value(self) -> Json:
        """Parse and use up one value, reading on while it is not whole."""
        self.next_mark()
        while True:
            try:
                value, end = parse_at(self.held, self.at)
            except BrokenJson as broken:
                if broken.code != "json-broken":
                    raise
                if len(self.held) - self.at > ROW_LIMIT_BYTES:
                    raise BrokenJson("row-too-long") from None
                if not self.more():
                    raise
                continue
            if end < len(self.held) or not self.more():  # a number could go on in the next piece
                self.at = end
                return value


def _documents(text: _Text) -> Iterator[Json]:
    head: dict[str, Json] = {}
    text.take("{")
    while True:
        key = text.value()
        text.take(":")
        if key == "entry" and text.next_mark() == "[":
            break
        if not isinstance(key, str):
            raise BrokenJson("json-broken")
        head[key] = text.value()
        if text.take(",}") == "}":
            raise BrokenJson("file-too-large")
    if head.setdefault("resourceType", "Bundle") != "Bundle":
        raise BrokenJson("file-too-large")
    yield head
    yield from _entries(text)


def _entries(text: _Text) -> Iterator[Json]:
    text.take("[")
    if text.next_mark() == "]":
        text.take("]")
    else:
        while True:
            yield text.value()
            if text.take(",]") == "]":
                break
    while text.take(",}") == ",":
        text.value()
        text.take(":")
        text.value()
    if text.next_mark():
        raise BrokenJson("json-broken")
