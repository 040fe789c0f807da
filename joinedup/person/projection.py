"""Writing what is derived from sources: people, their names and identifiers (entries: `projected_events.py`).

One definition each, used by the loader as rows arrive and by the rebuild that proves the projection can be made again.
Each is worked out from everything told of a person, so the order of arrival leaves no trace but the links themselves
and, where two senders told the same thing of the same moment, which of them came last. A person of whom nothing is told
(made by another step, or their sources destroyed) is left as they stand.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from joinedup.base.names import folded
from joinedup.person.rules import (
    NumberClaim,
    NumberDispute,
    SurvivingFacts,
    Telling,
    best_first,
    number_claim,
    place_of,
    searchable_names,
    settle_number,
    superseded_number,
    surviving_facts,
    told_postcodes,
    usable_number,
    verified_number,
)

PERSON_COLUMNS = (
    "nhs_number", "family", "given", "prefix", "family_folded", "birth_date", "gender", "deceased", "death_date",
    "address", "postcode", "phone", "gp_practice_code", "restricted", "place_id",
)  # fmt: skip
COLUMN_TYPES = {
    "birth_date": "date[]", "death_date": "date[]", "deceased": "boolean[]", "restricted": "boolean[]",
    "place_id": "uuid[]",
}  # fmt: skip


def person_values(facts: SurvivingFacts, nhs_number: str, place_id: UUID | None) -> tuple[object, ...]:
    """The columns of a person, in the order of PERSON_COLUMNS, from the facts that hold."""
    family, given, prefix = _triple(facts.value("name", ("", "", "")))
    lines, postcode = _pair(facts.value("address", ("", "")))
    return (
        nhs_number, family[:120], given[:200], prefix[:40], folded(family)[:120], facts.value("birth_date", None),
        str(facts.value("gender", "unknown")), bool(facts.value("deceased", False)), facts.value("death_date", None),
        lines[:400], postcode[:12], str(facts.value("phone"))[:60], str(facts.value("gp_practice_code"))[:12],
        bool(facts.value("restricted", False)), place_id,
    )  # fmt: skip


CLOSED = "select record_id, person_facts from access.facts_of_closed(%(people)s)"
NOTHING_CLOSED = "select null::uuid, null::jsonb where false"
TOLD = """
    with whole as (
        select id as leader, id from unnest(%(people)s::uuid[]) p (id)
        union all select canonical_id, id from person_person where canonical_id = any (%(people)s)
    ), closed (record_id, person_facts) as materialized ({closed}
    ), told as materialized (
        select w.leader, r.person_id, r.body_id, r.told_at, r.arrival, r.place_id,
            coalesce(c.person_facts, k.person_facts) as facts
        from whole w join person_sourcerecord r on r.person_id = w.id
        left join person_sourcecontent c on c.record_id = r.id left join closed k on k.record_id = r.id
        where r.says_who and r.state = 'attached' and coalesce(c.person_facts, k.person_facts) is not null
    )
    select distinct on (t.leader, t.body_id, t.place_id, t.facts) t.leader, t.body_id, t.told_at, t.arrival,
        t.facts::text, t.place_id, min(t.arrival) over (partition by t.leader, t.body_id, t.place_id, t.facts)
    from told t where exists (select from told o where o.leader = t.leader and o.person_id = t.leader)
    order by t.leader, t.body_id, t.place_id, t.facts, t.told_at desc, t.arrival desc
