"""Does a large invented place keep what was declared, hang together, and come out the same however it is made?"""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest

from joinedup.base.nhs_number import check_digit
from joinedup.exchange.generate import mrs_smith, names
from joinedup.exchange.generate.command import bytes_needed, generate, write
from joinedup.exchange.generate.declared import health, mess, population
from joinedup.exchange.generate.histories import health_of
from joinedup.exchange.generate.households import people_of
from joinedup.exchange.generate.mess import sending_of
from joinedup.exchange.generate.numbers import NumberRange, most_people
from joinedup.exchange.generate.parts import Order, make_part
from joinedup.exchange.generate.people import TruePerson
from joinedup.exchange.generate.practices import PLACES, Source

TODAY = date(2026, 11, 2)
TORBAY, BRADFORD = "E06000027", "E08000032"
MANY = 20_000
SEED = 3
# Of all text files of a small place, and of its tables' rows. Another digest means that seeds give other people now.
DIGEST = "38663c2dd8c315631574fb1aa090dfb2fb85d5e3ee5bc293a3f5e32aa097e5c9"


@cache
def people(place: str) -> tuple[TruePerson, ...]:
    return tuple(one for one in people_of(SEED, PLACES[place], MANY, TODAY) if one.true_id.startswith(place))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large")
    write(folder, [TORBAY], MANY, SEED, TODAY, fhir_people=60, tables=True, years=8)
    return folder


@pytest.fixture
def ask(large: Path) -> Iterator[Callable[[str], list[tuple[Any, ...]]]]:
    """Rows of a question put to the tables of the large place, by their names."""
    with duckdb.connect() as engine:
        for table in ("identities", "nhs_rows", "council_rows", "events", "truth"):
            engine.execute(f"create view {table} as from '{large}/tables/*/{table}/*.parquet'")
        yield lambda words: engine.execute(words).fetchall()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_seed_gives_these_people_and_no_others(tmp_path: Path) -> None:
    write(tmp_path, list(PLACES), 60, 1, TODAY, tables=True)
    digest = hashlib.sha256()
    for name, content in sorted(contents(tmp_path).items()):
        if name.endswith(".parquet"):
            content = repr(duckdb.execute(f"from '{tmp_path / name}'").fetchall()).encode()
        digest.update(name.encode() + content)
    assert digest.hexdigest() == DIGEST


def test_two_processes_make_the_same_bytes_as_one(tmp_path: Path) -> None:
    for processes in (1, 2):
        folder = tmp_path / str(processes)
        write(folder, list(PLACES), 500, 7, TODAY, tables=True, fhir_people=40, processes=processes, people_in_part=200)
    assert contents(tmp_path / "1") == contents(tmp_path / "2")
    assert len([name for name in contents(tmp_path / "2") if name.endswith(".parquet")]) == 2 * 3 * 5


def test_a_larger_place_has_the_whole_parts_of_the_smaller(tmp_path: Path) -> None:
    for count in (400, 600):
        write(tmp_path / str(count), [TORBAY], count, 7, TODAY, tables=True, fhir_people=0, people_in_part=200)
    smaller, larger = contents(tmp_path / "400"), contents(tmp_path / "600")
    tables = [name for name in smaller if name.endswith(".parquet")]
    assert len(tables) == 10
    assert all(smaller[name] == larger[name] for name in tables)


def test_an_order_cut_short_is_finished_and_another_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--people", "90", "--seed", "4", "--place", TORBAY, "--tables", "--out"]
    assert generate([*words, str(tmp_path / "whole")]) == 0
    order = Order(str(tmp_path / "cut"), (TORBAY,), 90, 4, TODAY, 2, True)
    order.folder.mkdir(parents=True)
    (order.folder / "order.json").write_text(order.mark())
    make_part(order, TORBAY, 1)
    assert Order.begun_in(order.root) == order
    assert generate(["--people", "91", *words[2:], str(tmp_path / "cut")]) == 2
    assert "another order" in capsys.readouterr().err
    assert generate([*words, str(tmp_path / "cut")]) == 0
    assert "1 of 1 parts are there" in capsys.readouterr().err
    assert contents(tmp_path / "cut") == contents(tmp_path / "whole")
    order.folder.mkdir()
    (order.folder / "order.json").write_text(order.mark())
    make_part(order, TORBAY, 1)  # as when it was cut short between its last two steps
    assert generate([*words, str(tmp_path / "cut")]) == 2
    assert generate([*words, str(tmp_path / "cut"), "--replace"]) == 0
    assert contents(tmp_path / "cut") == contents(tmp_path / "whole")


