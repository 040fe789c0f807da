"""Does the kept model join whom it is sure of and nobody else, once, undoably, whatever cuts the run off?

A generated place with its slips, twins, same-name relatives and missing numbers; the answer key is read here only.
"""

from __future__ import annotations

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import psycopg
import pytest

from config.databases import drop_database, ensure_database
from tests.steps.loading import AT, PROJECT, TORBAY, Place, fresh_place

PEOPLE = 260
LINKS = "select l.id, l.one_id, l.other_id, l.reason, l.weight, m.version from person_personlink l " \
        "join person_linkmodel m on m.id = l.model_id where l.how = 'likeness' and l.ended_at is null"  # fmt: skip


@pytest.fixture(scope="module")
def generated(tmp_path_factory) -> Path:
    from joinedup.exchange.generate.command import generate

    folder = tmp_path_factory.mktemp("likeness")
    assert generate(["--people", str(PEOPLE), "--seed", "5", "--place", TORBAY, "--out", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def learnt(database, server, template, generated):
    """The generated place loaded, and a model learnt from it; nobody is linked by likeness yet."""
    from joinedup.access.callers import acting_as_service
    from joinedup.person.actions import learn_model

    with fresh_place(server, template) as made:
        for entry in json.loads((generated / "manifest.json").read_text())["loads"]:
            made.load(*(generated / path for path in entry["paths"]), source=entry["source"], place=entry["place"])
        with made.as_loader(), acting_as_service() as service:
            assert learn_model(by=service, at=AT, request_key="learn-in-a-test") == 1
        yield made


@pytest.fixture
def copy(server, learnt):
    """Makes copies of the place as it stands before anybody is linked."""
    made = []

    def again() -> Place:
        made.append(Place(f"{learnt.name}_{len(made)}"))
        drop_database(server, made[-1].name)
        ensure_database(server, made[-1].name, template=learnt.name)
        return made[-1]

    yield again
    for each in made:
        drop_database(server, each.name)


def linked(place: Place):
    from joinedup.person.actions import link_waiting

    with place.as_loader() as by:
        return link_waiting(by=by, at=AT, request_key="link-in-a-test")


def outcome(place: Place) -> tuple[list, list, list]:
    """Who was joined and asked about, and who is canonical, by keys that the copies share."""
    links = "select one_id, other_id, how, round(weight::numeric, 3), reason from person_personlink order by 1, 2"
    asked = "select kind, person_id, other_person_id, round(weight::numeric, 3) from person_workitem order by 1, 2, 3"
    people = "select id, canonical_id, nhs_number, family, given from person_person order by 1"
    return place.rows(links), place.rows(asked), place.rows(people)


def true_people(place: Place, generated: Path) -> dict[object, set[str]]:
    """Whom each record stands for in truth."""
    with (generated / "truth.csv").open(encoding="utf-8") as stream:
        truth = {(row["file"], int(row["row"])): row["true_id"] for row in csv.DictReader(stream)}
    found = defaultdict(set)
    for person, body, file, row in place.rows(
        "select r.person_id, b.code, r.file, r.row from person_sourcerecord r join places_body b on b.id = r.body_id "
        "where r.says_who and r.person_id is not null"
    ):
        key = next((key for name in (file, f"{TORBAY}/{body}/{file}") if (key := (name, row)) in truth), None)
        if key:
            found[person].add(truth[key])
    return found


def test_the_rule_joins_right_once_in_words_and_says_by_which_model(copy, generated):
    place = copy()
    first = linked(place)
    joined = place.rows(LINKS)
    whose = true_people(place, generated)
    assert len(joined) == first.joined >= 3
    assert all(whose[one] and whose[one] == whose[other] for _, one, other, *_ in joined)
    assert all("date of birth the same" in reason and version == 1 for *_, reason, _, version in joined)
    assert place.rows("select count(*) from person_timelineentry where kind = 'identity'") == [(2 * len(joined),)]
    assert place.count("person_persontocompare") == 0
    [(weights, report)] = place.rows("select weights, report from person_linkmodel")
    assert {"given name", "family name", "date of birth", "NHS number"} <= {each["words"] for each in weights}
    assert report["numbers_hidden"]["joined_wrong"] == report["with_numbers"]["joined_wrong"] == 0
    before = outcome(place)
    for entry in json.loads((generated / "manifest.json").read_text())["loads"][:1]:  # the same load again
        place.load(*(generated / path for path in entry["paths"]), source=entry["source"], place=entry["place"])
    assert (linked(place).joined, outcome(place)) == (0, before)


def cut_off(place: Place, after: float) -> None:
    """`joinedup link-people` in small batches, killed after so many seconds of linking."""
    words = (
        "from joinedup.person.actions import likeness; likeness.COMPARED_AT_ONCE = 10; "
        "from joinedup.cli import main; main(['link-people'])"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", f"from config.databases import start_django; start_django(role='loader'); {words}"],
        cwd=PROJECT, env=os.environ | {"JOINEDUP_DATABASE_NAME": place.name}, text=True, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert "people compared" in process.stderr.readline()
    time.sleep(after)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()


def test_linking_killed_in_the_middle_ends_as_one_never_touched(copy):
    killed, untouched = copy(), copy()
    cut_off(killed, 0.05)
    assert killed.count("person_persontocompare") > 0
    linked(killed)
    linked(untouched)
    assert outcome(killed) == outcome(untouched)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(6))
def test_linking_killed_at_random_moments_ends_whole(copy, seed):
    killed, untouched = copy(), copy()
    for round_ in range(3):
        if killed.count("person_persontocompare") > 10:
            cut_off(killed, random.Random(seed * 3 + round_).uniform(0.0, 0.6))
    linked(killed)
    linked(untouched)
    assert outcome(killed) == outcome(untouched)


def refused(place: Place, statement: str) -> str:
    with pytest.raises(psycopg.Error) as error:
        place.rows(statement)
    return error.value.diag.constraint_name or error.value.diag.message_primary


def test_the_database_refuses_what_only_somebody_may_decide(copy):
    place = copy()
    link = (
        "insert into person_personlink (id, one_id, other_id, how, weight, reason, by_id, at, changed_at, before, "
        "after, before_digest, after_digest, end_reason, model_id) "
        "select uuidv7(), a.id, b.id, 'likeness', {weight}, 'x', "
        "uuidv7(), now(), now(), '{{}}', '{{}}', '', '', '', {model} from person_person a, person_person b "
        "where a.id < b.id and {which} limit 1"
    )
    model = "(select id from person_linkmodel)"
    two_numbers = "a.nhs_number <> '' and b.nhs_number <> ''"
    hidden = "a.restricted and not b.restricted and b.nhs_number = ''"
    place.rows("update person_person set restricted = true where id = (select min(id::text)::uuid from person_person)")
    assert refused(place, link.format(weight=20, model=model, which=two_numbers)) == "likeness_links_the_sure_only"
    assert refused(place, link.format(weight=20, model=model, which=hidden)) == "likeness_links_the_sure_only"
    assert refused(
        place, link.format(weight=20, model="null", which="a.nhs_number = '' and b.nhs_number = ''")
    ) == "link_by_likeness_names_its_model"  # fmt: skip
    for statement in ("update person_linkmodel set share = 0.5", "delete from person_linkmodel"):
        assert refused(place, statement)
