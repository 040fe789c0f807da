"""Does the record show who told each fact and when, open for those with sight alone, and lose nobody's text?"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from tests import factories
from tests.steps.telling import AT, body, client, event, lives, named, seen_by, somebody, tell

MARCH, MAY = datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2026, 5, 1, 12, tzinfo=UTC)
READS = 9
"""Person, why the caller may see them, tellings, their records, what the timeline holds, its page with what stands
beside it, who is close, names of bodies and questions; “About me” costs one more for its writer's name."""


def text_of(response) -> str:
    """The words of a page, without mark-up."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def opened(user, person: UUID, query: str = "") -> str:
    response = client(user).get(f"/people/{person}/{query}")
    assert response.status_code == 200, response.content.decode()[:500]
    return text_of(response)


def logged(user) -> list[tuple]:
    return factories.run(
        "select act, outcome, reason, person_id from access_logentry where actor_id = %s order by id", [user.id]
    )


@pytest.fixture
def place(database):
    return factories.place(factories.TORBAY)


@pytest.fixture
def two_tellings(place):
    """Somebody of whom a trust told in March and a council in May, with another address."""
    person = somebody(place)
    facts = {"names": named("Edith", "Facts", "Mrs"), "birth_date": "1941-03-02", "gender": "female"}
    tell(person, body("March Trust"), MARCH, **facts, addresses=lives("1 Old Road", "TQ1 1AA"))
    moved = lives("2 New Road", "TQ2 5AB")
    tell(person, body("May Council"), MAY, names=named("Edith", "Facts", "Mrs"), addresses=moved)
    return person


# Facts


def test_every_fact_shows_its_source_and_date(place, two_tellings):
    user = seen_by(factories.user("coordinator", place), two_tellings)
    page = opened(user, two_tellings)
    assert "Mrs Edith Facts" in page
    assert "Name Mrs Edith Facts told by May Council on 1 May 2026" in page
    assert "Date of birth 2 March 1941 told by March Trust on 1 March 2026" in page
    assert "Gender Female told by March Trust on 1 March 2026" in page
    assert "Address 2 New Road, TQ2 5AB told by May Council on 1 May 2026" in page
    assert "Told differently 1 time : address 1 Old Road, TQ1 1AA told by March Trust on 1 March 2026" in page
    assert "Born 2 March 1941, age 85" in page
    assert "Known to: March Trust, May Council." in page


def test_a_late_row_does_not_displace_a_newer_fact(place, two_tellings):
    tell(two_tellings, body("Late Trust"), datetime(2026, 1, 9, tzinfo=UTC), addresses=lives("9 Late Lane", "TQ1 9ZZ"))
    page = opened(seen_by(factories.user("coordinator", place), two_tellings), two_tellings)
    assert "Address 2 New Road, TQ2 5AB told by May Council on 1 May 2026" in page
    assert "9 Late Lane, TQ1 9ZZ told by Late Trust on 9 January 2026" in page
    held = factories.run("select address, postcode from person_person where id = %s", [two_tellings])
    assert held == [("2 New Road", "TQ2 5AB")]


def test_a_fact_without_a_kept_source_says_so(place):
    made = factories.person(place)
    page = opened(seen_by(factories.user("coordinator", place), made.id), made.id)
    assert "Date of birth 1 May 1938 its source is no longer kept" in page


def test_where_a_restricted_person_lives_is_shown_to_nobody(place, two_tellings):
    facts = {"gp_practice_code": "L83801", "telecoms": [{"system": "phone", "value": "01803 111222"}]}
    tell(two_tellings, body("Quiet Trust"), AT, restricted=True, **facts)
    page = opened(seen_by(factories.user("coordinator", place), two_tellings), two_tellings)
    assert "Where this person lives must not become known" in page
    for planted in ("New Road", "Old Road", "TQ2 5AB", "TQ1 1AA", "01803 111222", "L83801", "Chelston"):
        assert planted not in page


# The timeline, and what is happening now


def test_one_timeline_newest_first_fifty_at_a_time_each_with_its_source(place):
    person, trust = somebody(place), body("Visiting Trust")
    for number in range(60):
        event(person, trust, "contact", f"Visit {number:02}.", date(2020 + number // 12, number % 12 + 1, 5))
    event(person, trust, "contact", "Undated visit.", None)
    user = seen_by(factories.user("practitioner", place), person)
    response = client(user).get(f"/people/{person}/")
    listed = re.findall(r"Visit (\d\d)\.</h3>", response.content.decode().replace(" </h3>", "</h3>"))
    assert [int(number) for number in listed] == list(range(59, 9, -1))
    assert "Told by Visiting Trust on 2 November 2026" in text_of(response)
    older = re.search(r'href="(\?after=[^"#]+)', response.content.decode())
    rest = opened(user, person, older.group(1))
    assert "Visit 09." in rest
    assert "Visit 10." not in rest
    assert "Undated visit." in rest


def test_the_timeline_is_limited_to_a_kind_and_a_body(place):
    person, trust, council = somebody(place), body("Kind Trust"), body("Kind Council")
    event(person, trust, "medicine", "Tablets", date(2026, 2, 1))
    event(person, council, "service", "Help at home", date(2026, 2, 2), amount_pence=12345)
    user = seen_by(factories.user("practitioner", place), person)
    assert "£123.45" in opened(user, person, "?kind=service")
    assert "Tablets" not in opened(user, person, "?kind=service")
    assert "Help at home" not in opened(user, person, f"?told_by={trust}")
    assert "No entry of this kind from this body" in opened(user, person, f"?kind=medicine&told_by={council}")
    assert "Tablets" in opened(user, person, "?after=nonsense&told_by=nobody")


def test_now_shows_what_is_open_and_the_last_contact_and_folds_what_is_sensitive(place):
    person, trust = somebody(place), body("Now Trust")
    event(person, trust, "service", "Day centre", date(2026, 9, 1), open_ended=True)
    event(person, trust, "contact", "Home visit", date(2026, 10, 30))
    event(person, trust, "contact", "Visit to come", date(2026, 12, 1))
    event(person, trust, "condition", "A private matter", date(2026, 10, 1), open_ended=True, sensitivity="sensitive")
    response = client(seen_by(factories.user("practitioner", place), person)).get(f"/people/{person}/")
    page = text_of(response)
    assert "Day centre, since 1 September 2026 told by Now Trust on 2 November 2026" in page
    assert "Last contact: Home visit, 30 October 2026" in page
    unfolded = re.sub(r"<details.*?</details>", "", response.content.decode(), flags=re.DOTALL)
    assert "Sensitive entry" in unfolded
    assert "A private matter" not in unfolded
    assert "A private matter" in page


def test_a_record_costs_the_same_number_of_queries_however_long_it_is(place):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counted = []
    for entries in (1, 40):
        person, trust = somebody(place), body(f"Trust of {entries}")
        tell(person, trust, MAY, names=named("Ada", f"Counted{uuid4().hex[:6]}"), birth_date="1940-01-01")
        for number in range(entries):
            event(person, trust, "contact", "Visit", date(2026, 1, 1 + number % 28), open_ended=True)
        user = seen_by(factories.user("coordinator", place), person)
        client(user).get("/people/")
        with CaptureQueriesContext(connection) as queries:
            assert client(user).get(f"/people/{person}/").status_code == 200
        said = [each["sql"][:90].lower() for each in queries.captured_queries]
        entering = ("begin", "savepoint", "release", "commit", "select access.profile")
        counted.append([each for each in said if not each.startswith(entering)])
    for made in counted:
        assert len(made) == READS + len(["the line of the log"]), made


def test_a_table_whose_columns_need_converting_is_not_read_by_a_written_statement():
    from joinedup.person.models import TimelineEntry
    from joinedup.person.queries.joined_rows import JoinedRows

    with pytest.raises(TypeError, match="TimelineEntry has columns that need converting"):
        JoinedRows({"line": TimelineEntry}, "from person_timelineentry line")


# Who may open it


def test_opening_is_a_line_of_the_log_with_place_and_reason(place, two_tellings):
    user = seen_by(factories.user("coordinator", place), two_tellings)
    opened(user, two_tellings)
    assert logged(user) == [("record.opened", "done", "direct_care", two_tellings)]
    [(where,)] = factories.run("select place_id from access_logentry where actor_id = %s", [user.id])
    assert where == place


def test_a_stranger_and_nobody_get_the_same_page_and_the_refusal_is_logged(place, two_tellings):
    stranger, nothing = factories.user("coordinator", factories.place(factories.BRADFORD)), uuid4()
    pages = [client(stranger).get(f"/people/{key}/") for key in (two_tellings, nothing)]
    assert [page.status_code for page in pages] == [404, 404]
    assert text_of(pages[0]) == text_of(pages[1])
    assert logged(stranger) == [
        ("page.refused", "refused", "person-not-found", two_tellings),
        ("page.refused", "refused", "person-not-found", nothing),
    ]
    asked = client(None).get(f"/people/{two_tellings}/")
    assert (asked.status_code, asked["Location"][:9]) == (302, "/sign-in/")
    assert client(factories.user("analyst", place)).get(f"/people/{two_tellings}/").status_code == 403


def test_a_linked_record_leads_to_the_one_it_was_linked_into(place, two_tellings):
    alias = somebody(place)
    factories.run("update person_person set canonical_id = %s where id = %s", [two_tellings, alias])
    user = seen_by(factories.user("coordinator", place), alias, two_tellings)
    response = client(user).get(f"/people/{alias}/")
    assert (response.status_code, response["Location"]) == (302, f"/people/{two_tellings}/")
    by_alias = seen_by(factories.user("coordinator", place), alias)  # sight of one record of a person is sight of all
    assert client(by_alias).get(f"/people/{alias}/")["Location"] == f"/people/{two_tellings}/"
    assert client(factories.user("coordinator", place)).get(f"/people/{alias}/").status_code == 404


# Writing on it


def about_me(user, person: UUID, text: str, version: int, key: str):
    words = {"most_important": text, "how_to_support": "", "expected_version": version, "request_key": key}
    return client(user).post(f"/people/{person}/about-me/", words)


def test_about_me_is_saved_shown_with_its_writer_and_a_replay_changes_nothing(place, two_tellings):
    user = seen_by(factories.user("case_manager", place), two_tellings)
    key = f"form-{uuid4().hex}"
    assert about_me(user, two_tellings, "Sea air.", 0, key).status_code == 302
    assert about_me(user, two_tellings, "Sea air.", 0, key).status_code == 302
    assert "Sea air." in opened(user, two_tellings)
    assert "Written by Invented user on 2 November 2026" in opened(user, two_tellings)
    held = factories.run("select version, most_important from person_aboutme where person_id = %s", [two_tellings])
    assert held == [(1, "Sea air.")]
    assert [line[0] for line in logged(user)].count("about_me.saved") == 1


def test_a_conflict_keeps_both_texts_and_can_be_sent_again(place, two_tellings):
    first, second = (seen_by(factories.user("case_manager", place), two_tellings) for _ in range(2))
    about_me(first, two_tellings, "First words.", 0, f"form-{uuid4().hex}")
    key = f"form-{uuid4().hex}"
    conflict = about_me(second, two_tellings, "Second words.", 0, key)
    assert conflict.status_code == 409
    assert "First words." in text_of(conflict)
    assert "Second words." in text_of(conflict)
    assert 'name="expected_version" value="1"' in conflict.content.decode()
    assert about_me(second, two_tellings, "First and second words.", 1, key).status_code == 302
    held = factories.run("select version, most_important from person_aboutme where person_id = %s", [two_tellings])
    assert held == [(2, "First and second words.")]


def test_a_stranger_writes_nothing(place, two_tellings):
    stranger = factories.user("case_manager", factories.place(factories.BRADFORD))
    assert about_me(stranger, two_tellings, "Planted.", 0, f"form-{uuid4().hex}").status_code == 404
    assert factories.run("select 1 from person_aboutme where person_id = %s", [two_tellings]) == []


def test_a_rebuild_is_asked_for_by_care_roles_alone(place, two_tellings):
    user = seen_by(factories.user("practitioner", place), two_tellings)
    key = f"form-{uuid4().hex}"
    for _ in range(2):
        asked = client(user).post(f"/people/{two_tellings}/rebuild/", {"request_key": key})
        assert asked.status_code == 302, asked.content.decode()[:400]
    jobs = factories.run(
        "select count(*) from procrastinate_jobs where args ->> 'person_id' = %s", [str(two_tellings)], role="owner"
    )
    assert jobs == [(1,)]
    me = factories.user("person", place)
    factories.grant(me.id, two_tellings, "own_record")
    assert client(me).post(f"/people/{two_tellings}/rebuild/", {"request_key": key}).status_code == 403
