"""Do looks keep to agreements, consents, authorities and opt-outs, and end with them in the same transaction?"""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from django.db import ProgrammingError
from psycopg import errors

from joinedup.base import clock
from joinedup.base.errors import NotAllowed, NotNow, OperatorMustAct
from tests import factories as make
from tests.factories import enter, seen
from tests.steps.telling import client
from tests.steps.test_record import text_of

pytestmark = pytest.mark.usefixtures("database")
TODAY = "(now() at time zone 'Europe/London')::date"


def key() -> str:
    return f"test-{uuid4()}"


def do(user: make.MadeUser, name: str, **words):
    """One action of sharing, as this user."""
    from joinedup.person import actions

    with make.acting_as(user.username) as by:
        return getattr(actions, name)(by=by, at=clock.now(), request_key=key(), **words)


def sees(app, user: make.MadeUser) -> set[UUID]:
    app.rollback()
    enter(app, user.token)
    return seen(app)


def refused(user: make.MadeUser, name: str, **words) -> str:
    with pytest.raises(ProgrammingError) as raised:
        do(user, name, **words)
    return raised.value.__cause__.diag.constraint_name


@pytest.fixture
def here() -> UUID:
    return make.place()


@pytest.fixture
def scene(here) -> SimpleNamespace:
    """A person of whom one trust told, a nurse of a council who may see them, and the person's own sign-in."""
    person, nurse, me = make.person(here), make.user("practitioner", here), make.user("person", here)
    council = make.body()
    make.run("update access_subject set body_id = %s where id = %s", [council, nurse.id])
    make.grant(nurse.id, person.id)
    make.grant(me.id, person.id, "own_record")
    [(trust,)] = make.run("select body_id from person_sourceidentity where person_id = %s", [person.id])
    return SimpleNamespace(person=person, nurse=nurse, me=me, council=council, trust=trust, place=here)


# Agreements


def agreement(place: UUID, *parties: tuple[UUID, bool, bool], ends: str = "null", starts: str = f"{TODAY} - 9") -> UUID:
    made = uuid4()
    make.run(
        "insert into access_sharingagreement (id, code, place_id, name, purpose, what, basis, source, starts_on, "
        "ends_on, is_demo) values (%s, %s, %s, 'Invented', 'direct_care', 'All', 'Invented', 'test', "
        f"{starts}, {ends}, true)",
        [made, made.hex, place],
    )
    for body, gives, receives in parties:
        make.insert("access_agreementparty", agreement_id=made, body_id=body, gives=gives, receives=receives)
    return made


def opened(scene) -> object:
    return client(scene.nurse).get(f"/people/{scene.person.id}/")


def test_a_place_without_agreements_is_not_compared_with_any(scene):
    assert opened(scene).status_code == 200


def test_a_look_outside_every_agreement_is_refused_and_names_what_is_missing(scene):
    agreement(scene.place, (make.body(), True, True), (make.body(), True, True))
    page = opened(scene)
    assert page.status_code == 403
    assert "No sharing agreement covers this look" in text_of(page)
    assert "missing between your body and Invented body, for direct care" in text_of(page)
    assert scene.person.family not in page.content.decode()
    said = make.run("select act, reason from access_logentry where actor_id = %s order by id", [scene.nurse.id])
    assert said == [("page.refused", "no-sharing-agreement")]


@pytest.mark.parametrize("page", ["plans/people/{}/", "plans/people/{}/visits/", "assessments/people/{}/", "money/{}/"])
def test_plans_visits_assessments_and_money_ask_for_an_agreement_too(scene, page):
    address = f"/{page.format(scene.person.id)}"
    assert client(scene.nurse).get(address).status_code == 200
    agreement(scene.place, (make.body(), True, True), (make.body(), True, True))
    answer = client(scene.nurse).get(address)
    assert answer.status_code == 403
    assert "No sharing agreement covers this look" in text_of(answer)
    agreement(scene.place, (scene.trust, True, False), (scene.council, False, True))
    assert client(scene.nurse).get(address).status_code == 200


