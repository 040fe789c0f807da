"""People arrive one by one on the telephone at a place that holds very many: the whole act, linking in its transaction.

A is `take_call` as an ordinary co-ordinator, from entering to the commit: the new person, the contact, the request,
sight, the timeline, and comparing whoever arrives by the kept model with those whom the caller may see. B is the same
acts without their comparing. Beside wall time stand processor time of this process and of the database's, since the
machine may be busy. What became of each arrival is held against the truth. The acts are committed: the place grows by
whoever arrived, and the next run draws others.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from bench.arrivals import Arrival, Held, arrivals
from bench.place import LoadedPlace, child
from bench.side_by_side import machine, say, summary

ARRIVALS = 300
WARMING = 15
LEARNT_FROM = 15_000
TARGET_P95_MS = 50
HELD = """
    select id, family, given, birth_date, postcode, phone, nhs_number from person_person
    where canonical_id is null and not restricted and not deceased and birth_date is not null and gp_practice_code <> ''
    order by md5(id::text || 'arrival') limit %s offset %s
"""
BECAME = """
    select (select array_agg(case when one_id = %(new)s then other_id else one_id end) from person_personlink
            where %(new)s in (one_id, other_id) and ended_at is null),
        (select array_agg(case when person_id = %(new)s then other_person_id else person_id end) from person_workitem
            where kind = 'likely_same' and %(new)s in (person_id, other_person_id))
"""


def run(place: LoadedPlace, *, rounds: int) -> dict[str, Any]:
    """Measure `rounds` times 60 arrivals; the row adds what became of them."""
    with place.connect("owner") as owner:
        owner.autocommit = True
        learn(owner)
        count = WARMING + ARRIVALS * rounds // 5
        [[before]] = owner.execute("select count(*) from door_contact").fetchall()
        found = owner.execute(HELD, [count * 2, before * 2]).fetchall()
        drawn = list(arrivals([Held(*row) for row in found]))[:count]
        say(f"  {len(drawn)} arrive, {WARMING} of them unmeasured")
        taken = _Taken(place.token)
        for each in drawn[:WARMING]:
            taken.take(each)
        load_before = os.getloadavg()[0]
        measured = _Taken(place.token)
        for each in drawn[WARMING:]:
            measured.take(each)
        fates = Counter[tuple[str, str]]()
        for each, new in zip(drawn[WARMING:], measured.people, strict=True):
            joined, asked = owner.execute(BECAME, {"new": new}).fetchall()[0]
            fates[each.kind, fate(each, joined or [], asked or [])] += 1
        [[people]] = owner.execute("select count(*) from person_person").fetchall()
    rest = [whole - part for whole, part in zip(measured.whole, measured.linking, strict=True)]
    a, b = summary(measured.whole), summary(rest)
    became: dict[str, dict[str, int]] = {}
    for (kind, what), many in sorted(fates.items()):
        became.setdefault(kind, {})[what] = many
    total = Counter(what for (_, what), many in fates.items() for _ in range(many))
    return {
        "people": people, "a": a, "b": b, "ratio": round(a["p50_ms"] / b["p50_ms"], 2),
        "linking": summary(measured.linking), "target_p95_ms_of_linking": TARGET_P95_MS,
        "linking_processor_ms": summary(measured.linking_processor),
        "linking_processor_of_database_ms": round(measured.linking_database / len(measured.whole), 2),
        "pairs": summary(measured.pairs),
        "processor_ms_an_act": measured.processor_an_act(), "inputs": len(measured.whole),
        "became": dict(total), "became_by_kind": became, "machine": machine(load_before), "loading": place.loading,
    }  # fmt: skip


def fate(arrival: Arrival, joined: list[UUID], asked: list[UUID]) -> str:
    """What became of an arrival, in words, against the truth."""
    if joined:
        return "joined rightly" if set(joined) == {arrival.truly} else "joined wrongly"
    if asked:
        return "asked rightly" if arrival.truly in asked else "asked about others"
    return "left alone" if arrival.truly else "left alone, rightly"


class _Taken:
    """Calls taken one by one as the bench's user, with what each cost."""

    def __init__(self, token: str) -> None:
        from django.db import connection

        self.token = token
        self.people: list[UUID] = []
        self.whole: list[float] = []
        self.linking: list[float] = []
        self.linking_processor: list[float] = []
        self.linking_database = 0.0
        self.pairs: list[float] = []
        with connection.cursor() as cursor:
            cursor.execute("select pg_backend_pid()")
            self.backend = int(cursor.fetchone()[0])
        self.began = (time.process_time(), _processor_seconds(self.backend))

    def take(self, arrival: Arrival) -> None:
        """One call about somebody new; the linking inside it is timed apart."""
        from joinedup.door.actions import calls

        compare = calls.compare_arrival

        def timed(**words: Any) -> Any:
            there = _processor_seconds(self.backend)
            started, worked = time.perf_counter(), time.process_time()
            done = compare(**words)
            self.linking.append((time.perf_counter() - started) * 1_000)
            self.linking_processor.append((time.process_time() - worked) * 1_000)
            self.linking_database += (_processor_seconds(self.backend) - there) * 1_000
            self.pairs.append(done.pairs)
            self.people.append(words["person_id"])
            return done

        calls.compare_arrival = timed
        try:
            started = time.perf_counter()
            self._act(arrival)
            self.whole.append((time.perf_counter() - started) * 1_000)
        finally:
            calls.compare_arrival = compare

    def _act(self, arrival: Arrival) -> None:
        from django.db import transaction

        from joinedup.access.callers import enter
        from joinedup.base import clock
        from joinedup.door.actions import Call, ToldOfPerson, take_call

        told = {name: value for name, value in asdict(arrival.told).items() if name != "id"}
        at = clock.now()
        with transaction.atomic():
            caller = enter(self.token)
            if caller is None:
                raise RuntimeError("the bench's session is not live any more")
            take_call(by=caller, at=at, request_key=f"arrival.{uuid4().hex}", call=Call(
                place_id=caller.holdings[0].place_id, caller_name="A neighbour", caller_relationship="neighbour",
                caller_phone="", what_is_wrong="Fell twice this week", what_they_want="Somebody to look in",
                first_contact_at=at - timedelta(minutes=5), urgency="today", owner_id=caller.id,
                next_step="Ring back", told=ToldOfPerson(**told),
            ))  # fmt: skip

    def processor_an_act(self) -> dict[str, float]:
        """Processor time of an act on average, here and in the database's own process."""
        here, there = time.process_time() - self.began[0], _processor_seconds(self.backend) - self.began[1]
        count = max(len(self.whole), 1)
        return {"here": round(here / count * 1_000, 2), "database": round(there / count * 1_000, 2)}


