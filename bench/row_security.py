"""What does it cost that the database decides who sees? The same statements as the user, and as the owner.

A asks as the role `app` after entering by token, so that every row passes its policy; B asks the same as `owner`, for
whom there is none. Three statements that pages lean on: the newest entries of a timeline, one person's row, and the
count of the entries of fifty people. Entering happens once a transaction and is measured apart.
"""

from __future__ import annotations

import random
from typing import Any
from uuid import UUID

from bench.misspelt import SEED
from bench.place import LoadedPlace
from bench.side_by_side import compare, milliseconds, summary

PEOPLE = 200
STATEMENTS = {
    "timeline": "select id from person_timelineentry where person_id = %(person)s "
                "order by starts_on desc nulls last, id desc limit 51",
    "person": "select id, family, given, birth_date, postcode from person_person where id = %(person)s",
    "fifty": "select person_id, count(*) from person_timelineentry where person_id = any(%(several)s) "
             "group by person_id order by person_id",
}  # fmt: skip


def run(place: LoadedPlace, *, rounds: int) -> dict[str, Any]:
    """Measure all three together; the row adds each one's ratio and what entering costs."""
    with place.connect("owner") as owner, place.connect("app") as app:
        people = [row[0] for row in owner.execute(
            "select id from person_person where canonical_id is null "
            "order by family_folded, given, birth_date, nhs_number, postcode, id"
        )]  # fmt: skip
        chosen = random.Random(SEED).sample(people, min(PEOPLE, len(people)))
        inputs = [(each, chosen[turn : turn + 50]) for turn, each in enumerate(chosen)]

        def enter() -> None:
            app.rollback()
            app.execute("select access.enter(%s)", [place.token])

        def asked(connection: Any, names: tuple[str, ...], each: tuple[UUID, list[UUID]]) -> list[list[Any]]:
            held = {"person": each[0], "several": each[1]}
            return [connection.execute(STATEMENTS[name], held).fetchall() for name in names]

        enter()
        entering = summary([milliseconds(lambda _: enter(), each) for each in inputs])
        row = _compared(app, owner, asked, tuple(STATEMENTS), inputs, rounds)
        each_alone = {name: _compared(app, owner, asked, (name,), inputs, rounds) for name in STATEMENTS}
    ratios = {
        name: {"ratio": found["ratio"], "a_p50_ms": found["a"]["p50_ms"], "b_p50_ms": found["b"]["p50_ms"]}
        for name, found in each_alone.items()
    }
    return {"people": len(people), **row, "statements": ratios, "entering": entering}


def _compared(
    app: Any, owner: Any, asked: Any, names: tuple[str, ...], inputs: list[Any], rounds: int
) -> dict[str, Any]:
    return compare(lambda each: asked(app, names, each), lambda each: asked(owner, names, each), inputs, rounds=rounds)