def test_an_agreement_is_a_document_that_each_body_signs(scene):
    made = agreement(scene.place, (scene.trust, True, False), (scene.council, False, True))
    page = text_of(client(scene.nurse).get(f"/log/agreements/{made.hex}/"))
    for words in ("1. What is shared", "3. On which basis in law", "Signed for each body", "no end agreed"):
        assert words in page
    assert client(scene.nurse).get("/log/agreements/none/").status_code == 404
    assert client(None).get(f"/log/agreements/{made.hex}/").status_code == 302


def test_an_agreement_of_the_two_bodies_lets_the_look_pass(scene):
    agreement(scene.place, (scene.trust, True, False), (scene.council, False, True))
    assert opened(scene).status_code == 200


@pytest.mark.parametrize("wrong", ["ended", "not begun", "the other way", "elsewhere"])
def test_an_agreement_counts_on_its_days_in_its_direction_and_place(scene, wrong):
    agreement(scene.place, (make.body(), True, True), (make.body(), True, True))
    days = {"ended": {"ends": TODAY}, "not begun": {"starts": f"{TODAY} + 1"}}.get(wrong, {})
    place = make.place() if wrong == "elsewhere" else scene.place
    back = wrong == "the other way"
    agreement(place, (scene.trust, not back, back), (scene.council, back, not back), **days)
    assert opened(scene).status_code == 403


def test_a_body_needs_no_agreement_with_itself_and_a_gap_beside_it_is_told_to_the_officer(scene):
    agreement(scene.place, (make.body(), True, True), (make.body(), True, True))
    make.insert("person_sourceidentity", body_id=scene.council, subject=uuid4().hex, person_id=scene.person.id,
                rule="test", linked_by_id=uuid4(), linked_at=clock.now())  # fmt: skip
    page = text_of(opened(scene))
    assert scene.person.family in page
    assert "lets your body see what Invented body told" in page
    officer = make.user("privacy_officer", scene.place)
    assert "some bodies have no sharing agreement" in text_of(client(officer).get("/privacy/"))


def test_a_caller_of_no_body_sees_nothing_where_agreements_are_in_force(scene):
    agreement(scene.place, (scene.trust, True, True), (scene.council, True, True))
    make.run("update access_subject set body_id = null where id = %s", [scene.nurse.id])
    assert opened(scene).status_code == 403


def test_the_person_and_broken_glass_need_no_agreement(scene):
    from tests.steps.test_glass import asking, smash

    agreement(scene.place, (make.body(), True, True), (make.body(), True, True))
    assert client(scene.me).get(f"/people/{scene.person.id}/").status_code == 200
    other = make.user("practitioner", scene.place)
    smash(other, asking(scene.person))
    assert client(other).get(f"/people/{scene.person.id}/").status_code == 200


def test_sight_is_given_within_agreements_only(app, scene):
    receiver = make.user("practitioner", scene.place)
    body = make.body()
    make.run("update access_subject set body_id = %s where id = %s", [body, receiver.id])
    agreement(scene.place, (make.body(), True, True), (make.body(), True, True))
    give = "select access.give_grant(gen_random_uuid(), %s, %s, 'direct_care', 'x', now(), null)"
    enter(app, scene.nurse.token)
    with pytest.raises(errors.InsufficientPrivilege) as raised:
        app.execute(give, [receiver.id, scene.person.id])
    assert raised.value.diag.constraint_name == "grant_needs_agreement"
    agreement(scene.place, (scene.council, True, False), (body, False, True))
    app.rollback()
    enter(app, scene.nurse.token)
    app.execute(give, [receiver.id, scene.person.id])
    app.commit()
    assert sees(app, receiver) == {scene.person.id}