def _processor_seconds(process: int) -> float:
    """What a process has used of processors so far (Linux)."""
    with open(f"/proc/{process}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def learn(owner: Any) -> None:
    """Keep a model where none is of today's comparisons: learnt from a generated place that two bodies tell of."""
    from joinedup.base.errors import WeMustAct
    from joinedup.person.linking.weighing import weights_of

    held = owner.execute("select fields, weights, share from person_linkmodel order by version desc limit 1").fetchall()
    try:
        if held and weights_of(*held[0]):
            return
    except WeMustAct:
        say("  the model that is kept compares as the program once did")
    say(f"  learning a model from {LEARNT_FROM:,} generated people")
    child("import bench.arrival; bench.arrival.keep_model()", role="loader")


def keep_model() -> None:
    """As loader: learn from what both bodies say of generated people, and keep it."""
    import tempfile
    from pathlib import Path

    from bench.kept_model import PLACE, SEED, TODAY, generated_rows, told_of
    from joinedup.base import clock
    from joinedup.exchange.generate.command import write
    from joinedup.person.link_models import LinkModel
    from joinedup.person.linking.learning import learn as learn_from

    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), [PLACE], LEARNT_FROM, SEED, TODAY, fhir_people=1, tables=True, years=1)
        rows = generated_rows(Path(folder))
    learnt = learn_from(told_of(rows), [row[1] for row in rows], say)
    last = LinkModel.objects.order_by("-version").values_list("version", flat=True).first() or 0
    LinkModel.objects.create(
        version=last + 1, learnt_from=f"{len(rows):,} rows about {LEARNT_FROM:,} generated people", rows=len(rows),
        share=learnt.share, fields=learnt.fields, weights=learnt.weights, report=learnt.report, made_by_id=uuid4(),
        made_at=clock.now(),
    )  # fmt: skip
