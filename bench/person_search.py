"""Finding people by a misspelt name: an ordinary user's whole search, beside the same search without any protection.

A is what the page does before it draws: a transaction, entering by token, the line of the log committed on the second
connection, and `access.person_search` as the role `app`. B is the same search in bare SQL as `owner`, whom row security
does not bind: no caller, no grants, no log. The user's team works for every body of the place, so both must find the
same people in the same order. The target is a 95th percentile of A under 20 ms at 100,000 people.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from bench.misspelt import misspelt_names
from bench.place import LoadedPlace
from bench.side_by_side import compare, milliseconds, say, summary

TEXTS = 200
TARGET_P95_MS = 20
BY_SURNAME = """
    select n.person_id as person, n.family_folded as by_family, n.given_folded as by_given,
        similarity(n.family_folded, w.word) * 0.6 + coalesce((
            select max(greatest(similarity(n.given_folded, other), word_similarity(other, n.given_folded)))
            from unnest(%(words)s::text[]) other where other <> w.word),
            case when cardinality(%(words)s::text[]) = 1 then 1 else 0 end) * 0.4 as points
    from unnest(%(words)s::text[]) w (word) join person_personname n on n.family_folded %% w.word
"""
FIRST_NAME_ALONE = """
    union all
    select n.person_id, n.family_folded, n.given_folded, similarity(n.given_folded, (%(words)s::text[])[1]) * 0.5
    from person_personname n
    where n.given_folded %% (%(words)s::text[])[1]
"""
BY_FIRST_NAME = """
    select n.person_id as person, n.family_folded as by_family, n.given_folded as by_given,
        similarity(n.given_folded, g.word) * 0.4 + similarity(n.family_folded, f.word) * 0.6 as points
    from unnest(%(words)s::text[]) g (word) join person_personname n on n.given_folded %% g.word
    join unnest(%(words)s::text[]) f (word) on f.word <> g.word and similarity(n.family_folded, f.word) >= 0.15
"""
TWENTY = """
    with best as (
        select f.person, max(f.points) as points, min(f.by_family) as by_family, min(f.by_given) as by_given
        from ({}) f group by f.person
    ), ranked as (
        select * from best order by points desc, by_family, by_given, person
    ), twenty as (
        select r.person, r.points, p.family_folded, p.given, p.birth_date from ranked r cross join lateral (
            select * from person_person p where p.id = r.person and p.canonical_id is null offset 0) p limit 20
    )
    select person, family_folded from twenty order by points::real desc, family_folded, given, birth_date, person
"""


def run(place: LoadedPlace, *, rounds: int) -> dict[str, Any]:
    """Measure; the row adds how often the right surname was found, and the database function's own times."""
    owner = place.connect("owner")
    owner.autocommit = True
    owner.execute("select similarity('a', 'b')")
    owner.execute("set pg_trgm.similarity_threshold = 0.42")
    people = owner.execute("select given, family from person_person where canonical_id is null").fetchall()
    texts = misspelt_names(people, TEXTS)
    say(f"  {len(people):,} people, {len(texts)} misspelt names such as {texts[0]!r}")

    def whole_search(text: str) -> list[UUID]:
        return [found.person_id for found in search_as_user(place.token, text)]

    def bare_search(text: str) -> list[UUID]:
        words = {"words": list(understood_words(text))}
        alone = len(words["words"]) == 1
        rows = owner.execute(TWENTY.format(BY_SURNAME + (FIRST_NAME_ALONE if alone else "")), words).fetchall()
        if not rows and alone:
            with owner.transaction():
                owner.execute("set local pg_trgm.similarity_threshold = 0.28")
                rows = owner.execute(TWENTY.format(BY_SURNAME), words).fetchall()
        if not rows and not alone:
            rows = owner.execute(TWENTY.format(BY_FIRST_NAME), words).fetchall()
        return [row[0] for row in rows]

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


def understood_words(text: str) -> tuple[str, ...]:
    """The words of a name as the page understands them."""
    from joinedup.person.search_text import understood

    return understood(text).words


def _function_alone(app: Any, token: str, text: str) -> None:
    """Enter and search in one transaction, without Django and without the log."""
    with app.transaction():
        app.execute("select access.enter(%s)", [token])
        words = list(understood_words(text))
        app.execute("select id from access.person_search('', %s::text[], null, '', 20)", [words]).fetchall()