def test_the_files_of_the_demo_places_are_read_and_a_wrong_one_says_what_is_wrong(tmp_path):
    from joinedup.access.agreement_files import FOLDER, read_agreements

    held = [read_agreements(path) for path in sorted(FOLDER.glob("*.yaml"))]
    assert {each.place for each in held} == {make.TORBAY, make.BRADFORD}
    assert all(each.is_demo and each.agreements for each in held)
    from joinedup.places.queries import find_body

    codes = {code for each in held for one in each.agreements for code, *_ in one.parties}
    assert {find_body(code, clock.today()).code for code in codes} == codes
    wrong = tmp_path / "wrong.yaml"
    for text in ("place: X", "place: X\nagreements: []", "place: X\nagreements: [{code: a}]", ": [",
                 "place: X\nagreements: [{code: a, name: b, purpose: c, what: d, basis: e, source: f, from: x}]",
                 ):  # fmt: skip
        wrong.write_text(text)
        with pytest.raises(OperatorMustAct) as refused:
            read_agreements(wrong)
        assert refused.value.code == "agreement-file"


# Consent


def team_of(user: make.MadeUser) -> UUID:
    team = make.subject()
    make.membership(team, user.id)
    return team


def test_sight_by_consent_begins_and_ends_with_it_in_one_transaction(app, scene):
    friend = make.user("practitioner", scene.place)
    team = team_of(friend)
    agreement(scene.place, (make.body(), True, True), (make.body(), True, True))
    consent = do(scene.me, "record_consent", person_id=scene.person.id, receiver_id=team, how="She told us herself")
    assert sees(app, friend) == {scene.person.id}
    assert client(friend).get(f"/people/{scene.person.id}/").status_code == 200
    do(scene.me, "withdraw_consent", person_id=scene.person.id, consent_id=consent)
    assert sees(app, friend) == set()
    with pytest.raises(NotNow):
        do(scene.me, "withdraw_consent", person_id=scene.person.id, consent_id=consent)


def test_withdrawing_takes_no_sight_that_rests_on_something_else(app, scene):
    friend = make.user("practitioner", scene.place)
    team = team_of(friend)
    make.grant(friend.id, scene.person.id)
    consent = do(scene.nurse, "record_consent", person_id=scene.person.id, receiver_id=team, how="She told the nurse")
    do(scene.nurse, "withdraw_consent", person_id=scene.person.id, consent_id=consent)
    assert sees(app, friend) == {scene.person.id}


def test_consent_is_recorded_by_the_person_or_carers_and_never_for_oneself(scene):
    stranger, other = make.user("practitioner", scene.place), make.subject()
    words = {"person_id": scene.person.id, "how": "x"}
    assert refused(stranger, "record_consent", receiver_id=other, **words) == "consent_needs_right"
    assert refused(scene.nurse, "record_consent", receiver_id=scene.nurse.id, **words) == "consent_needs_right"
    assert refused(scene.nurse, "record_consent", receiver_id=team_of(scene.nurse), **words) == "consent_needs_right"
    with pytest.raises(NotNow):
        do(scene.me, "record_consent", receiver_id=other, person_id=scene.person.id, how="   ")
    do(scene.me, "record_consent", receiver_id=other, **words)
    with pytest.raises(NotNow):
        do(scene.me, "record_consent", receiver_id=other, **words)
    [(consent,)] = make.run("select id from access_consent where person_id = %s", [scene.person.id])
    assert refused(stranger, "withdraw_consent", person_id=scene.person.id, consent_id=consent) == "consent_needs_right"


# Acting for somebody


def authority(kind: str = "lpa_health", starts: int = -1, ends: int | None = None):
    from joinedup.person.actions import Authority

    [(today,)] = make.run(f"select {TODAY}")
    return Authority(kind, "Registered instrument seen", today + timedelta(days=starts),
                     None if ends is None else today + timedelta(days=ends))  # fmt: skip


def test_a_proxy_sees_what_the_person_sees_for_its_days_and_no_more(app, scene):
    administrator, daughter = make.user("administrator", scene.place), make.user("person", scene.place)
    proxy = do(administrator, "record_proxy", person_id=scene.person.id, subject_id=daughter.id, authority=authority())
    assert sees(app, daughter) == {scene.person.id}
    browser = client(daughter)
    assert browser.get("/people/mine/")["Location"] == f"/people/{scene.person.id}/"
    record = text_of(browser.get(f"/people/{scene.person.id}/"))
    assert "lasting power of attorney for health and welfare" in record
    assert "Make the timeline again" not in record
    assert browser.get(f"/people/{scene.person.id}/looks/").status_code == 403
    app.rollback()
    enter(app, daughter.token)
    assert app.execute("select count(*) from access_logentry").fetchone() == (0,)
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute("select access.give_grant(gen_random_uuid(), %s, %s, 'direct_care', 'x', now(), null)",
                    [make.user("practitioner").id, scene.person.id])  # fmt: skip
    do(scene.me, "end_proxy", person_id=scene.person.id, proxy_id=proxy)
    assert sees(app, daughter) == set()


