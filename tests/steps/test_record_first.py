"""Does the record say first what must be known first, who is close, and where each fact comes from; and is nothing of
where a restricted person lives shown on any of its pages?"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from tests import factories
from tests.steps.telling import AT, body, client, event, lives, named, seen_by, somebody, tell
from tests.steps.test_record import opened, text_of

MARCH, MAY = datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def place(database):
    return factories.place(factories.TORBAY)


@pytest.fixture
def edith(place) -> UUID:
    """Somebody of whom a trust told verified in March and a council in May otherwise."""
    person = somebody(place)
    tell(person, body("March Trust"), MARCH, names=named("Edith", "Firstly", "Mrs"), birth_date="1941-03-02",
         nhs_number=factories.nhs_number(), nhs_number_verified=True, gender="female")  # fmt: skip
    tell(person, body("May Council"), MAY, names=named("Edie", "Firstly"), birth_date="1941-02-03",
         addresses=lives("2 New Road", "TQ2 5AB"))  # fmt: skip
    return person


def worker(place: UUID, *people: UUID, role: str = "practitioner") -> factories.MadeUser:
    """Somebody of a body, who may see these people."""
    user = seen_by(factories.user(role, place), *people)
    factories.run("update access_subject set body_id = %s where id = %s", [body("Working Trust"), user.id])
    return user


def sent(user, path: str, **words: object):
    """A form sent as this user, under a fresh key."""
    return client(user).post(path, {"request_key": f"form-{uuid4().hex}", **words})


# What must be known first


def test_alerts_adjustments_and_legal_information_stand_before_everything_else(place, edith):
    trust = body("Alert Trust")
    event(edith, trust, "flag", "Uses British Sign Language", date(2026, 1, 1), open_ended=True,
          detail='[["Alert", "Reasonable adjustment"]]')  # fmt: skip
    event(
        edith, trust, "flag", "Daughter is attorney", date(2026, 1, 1), open_ended=True, detail='[["Alert", "Legal"]]'
    )
    event(edith, trust, "allergy", "Penicillin", date(2026, 1, 1), open_ended=True)
    event(edith, trust, "flag", "About a neighbour", date(2026, 1, 1), open_ended=True, sensitivity="sensitive",
          detail='[["Alert", "Safeguarding"]]')  # fmt: skip
    event(edith, trust, "flag", "No longer so", date(2025, 1, 1), ends_on=date(2025, 2, 1))
    response = client(worker(place, edith)).get(f"/people/{edith}/")
    page = text_of(response)
    first = page[page.index("Know this first") : page.index("What is happening now")]
    alerts, rest = first.split("Reasonable adjustments")
    adjustments, legal = rest.split("What the law says")
    assert "Allergy: Penicillin" in alerts
    assert "Safeguarding" in alerts
    assert "Uses British Sign Language" in adjustments
    assert "Daughter is attorney" in legal
    assert "No longer so" not in first
    assert page.index("Born 2 March 1941, age 85") < page.index("Know this first")
    shown = response.content.decode()
    assert "About a neighbour" not in shown[: shown.index("<details")]


def test_what_was_told_of_days_that_somebody_did_not_live_is_questioned_not_hidden(place, edith):
    """H128: somebody seen alive after their death, or before their birth, may be two people taken for one."""
    trust = body("Morgue Trust")
    user = worker(place, edith)
    told = factories.run("select id from person_sourcerecord where person_id = %s limit 1", [edith])[0][0]
    event(edith, trust, "observation", "Of the day itself", date(2026, 6, 1), record_id=told)
    event(edith, trust, "observation", "Blood pressure 120/80", date(2026, 6, 4), record_id=told)
    assert "did not live" not in text_of(client(user).get(f"/people/{edith}/"))
    tell(edith, trust, MAY, deceased=True, death_date="2026-06-01")
    event(edith, trust, "assessment", "A private talk", date(2026, 6, 5), record_id=told, sensitivity="sensitive")
    event(edith, trust, "contact", "Death certification", date(2026, 6, 5), record_id=told)
    event(edith, trust, "vaccination", "Given before birth", date(1931, 5, 5), record_id=told)
    event(edith, trust, "contact", "We rang the family", date(2026, 6, 8))
    event(edith, trust, "charge", "The last bill", date(2026, 6, 9), record_id=told)
    page = text_of(client(user).get(f"/people/{edith}/"))
    asked = page[page.index("did not live") : page.index("Know this first")]
    for words in ("4 June 2026: Observation, Blood pressure 120/80", "5 June 2026: Assessment told by Morgue Trust",
                  "5 May 1931: Vaccination, Given before birth", "Who told the days of birth and death"):  # fmt: skip
        assert words in asked
    assert "There may be more on the timeline" in asked
    for words in ("A private talk", "Of the day itself", "Death certification", "We rang the family", "The last bill"):
        assert words not in asked
    assert "Blood pressure 120/80" in page[page.index("Know this first") :]


def test_an_alert_is_written_once_stands_first_and_is_ended(place, edith):
    user = worker(place, edith)
    key = f"form-{uuid4().hex}"
    words = {"sort": "legal", "words": "Lacks capacity to decide where to live", "review_on": "3 5 2027"}
    for _ in range(2):
        assert sent(user, f"/people/{edith}/alerts/new/", **words, request_key=key).status_code == 302
    page = opened(user, edith)
    assert page.count("Lacks capacity to decide where to live") == 3  # at the top, its button, and on the timeline
    [(entry,)] = factories.run("select id from person_timelineentry where person_id = %s and kind = 'flag'", [edith])
    assert sent(user, f"/people/{edith}/alerts/{entry}/end/").status_code == 302
    page = opened(user, edith)
    assert page.count("Lacks capacity to decide where to live") == 1
    assert "Nothing is known. Every adult is taken to be able to decide" in page
    acts = factories.run("select act from access_logentry where actor_id = %s and thing_id = %s order by id",
                         [user.id, entry])  # fmt: skip
    assert [act for (act,) in acts] == ["alert.raised", "alert.ended"]


def test_an_alert_that_a_body_sent_is_not_ended_here_and_strangers_write_none(place, edith):
    entry = event(edith, body("Sending Trust"), "flag", "Sent", date(2026, 1, 1), open_ended=True)
    user = worker(place, edith)
    assert sent(user, f"/people/{edith}/alerts/{entry}/end/").status_code == 404
    stranger = worker(factories.place(factories.BRADFORD))
    answer = sent(stranger, f"/people/{edith}/alerts/new/", sort="other", words="Planted")
    assert answer.status_code == 404
    assert sent(user, f"/people/{edith}/alerts/new/", sort="nonsense", words="").status_code == 422
    assert factories.run("select title from person_timelineentry where person_id = %s", [edith]) == [("Sent",)]


# What is happening now


def test_now_names_the_case_manager_the_work_the_visits_and_the_money(place, edith):
    council = body("Doing Council")
    ours = {"record_id": None, "open_ended": True}
    event(
        edith,
        council,
        "care_plan",
        "Case manager: Ann Tor",
        date(2026, 9, 1),
        source_key=f"plan.casemanager/{uuid4()}",
        **ours,
    )
    event(edith, council, "request", "Call: fell at home", date(2026, 10, 1), **ours)
    event(edith, council, "service", "Help at home", date(2026, 9, 2), amount_pence=12345, **ours)
    visit, gone = uuid4(), uuid4()
    for what, title, told in (("booked", "Visit: wound care", MARCH), ("planned/3", "Visit booked again", MAY)):
        event(edith, council, "visit", title, date(2026, 12, 1), source_key=f"plan.visit/{visit}/{what}", told_at=told)
    for what, told in (("booked", MARCH), ("cancelled/2", MAY)):
        event(
            edith,
            council,
            "visit",
            f"Visit {what}",
            date(2026, 12, 2),
            source_key=f"plan.visit/{gone}/{what}",
            told_at=told,
        )
    page = opened(worker(place, edith), edith)
    now = page[page.index("What is happening now") : page.index("Timeline")]
    assert "Case manager Ann Tor, since 1 September 2026" in now
    assert "Call: fell at home" in now
    assert "Help at home, since 2 September 2026, £123.45" in now
    assert now.count("Visit booked again, 1 December 2026") == 1
    assert "wound care" not in now
    assert "2 December 2026" not in now


def test_the_timeline_is_limited_by_days_and_words_and_keeps_its_limits_in_the_address(place, edith):
    trust = body("Filter Trust")
    for month in range(1, 11):
        event(edith, trust, "contact", f"Month {month} visit", date(2026, month, 5), detail='[["Who", "Nurse Tamar"]]')
    user = worker(place, edith)
    page = opened(user, edith, "?starts=1+3+2026&ends=30+4+2026")
    assert "Month 3 visit" in page
    assert "Month 4 visit" in page
    assert "Month 5 visit" not in page[page.index("Timeline") :]
    assert "Month 2 visit" not in page
    assert "Month 7 visit" in opened(user, edith, "?words=tamar+7")
    assert "Month 3 visit" not in opened(user, edith, "?words=tamar+7")
    html = client(user).get(f"/people/{edith}/?words=tamar&starts=1+3+2026").content.decode()
    assert 'value="tamar"' in html
    assert 'value="1 3 2026"' in html
    assert "Month 9 visit" in opened(user, edith, "?starts=nonsense&words=%00")
    assert "No entry of this kind" in opened(user, edith, "?words=50%25")


MANY_EVENTS = """
    insert into person_timelineentry (id, person_id, body_id, source_key, kind, title, detail, starts_on, open_ended,
        sensitivity, told_at, arrival, recorded_at)
    select gen_random_uuid(), %(person)s, %(body)s, gen_random_uuid()::text, k.kind, 'Entry ' || n, '[]',
        date '2026-10-30' - n, n %% 10 = 0, 'ordinary', now(), n, now()
    from generate_series(1, %(count)s) n,
        lateral (select (array['contact', 'medicine', 'document', 'condition'])[1 + n %% 4]) k (kind)"""


def test_a_long_record_costs_no_more_reads_and_its_page_has_a_limit(place):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    reads, sizes = [], []
    for count in (50, 5_000):
        person, trust = somebody(place), body("Long Trust")
        tell(person, trust, MAY, names=named("Ada", "Longly"), birth_date="1940-01-01")
        factories.run(MANY_EVENTS, {"person": person, "body": trust, "count": count})
        user = worker(place, person)
        client(user).get("/people/")
        with CaptureQueriesContext(connection) as queries:
            shown = client(user).get(f"/people/{person}/").content
        entering = ("begin", "savepoint", "release", "commit", "select access.profile")
        reads.append(
            [each["sql"][:60] for each in queries.captured_queries if not each["sql"].lower().startswith(entering)]
        )
        sizes.append(len(shown))
    assert len(reads[0]) == len(reads[1]) <= 12
    assert sizes[1] < 4 * sizes[0]


# Who is close


def test_a_carer_is_a_person_in_her_own_right_joined_to_her_own_record(place, edith):
    carer, trust = somebody(place), body("Carer Trust")
    number = factories.nhs_number()
    tell(carer, trust, MAY, names=named("Carol", "Caringly"), nhs_number=number, nhs_number_verified=True)
    user = worker(place, edith, carer)
    answer = sent(user, f"/people/{edith}/contacts/new/", name="Carol", kind="child", phone="01803 111222",
                  is_carer="on", in_emergency="on", nhs_number=number)  # fmt: skip
    assert answer.status_code == 302, text_of(answer)
    page = client(user).get(f"/people/{edith}/").content.decode()
    assert f'<a href="/people/{carer}/">Carol Caringly</a>' in page
    assert "Looks after this person" in page
    assert "01803 111222" in page
    hers = opened(user, carer)
    assert "Mrs Edith Firstly , mother or father This person looks after them" in hers
    half = worker(place, edith)
    shown = client(half).get(f"/people/{edith}/").content.decode()
    assert f"/people/{carer}/" not in shown
    assert "Carol" in shown
    assert "Caringly" not in shown
    assert "Edith" not in opened(worker(place, carer), carer)


def test_a_contact_is_ended_and_a_change_meanwhile_is_a_conflict(place, edith):
    user = worker(place, edith)
    sent(user, f"/people/{edith}/contacts/new/", name="Bill Friend", kind="friend")
    [(key,)] = factories.run("select id from person_personrelationship where person_id = %s", [edith])
    path = f"/people/{edith}/contacts/{key}/end/"
    assert sent(user, path, ends_on="1 11 2026", expected_version=7).status_code == 409
    assert sent(user, path, ends_on="1 11 2026", expected_version=1, why="Moved away").status_code == 302
    assert "Bill Friend" not in opened(user, edith)
    assert client(user).get(path).status_code == 404
    [held] = factories.run("select ends_on, version, note from person_personrelationship where id = %s", [key])
    assert held == (date(2026, 11, 1), 2, "Moved away")


def test_a_number_that_finds_nobody_is_an_error_and_the_person_is_no_contact_of_their_own(place, edith):
    user = worker(place, edith)
    answer = sent(user, f"/people/{edith}/contacts/new/", name="X", kind="friend", nhs_number=factories.nhs_number())
    assert answer.status_code == 422
    assert "Nobody whose record you may see has this number" in text_of(answer)
    [(own,)] = factories.run("select nhs_number from person_person where id = %s", [edith])
    answer = sent(user, f"/people/{edith}/contacts/new/", name="X", kind="friend", nhs_number=own)
    assert "The contact is the person themselves" in text_of(answer)
    assert factories.run("select 1 from person_personrelationship where person_id = %s", [edith]) == []


RELATION = {"kind": "friend", "name": "N", "phone": "", "note": "", "is_carer": False, "is_next_of_kin": False,
            "in_emergency": False, "version": 1, "written_at": AT}  # fmt: skip


@pytest.mark.parametrize(
    ("constraint", "changed"),
    [
        ("relationship_kind_known", {"kind": "enemy"}), ("relationship_has_name", {"name": ""}),
        ("relationship_ends_after_start", {"starts_on": date(2026, 2, 2), "ends_on": date(2026, 2, 1)}),
        ("nobody_is_close_to_themselves", {"other_person_id": "self"}),
    ],
)  # fmt: skip
def test_the_database_refuses_what_is_no_relationship(place, edith, constraint, changed):
    from django.db import IntegrityError

    columns = RELATION | changed | {"person_id": edith, "body_id": body("B"), "written_by_id": uuid4()}
    if columns.get("other_person_id") == "self":
        columns["other_person_id"] = edith
    with pytest.raises(IntegrityError, match=constraint):
        factories.insert("person_personrelationship", **columns)


def test_nobody_is_close_to_a_restricted_person_nor_reached_through_one(place, edith):
    from django.db import IntegrityError

    hidden = somebody(place)
    factories.run("update person_person set restricted = true where id = %s", [hidden])
    columns = RELATION | {"body_id": body("B"), "written_by_id": uuid4()}
    with pytest.raises(IntegrityError, match="Nobody is written down as close"):
        factories.insert("person_personrelationship", **columns, person_id=hidden)
    phone = columns | {"phone": "01803"}
    with pytest.raises(IntegrityError, match="No telephone number is kept"):
        factories.insert("person_personrelationship", **phone, person_id=edith, other_person_id=hidden)
    held = factories.insert("person_personrelationship", **columns, person_id=edith, other_person_id=hidden)
    with pytest.raises(IntegrityError, match="keeps its people"):
        factories.run("update person_personrelationship set other_person_id = null where id = %s", [held])
    with pytest.raises(IntegrityError, match="relationship_open_once"):
        factories.insert("person_personrelationship", **columns, person_id=edith, other_person_id=hidden)


def test_a_stranger_adds_no_contact_and_joins_nobody_whom_they_may_not_see(place, edith):
    from joinedup.access.callers import enter
    from joinedup.base.errors import NotFound
    from joinedup.person.actions import ContactPerson, add_contact_person

    other, user = somebody(place), worker(place, edith)
    told = ContactPerson("friend", "N", other_person_id=other)
    with factories.acting_as(user.username), pytest.raises(NotFound):
        add_contact_person(
            by=enter(user.token), at=AT, request_key=f"form-{uuid4().hex}", person_id=edith, contact=told
        )
    stranger = worker(factories.place(factories.BRADFORD))
    assert sent(stranger, f"/people/{edith}/contacts/new/", name="P", kind="friend").status_code == 404


# Where facts come from


def test_each_fact_says_who_told_it_why_it_holds_and_what_it_outdoes(place, edith):
    user = worker(place, edith)
    page = text_of(client(user).get(f"/people/{edith}/facts/"))
    born = page[page.index("Date of birth") : page.index("Gender")]
    assert "2 March 1941 Holds told by March Trust on 1 March 2026, who states the NHS number verified" in born
    assert "A source that states the NHS number verified goes before one that does not." in born
    assert (
        "3 February 1941 Does not hold : its source does not state the NHS number verified. told by May Council" in born
    )
    assert re.search(r"Stated verified .{0,20}March Trust", page)
    logged = factories.run("select act from access_logentry where actor_id = %s and person_id = %s", [user.id, edith])
    assert logged == [("record.sources_read",)]
    assert client(worker(factories.place(factories.BRADFORD))).get(f"/people/{edith}/facts/").status_code == 404


def test_contacts_that_a_file_told_stand_with_the_others_until_they_end(place, edith):
    trust = body("Kin Trust")
    event(edith, trust, "contact_person", "Nora Kin (sister)", None, detail='[["Relationship", "sister, Next of kin"]]')
    event(edith, trust, "contact_person", "Gone Kin", None, ends_on=date(2026, 1, 31))
    event(edith, trust, "contact_person", "Secret Kin", None, sensitivity="sensitive")
    page, summary = (text_of(client(worker(place, edith)).get(f"/people/{edith}/{part}")) for part in ("", "summary/"))
    contacts = page.partition("Family, contacts and carers")[2].partition("Documents")[0]
    assert "Nora Kin (sister) · Relationship: sister, Next of kin" in " ".join(contacts.split())
    assert "Gone Kin" not in contacts
    assert "Secret Kin" not in contacts
    assert "marks as sensitive" in contacts
    assert "Nora Kin (sister), told by Kin Trust" in summary
    assert "Secret Kin" not in summary


PLANTED = ("Hidden Road", "TQ5 5HQ", "01803 999888", "L83HID", "Sister Planted")


def test_no_page_of_the_record_shows_where_a_restricted_person_lives(place, edith):
    trust = body("Kept Trust")
    tell(edith, trust, MAY, addresses=lives("1 Hidden Road", "TQ5 5HQ"), gp_practice_code="L83HID",
         telecoms=[{"system": "phone", "value": "01803 999888"}])  # fmt: skip
    event(edith, trust, "contact_person", "Sister Planted", date(2026, 1, 1), open_ended=True)
    user = worker(place, edith)
    sent(user, f"/people/{edith}/contacts/new/", name="Sister Planted", kind="sibling", phone="01803 999888")
    before = client(user).get(f"/people/{edith}/").content.decode()
    assert all(word in before for word in PLANTED)
    tell(edith, trust, AT, restricted=True)
    for page in ("", "facts/", "summary/", "?kind=contact_person", "?words=planted"):
        shown = client(user).get(f"/people/{edith}/{page}").content.decode()
        for word in PLANTED:
            assert word not in shown.replace('value="planted"', ""), (page, word)
    assert client(user).get(f"/people/{edith}/contacts/new/").status_code == 200
    answer = sent(user, f"/people/{edith}/contacts/new/", name="Again", kind="sibling")
    assert "Contacts of a restricted person are kept from everybody here" in text_of(answer)


# In plain words


def test_the_plain_sheet_leaves_private_things_off(place, edith):
    trust = body("Plain Trust")
    event(edith, trust, "service", "Help with washing", date(2026, 9, 1), open_ended=True)
    event(edith, trust, "request", "A private matter", date(2026, 9, 1), open_ended=True, sensitivity="sensitive")
    me = factories.user("person", place)
    factories.grant(me.id, edith, "own_record")
    page = text_of(client(me).get(f"/people/{edith}/summary/"))
    assert "About you, in plain words" in page
    assert "Help with washing, since 1 September 2026" in page
    assert "A private matter" not in page
    assert client(worker(factories.place(factories.BRADFORD))).get(f"/people/{edith}/summary/").status_code == 404