@pytest.mark.parametrize("wrong", [["--years", "0"], ["--processes", "0"], ["--fhir-people", "-1"]])
def test_a_number_that_means_nothing_is_refused(wrong: list[str], tmp_path: Path) -> None:
    assert generate(["--people", "10", "--seed", "1", "--out", str(tmp_path), *wrong]) == 2
    assert not any(tmp_path.iterdir())


def test_the_disk_needed_is_said_near_enough(large: Path) -> None:
    order = Order(str(large), (TORBAY,), MANY, SEED, TODAY, 8, True)
    written = sum(len(content) for content in contents(large).values())
    assert 0.6 * written < bytes_needed(order, 60) < 1.7 * written


def test_numbers_are_valid_and_nobody_shares_one_up_to_a_million_people() -> None:
    assert most_people(PLACES[TORBAY], alone=True) >= 1_000_000
    for place in PLACES.values():
        numbers = NumberRange(place)
        made = [numbers.at(index) for index in range(min(1_000_000, most_people(place, alone=True)))]
        held = [number for number in made if number]
        assert len(held) == len(set(held)) > 860_000
        assert all(number.startswith("999") and number[9] == str(check_digit(number[:9])) for number in held[::97])
        own = most_people(place, alone=False)
        assert "" not in made[:own]
    with pytest.raises(ValueError, match="fewer people"):
        NumberRange(PLACES[TORBAY]).at(2_000_000)


def may_happen(slip: str, person: TruePerson) -> bool:
    """Whether the slip, as declared, can happen to the person."""
    born = person.birth_date
    return {
        "nickname": person.given[0] in names.NICKNAMES,
        "swapped-day-and-month": born.day <= 12 and born.day != born.month,
        "future-birth-date": born.replace(year=born.year + 100, day=min(born.day, 28)) > TODAY,
        "old-address": "moved-within-place" in person.traits,
        "death-not-known": person.death_date is not None,
    }.get(slip, True)


@pytest.mark.parametrize("source", PLACES[BRADFORD].sources, ids=lambda source: source.code)
def test_bodies_slip_as_often_as_was_declared(source: Source) -> None:
    numbers = {code: NumberRange(place) for code, place in PLACES.items()}
    told = [(one, sending_of(SEED, one, source, numbers, TODAY)) for one in people(BRADFORD)]
    groups = (("missing-nhs-number", "invalid-nhs-number", "number-of-another-person", "number-not-traced"),
              ("swapped-day-and-month", "mistyped-birth-date", "future-birth-date"))  # fmt: skip
    for slip in mess().mistakes:
        before = {name for group in groups if slip.name in group for name in group[: group.index(slip.name)]}
        could = [sending for one, sending in told
                 if may_happen(slip.name, one) and not before & set(sending.statement.mistakes)]  # fmt: skip
        did = sum(slip.name in sending.statement.mistakes for sending in could)
        assert_near(did, len(could), slip.shares[source.kind], slip.name)
    for slip in mess().delivery:
        sent = [sending for _, sending in told if slip.name != "late" or not sending.corrected]
        was = {"late": lambda one: one.late, "twice": lambda one: one.twice, "corrected": lambda one: one.corrected}
        assert_near(sum(bool(was[slip.name](one)) for one in sent), len(sent), slip.shares[source.kind], slip.name)


def assert_near(did: int, among: int, share: float, what: str) -> None:
    """Within five standard errors of the declared share."""
    error = (share * (1 - share) / among) ** 0.5
    assert abs(did / among - share) <= 5 * error, f"{what}: {did} of {among} where {share} was declared"


def households(place: str) -> list[list[TruePerson]]:
    found = defaultdict(list)
    for one in people(place):
        found[one.household].append(one)
    return list(found.values())