@pytest.mark.parametrize(("kind", "starts", "ends", "sight"), [
    ("consent", -1, None, True), ("deputy", -1, 1, True), ("lpa_property", -1, None, False),
    ("lpa_health", 1, None, False), ("lpa_health", -9, 0, False),
])  # fmt: skip
def test_an_authority_gives_sight_by_its_kind_and_days(app, scene, kind, starts, ends, sight):
    administrator, son = make.user("administrator", scene.place), make.user("person", scene.place)
    do(administrator, "record_proxy", person_id=scene.person.id, subject_id=son.id,
       authority=authority(kind, starts, ends))  # fmt: skip
    assert sees(app, son) == ({scene.person.id} if sight else set())


def test_an_authority_is_recorded_by_the_places_administrator_for_a_member_of_the_public(scene):
    administrator, elsewhere = make.user("administrator", scene.place), make.user("administrator", make.place())
    words = {"person_id": scene.person.id, "authority": authority()}
    son, staff = make.user("person", scene.place), make.user("practitioner", scene.place)
    assert refused(elsewhere, "record_proxy", subject_id=son.id, **words) == "proxy_needs_administrator"
    assert refused(administrator, "record_proxy", subject_id=staff.id, **words) == "proxy_is_a_member_of_the_public"
    make.role(staff.id, "person", scene.place)
    assert refused(administrator, "record_proxy", subject_id=staff.id, **words) == "proxy_is_a_member_of_the_public"
    with pytest.raises(NotAllowed):
        do(scene.nurse, "record_proxy", subject_id=son.id, **words)
    proxy = do(administrator, "record_proxy", subject_id=son.id, **words)
    assert refused(staff, "end_proxy", person_id=scene.person.id, proxy_id=proxy) == "proxy_ending_needs_right"


# Registration


def practice() -> tuple[UUID, str]:
    body = make.body()
    make.run("update places_body set kind = 'gp_practice' where id = %s", [body])
    return body, make.run("select code from places_body where id = %s", [body])[0][0]


def practice_team(body: UUID) -> UUID:
    return make.insert("access_subject", kind="team", code=f"team:{uuid4().hex}", label="Practice", body_id=body,
                       is_demo=True)  # fmt: skip


def test_a_practice_sees_who_is_registered_from_the_day_to_the_day(app, here):
    (old, old_code), (new, new_code) = practice(), practice()
    person, before, after = make.person(here), make.user("practitioner"), make.user("practitioner")
    make.membership(practice_team(old), before.id)
    make.run("update person_person set gp_practice_code = %s where id = %s", [old_code, person.id])
    make.membership(practice_team(new), after.id)
    assert (sees(app, before), sees(app, after)) == ({person.id}, set())
    make.run("update person_person set gp_practice_code = %s where id = %s", [new_code, person.id])
    assert (sees(app, before), sees(app, after)) == (set(), {person.id})
    late = make.user("practitioner")
    make.membership(practice_team(new), late.id)
    assert sees(app, late) == {person.id}
    make.run("update person_person set gp_practice_code = '' where id = %s", [person.id])
    assert sees(app, after) == sees(app, late) == set()


def test_a_body_that_is_no_practice_gains_nothing_by_its_code(app, here):
    body = make.body()
    code = make.run("select code from places_body where id = %s", [body])[0][0]
    user, person = make.user("practitioner"), make.person(here)
    make.membership(practice_team(body), user.id)
    make.run("update person_person set gp_practice_code = %s where id = %s", [code, person.id])
    assert sees(app, user) == set()
