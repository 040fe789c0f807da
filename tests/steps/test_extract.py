"""Does anything that names a person leave by the extract, and can its role read anything else?"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from types import SimpleNamespace

import duckdb
import psycopg
import pytest

from joinedup.access.catalogue import CATALOGUE
from joinedup.extract.tables import TABLES
from tests import care_scene as care
from tests import factories as make
from tests import money_scene as money
from tests.steps import extracts
from tests.steps.test_appeals import adjusted, estimated

READY = '[["Admission method", "Emergency Admission: Emergency Care Department"], ["Ready to leave", "2026-09-10"]]'


def stay(person_id, detail="[]", kind="admission", **columns):
    return make.insert(
        "person_timelineentry", person_id=person_id, body_id=make.body(), source_key=make.uuid4().hex, kind=kind,
        title="Planted title", detail=detail, starts_on=date(2026, 9, 1), ends_on=date(2026, 9, 14), open_ended=False,
        sensitivity=columns.pop("sensitivity", "ordinary"), told_at="2026-09-15T00:00:00Z", arrival=1,
        recorded_at="2026-09-15T00:00:00Z", **columns,
    )  # fmt: skip


@pytest.fixture(scope="module")
def planted(database, tmp_path_factory):
    """People with everything that must not leave, two extracts, and a place of their own for each question."""
    scene_place = make.run("select code from places_place where id = %s", [make.place()])[0][0]
    scene = care.scene(scene_place)
    plan_id = care.agreed(scene)
    care.named(scene, plan_id, scene.nurse)
    place_id = make.place()
    code = make.run("select code from places_place where id = %s", [place_id])[0][0]
    person, hidden, alias = (make.person(place_id, family=f"Zyxplanted{i}") for i in range(3))
    make.run("update person_person set restricted = true where id = %s", [hidden.id])
    make.run("update person_person set canonical_id = %s where id = %s", [person.id, alias.id])
    for each in (person, hidden, alias):
        stay(each.id, READY)
    stay(person.id, sensitivity="sensitive")
    stay(person.id, '[["Ready to leave", "2026-02-31"]]')
    bought = estimated_and_billed()
    out = tmp_path_factory.mktemp("extract")
    first, manifest = extracts.made(out)
    second, _ = extracts.made(out)
    return SimpleNamespace(first=first, second=second, manifest=manifest, code=code, person=person, hidden=hidden,
                           alias=alias, scene=scene, scene_place=scene_place, plan_id=plan_id,
                           bought=bought)  # fmt: skip


def estimated_and_billed() -> money.Scene:
    """Somebody who was told up to 50 pounds, was charged 58.70, and 65.70 in the last weeks, once more was known."""
    made = money.scene()
    estimated(made, 0, 5000)
    money.charged(made, case=money.CASE | {"as_at": "2026-10-05"}, told_by="Ada")
    adjusted(made)
    return made


def rows(folder, statement, *values):
    with duckdb.connect() as engine:
        for table in TABLES:
            engine.read_parquet(str(folder / f"{table.name}.parquet")).create_view(table.name)
        return engine.execute(statement, list(values)).fetchall()


def test_no_planted_name_number_or_text_stands_in_any_file(planted):
    """Parquet is compressed, so every cell is read and not only the bytes."""
    cells = set()
    for folder in (planted.first, planted.second):
        for table in TABLES:
            cells |= {str(cell) for row in rows(folder, f"select * from {table.name}") for cell in row}
        assert not list(folder.glob("*.csv"))
    whole = "\n".join(cells) + (planted.first / "manifest.json").read_text()
    people = (planted.person, planted.hidden, planted.alias, planted.scene.person)
    forbidden = {"Planted title", "TQ1 1AA", "Invented Road", "My dog", "01803 000000", "Ada", str(planted.plan_id)}
    forbidden |= {word for each in people for word in (each.family, each.nhs_number, str(each.id), each.id.hex)}
    assert [word for word in forbidden if word in whole] == []


def test_the_same_person_has_another_pseudonym_in_each_run(planted):
    ours = "select pseudonym from person where place = ?"
    (first,), (second,) = rows(planted.first, ours, planted.code)[0], rows(planted.second, ours, planted.code)[0]
    assert len(first) == len(second) == 32
    assert first != second


def test_linked_people_are_one_restricted_people_and_sensitive_events_are_left_out(planted):
    assert rows(planted.first, "select count(*) from person where place = ?", planted.code) == [(1,)]
    stays = rows(planted.first, "select how, ready_on, age_band, pseudonym from stay where place = ? order by how",
                 planted.code)  # fmt: skip
    assert [(how, ready, band) for how, ready, band, _ in stays] == [
        ("emergency", date(2026, 9, 10), "85+"), ("emergency", date(2026, 9, 10), "85+"), ("not_sent", None, "85+"),
    ]  # fmt: skip
    assert len({pseudonym for *_, pseudonym in stays}) == 1
    assert planted.manifest["left_out"]["restricted_people"] >= 1
    assert planted.manifest["left_out"]["opted_out_people"] >= 0


def test_a_plan_says_that_its_case_manager_is_named(planted):
    named = "select manager_named, count(*) from plan where state = 'agreed' and place = ? group by 1"
    assert rows(planted.first, named, planted.scene_place) == [(True, 1)]


def test_how_far_bills_lie_from_the_estimate_leaves_and_neither_bill_nor_range(planted):
    code = make.run("select code from places_place where id = %s", [planted.bought.place_id])[0][0]
    asked = "select first_bill_on, first_off_pence, last_off_pence from estimate where place = ?"
    assert rows(planted.first, asked, code) == [(date(2026, 10, 5), 870, 1570)]
    cells = {str(cell) for row in rows(planted.first, "select * from estimate where place = ?", code) for cell in row}
    assert cells.isdisjoint({"5000", "5870", "6570"})


def test_sql_and_rules_say_alike_how_far_a_bill_lies_off_the_range(database):
    from joinedup.funding.estimate_difference import where_it_lies

    ends = (None, 0, 5000, 5870, 6000, 16450)
    ranges = [(low, high) for low in ends for high in ends if low is None or high is None or low <= high]
    for charge in (0, 4999, 5870, 16450):
        for low, high in ranges:
            found = make.run("select access.off_the_range(%s, 16450, %s, %s)", [charge, low, high])
            assert found == [(where_it_lies(charge, 16450, low, high)[1],)], (charge, low, high)


def test_the_manifest_says_what_the_files_hold(planted):
    held = json.loads((planted.first / "manifest.json").read_text())
    assert held == planted.manifest
    assert held["as_at"] == "2026-11-02"
    for table in held["tables"]:
        file = planted.first / table["file"]
        assert hashlib.sha256(file.read_bytes()).hexdigest() == table["sha256"]
        with duckdb.connect() as engine:
            found = engine.read_parquet(str(file))
            assert found.count("*").fetchall() == [(table["rows"],)]
            described = [(name, str(kind).lower()) for name, kind in zip(found.columns, found.types, strict=True)]
        assert described == [(column["name"], column["type"]) for column in table["columns"]]
    assert planted.first.stat().st_mode & 0o077 == 0


def test_the_views_give_exactly_the_declared_columns(database):
    for table in TABLES:
        found = make.run("select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 "
                         "order by attnum", [table.view])  # fmt: skip
        assert [name for (name,) in found] == [column.name for column in table.columns]


def test_a_table_without_rows_gives_a_file_without_rows(database, tmp_path):
    from joinedup.extract.actions import _as_parquet

    table = TABLES[-1]
    (tmp_path / "empty.csv").touch()
    assert _as_parquet(table, tmp_path / "empty.csv", tmp_path / "empty.parquet") == 0
    with duckdb.connect() as engine:
        assert engine.read_parquet(str(tmp_path / "empty.parquet")).columns == [c.name for c in table.columns]


def test_the_extractor_reads_its_views_and_nothing_else(planted, connect):
    extractor = connect("extractor")
    views = {table.view for table in TABLES} | {"extract_left_out"}
    assert {name for name, table in CATALOGUE.items() if "extractor" in table.privileges} == views
    others = make.run("select oid::regclass::text from pg_class where relkind in ('r', 'p', 'v', 'm') "
                      "and relnamespace in ('public'::regnamespace, 'access'::regnamespace)")  # fmt: skip
    for (name,) in others:
        if name in views:
            continue
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            extractor.execute(f"select 1 from {name} limit 1")
        extractor.rollback()


def test_the_views_are_empty_outside_a_run_of_the_same_transaction(planted, connect):
    extractor = connect("extractor")
    for table in TABLES:
        assert extractor.execute(f"select count(*) from {table.view}").fetchone() == (0,)
    extractor.rollback()
    extractor.execute("select access.start_extract(now(), '2026-11-02')")
    assert extractor.execute("select count(*) > 0 from extract_person").fetchone() == (True,)
    extractor.commit()
    assert extractor.execute("select count(*) from extract_person").fetchone() == (0,)


def test_no_other_role_starts_a_run_or_reads_the_views(planted, connect):
    for role in ("app", "public_reader", "worker", "loader", "gate"):
        other = connect(role)
        for statement in ("select access.start_extract(now(), '2026-11-02')", "select 1 from extract_person"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                other.execute(statement)
            other.rollback()


def test_from_a_row_back_to_a_person_only_with_a_grant(planted, connect):
    (pseudonym,) = rows(planted.first, "select pseudonym from person where place = ?", planted.code)[0]
    run = planted.manifest["run"]
    user, stranger = make.user("practitioner"), make.user("practitioner")
    make.grant(user.id, planted.person.id)
    for who, expected in ((user, [(pseudonym, planted.person.id)]), (stranger, [])):
        app = connect("app")
        make.enter(app, who.token)
        assert app.execute("select * from access.people_behind(%s, %s)", [run, [pseudonym]]).fetchall() == expected
        app.rollback()


def test_making_an_extract_stands_in_the_log(planted):
    acts = make.run("select count(*) from access_logentry l join access_subject s on s.id = l.actor_id "
                    "where l.act = 'extract.made' and s.code = 'service:extractor'")  # fmt: skip
    assert acts[0][0] >= 2
