"""Is whoever opted out of uses beyond their care in no extract made since, and is it said since when?"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from joinedup.base import clock
from joinedup.base.errors import NotNow
from tests import factories as make
from tests.factories import enter
from tests.steps.telling import client, event
from tests.steps.test_record import text_of
from tests.steps.test_sharing import do, here, refused, scene

__all__ = ["here", "scene"]

pytestmark = pytest.mark.usefixtures("database")


def extracted() -> tuple[int, int, int]:
    """People in an extract, opted out of it, and stays in it, as the role extractor reads it."""
    import psycopg

    from config.databases import connection_words
    from config.environment import database_address

    with psycopg.connect(**connection_words(database_address(), "extractor")) as extractor:
        extractor.execute("select access.start_extract(now(), current_date)")
        [found] = extractor.execute(
            "select (select count(*) from extract_person), (select opted_out_people from extract_left_out), "
            "(select count(*) from extract_stay)"
        ).fetchall()
        return found


def test_whoever_opts_out_is_in_no_extract_until_they_opt_in(scene):
    """Rows of days before the opt-out stay out too: what counts is when an extract is made (decision 0067)."""
    event(scene.person.id, scene.trust, "admission", "Hospital stay", date(2025, 3, 1), ends_on=date(2025, 3, 9))
    people, out, stays = extracted()
    do(scene.me, "set_opt_out", person_id=scene.person.id, opted_out=True)
    assert extracted() == (people - 1, out + 1, stays - 1)
    with pytest.raises(NotNow):
        do(scene.nurse, "set_opt_out", person_id=scene.person.id, opted_out=True)
    do(scene.me, "set_opt_out", person_id=scene.person.id, opted_out=False)
    assert extracted() == (people, out, stays)


def test_a_linked_record_of_somebody_who_opted_out_stays_out_too(here):
    one, other = make.person(here), make.person(here)
    people, *_ = extracted()
    make.run("update person_person set canonical_id = %s, nhs_number = '' where id = %s", [one.id, other.id])
    make.insert("access_optout", person_id=other.id, told_by="staff", starts_at=clock.now())
    assert extracted()[0] == people - 2


def test_since_when_is_said_to_the_person_and_to_the_officer_of_their_place_alone(app, here, scene):
    """Whichever record of the person it stands on; ending it ends it on all of them."""
    alias = make.person(here)
    make.grant(scene.me.id, alias.id, "own_record")
    make.run("update person_person set canonical_id = %s, nhs_number = '' where id = %s", [scene.person.id, alias.id])
    make.insert("access_optout", person_id=alias.id, told_by="staff", starts_at=datetime(2026, 3, 1, 12, tzinfo=UTC))
    sharing, looks = f"/people/{scene.person.id}/sharing/", f"/people/{scene.person.id}/looks/"
    assert "Since 1 March 2026, 12:00pm. Told by: the person, to somebody" in text_of(client(scene.me).get(sharing))
    officer, other = make.user("privacy_officer", here), make.user("privacy_officer", make.place())
    assert "Since 1 March 2026, 12:00pm" in text_of(client(officer).get(looks))
    enter(app, other.token)
    assert app.execute("select * from access.opted_out_since(%s)", [alias.id]).fetchall() == []
    do(scene.me, "set_opt_out", person_id=scene.person.id, opted_out=False)
    assert "It can be kept out" in text_of(client(scene.me).get(sharing))
    assert "No opt-out stands" in text_of(client(officer).get(looks))


def test_a_stranger_opts_nobody_out_and_learns_nothing(app, scene):
    stranger = make.user("practitioner", scene.place)
    words = {"person_id": scene.person.id, "opted_out": True}
    assert refused(stranger, "set_opt_out", **words) == "opt_out_needs_right"
    do(scene.me, "set_opt_out", **words)
    enter(app, stranger.token)
    for table in ("access_optout", "access_consent", "access_proxy", "access_legalhold"):
        assert app.execute(f"select count(*) from {table}").fetchone() == (0,)


def test_the_national_list_opts_out_and_in_again_and_leaves_what_people_said_here(here, tmp_path):
    from tests.steps.test_accounts import joinedup

    listed, said_here = make.person(here), make.person(here)
    make.insert("access_optout", person_id=said_here.id, told_by="person", starts_at=clock.now())
    file = tmp_path / "list.txt"
    file.write_text(f"nhs_number\n{listed.nhs_number},\nnot a number\n")
    done = joinedup("opt-outs", str(file))
    assert done.returncode == 0, done.stderr
    standing = "select told_by from access_optout where person_id = %s and ends_at is null"
    assert make.run(standing, [listed.id]) == [("national_list",)]
    file.write_text("")
    assert joinedup("opt-outs", str(file)).returncode == 0
    assert make.run(standing, [listed.id]) == []
    assert make.run(standing, [said_here.id]) == [("person",)]