@pytest.mark.parametrize("place", list(PLACES))
def test_what_happens_to_people_is_as_often_as_was_declared(place: str) -> None:
    homes, share = households(place), population().share
    moved = sum(any("moved-within-place" in one.traits for one in home) for home in homes)
    assert_near(moved, len(homes), share("moved-within-place"), "moved")
    staying = [one for one in people(place) if one.known_until is None]
    assert_near(sum(one.restricted for one in staying), len(staying), share("restricted"), "restricted")
    families = [home for home in homes if sum(one.role == "child" for one in home) >= 2]
    assert_near(sum(any("twin" in one.traits for one in home) for home in families), len(families),
                share("twins-in-family"), "twins")  # fmt: skip
    with_son = [home for home in homes
                if any(one.role == "parent" and one.gender == "male" for one in home)
                and any(one.role in ("child", "adult_child") and one.gender == "male" for one in home)]  # fmt: skip
    named = sum(any("namesake" in one.traits for one in home) for home in with_son)
    assert_near(named, len(with_son), share("son-named-after-father"), "named after the father")
    older = [one for one in people(place) if one.age_on(TODAY) >= 65]
    residents = sum(one.role == "resident" for one in older)
    assert 0.7 * share("lives-in-care-home") < residents / len(older) < 1.5 * share("lives-in-care-home")
    for age, (low, high) in {40: (0, 50), 80: (75, 85), 90: (85, 200)}.items():
        band = [one for one in staying if low < one.age_on(TODAY) and one.age_on(TODAY) + 1 < high
                and one.cares_for is None]  # fmt: skip
        died = sum(one.death_date is not None for one in band)
        assert_near(died, len(band), population().died_share(age), f"died at {low} to {high}")


