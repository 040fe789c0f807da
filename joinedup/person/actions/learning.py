"""Learning what comparing is worth from the place's own records, and keeping it as a model that is never changed.

Learnt from what bodies sent, one row for each sender's identifier: those of one person are true pairs, found by their
numbers. The report says what the rule would do with these rows if their numbers were hidden. Restricted people are left
out, and no name is kept.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

from django.db import connection

from joinedup.access.actions import once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.errors import SenderMustAct
from joinedup.person.link_models import LinkModel
from joinedup.person.queries.likeness import told_fields

MOST_ROWS = 60_000
LEAST_ROWS = 100
ROWS = """
    select coalesce(p.canonical_id, p.id)::text, lead.nhs_number <> '', c.person_facts::text from (
        select distinct on (r.body_id, r.subject) r.id, r.person_id from person_sourcerecord r
        where r.state = 'attached' and r.says_who order by r.body_id, r.subject, r.arrival desc) r
    join person_sourcecontent c on c.record_id = r.id join person_person p on p.id = r.person_id
    join person_person lead on lead.id = coalesce(p.canonical_id, p.id)
    where not p.restricted and c.person_facts is not null
      and mod(abs(hashtext(coalesce(p.canonical_id, p.id)::text)::bigint), %s) = 0 order by 1, 3
"""


def learn_model(*, by: Caller, at: datetime, request_key: str, say: Callable[[str], None] = lambda words: None) -> int:
    """Learn from the place's records and keep the model; returns its version. Everybody waits to be compared by it.

    Works on everybody, as the service `loader`. SenderMustAct (too-few-to-learn-from) below a hundred rows.
    """

    def act() -> int:
        rows = _rows()
        if len(rows) < LEAST_ROWS:
            raise SenderMustAct(
                "too-few-to-learn-from", f"There are {len(rows)} rows to learn from.",
                f"Below {LEAST_ROWS} nothing can be learnt about how often chance agrees.",
                "Load the bodies' files first.",
            )  # fmt: skip
        from joinedup.person.linking.learning import learn  # here, since DuckDB and Splink take a while to import

        learnt = learn([fields for *_, fields in rows], [key if known else "" for key, known, _ in rows], say)
        last = LinkModel.objects.order_by("-version").values_list("version", flat=True).first() or 0
        people = len({key for key, *_ in rows})
        model = LinkModel.objects.create(
            version=last + 1, learnt_from=f"{len(rows):,} rows that bodies sent about {people:,} people",
            rows=len(rows), share=learnt.share, fields=learnt.fields, weights=learnt.weights, report=learnt.report,
            made_by_id=by.id, made_at=at,
        )  # fmt: skip
        note("link_model.kept", thing_id=model.id, found=len(rows))
        return last + 1

    return int(once(by=by.id, at=at, request_key=request_key, action="learn_model", arguments={}, act=act))


def _rows() -> list[tuple[str, bool, dict[str, str]]]:
    """Whose, whether a verified number says so, and what; all rows of a person or none of them."""
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from person_sourcerecord where state = 'attached' and says_who")
        parts = max(1, -(-int(cursor.fetchone()[0]) // MOST_ROWS))
        cursor.execute(ROWS, [parts])
        return [(key, known, told_fields(json.loads(facts))) for key, known, facts in cursor.fetchall()]