"""


def tellings_of(
    cursor: Any, person_ids: Collection[UUID], *, with_closed: bool = False
) -> dict[UUID, list[Telling]]:  # fmt: skip
    """Everything that bodies told about who these people are; what was told many times counts at its newest.

    Of somebody into whom others were linked it is what was told of them all; of one who was linked, their own. A record
    of whose own nothing is told any more takes nothing from others, because it could not be made again without them.
    `with_closed`, for a caller at a page: rows whose sealed line is closed to them still say who the person is.
    """
    found: dict[UUID, list[Telling]] = {}
    if not person_ids:
        return found
    statement = TOLD.format(closed=CLOSED if with_closed else NOTHING_CLOSED)
    cursor.execute(statement, {"people": list(person_ids)})
    for person_id, body_id, told_at, arrival, facts, place_id, since in cursor.fetchall():
        telling = Telling(body_id, told_at, arrival, json.loads(facts), place_id, since)
        found.setdefault(person_id, []).append(telling)
    return found


def project_people(
    cursor: Any, person_ids: Iterable[UUID], at: datetime, made: Mapping[UUID, Sequence[Telling]] | None = None
) -> None:
    """Derive these people again from everything told of them.

    `made` are people who have no row yet, each with all that was told of them.
    """
    new = dict(made or {})
    known = set(person_ids) - new.keys()
    if known:
        cursor.execute(
            "select canonical_id from person_person where id = any (%s) and canonical_id is not null", [list(known)]
        )
        known |= {leader for (leader,) in cursor.fetchall()}
    told: dict[UUID, Sequence[Telling]] = {**tellings_of(cursor, known), **new}
    numbers = _settle_numbers(cursor, told)
    rows = {
        person_id: person_values(surviving_facts(tellings), numbers.held.get(person_id, ""), place_of(tellings))
        for person_id, tellings in told.items()
    }
    _insert_people(cursor, {person_id: row for person_id, row in rows.items() if person_id in new}, at)
    _update_people(cursor, {person_id: row for person_id, row in rows.items() if person_id not in new}, at)
    _give_numbers(cursor, numbers, at)
    _write_names(cursor, told, new.keys())
    _write_identifiers(cursor, told, new.keys())
    _write_postcodes(cursor, told, new.keys())


@dataclass(slots=True)
class _Numbers:
    """Which verified number each person holds, who else gets one, and what somebody must decide."""

    held: dict[UUID, str] = field(default_factory=dict)
    gained: dict[UUID, str] = field(default_factory=dict)
    disputes: list[NumberDispute] = field(default_factory=list)


def _settle_numbers(cursor: Any, told: Mapping[UUID, Sequence[Telling]]) -> _Numbers:
    """Decide who holds the verified numbers that these people claim or held, and free those that are given up.

    Aliases (linked into another record) keep what they say; only canonical people hold a number once.
    """
    numbers = _Numbers()
    cursor.execute("select id, nhs_number, canonical_id is null from person_person where id = any (%s)", [list(told)])
    now_held: dict[UUID, str] = {}
    aliases = set()
    for person_id, number, is_canonical in cursor.fetchall():
        now_held[person_id] = number
        aliases |= set() if is_canonical else {person_id}
    wanted = {person_id: verified_number(tellings) for person_id, tellings in told.items()}
    concerned = ({*wanted.values(), *now_held.values()}) - {""}
    claims: dict[str, list[NumberClaim]] = {number: [] for number in concerned}
    for person_id, number in wanted.items():
        if person_id in aliases:
            numbers.held[person_id] = number
        elif number:
            claims[number].append(number_claim(person_id, told[person_id], number))
    outside = _claims_of_others(cursor, concerned, told.keys())
    for number, claim, holds in outside:
        now_held[claim.person_id] = number if holds else now_held.get(claim.person_id, "")
        claims[number].append(claim)
    for number, claimants in claims.items():
        if claimants:
            holder, disputes = settle_number(claimants)
            (numbers.held if holder in told else numbers.gained)[holder] = number
            numbers.disputes.extend(disputes)
    losing = [
        person_id for person_id, number in now_held.items()
        if number and number != numbers.held.get(person_id, numbers.gained.get(person_id, ""))
    ]  # fmt: skip
    if losing:
        cursor.execute("update person_person set nhs_number = '' where id = any (%s)", [losing])
    numbers.gained = {each: number for each, number in numbers.gained.items() if now_held.get(each) != number}
    return numbers


def _claims_of_others(
    cursor: Any, concerned: Collection[str], inside: Collection[UUID]
) -> list[tuple[str, NumberClaim, bool]]:
    """People beyond these who hold or claim one of the numbers, with whether they hold it now.

    Somebody who holds a number and of whom nothing is told (made by another step) claims it before all others.
    """
    if not concerned:
        return []
    cursor.execute(
        "select person_id from person_personidentifier where system = 'nhs-number' and verified "
        "and value = any (%(n)s) union "
        "select id from person_person where nhs_number = any (%(n)s) and nhs_number <> '' and canonical_id is null",
        {"n": list(concerned)},
    )
    beyond = [person_id for (person_id,) in cursor.fetchall() if person_id not in inside]
    cursor.execute(
        "select id, nhs_number, birth_date::text from person_person where id = any (%s) and canonical_id is null",
        [beyond],
    )
    others = {person_id: (held, born) for person_id, held, born in cursor.fetchall()}
    told = tellings_of(cursor, others.keys())
    found = []
    for person_id, (held, born) in others.items():
        tellings = told.get(person_id, ())
        number = verified_number(tellings) if tellings else held
        if number in concerned:
            claim = number_claim(person_id, tellings, number) if tellings else NumberClaim(person_id, 0, born)
            found.append((number, claim, held == number))
    return found


def _give_numbers(cursor: Any, numbers: _Numbers, at: datetime) -> None:
    """Numbers that became free go to those told of them next; each dispute becomes a question, asked once."""
    if numbers.gained:
        cursor.execute(
            "update person_person p set nhs_number = n.number, updated_at = %s "
            "from unnest(%s::uuid[], %s::text[]) n (id, number) where p.id = n.id",
            [at, list(numbers.gained), list(numbers.gained.values())],
        )
    if numbers.disputes:
        columns = [[getattr(each, name) for each in numbers.disputes] for name in ("kind", "person_id", "holder")]
        ask_who(cursor, columns, at)


def ask_who(cursor: Any, columns: Sequence[Sequence[object]], at: datetime) -> None:
    """Ask once, for each kind, person and other person given in columns, what only somebody can decide."""
    cursor.execute(
        "insert into person_workitem (id, kind, place_id, person_id, other_person_id, made_at) "
        "select uuidv7(), d.kind, p.place_id, p.id, d.other, %s "
        "from unnest(%s::text[], %s::uuid[], %s::uuid[]) d (kind, person, other) "
        "join person_person p on p.id = d.person on conflict do nothing",
        [at, *columns],
    )


def _arrays(rows: Mapping[UUID, tuple[object, ...]]) -> tuple[str, list[object]]:
    arrays = ", ".join(f"%s::{COLUMN_TYPES.get(name, 'text[]')}" for name in PERSON_COLUMNS)
    columns = (list(column) for column in zip(*rows.values(), strict=True))
    return f"unnest(%s::uuid[], {arrays}) v (id, {', '.join(PERSON_COLUMNS)})", [list(rows), *columns]


def _insert_people(cursor: Any, rows: Mapping[UUID, tuple[object, ...]], at: datetime) -> None:
    if rows:
        source, values = _arrays(rows)
        names = ", ".join(PERSON_COLUMNS)
        cursor.execute(
            f"insert into person_person (id, {names}, updated_at) select id, {names}, %s from {source}", [at, *values]
        )


def _update_people(cursor: Any, rows: Mapping[UUID, tuple[object, ...]], at: datetime) -> None:
    """Change what differs; a row that is as it should be is not touched, so that history holds changes only."""
    if rows:
        source, values = _arrays(rows)
        held, wanted = (", ".join(f"{row}.{name}" for name in PERSON_COLUMNS) for row in "pv")
        cursor.execute(
            f"update person_person p set ({', '.join(PERSON_COLUMNS)}, updated_at) = ({wanted}, %s) "
            f"from {source} where p.id = v.id and ({held}) is distinct from ({wanted})",
            [at, *values],
        )


NAME_COLUMNS = ("person_id", "family_folded", "given_folded", "family", "given", "use")
IDENTIFIER_COLUMNS = ("person_id", "system", "value", "verified")


def name_rows(told: Mapping[UUID, Sequence[Telling]]) -> list[tuple[object, ...]]:
    """Every name ever told, so that somebody is found under a former one; of two spellings the one that holds."""
    rows: dict[tuple[UUID, str, str], tuple[str, str, str]] = {}
    for person_id, tellings in told.items():
        for each in best_first(tellings):
            for family, given, family_key, given_key, use in searchable_names(each.facts):
                rows.setdefault((person_id, family_key[:120], given_key[:200]), (family[:120], given[:200], use[:20]))
    return [(*key, *row) for key, row in rows.items()]


def identifier_rows(told: Mapping[UUID, Sequence[Telling]]) -> list[tuple[object, ...]]:
    """Every identifier ever told, NHS numbers with whether a source stated them verified."""
    rows: dict[tuple[UUID, str, str], bool] = {}
    for person_id, tellings in told.items():
        for each in tellings:
            if number := usable_number(each.facts.get("nhs_number")):
                key = (person_id, "nhs-number", number)
                rows[key] = rows.get(key, False) or each.verified
            if older := superseded_number(each):
                rows.setdefault((person_id, "nhs-number", older), False)
            identifiers = each.facts.get("identifiers")
            for identifier in identifiers if isinstance(identifiers, list) else []:
                rows.setdefault((person_id, str(identifier["system"])[:200], str(identifier["value"])[:200]), False)
    return [(*key, row) for key, row in rows.items()]


def _write_names(cursor: Any, told: Mapping[UUID, Sequence[Telling]], made: Collection[UUID]) -> None:
    columns = [list(column) for column in zip(*name_rows(told), strict=True)] or [[]] * len(NAME_COLUMNS)
    _sync(cursor, "person_personname", NAME_COLUMNS, columns, [key for key in told if key not in made])


def _write_identifiers(cursor: Any, told: Mapping[UUID, Sequence[Telling]], made: Collection[UUID]) -> None:
    columns = [list(column) for column in zip(*identifier_rows(told), strict=True)] or [[]] * len(IDENTIFIER_COLUMNS)
    _sync(cursor, "person_personidentifier", IDENTIFIER_COLUMNS, columns, [key for key in told if key not in made])


def _write_postcodes(cursor: Any, told: Mapping[UUID, Sequence[Telling]], made: Collection[UUID]) -> None:
    """Every postcode ever told, so that somebody is found under a former one; none of restricted people."""
    rows = [
        (person_id, postcode[:12], postcode.split(" ")[0][:12])
        for person_id, tellings in told.items() if not surviving_facts(tellings).value("restricted", False)
        for postcode in sorted({code for each in tellings for code in told_postcodes(each.facts)})
    ]  # fmt: skip
    columns = [list(column) for column in zip(*rows, strict=True)] or [[]] * 3
    existing = [person_id for person_id in told if person_id not in made]
    _sync(cursor, "person_personpostcode", ("person_id", "postcode", "district"), columns, existing)


def _sync(
    cursor: Any, table: str, names: Sequence[str], columns: Sequence[Sequence[object]], existing: Sequence[UUID]
) -> None:
    """Make the table hold exactly these rows of these people: take away what differs, add what is missing."""
    types = {"person_id": "uuid[]", "verified": "boolean[]"}
    wanted = f"unnest({', '.join('%s::' + types.get(name, 'text[]') for name in names)}) w ({', '.join(names)})"
    if existing:
        same = " and ".join(f"w.{name} = t.{name}" for name in names)
        cursor.execute(
            f"delete from {table} t where t.person_id = any (%s) and not exists (select from {wanted} where {same})",
            [list(existing), *columns],
        )
    if columns[0]:
        listed = ", ".join(names)
        inserted = f"insert into {table} (id, {listed}) select uuidv7(), {listed} from {wanted} on conflict do nothing"
        cursor.execute(inserted, columns)


def _triple(value: object) -> tuple[str, str, str]:
    first, second, third = value if isinstance(value, (list, tuple)) else ("", "", "")
    return str(first), str(second), str(third)


def _pair(value: object) -> tuple[str, str]:
    first, second = value if isinstance(value, (list, tuple)) else ("", "")
    return str(first), str(second)
