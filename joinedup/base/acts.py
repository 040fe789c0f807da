"""What do all acts have in common?

Every change of state is a function in a step's `actions.py` that takes, by keyword, who does it (`by`), when (`at`)
and a `request_key` that the form, file or job made once. A key that comes again returns the first result and changes
nothing, so a double click, a resent file or a retried job is harmless. Changes of what somebody read before take
`expected_version` too. This is the pure part: the shape of the key, the digest of a result, the comparison of versions.
Remembering keys and results in the act's own transaction is `joinedup.access`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from joinedup.base.errors import Conflict, PersonMustAct, WeMustAct
from joinedup.base.explanation import plain

_REQUEST_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{7,99}")


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts, when, under which key. WeMustAct for a time without a zone, PersonMustAct for a malformed key.

    >>> from datetime import UTC
    >>> Act(UUID(int=1), datetime(2026, 4, 6, tzinfo=UTC), "form-3f2a91c0").request_key
    'form-3f2a91c0'
    """

    by: UUID
    at: datetime
    request_key: str

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise WeMustAct("naive-instant", "An act has a time without a time zone.", "", "Take it from base.clock.")
        check_request_key(self.request_key)


def check_request_key(key: str) -> str:
    """The key itself, when it has 8 to 100 letters, digits and . _ : - and starts with a letter or digit.

    Raises PersonMustAct (request-key): a page that was cut short or tampered with must be opened again.
    """
    if not _REQUEST_KEY.fullmatch(key):
        raise PersonMustAct(
            "request-key",
            "This request cannot be told apart from others.",
            "Its key is missing or damaged.",
            "Open the page again and repeat what you did.",
        )
    return key


def derived_request_key(*parts: str) -> str:
    """A key made from what is done, for files and jobs: the same parts give the same key, so a repeat is recognised.

    >>> derived_request_key("load", "ab", "c") == derived_request_key("load", "a", "bc")
    False
    """
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def result_digest(result: Mapping[str, object]) -> str:
    """SHA-256 in hexadecimal of a result, whatever the order of its keys; values as `explanation.plain` takes them."""
    text = json.dumps(plain(result), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def check_version(
    *, expected_version: int, version: int, what: str, theirs: Mapping[str, str], yours: Mapping[str, str]
) -> None:
    """Raise Conflict (version-conflict) with both texts when somebody saved in between.

    `what` is the sentence for the page ("The plan has changed."); `theirs` and `yours` map fields to texts.
    """
    if expected_version != version:
        differing = [name for name in {**theirs, **yours} if theirs.get(name, "") != yours.get(name, "")]
        raise Conflict(
            "version-conflict",
            what,
            theirs={name: theirs.get(name, "") for name in differing},
            yours={name: yours.get(name, "") for name in differing},
        )
