"""Does a link, or taking one back, killed at any moment leave all of it or nothing, and can it be taken up again?"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

from tests import factories as make
from tests.steps.test_links import canonical, made_pair

ACTS = """
import sys
from uuid import UUID
from config.databases import start_django
start_django(role="app", ensure=False)
from joinedup.access.sessions import acting_as
from joinedup.base import clock
from joinedup.person.actions import decide_same, unlink
who, item = sys.argv[1], UUID(sys.argv[2])
print("ready", flush=True)
with acting_as(who) as by:
    link = decide_same(by=by, at=clock.now(), request_key=f"kill-link-{item}", item_id=item, expected_version=1,
                       reason="Both say so.")
print("linked", flush=True)
with acting_as(who) as by:
    unlink(by=by, at=clock.now(), request_key=f"kill-undo-{item}", link_id=link, reason="Two sisters.")
print("undone", flush=True)
"""
LONGEST_ACT = 0.4


def started(pair: SimpleNamespace) -> subprocess.Popen:
    """A process that links the pair and takes it back; it says when it begins."""
    process = subprocess.Popen(
        [sys.executable, "-c", ACTS, pair.nurse.username, str(pair.item)], env=os.environ.copy(), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout.readline() == "ready\n", process.communicate()[1]
    return process


def told(pair: SimpleNamespace) -> list:
    """What both records hold, without keys of joining and moments."""
    return make.run(
        "select p.id, p.canonical_id, p.family, p.given, p.birth_date, p.nhs_number, (select jsonb_agg("
        "jsonb_build_array(t.source_key, t.person_id, t.title) order by t.source_key) from person_timelineentry t "
        "where t.person_id = p.id and t.kind in ('condition', 'admission')), (select jsonb_agg(jsonb_build_array("
        "g.subject_id, g.purpose, g.source) order by g.subject_id, g.source) from access_accessgrant g where "
        "g.person_id = p.id and g.ends_at is null) from person_person p where p.id in (%s, %s) order by p.id",
        [pair.first, pair.second],
    )


def killed_and_taken_up(chance: random.Random) -> None:
    pair = made_pair()
    before = told(pair)
    process = started(pair)
    time.sleep(chance.uniform(0, LONGEST_ACT))
    process.kill()
    process.communicate()
    links = make.run("select ended_at is null from person_personlink where %s in (one_id, other_id)", [pair.first])
    joined = canonical(pair.first, pair.second) == [None, pair.first]
    assert joined == (links == [(True,)]), "a link stands exactly where the records are joined"
    if not joined:
        assert told(pair) == before
    again = started(pair)
    out, errors = again.communicate(timeout=120)
    assert (again.returncode, out.split()) == (0, ["linked", "undone"]), errors
    assert told(pair) == before
    [(was, is_now)] = make.run(
        "select before_digest, after_digest from person_personlink where %s in (one_id, other_id)", [pair.first]
    )
    assert was == is_now


@pytest.mark.parametrize("seed", range(2))
def test_a_link_killed_at_a_random_moment_is_whole_or_not_there(database, seed):
    killed_and_taken_up(random.Random(seed))


@pytest.mark.deep
def test_links_killed_at_many_moments_are_whole_or_not_there(database):
    chance = random.Random(11)
    for _ in range(25):
        killed_and_taken_up(chance)
