"""How does JSON become resources without losing what was sent?

Python would turn 1.10 into 1.1, and in FHIR the decimals of a number say how exactly it was measured. So decimals are
held as marked texts while we read, and written back as the same digits. Constants that are not JSON (NaN), endless
nesting and numbers of thousands of digits are refused as broken.
"""

from __future__ import annotations

import json
import re
from typing import Any

from joinedup.exchange.values import FIELD_LIMIT_CHARACTERS

_MARK = "\ue0f7number:"
_MARKED = re.compile(r'"\\ue0f7number:(-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)"')
_NESTING_LIMIT = 200


class BrokenJson(ValueError):
    """The text is no JSON; `code` is its code in the table of refusals."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_json(raw: bytes) -> Any:
    """Parse UTF-8 JSON, with or without a byte order mark. Raises BrokenJson with a refusal code."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BrokenJson("encoding-unknown") from None
    try:
        return _DECODER.decode(text)
    except RecursionError:
        raise BrokenJson("json-too-deep") from None
    except ValueError:
        raise BrokenJson("json-broken") from None


def parse_at(text: str, start: int) -> tuple[Any, int]:
    """The value that begins at a place of a text, and where it ends. Raises BrokenJson with a refusal code."""
    try:
        return _DECODER.raw_decode(text, start)
    except RecursionError:
        raise BrokenJson("json-too-deep") from None
    except ValueError:
        raise BrokenJson("json-broken") from None


def write_json(value: Any) -> bytes:
    """Compact JSON in ASCII with the sender's own digits. Raises BrokenJson when nested too deeply."""
    try:
        text = _ENCODER.encode(value)
    except RecursionError:
        raise BrokenJson("json-too-deep") from None
    return (_MARKED.sub(r"\1", text) if "\\ue0f7number:" in text else text).encode("ascii")


def plain_number(text: str) -> str:
    """The digits of a marked decimal; any other text unchanged."""
    return text[len(_MARK) :] if text.startswith(_MARK) else text


def longest_text(value: Any) -> int:
    """Characters of the longest text (or key) anywhere in parsed JSON. Raises BrokenJson when nested too deeply."""
    longest, level = 0, [value]
    for _ in range(_NESTING_LIMIT):
        below: list[Any] = []
        for item in level:
            if isinstance(item, str):
                longest = max(longest, len(item))
            elif isinstance(item, dict):
                below.extend(item.keys())
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
        if not below:
            return longest
        level = below
    raise BrokenJson("json-too-deep")


def has_field_too_long(value: Any, raw_length: int) -> bool:
    """Is any text over the limit? A resource shorter than the limit is not searched."""
    return raw_length > FIELD_LIMIT_CHARACTERS and longest_text(value) > FIELD_LIMIT_CHARACTERS


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def marked_number(digits: str) -> str:
    """A decimal as a marked text, so that its digits are written back as they came."""
    return _MARK + digits


_DECODER = json.JSONDecoder(parse_float=marked_number, parse_constant=_refuse_constant)
_ENCODER = json.JSONEncoder(separators=(",", ":"))
