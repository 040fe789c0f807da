"""Finding people by a misspelt name: an ordinary user's whole search, beside the same search without any protection.

A is what the page does before it draws: a transaction, entering by token, the line of the log committed on the second
connection, and `access.person_search` as the role `app`. B is the same function as `owner` with caller, grants and log
taken out of its text. The user's team works for every body of the place, so both must find the same people in the same
order. The target is a 95th percentile of A under 20 ms at 100,000 people.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from uuid import UUID

from bench.misspelt import misspelt_names
from bench.place import LoadedPlace
from bench.side_by_side import compare, milliseconds, say, summary

TEXTS = 200
TARGET_P95_MS = 20
SQL = Path(__file__).resolve().parent.parent / "joinedup" / "person" / "sql"
SHIPPED = {"search_pool": "0035_quick_arrivals.sql", "person_search": "0010_forgiving_search.sql"}
SETTING = "set enable_seqscan = off"
GENERIC = f"{SETTING} set plan_cache_mode = force_generic_plan"
GRANTED = re.compile(r"and exists \(select from access_accessgrant g where.*?now\(\) < g\.ends_at\)\)", re.DOTALL)
FEW = re.compile(r"array\(select g\.person_id from access_accessgrant.*?limit few \+ 1\)", re.DOTALL)


def bare_functions() -> str:
    """The shipped functions of the search with every grant, caller and special right taken out, as temporary ones."""
    text = "".join(_shipped(name) + "\n" for name in SHIPPED).replace(SETTING, GENERIC)
    text = FEW.sub("array_fill(gen_random_uuid(), array[few + 1])", GRANTED.sub("", text))
    for name in ("search_pool", "person_search"):
        text = text.replace(f"access.{name}(", f"pg_temp.{name}(")
    return text.replace("access.subjects()", "array[]::uuid[]").replace("security definer", "")


def _shipped(name: str) -> str:
    """The newest text of a function of the search."""
    text = (SQL / SHIPPED[name]).read_text().replace("create or replace function", "create function")
    start = text.index(f"create function access.{name}(")
    return text[start : text.index("end $$;", start) + len("end $$;")]


def run(place: LoadedPlace, *, rounds: int) -> dict[str, Any]:
    """Measure; the row adds how often the right surname was found, and the database function's own times."""
    owner = place.connect("owner")
    owner.autocommit = True
    owner.execute(bare_functions())
    people = owner.execute("select given, family from person_person where canonical_id is null").fetchall()
    texts = misspelt_names(people, TEXTS)
    say(f"  {len(people):,} people, {len(texts)} misspelt names such as {texts[0]!r}")

    def whole_search(text: str) -> list[UUID]:
        return [found.person_id for found in search_as_user(place.token, text)]

    def bare_search(text: str) -> list[UUID]:
        return [row[0] for row in owner.execute(SEARCH.format("pg_temp"), searched(text)).fetchall()]

    row = compare(whole_search, bare_search, texts, rounds=rounds)
    with place.connect("app") as app:
        function = summary([milliseconds(lambda text: _function_alone(app, place.token, text), text) for text in texts])
    owner.close()
    return {
        "people": len(people), **row, "target_p95_ms": TARGET_P95_MS, "function_alone": function,
        "nobody_found": sum(1 for text in texts if not whole_search(text)), "loading": place.loading,
    }  # fmt: skip


def search_as_user(token: str, text: str) -> tuple[Any, ...]:
    """What the page of search does, without drawing it."""
    from django.db import transaction

    from joinedup.access.callers import enter
    from joinedup.base import clock
    from joinedup.person.queries import search

    with transaction.atomic():
        caller = enter(token)
        if caller is None:
            raise RuntimeError("the bench's session is not live any more")
        return search(caller, token, text, clock.now()).found


SEARCH = """select id from {}.person_search(%s, %s::text[], %s::text[], %s::text[], %s::text[], %s::date[], %s::int,
    %s, %s, 20)"""


def searched(text: str) -> list[Any]:
    """What the page asks the database's function for."""
    from joinedup.person.nicknames import alike
    from joinedup.person.search_text import understood

    wanted = understood(text)
    pairs = [(word, name) for word in wanted.words for name in sorted(alike(word))]
    return [
        wanted.nhs_number, list(wanted.words), list(wanted.joined_words), [word for word, _ in pairs],
        [name for _, name in pairs], list(wanted.birth_dates), wanted.birth_year, wanted.postcode, wanted.district,
    ]  # fmt: skip


def _function_alone(app: Any, token: str, text: str) -> None:
    """Enter and search in one transaction, without Django and without the log."""
    with app.transaction():
        app.execute("select access.enter(%s)", [token])
        app.execute(SEARCH.format("access"), searched(text)).fetchall()
