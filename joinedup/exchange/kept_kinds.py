"""What were the rows that a load kept whole without a line of their own? Counted by kind, so that a sender can tell.

Some of them are used all the same: a Practitioner or an Organization says who and where within its bundle. A kind is
what the sender calls it (a FHIR resource type), never content; what is no plain word is counted among the others.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from joinedup.exchange.facts import Unit
from joinedup.exchange.fhir.bundle_index import NAMED

LONGEST_KIND = 40
OTHERS = "others"
SHOWN_AT_MOST = 30
ADDED = """
    update exchange_loadfile f set unknown_kinds = (
        select jsonb_object_agg(kind, rows) from (select kind, sum(rows::bigint) as rows from (
            select key as kind, value as rows from jsonb_each_text(f.unknown_kinds)
            union all select key, value from jsonb_each_text(c.kinds)) b group by kind) s)
    from unnest(%(names)s::text[], %(kinds)s::jsonb[]) c (name, kinds) where f.load_id = %(load)s and f.name = c.name
"""


def add_kinds(cursor: Any, load_id: UUID, units: Iterable[Unit]) -> None:
    """Add the units of a batch that are not understood to the counts of their files, in the open transaction."""
    counts: dict[str, Counter[str]] = {}
    for unit in units:
        counts.setdefault(unit.file, Counter())[kind_of(unit)] += 1
    if counts:
        words = {"names": list(counts), "kinds": [json.dumps(kinds) for kinds in counts.values()], "load": load_id}
        cursor.execute(ADDED, words)


def kind_of(unit: Unit) -> str:
    """What the sender calls it: the resource type, or the shape of a row; 'others' when that is no plain word."""
    word = unit.kind.partition(":")[2] or unit.kind
    return word if word.isascii() and word.isalpha() and len(word) <= LONGEST_KIND else OTHERS


def added_up(files: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """The counts of all files of a load, most first.

    >>> added_up([{"Task": 1, "Organization": 2}, {"Task": 3}])
    {'Task': 4, 'Organization': 2}
    """
    total = Counter[str]()
    for kinds in files:
        total.update(kinds)
    return dict(sorted(total.items(), key=lambda each: (-each[1], each[0])))


def in_sentences(kinds: Mapping[str, int]) -> list[str]:
    """What was kept, in words: what is used within its bundle, and what is not understood.

    >>> in_sentences({"Organization": 2, "Claim": 1200})
    ['Used within their bundle to say who, where and what: Organization 2.', 'Not understood: Claim 1,200.']
    """
    used = {kind: count for kind, count in kinds.items() if kind in NAMED}
    rest = {kind: count for kind, count in kinds.items() if kind not in NAMED}
    told = (("Used within their bundle to say who, where and what", used), ("Not understood", rest))
    return [f"{words}: {_listed(some)}." for words, some in told if some]


def _listed(kinds: Mapping[str, int]) -> str:
    said = [f"{kind} {count:,}" for kind, count in list(kinds.items())[:SHOWN_AT_MOST]]
    more = sum(list(kinds.values())[SHOWN_AT_MOST:])
    return ", ".join(said) + (f", and {more:,} of other kinds" if more else "")
