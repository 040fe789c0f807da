"""How does the same seed always give the same person, however large the place is?

Every draw comes from a generator seeded by a digest of the run's seed and of what is being drawn (place, person or
household block, purpose). No draw depends on how many others were made, so a larger place contains the smaller.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from random import Random
from typing import TypeVar

Choice = TypeVar("Choice")


def digest_of(*parts: object) -> bytes:
    """32 bytes that depend on all parts, in order."""
    return hashlib.sha256("|".join(map(str, parts)).encode()).digest()


def chance(*parts: object) -> Random:
    """A generator of its own for what the parts name.

    >>> chance(1, "E06000027", 5, "household").random() == chance(1, "E06000027", 5, "household").random()
    True
    """
    return Random(int.from_bytes(digest_of(*parts)[:8], "big"))


def local_id(*parts: object) -> str:
    """An identifier in the shape of a UUID, as a sender's system would issue; it tells nothing about the person."""
    text = digest_of("local-id", *parts).hex()
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:32]}"


def weighted(random: Random, choices: Sequence[tuple[Choice, float]]) -> Choice:
    """One of the choices, each with its weight; weights need not sum to one."""
    point = random.random() * sum(weight for _, weight in choices)
    for choice, weight in choices:
        point -= weight
        if point < 0:
            return choice
    return choices[-1][0]
