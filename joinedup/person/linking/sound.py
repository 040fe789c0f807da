"""How does a name sound, roughly?

A key of our own in the manner of Soundex: letters that sound alike get one sign, vowels after the first are dropped,
and spellings that English hides a sound in are levelled first (Ph, Kn, Wr, ght). It is good for finding candidates and
as one weak sign; it is made for names as English speakers write them down.
"""

from __future__ import annotations

import re
from functools import lru_cache

LONGEST_KEY = 6
REMEMBERED = 20_000  # names and postcodes come again and again: so many are worked out once in a process

_LEVELLED = (
    (re.compile("^(?:kn|gn|pn)"), "n"), (re.compile("^wr"), "r"), (re.compile("^wh"), "w"), (re.compile("^ps"), "s"),
    (re.compile("^x"), "s"), (re.compile("^(?:mac|mc)(?=.)"), "mk"), (re.compile("ph"), "f"), (re.compile("ght"), "t"),
    (re.compile("sch|sh|tch|ch|bh"), "S"), (re.compile("c(?=[eiy])"), "s"), (re.compile("g(?=[eiy])"), "j"),
    (re.compile("[ckq]+s?(?=[^aeiou]|$)|[ckq]"), "k"), (re.compile("dge?"), "d"), (re.compile("mb$"), "m"),
)  # fmt: skip
_SIGNS = {letter: sign for sign, letters in
          {"1": "bfpv", "2": "sxzSj", "3": "dt", "4": "l", "5": "mn", "6": "r", "7": "kg"}.items()
          for letter in letters}  # fmt: skip


@lru_cache(REMEMBERED)
def sound(name: str) -> str:
    """The key of a folded name; names that sound alike mostly have the same.

    >>> sound("philip") == sound("fillip"), sound("wright") == sound("rite")
    (True, True)
    >>> sound("smith"), sound("jones")
    ('253', '252')
    """
    levelled = name
    for pattern, letter in _LEVELLED:
        levelled = pattern.sub(letter, levelled)
    first = levelled[:1]
    lead = "" if first in _SIGNS else ("y" if first in "aeiouy" else first)
    signs: list[str] = []
    before = ""
    for letter in levelled:
        sign = _SIGNS.get(letter, "")
        if sign and sign != before:
            signs.append(sign)
        if letter not in "hw":
            before = sign
    return (lead + "".join(signs))[:LONGEST_KEY]
