"""Are records that look like one person asked about by the kept model, once, and is nobody joined by it?

Two bodies send lists; the second knows some of the first's people without their NHS number and with a slip.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from datetime import date, timedelta

import pytest

from tests.steps.loading import AT, PROJECT, TRUST, fresh_place, lines_file, number, patient

FAMILIES = ("Ashworth", "Bickerstaff", "Cholmondeley", "Dunmore", "Entwistle", "Farquhar", "Gathercole", "Hollister",
            "Inglethorpe", "Jessop", "Kettlewell", "Lockwood", "Mappleton", "Norcross", "Ollerenshaw",
            "Pettigrew")  # fmt: skip
GIVEN = ("Alice", "Beatrice", "Cedric", "Dorothy", "Edwin", "Florence", "Gerald", "Harriet", "Ivor", "Josephine",
         "Kenneth", "Lilian", "Maurice", "Nora", "Oswald", "Prudence")  # fmt: skip
PEOPLE, DOUBLES = 240, 16


def address(postcode: str) -> dict[str, object]:
    return {"address": [{"line": ["1 Invented Road"], "postalCode": postcode, "use": "home"}]}


@pytest.fixture(scope="module")
def place(database, server, template, tmp_path_factory):
    """Two lists, loaded; of the second list's people sixteen are in the first without a number that says so."""
    from joinedup.access.callers import acting_as_service
    from joinedup.person.actions import learn_model

    draw, folder = random.Random(7), tmp_path_factory.mktemp("doubles")
    first, second = [], []
    for index in range(PEOPLE):
        born = date(1930, 1, 1) + timedelta(days=draw.randrange(22_000))
        family, given = FAMILIES[index % 16], GIVEN[(index // 16 + index * 5) % 16]
        home = address(f"TQ{1 + draw.randrange(9)} {1 + draw.randrange(9)}{draw.choice('ABDE')}{draw.choice('FGHJ')}")
        words = {"born": born.isoformat(), "family": family, "given": given, **home}
        first.append(patient(f"h{index}", nhs=number(5_000 + index), **words))
        if index < DOUBLES:
            slip = words | ({"family": family[:3] + family[4:]} if index % 2 else {"given": given.upper()})
            second.append(patient(f"c{index}", **slip))
    with fresh_place(server, template) as made:
        made.load(lines_file(folder / "first.ndjson", *first))
        made.load(lines_file(folder / "second.ndjson", *second), source=TRUST)
        assert "joinedup learn-linking" in refused(made)
        with made.as_loader(), acting_as_service() as service:
            learn_model(by=service, at=AT, request_key="learn-in-a-test")
        yield made


def run(place, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "joinedup", "find-doubles", *words], cwd=PROJECT, text=True, capture_output=True,
        env=os.environ | {"JOINEDUP_DATABASE_NAME": place.name},
    )  # fmt: skip


def found(place, *words: str) -> str:
    done = run(place, *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def refused(place) -> str:
    done = run(place)
    assert done.returncode == 2
    return done.stderr


def test_likely_doubles_are_asked_about_once_and_nobody_is_joined(place):
    before = place.rows("select count(*), count(*) filter (where canonical_id is null) from person_person")
    said = found(place)
    asked = place.rows(
        "select a.subject, b.subject, w.weight from person_workitem w join person_sourceidentity a "
        "on a.person_id = w.person_id join person_sourceidentity b on b.person_id = w.other_person_id "
        "where w.kind = 'likely_same'"
    )
    true = [pair for *pair, weight in asked if {each[1:] for each in pair} == {pair[0][1:]} and weight > 3]
    assert len(true) >= DOUBLES - 2, said
    assert len(asked) == len(true)
    assert place.rows("select count(*), count(*) filter (where canonical_id is null) from person_person") == before
    assert f"{PEOPLE + DOUBLES:,} people compared" in said
    assert "0 people compared in 0 pairs; 0 pairs are newly asked about" in found(place)
    place.rows("update person_person set gp_practice_code = 'L83801' where id = (select id from person_person limit 1)")
    assert found(place).startswith("1 people compared")
    assert place.count("person_persontocompare") == PEOPLE + DOUBLES  # for `link-people`, which joins


def test_a_pair_that_was_decided_is_not_asked_about_again(place):
    found(place)
    likely = place.count("person_workitem")
    place.rows(
        "insert into person_notthesame (id, one_id, other_id, reason, by_id, at) "
        "select gen_random_uuid(), least(person_id, other_person_id), greatest(person_id, other_person_id), 'x', "
        "gen_random_uuid(), now() from person_workitem where kind = 'likely_same' limit 1"
    )
    place.rows("delete from person_workitem where kind = 'likely_same'")
    assert f"{place.count('person_workitem')} " == "0 "
    assert found(place).startswith("0 people")
    assert f"{likely - 1} pairs are newly asked" in found(place, "--everybody")
    assert place.count("person_workitem") == likely - 1


def test_a_probability_that_is_none_is_refused(place):
    done = subprocess.run([sys.executable, "-m", "joinedup", "find-doubles", "--least", "2"], cwd=PROJECT, text=True,
                          capture_output=True)  # fmt: skip
    assert done.returncode == 2
    assert "between 0 and 1" in done.stderr
