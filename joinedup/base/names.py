"""Under which key is a name stored, sorted and searched?

A name is written in many ways (O'Brien, O Brien, OBRIEN; Zoë, Zoe), so a folded key stands beside it. Python and the
database must make the same key, so the folding is five plain steps that both can do, and both are made from the same
constants here: `folded` and `folded_sql`. The key is for finding, never for showing, and never proves that two people
are one. Left out: nicknames, spelling distance and other scripts' transliteration.

The steps, in order:
1. Unicode NFKD: letters and their accents come apart.
2. Accents (U+0300 to U+036F) are dropped.
3. Case is folded (PostgreSQL 18: `casefold` under the collation `pg_unicode_fast`).
4. Letters that do not come apart become plain ones (ø → o, æ → ae; tables below).
5. Apostrophes, hyphens, full stops and white space are dropped.
"""

from __future__ import annotations

import re
import unicodedata

PLAIN_LETTERS = {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i"}
PLAIN_PAIRS = {"æ": "ae", "œ": "oe", "þ": "th"}
DROPPED = "'\u2018\u2019\u02bc\u02b9\u2032`-\u2010\u2013\u2014\u2015\u2212._ \t\n\r"

_ACCENTS = re.compile("[\u0300-\u036f]")
_TABLE = str.maketrans({**PLAIN_LETTERS, **PLAIN_PAIRS, **dict.fromkeys(DROPPED, "")})


def folded(text: str) -> str:
    """The search key of a name: folding twice changes nothing.

    >>> folded("O\u2019Brien"), folded("O'BRIEN"), folded("o brien")
    ('obrien', 'obrien', 'obrien')
    >>> folded("Zo\u00eb Bj\u00f8rn-Str\u00f6m"), folded("Stra\u00dfe")
    ('zoebjornstrom', 'strasse')
    """
    if text.isascii():  # has no accents, and nothing that comes apart
        return text.lower().translate(_TABLE)
    apart = unicodedata.normalize("NFKD", text)
    return _ACCENTS.sub("", apart).casefold().translate(_TABLE)


def folded_sql(expression: str) -> str:
    """The same key as an immutable PostgreSQL 18 expression over a text `expression` (a column name, never input).

    Good for a generated column, an index or a query, in a database with encoding UTF8. A test compares both.
    """
    folding = (
        f"casefold(regexp_replace(normalize({expression}, NFKD), '[\\u0300-\\u036f]', '', 'g') collate pg_unicode_fast)"
    )
    for letter, pair in PLAIN_PAIRS.items():
        folding = f"replace({folding}, '{letter}', '{pair}')"
    letters = "".join(PLAIN_LETTERS) + "".join(character for character in DROPPED if character != "'")
    escaped = "".join(f"\\{ord(character):04x}" for character in letters + "'")
    return f"translate({folding}, U&'{escaped}', '{''.join(PLAIN_LETTERS.values())}')"
