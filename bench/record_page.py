"""Opening one record: the whole page as the server makes it, beside the bare SQL that fetches the same rows.

A is `GET /people/<id>/` through Django's test client in this process: token, row security, the line of the log, the
template; all but the network. B fetches the same rows as `owner` by eleven plain statements and draws nothing. The
people are drawn with a fixed seed; both must give the same entries of the timeline in the same order.
"""

from __future__ import annotations

import logging
import os
import random
import statistics
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg

from bench.misspelt import SEED
from bench.place import LoadedPlace
from bench.side_by_side import compare, say

RECORDS = 200
TIMELINE = """
    select * from person_timelineentry where person_id = %(person)s order by starts_on desc nulls last, id desc limit 51
"""
REST = (
    "select * from person_person p join places_place l on l.id = p.place_id left join person_aboutme a "
    "on a.person_id = p.id where p.id = %(person)s",
    "select r.body_id, c.person_facts, max(r.told_at), max(r.arrival) from person_sourcerecord r "
    "join person_sourcecontent c on c.record_id = r.id where r.person_id = %(person)s and r.says_who "
    "and r.state = 'attached' and c.person_facts is not null group by 1, 2",
    "select kind, body_id, count(*) from person_timelineentry where person_id = %(person)s group by 1, 2",
    "select * from person_timelineentry where person_id = %(person)s and open_ended",
    "select * from person_timelineentry where person_id = %(person)s "
    "and kind in ('contact', 'attendance', 'admission') and starts_on <= current_date "
    "order by starts_on desc nulls last, id desc limit 1",
    "select * from person_timelineentry where person_id = %(person)s and (kind = 'document' "
    "or kind in ('visit', 'appointment') and starts_on >= current_date) limit 50",
    "select * from person_personrelationship r left join person_person p on p.id = r.other_person_id "
    "where (r.person_id = %(person)s or r.other_person_id = %(person)s) and r.ends_on is null",
    "select count(*) from person_workitem where (person_id = %(person)s or other_person_id = %(person)s) "
    "and done_at is null",
    "select g.*, s.label, s.kind from access_accessgrant g join access_subject s on s.id = g.subject_id "
    "where g.person_id = %(person)s",
    "select b.id, b.code, b.name from places_body b where b.id in (select body_id from person_timelineentry "
    "where person_id = %(person)s union select body_id from person_sourcerecord where person_id = %(person)s)",
)


def run(place: LoadedPlace, *, rounds: int) -> dict[str, Any]:
    """Measure; the row adds statements a page (savepoints and entering too), its size and the timelines' lengths."""
    from django.conf import settings
    from django.test import Client

    warnings.filterwarnings("ignore", "No directory at")  # collected static files, which only `joinedup serve` makes
    write_request_log_nowhere()
    owner = place.connect("owner")
    owner.autocommit = True
    people = _people(owner)
    client = Client()
    client.cookies[settings.TOKEN_COOKIE] = place.token
    sizes: list[int] = []

    def page(person: UUID) -> None:
        answer = client.get(f"/people/{person}/")
        if answer.status_code != 200:
            raise RuntimeError(f"the page answered {answer.status_code}")
        sizes.append(len(answer.content))

    def bare(person: UUID) -> list[UUID]:
        held = {"person": person}
        for statement in REST:
            owner.execute(statement, held).fetchall()
        return [row[0] for row in owner.execute(TIMELINE, held).fetchall()][:50]

    row = compare(page, bare, people, rounds=rounds, answer_of_a=lambda person: _shown_entries(place.token, person))
    with _counted() as statements:
        page(people[0])
    entries = [len(bare(person)) for person in people]
    owner.close()
    say(f"  {len(statements)} statements a page, {statistics.median(entries):.0f} entries shown in the middle")
    return {
        "people": place.loading["people_made"], **row, "statements_a_page": len(statements),
        "statements_of_b": len(REST) + 1, "page_bytes_median": round(statistics.median(sizes)),
        "entries_shown": [min(entries), round(statistics.median(entries)), max(entries)],
    }  # fmt: skip


def write_request_log_nowhere() -> None:
    """The line of each request is made as in production and then written where nobody reads it."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(open(os.devnull, "w"))  # noqa: SIM115  (it lives as long as the process)


def _people(owner: psycopg.Connection[Any]) -> list[UUID]:
    rows = owner.execute(
        "select id from person_person where canonical_id is null "
        "order by family_folded, given, birth_date, nhs_number, postcode, id"
    ).fetchall()
    return [row[0] for row in random.Random(SEED).sample(rows, min(RECORDS, len(rows)))]


def _shown_entries(token: str, person: UUID) -> list[UUID]:
    """The entries that the page shows, in the order of the index that both sides read by."""
    from django.db import transaction

    from joinedup.access.callers import enter
    from joinedup.base import clock
    from joinedup.person.queries import MovedTo, record

    with transaction.atomic():
        caller = enter(token)
        if caller is None:
            raise RuntimeError("the bench's session is not live any more")
        shown = record(caller, person, clock.now())
    if isinstance(shown, MovedTo):
        raise RuntimeError("a linked key was drawn")
    return [
        each.entry_id
        for each in sorted(
            shown.timeline.entries,
            key=lambda each: (each.starts_on is not None, each.starts_on or 0, each.entry_id), reverse=True,
        )
    ]  # fmt: skip


@contextmanager
def _counted() -> Iterator[list[str]]:
    """Every statement that any cursor of this process sends: Django's, entering, savepoints."""
    sent: list[str] = []
    plain = psycopg.Cursor.execute

    def execute(cursor: Any, query: Any, *values: Any, **words: Any) -> Any:
        sent.append(str(query)[:60])
        return plain(cursor, query, *values, **words)

    psycopg.Cursor.execute = execute  # type: ignore[method-assign,assignment]
    try:
        yield sent
    finally:
        psycopg.Cursor.execute = plain  # type: ignore[method-assign]
