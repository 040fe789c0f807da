"""Linking by likeness with the kept model: comparing whoever waits, asking about doubles, and whoever was just made.

What the rule is sure of it joins, as anybody's decision joins, with the model's version and its reasons in words; what
is likely becomes a question; the rest is left (joinedup/person/linking/deciding.py). Whoever waits is compared in
batches that commit one by one, so that a run cut off goes on where it stopped. Of three who look like one the surest
two are joined first; what is joined waits again, so that the order in which they were told of makes no difference.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from joinedup.access.callers import Caller, acting_as_service
from joinedup.access.logbook import note
from joinedup.base.errors import NotNow, PersonMustAct
from joinedup.person.actions.adopt import ADOPTING
from joinedup.person.actions.links import join_records
from joinedup.person.linking.deciding import ASKED_FROM_BITS, JOIN, LEAVE, Pair, Standing, decide, two_people
from joinedup.person.queries.likeness import (
    Compared,
    Kept,
    asked_by_rule_alone,
    model_to_weigh_by,
    people_to_compare,
    standings,
    tellings_to_compare,
)

if TYPE_CHECKING:
    from joinedup.person.linking.weighing import Weighed

COMPARED_AT_ONCE = 1_000
MOST_BITS = 40.0
TOOK_OFF = "delete from person_persontocompare where person_id = any (array({})) returning person_id"
LOOKED_AT = "update person_persontocompare set asked_about = true where person_id = any (array({})) returning person_id"
WAITING = "select person_id from person_persontocompare {} order by person_id limit %s"


@dataclass(slots=True)
class Likened:
    """What comparing came to: people compared, pairs weighed, joined by the rule, newly asked about."""

    people: int = 0
    pairs: int = 0
    joined: int = 0
    asked: int = 0


@dataclass(frozen=True, slots=True)
class _Found:
    """What the rule makes of a pair: its bits, and whether it is sure, to be asked about, or surely two people."""

    bits: float
    why: str
    sure: bool
    ask: bool
    two: bool


def link_waiting(
    *, by: Caller, at: datetime, request_key: str, progress: Callable[[Likened], None] = lambda done: None
) -> Likened:
    """Compare everybody who waits with those worth comparing, and join or ask. Without a model nothing is done.

    Runs as the role `loader`, outside any transaction. Nothing is done twice under any `request_key`: whoever was
    compared no longer waits, in the same transaction.
    """
    del by
    kept = model_to_weigh_by()
    if kept is None:
        return Likened()
    return _compare_waiting(TOOK_OFF.format(WAITING.format("")), kept, at, request_key, progress)


def ask_about_doubles(
    *, by: Caller, at: datetime, request_key: str, least_bits: float = ASKED_FROM_BITS, everybody: bool = False,
    progress: Callable[[Likened], None] = lambda done: None,
) -> Likened:  # fmt: skip
    """Compare whoever waits and was not asked about since, and ask about what is at least so likely; nobody is joined.

    They go on waiting for `link_waiting`. With `everybody` nobody is passed over. Runs as the role `loader`, outside
    any transaction. PersonMustAct (no-kept-model) until a model is learnt.
    """
    del by
    kept = model_to_weigh_by()
    if kept is None:
        raise PersonMustAct(
            "no-kept-model", "No model of linking is kept that compares as this program does.",
            "Without one nothing says what a likeness is worth.", "Run `joinedup learn-linking` first.",
        )  # fmt: skip
    if everybody:
        with acting_as_service(), connection.cursor() as cursor:
            cursor.execute("select access.everybody_waits()")
            cursor.execute("update person_persontocompare set asked_about = false where asked_about")
    next_ones = LOOKED_AT.format(WAITING.format("where not asked_about"))
    return _compare_waiting(next_ones, kept, at, request_key, progress, least_bits=least_bits, joins=False)


def _compare_waiting(
    next_ones: str, kept: Kept, at: datetime, request_key: str, progress: Callable[[Likened], None], *,
    least_bits: float = ASKED_FROM_BITS, joins: bool = True,
) -> Likened:  # fmt: skip
    """Batch after batch, each in a transaction of its own, until nobody waits."""
    done = Likened()
    while True:
        with acting_as_service() as service, connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [ADOPTING])
            cursor.execute(next_ones, [COMPARED_AT_ONCE])
            waiting = sorted(key for (key,) in cursor.fetchall())
            if not waiting:
                return done
            cursor.execute("select one, other from access.worth_comparing(%s) order by 1, 2", [waiting])
            comparing = _Comparing(cursor, kept, least_bits)
            comparing.weigh(cursor.fetchall())
            if joins:
                comparing.weigh_around()
            batch = comparing.act(service, at, request_key, joins=joins)
            note("people.compared", thing_id=kept.model.id, found=len(waiting))
        done.people += len(waiting)
        done.pairs += batch.pairs
        done.joined += batch.joined
        done.asked += batch.asked
        progress(done)


def compare_arrival(*, by: Caller, at: datetime, request_key: str, person_id: UUID) -> Likened:
    """Compare somebody just made with those whom the caller may see, in the open transaction; part of that act.

    Whoever is hidden from the caller is not looked at here: the database asks the privacy officer about them by itself.
    """
    kept = model_to_weigh_by()
    if kept is None:
        return Likened()
    with connection.cursor() as cursor:
        cursor.execute("select other from access.worth_comparing_seen(%s) order by 1", [person_id])
        pairs = [(min(person_id, other), max(person_id, other)) for (other,) in cursor.fetchall()]
        comparing = _Comparing(cursor, kept)
        comparing.weigh(pairs)
        return comparing.act(by, at, request_key)


class _Comparing:
    """Pairs of one transaction, weighed by the kept model, and what follows from them."""

    def __init__(self, cursor: Any, kept: Kept, least_bits: float = ASKED_FROM_BITS) -> None:
        self.cursor, self.model, self.weights, self.least_bits = cursor, kept.model, kept.weights, least_bits
        self.people: dict[UUID, Compared] = {}
        self.found: dict[Pair, _Found] = {}

    def weigh(self, pairs: Sequence[Pair]) -> None:
        """Weigh pairs that are not weighed yet, and find what follows from each by itself."""
        new = [pair for pair in pairs if pair not in self.found]
        self.people |= people_to_compare(self.cursor, {key for pair in new for key in pair} - self.people.keys())
        known = [pair for pair in new if pair[0] in self.people and pair[1] in self.people]
        if not known:
            return
        weighed = self._weighed(known)
        stand = standings(self.cursor, self.people, known)
        for pair, each, (standing, asked) in zip(known, weighed, stand, strict=True):
            self.found[pair] = self._decided(each, standing, asked)
        self._doubt_by_each_telling([pair for pair in known if self.found[pair].sure])
        self._leave_what_was_asked([pair for pair, (_, asked) in zip(known, stand, strict=True) if asked])

    def weigh_around(self) -> None:
        """Weigh besides whatever touches those of a sure pair, so that batches of any size see the same."""
        looked: set[UUID] = set()
        while more := {key for pair, each in self.found.items() if each.sure for key in pair} - looked:
            looked |= more
            self.cursor.execute("select one, other from access.worth_comparing(%s) order by 1, 2", [sorted(more)])
            self.weigh(self.cursor.fetchall())

    def _weighed(self, pairs: Sequence[Pair]) -> list[Weighed]:
        from joinedup.person.linking.weighing import weigh

        places = {key: place for place, key in enumerate(dict.fromkeys(key for pair in pairs for key in pair))}
        rows = [self.people[key].rows for key in places]
        return weigh(self.weights, rows, [(places[one], places[other]) for one, other in pairs])

    def _decided(self, pair: Weighed, standing: Standing, asked: bool) -> _Found:
        decision = decide(self.weights.ladders, pair.steps, pair.bits, standing, asked_from=self.least_bits)
        two = two_people(self.weights.ladders, pair.steps, standing)
        return _Found(pair.bits, decision.why, decision.what == JOIN, decision.what != LEAVE and not asked, two)

    def _doubt_by_each_telling(self, sure: Sequence[Pair]) -> None:
        """Ask about sure pairs of which something that one body told and something that another did are two people.

        All that was ever told of somebody is compared together, so that a short form could bring twins together.
        """
        told = tellings_to_compare(self.cursor, {key for pair in sure for key in pair})
        crossed = [(pair, one, other) for pair in sure for one in told[pair[0]] for other in told[pair[1]]]
        if not crossed:
            return
        from joinedup.person.linking.weighing import weigh

        rows = [[row] for _, one, other in crossed for row in (one, other)]
        steps = weigh(self.weights, rows, [(place, place + 1) for place in range(0, len(rows), 2)])
        for (pair, _, _), each in zip(crossed, steps, strict=True):
            if two_people(self.weights.ladders, each.steps, Standing()):
                self._ask_instead(pair)

    def _leave_what_was_asked(self, asked: Sequence[Pair]) -> None:
        """What was asked about is left, unless a rule alone asked and it is sure by now."""
        sure = [pair for pair in asked if self.found[pair].sure]
        for pair, alone in zip(sure, asked_by_rule_alone(self.cursor, sure), strict=True):
            if not alone:
                was = self.found[pair]
                self.found[pair] = _Found(was.bits, was.why, sure=False, ask=False, two=was.two)

    def _ask_instead(self, pair: Pair) -> None:
        was = self.found[pair]
        self.found[pair] = _Found(was.bits, was.why, sure=False, ask=was.ask, two=True)

    def act(self, by: Caller, at: datetime, request_key: str, *, joins: bool = True) -> Likened:
        """Join the surest first, nobody twice: whoever is joined waits, and is compared again as one. Then ask."""
        done, taken = Likened(pairs=len(self.found)), set[UUID]()
        sure = sorted((pair for pair, each in self.found.items() if each.sure), key=self._surest_first)
        for pair in sure if joins else ():
            if not taken.intersection(pair) and self._fits(pair, sure) and self._joined(by, at, request_key, pair):
                done.joined += 1
                taken.update(pair)
        for pair, each in self.found.items():
            if each.ask and not taken.intersection(pair):
                bits = min(each.bits, MOST_BITS)
                self.cursor.execute("select access.ask_question('likely_same', %s, %s, '', %s, %s)", [*pair, bits, at])
                done.asked += int(self.cursor.fetchone()[0])
        return done

    def _surest_first(self, pair: Pair) -> tuple[float, Pair]:
        return -round(self.found[pair].bits, 6), pair

    def _fits(self, pair: Pair, sure: Sequence[Pair]) -> bool:
        """Whether nobody else who is surely one with either of the pair is surely somebody else than the other."""
        near = {key for each in sure if set(each) & set(pair) for key in each} - set(pair)
        return not any(self._are_two(third, mine) for third in near for mine in pair)

    def _are_two(self, one: UUID, other: UUID) -> bool:
        found = self.found.get((min(one, other), max(one, other)))
        left, right = self.people[one].numbers, self.people[other].numbers
        return found.two if found else bool(left and right and not left & right)

    def _joined(self, by: Caller, at: datetime, request_key: str, pair: Pair) -> bool:
        """Join a pair unless it is one person already, or the database refuses what only somebody may decide."""
        one, other = pair
        bits = min(self.found[pair].bits, MOST_BITS)
        reason = f"{self.found[pair].why} {bits:.1f} bits by model {self.model.version}."[:400]
        try:
            link_id = join_records(
                by=by, at=at, request_key=request_key, one=one, other=other, how="likeness", reason=reason, weight=bits,
                model_id=self.model.id,
            )  # fmt: skip
        except NotNow:
            return False
        for person_id in pair:
            note("people.linked", person_id=person_id, thing_id=link_id)
        return True
