"""Linking by likeness with the kept model: learning it, comparing whoever waits, and whoever was just made on a call.

What the rule is sure of it joins, as anybody's decision joins, with the model's version and its reasons in words; what
is likely becomes a question; the rest is left (joinedup/person/linking/deciding.py). Whoever waits is compared in
batches that commit one by one, so that a run cut off goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from joinedup.access.callers import Caller, acting_as_service
from joinedup.access.logbook import note
from joinedup.base.errors import NotNow
from joinedup.person.actions.adopt import ADOPTING
from joinedup.person.actions.links import join_records
from joinedup.person.link_models import LinkModel
from joinedup.person.linking.deciding import ASK, JOIN, Decision, decide, fits_all
from joinedup.person.queries.likeness import kept_model_in_force, people_to_compare, standings
from joinedup.person.queries.person_row import whole_of

COMPARED_AT_ONCE = 1_000
MOST_BITS = 40.0


@dataclass(slots=True)
class Likened:
    """What comparing came to: people compared, pairs weighed, joined by the rule, newly asked about."""

    people: int = 0
    pairs: int = 0
    joined: int = 0
    asked: int = 0


def link_waiting(
    *, by: Caller, at: datetime, request_key: str, progress: Callable[[Likened], None] = lambda done: None
) -> Likened:
    """Compare everybody who waits with those worth comparing, and join or ask. Without a kept model nothing is done.

    Runs as the role `loader`, outside any transaction. Nothing is done twice under any `request_key`: whoever was
    compared no longer waits, in the same transaction.
    """
    del by
    done, model = Likened(), kept_model_in_force()
    while model is not None:
        with acting_as_service() as service, connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [ADOPTING])
            cursor.execute(
                "delete from person_persontocompare where person_id = any (array(select person_id "
                "from person_persontocompare order by person_id limit %s)) returning person_id",
                [COMPARED_AT_ONCE],
            )
            waiting = sorted(key for (key,) in cursor.fetchall())
            if not waiting:
                break
            cursor.execute("select one, other from access.worth_comparing(%s) order by 1, 2", [waiting])
            batch = _compare(cursor, service, at, request_key, model, cursor.fetchall())
            note("people.compared", thing_id=model.id, found=len(waiting))
        done.people += len(waiting)
        done.pairs, done.joined, done.asked = (
            done.pairs + batch.pairs,
            done.joined + batch.joined,
            done.asked + batch.asked,
        )
        progress(done)
    return done


def compare_arrival(*, by: Caller, at: datetime, request_key: str, person_id: UUID) -> Likened:
    """Compare somebody just made with those whom the caller may see, in the open transaction; part of that act.

    Whoever is hidden from the caller is not looked at here: the database asks the privacy officer about them by itself.
    """
    model = kept_model_in_force()
    if model is None:
        return Likened()
    with connection.cursor() as cursor:
        cursor.execute("select other from access.worth_comparing_seen(%s) order by 1", [person_id])
        pairs = [(min(person_id, other), max(person_id, other)) for (other,) in cursor.fetchall()]
        return _compare(cursor, by, at, request_key, model, pairs)


def _compare(
    cursor: Any, by: Caller, at: datetime, request_key: str, model: LinkModel, pairs: Sequence[tuple[UUID, UUID]]
) -> Likened:
    """Weigh pairs and do what follows."""
    people = people_to_compare(cursor, {key for pair in pairs for key in pair})
    known = [pair for pair in pairs if pair[0] in people and pair[1] in people]
    if not known:
        return Likened()
    from joinedup.person.linking.weighing import weigh, weights_of  # here, since DuckDB takes a while to import

    weights, places = weights_of(model.fields, model.weights, model.share), {key: at for at, key in enumerate(people)}
    weighed = weigh(weights, [each.rows for each in people.values()], [(places[a], places[b]) for a, b in known])
    done = Likened(pairs=len(known))
    decisions = {
        pair: (decide(weights.ladders, each.steps, each.bits, standing), min(each.bits, MOST_BITS))
        for pair, each, (standing, asked) in zip(known, weighed, standings(cursor, people, known), strict=True)
        if not asked
    }
    sure = {pair for pair, (decision, _) in decisions.items() if decision.what == JOIN}
    for pair, (decision, bits) in decisions.items():
        if pair in sure and fits_all(pair, sure):
            done.joined += int(_joined(by, at, request_key, model, pair, bits, decision))
        elif decision.what in (ASK, JOIN):
            cursor.execute("select access.ask_question('likely_same', %s, %s, '', %s, %s)", [*pair, bits, at])
            done.asked += int(cursor.fetchone()[0])
    return done


def _joined(
    by: Caller, at: datetime, request_key: str, model: LinkModel, pair: tuple[UUID, UUID], bits: float,
    decision: Decision,
) -> bool:  # fmt: skip
    """Join a pair unless it is one person already, or the database refuses what only somebody may decide."""
    one, other = pair
    if other in whole_of(one):
        return False
    reason = f"{decision.why} {bits:.1f} bits by model {model.version}."[:400]
    try:
        link_id = join_records(
            by=by, at=at, request_key=request_key, one=one, other=other, how="likeness", reason=reason, weight=bits,
            model_id=model.id,
        )  # fmt: skip
    except NotNow:
        return False
    for person_id in pair:
        note("people.linked", person_id=person_id, thing_id=link_id)
    return True