@pytest.mark.parametrize("place", list(PLACES))
def test_ages_are_those_counted_in_the_place(place: str) -> None:
    counted = population().ages.people[place]
    made = Counter(min(18, one.age_on(TODAY) // 5) for one in people(place))
    for band, number in enumerate(counted):
        share = made[band] / len(people(place))
        assert abs(share - number / sum(counted)) < 0.0125, f"{5 * band} and over: {share:.4f}"


@pytest.mark.parametrize("place", list(PLACES))
def test_conditions_are_as_common_at_each_age_as_was_declared(place: str) -> None:
    declared = health()
    found: Counter[tuple[str, int]] = Counter()
    living: Counter[int] = Counter()
    for one in people(place):
        if one.role == "resident" or one.death_date or one.known_until or one.true_id == mrs_smith.TRUE_ID:
            continue  # residents have more, of those who died or left only what was found before counts
        age = one.age_on(TODAY)
        band = sum(age >= start for start in declared.ages_from) - 1
        living[band] += 1
        found.update((condition.code, band) for condition in health_of(SEED, one, TODAY).conditions)
    for long_term in declared.conditions:
        for band, share in enumerate(long_term.shares):
            assert_near(found[long_term.code, band], living[band], share, f"{long_term.name}, band {band}")


@pytest.mark.parametrize("place", list(PLACES))
def test_households_hang_together(place: str) -> None:
    seen = Counter()
    for home in households(place):
        parents, children = ([one for one in home if one.role in roles]
                             for roles in (("parent",), ("child", "adult_child")))  # fmt: skip
        youngest_parent = max((one.birth_date for one in parents), default=None)
        for child in children:
            assert youngest_parent is not None
            assert (child.birth_date - youngest_parent).days > 15 * 365
        if home[0].role == "resident":
            assert not any(one.lives_alone or one.cares_for is not None for one in home)
            assert "care home (demo)" in home[0].home.lines[0]
        assert len({one.home for one in home}) == 1
        indices = {one.index: one for one in home}
        for one in home:
            seen[one.role] += 1
            if one.cares_for is not None:
                assert indices[one.cares_for].cared_by == one.index
                seen["carers"] += 1
        twins = [one for one in home if "twin" in one.traits]
        assert len({one.birth_date for one in twins}) <= 1
    assert min(seen[role] for role in ("child", "parent", "alone", "partner", "resident", "carers")) > 20


def test_every_identity_has_a_row_of_each_body_and_the_key_names_every_row_once(ask: Any) -> None:
    assert ask("select count(*), count(distinct true_id) from identities") == [(MANY, MANY)]
    assert ask("""select count(*) from identities where true_id not in (
        select true_id from truth where body = 'QJK' intersect select true_id from truth where body = 'E06000027')
    """) == [(0,)]
    assert ask("""
        select count(*) from (select row_id from nhs_rows union all select row_id from council_rows) s
        full join truth t using (row_id) where s.row_id is null or t.row_id is null or t.true_id is null
    """) == [(0,)]
    assert ask("select count(*) - count(distinct row_id) from truth") == [(0,)]
    wrong = """
        select count(*) from truth t join identities i using (true_id)
        where (t.twin, t.same_name_relative) is distinct from (i.twin, i.same_name_relative)
    """
    assert ask(wrong) == [(0,)]
    assert ask("select count(*) filter (twin) > 50, count(*) filter (same_name_relative) > 50 from truth") == [
        (True, True)
    ]


def test_rows_tell_nothing_of_whose_they_are(ask: Any) -> None:
    first = [
        name for name, *_ in ask("select true_id from nhs_rows join truth using (row_id) order by row_id limit 50")
    ]
    assert first != sorted(first)
    columns = {name for name, *_ in ask("describe nhs_rows")} | {name for name, *_ in ask("describe events")}
    assert not columns & {"true_id", "done", "twin", "household"}


def test_nothing_happens_before_birth_or_after_death(ask: Any) -> None:
    lives = """
        with holder as (select distinct local_id, true_id from (
            select row_id, local_id from nhs_rows union all select row_id, local_id from council_rows)
            join truth using (row_id))
        select count(*), count(*) filter (e.starts < i.birth_date),
            count(*) filter (cast(greatest(e.starts, e.ends) as date) > i.death_date),
            count(*) filter (e.ends < e.starts), count(*) filter (e.starts > timestamp '2026-11-03')
        from events e join holder h using (local_id) join identities i using (true_id)
    """
    [(joined, *wrong)] = ask(lives)
    assert wrong == [0, 0, 0, 0]
    assert ask("select count(*) from events") == [(joined,)]
    assert joined >= 10 * MANY


def test_mrs_smith_is_there_without_a_slip(ask: Any) -> None:
    hers = f"select distinct done from truth where true_id = '{mrs_smith.TRUE_ID}'"
    assert ask(hers) == [("",)]
    assert ask("select given, family from nhs_rows where nhs_number = '9990000018'") == [("Margaret", "Smith")]


def test_tables_say_what_the_files_say(large: Path, ask: Any) -> None:
    said = set(ask("select local_id, version, nhs_number, family, cast(birth_date as varchar), postcode from nhs_rows"))
    sent = set()
    for path in large.glob("*/QJK/**/*.json"):
        for entry in json.loads(path.read_text(encoding="utf-8"))["entry"]:
            row = entry["resource"]
            if row["resourceType"] == "Patient":
                number = row["identifier"][0]["value"] if "identifier" in row else None
                sent.add((row["id"], int(row["meta"]["versionId"]), number, row["name"][0]["family"], row["birthDate"],
                          row["address"][0]["postalCode"]))  # fmt: skip
    assert len(sent) >= 60
    assert sent <= said
    said = set(ask("select local_id, nhs_number, family, cast(birth_date as varchar), postcode from council_rows"))
    sent = set()
    for path in large.glob("*/E06000027/**/*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            sent |= {(row["LA Person Unique Identifier"], row["NHS Number"] or None, row["Last Name"],
                      row["Date of Birth"], row["Postcode"]) for row in csv.DictReader(file)}  # fmt: skip
    assert len(sent) > 500
    assert sent <= said


@pytest.mark.deep
def test_two_hundred_thousand_people_keep_what_was_declared(tmp_path: Path) -> None:
    write(tmp_path, [TORBAY], 200_000, SEED, TODAY, fhir_people=0, tables=True, years=8, processes=2)
    with duckdb.connect() as engine:
        for table in ("identities", "events", "truth"):
            engine.execute(f"create view {table} as from '{tmp_path}/tables/*/{table}/*.parquet'")
        one = engine.execute("""
            select count(*), count(distinct true_id), count(nhs_number), count(distinct nhs_number),
                count(*) filter (without_number) from identities
        """).fetchone()
        assert one is not None
        assert one[:2] == (200_000, 200_000)
        assert one[2] == one[3] == 200_000 - one[4]
        assert engine.execute("select count(*) >= 2000000 from events").fetchone() == (True,)
        rows = engine.execute("select body, count(distinct true_id) from truth group by body")
        assert dict(rows.fetchall()) == {"QJK": 200_000, TORBAY: 200_000}
        counted = population().ages.people[TORBAY]
        bands = dict(
            engine.execute("""
            select least(18, date_sub('year', birth_date, date '2026-11-02') // 5)::int, count(*) / 200000
            from identities group by 1
        """).fetchall()
        )
        assert all(abs(bands[band] - number / sum(counted)) < 0.0085 for band, number in enumerate(counted))
