"""Which names would somebody at a front door type, and how would they get them wrong?

Half of the names are drawn by person, so that common names are common; half by surname, so that rare ones occur. Each
gets one slip of the hand (a letter lost, doubled, changed or swapped with its neighbour) in the surname. A fixed seed
draws the same names each time from the same people. Left out: names that sound alike and are spelt otherwise.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

SEED = 2026
LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHORTEST = 4


def misspelt_names(people: Sequence[tuple[str, str]], count: int, *, seed: int = SEED) -> list[str]:
    """`count` different search texts drawn from (given, family) pairs: three in four with the first name, one without.

    >>> misspelt_names([("Ada", "Lovelace"), ("Mary", "Seacole")], 2)
    ['Ada Lovelce', 'Mary Seacaole']
    """
    chance = random.Random(seed)
    held = sorted((given, family) for given, family in people if given and len(family) >= SHORTEST)
    by_family: dict[str, list[tuple[str, str]]] = {}
    for pair in held:
        by_family.setdefault(pair[1], []).append(pair)
    families = sorted(by_family)
    texts: dict[str, None] = {}
    while len(texts) < count:
        common = len(texts) % 2 == 0
        given, family = chance.choice(held) if common else chance.choice(by_family[chance.choice(families)])
        wrong = slip(family, chance)
        texts[wrong if len(texts) % 4 == 3 else f"{given.split()[0]} {wrong}"] = None
    return list(texts)


def slip(word: str, chance: random.Random) -> str:
    """The word with one slip, after its first letter."""
    place = chance.randrange(1, len(word) - 1)
    kind = chance.choice(("lost", "doubled", "changed", "swapped"))
    if kind == "lost":
        return word[:place] + word[place + 1 :]
    if kind == "doubled":
        return word[:place] + word[place] + word[place:]
    if kind == "changed":
        return word[:place] + chance.choice(LETTERS) + word[place + 1 :]
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
