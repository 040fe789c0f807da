"""Does one record leave as one document: logged, for those with sight alone, without what was not asked for; and does
our own loader make the same record of it again?"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from tests import factories
from tests.steps.loading import fresh_place
from tests.steps.telling import body, client, event, lives, named, seen_by, somebody, tell
from tests.steps.test_record import text_of

MARCH = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def place(database):
    return factories.place(factories.TORBAY)


@pytest.fixture
def edith(place) -> UUID:
    """Somebody with a former name, money, an alert, a sensitive line and a carer."""
    person, trust = somebody(place), body("Export Trust")
    names = [*named("Edith May", "Exportly", "Mrs"), {"use": "maiden", "given": ["Edith"], "family": "Wasly"}]
    tell(person, trust, MARCH, names=names, birth_date="1941-03-02", gender="female", gp_practice_code="L83801",
         nhs_number=factories.nhs_number(), nhs_number_verified=True, addresses=lives("1 Out Road", "TQ1 1AA"),
         telecoms=[{"system": "phone", "value": "01803 111222"}])  # fmt: skip
    event(person, trust, "service", "Help at home", date(2026, 9, 1), open_ended=True, amount_pence=12345,
          detail='[["Hours", "7"], ["Who", "Two carers"]]')  # fmt: skip
    event(
        person, trust, "flag", "Deaf", date(2026, 1, 1), open_ended=True, detail='[["Alert", "Reasonable adjustment"]]'
    )
    event(person, trust, "contact", "Seen", date(2026, 2, 1), starts_at=datetime(2026, 2, 1, 10, 30, tzinfo=UTC))
    event(person, trust, "visit", "Visit: wound care", None)
    event(person, trust, "condition", "A private matter", date(2026, 3, 1), ends_on=date(2026, 4, 1),
          sensitivity="sensitive")  # fmt: skip
    factories.insert(
        "person_personrelationship", person_id=person, kind="child", name="Carol Exportly", phone="01803 5", note="",
        is_carer=True, is_next_of_kin=True, in_emergency=True, body_id=trust, version=1, written_by_id=uuid4(),
        written_at=MARCH,
    )  # fmt: skip
    return person


def sent(user, person: UUID, **words: str) -> dict:
    """What the document holds that the button sends."""
    return json.loads(sent_file(user, person, **words))


def sent_file(user, person: UUID, **words: str) -> bytes:
    """The file as the button sends it."""
    response = client(user).post(f"/loads/record/{person}/", words)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/fhir+json")
    assert "attachment" in response["Content-Disposition"]
    return b"".join(response.streaming_content)


def acts(user) -> list[tuple]:
    return factories.run("select act, outcome, reason, person_id from access_logentry where actor_id = %s", [user.id])


def resources(document: dict, resource_type: str) -> list[dict]:
    """The resources of a type."""
    held = (entry["resource"] for entry in document["entry"])
    return [each for each in held if each["resourceType"] == resource_type]


def test_the_document_holds_the_record_and_sending_it_is_a_line_of_the_log(place, edith):
    user = seen_by(factories.user("practitioner", place), edith)
    page = text_of(client(user).get(f"/loads/record/{edith}/"))
    assert "Include 1 sensitive line" in page
    document = sent(user, edith)
    assert acts(user) == [("record.exported", "done", "direct_care", edith)]
    [patient] = resources(document, "Patient")
    assert [name["family"] for name in patient["name"]] == ["Exportly", "Wasly"]
    assert resources(document, "EpisodeOfCare")[0]["type"] == [{"text": "Help at home"}]
    assert resources(document, "Flag")[0]["category"] == [{"text": "Reasonable adjustment"}]
    assert resources(document, "RelatedPerson")[0]["name"] == [{"text": "Carol Exportly"}]


def test_sensitive_lines_leave_only_when_asked_for_and_the_document_and_the_log_say_so(place, edith):
    user = seen_by(factories.user("practitioner", place), edith)
    plain = json.dumps(sent(user, edith))
    assert "A private matter" not in plain
    assert "1 sensitive entry is left out." in plain
    full = json.dumps(sent(user, edith, sensitive="on"))
    assert "A private matter" in full
    assert "sensitive entry is left out" not in full
    assert [reason for _, _, reason, _ in acts(user)] == ["direct_care", "direct_care.with_sensitive"]


def test_strangers_and_roles_without_the_permission_get_nothing(place, edith):
    stranger = factories.user("practitioner", factories.place(factories.BRADFORD))
    refused = client(stranger).post(f"/loads/record/{edith}/")
    assert (refused.status_code, refused.streaming) == (404, False)
    assert acts(stranger) == [("page.refused", "refused", "person-not-found", edith)]
    buyer = seen_by(factories.user("commissioner", place), edith)
    assert client(buyer).post(f"/loads/record/{edith}/").status_code == 403
    assert client(None).post(f"/loads/record/{edith}/").status_code in (302, 403)


def test_the_person_takes_their_own_record_with_them(place, edith):
    me = factories.user("person", place)
    factories.grant(me.id, edith, "own_record")
    assert resources(sent(me, edith), "Patient")


def test_a_restricted_person_leaves_without_where_they_live(place, edith):
    event(edith, body("B"), "contact_person", "Sister", date(2026, 1, 1), open_ended=True)
    tell(edith, body("Quiet"), MARCH, restricted=True)
    text = json.dumps(sent(seen_by(factories.user("practitioner", place), edith), edith))
    for planted in ("Out Road", "TQ1 1AA", "01803", "L83801", "Carol", "Sister"):
        assert planted not in text
    assert "because this person is restricted" in text


def test_whoever_lost_sight_meanwhile_gets_no_further_byte(place, edith):
    user = seen_by(factories.user("practitioner", place), edith)
    response = client(user).post(f"/loads/record/{edith}/")
    factories.run("update access_accessgrant set ends_at = now() where person_id = %s", [edith])
    with pytest.raises(Exception, match="There is no such record"):
        b"".join(response.streaming_content)


FACTS = ("nhs_number", "family", "given", "prefix", "birth_date", "gender", "deceased", "death_date", "address",
         "postcode", "phone", "gp_practice_code", "restricted")  # fmt: skip
LINES = """select t.kind, t.title, t.detail::text, t.starts_on, t.starts_at, t.ends_on, t.open_ended, t.sensitivity,
    t.amount_pence, t.told_at from person_timelineentry t join person_person p on p.id = t.person_id
    where {} order by t.kind, t.title"""


def test_our_own_loader_makes_the_same_record_of_it(place, edith, server, template, tmp_path):
    user = seen_by(factories.user("practitioner", place), edith)
    (tmp_path / "record.json").write_bytes(sent_file(user, edith, sensitive="on"))
    facts = f"select {', '.join(FACTS)} from person_person p where {{}}"
    number = factories.run("select nhs_number from person_person where id = %s", [edith])[0][0]
    names = (
        "select n.family_folded, n.given_folded from person_personname n join person_person p on p.id = n.person_id "
        "where {} order by 1, 2"
    )
    with fresh_place(server, template) as elsewhere:
        report = elsewhere.load(tmp_path)
        assert report.refused_whole == 0
        assert report.people_made == 1
        there, here = f"p.nhs_number = '{number}'", f"p.id = '{edith}'"
        assert elsewhere.rows(facts.format(there)) == factories.run(facts.format(here))
        assert elsewhere.rows(names.format(there)) == factories.run(names.format(here))
        # The document itself is one more paper of the record that took it in.
        theirs = f"{there} and t.kind <> 'contact_person' and t.title <> 'Health and social care record'"
        assert elsewhere.rows(LINES.format(theirs)) == factories.run(LINES.format(here))
        close = f"select t.title, t.detail, t.starts_on from person_timelineentry t join person_person p " \
                f"on p.id = t.person_id where {there} and t.kind = 'contact_person'"  # fmt: skip
        [(title, detail, _)] = elsewhere.rows(close)
        assert (title, detail) == ("Carol Exportly (Son or daughter)", [
            ["Relationship", "Son or daughter"], ["Telephone", "01803 5"], ["Next of kin", "yes"],
            ["In an emergency", "to be called"], ["Carer", "yes, unpaid"],
        ])  # fmt: skip


def test_the_command_writes_a_new_file_as_a_named_user(place, edith, tmp_path, capsys):
    from argparse import Namespace

    from joinedup.exchange.commands import write_record

    user = seen_by(factories.user("practitioner", place), edith)
    wanted = Namespace(
        person_id=edith, user=user.username, out=tmp_path / "one.json", with_sensitive=False, money_out=None
    )
    assert write_record(wanted) == 0
    assert json.loads(wanted.out.read_text())["type"] == "document"
    assert wanted.out.stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError):
        write_record(wanted)
    assert ("record.exported", "done", "direct_care", edith) in acts(user)
    stranger = factories.user("practitioner", factories.place(factories.BRADFORD))
    with pytest.raises(Exception, match="There is no such record"):
        write_record(Namespace(person_id=edith, user=stranger.username, out=None, with_sensitive=False, money_out=None))
    assert capsys.readouterr().out == ""


def test_money_leaves_as_a_file_of_its_own_with_its_facts_and_is_a_line_of_the_log(database, tmp_path):
    """Evidence, charges with every line of their statement, appeals, decisions and disputes: by the button and by the
    command, for the person and those who see both; nobody else, and no health attorney, gets a byte."""
    from tests import care_scene as care
    from tests import money_scene as money
    from tests.steps.test_accounts import joinedup
    from tests.steps.test_appeals import answered, raised
    from tests.steps.test_money_evidence import told as tell_money

    made = money.scene()
    tell_money(made)
    package_id = money.committed(made)
    charge = factories.run("select funding_id from commissioning_package where id = %s", [package_id])[0][0]
    answered(raised(made, charge=charge), made.commissioner)
    dispute_id = money.disputed(made, package_id)
    money.confirmed(made, package_id)
    money.settled(made, dispute_id, money.partner_bodies(made)["nhs"])
    person, address = made.person, f"/loads/record/{made.person.id}/money/"
    own = factories.user("person", made.place_id)
    factories.grant(own.id, person.id, "own_record")
    response = client(own).post(address)
    assert response["Content-Type"].startswith("application/json")
    file = json.loads(response.content)
    assert acts(own) == [("money.exported", "done", "own_record", person.id)]
    assert (file["schema"], file["person"]["id"]) == ("money-record/1", str(person.id))
    [piece] = file["evidence"]
    assert (piece["document"], piece["seen_on"], piece["told_by"]) == ("Pension letter", "2026-10-01", "Her daughter")
    [kept] = file["charges"]
    lines = [line for part in kept["statement"] for line in part["lines"]]
    steps = factories.run("select jsonb_array_length(explanation -> 'steps') from funding_assessment where id = %s",
                          [charge])[0][0]  # fmt: skip
    assert (kept["weekly_charge_pence"], len(lines)) == (money.CHARGE_PENCE, steps)
    assert kept["case"]["income"][0] == money.CASE["income"][0] | {"weekly": "230.25"}
    [appeal] = file["appeals"]
    assert (appeal["words"], appeal["outcome"], appeal["reason"]) == (
        "The heating was not counted.",
        "upheld",
        "It counts.",
    )
    [dispute] = file["disputes"]
    assert [each["amount_pence"] for each in dispute["settled_weeks"]] == [money.WEEK_PENCE - money.CHARGE_PENCE]
    assert [each["answer"] for each in dispute["proposed_ends"]] == ["confirmed"]
    [package] = file["packages"]
    assert package["decision"]["rule"] == "charge/1"
    nurse = made.care.nurse
    out, paid = tmp_path / "record.json", tmp_path / "money.json"
    done = joinedup("export", "person", str(person.id), "--user", nurse.username, "--out", str(out),
                    "--money-out", str(paid))  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(paid.read_text()) | {"made_at": "", "made_by": ""} == file | {"made_at": "", "made_by": ""}
    assert "money-record/1" in out.read_text()
    assert ("money.exported", "done", "direct_care", person.id) in acts(nurse)
    mine = text_of(client(own).get(f"/my-money/{person.id}/"))
    assert "disagreed about who pays until 2 November 2026" in mine
    stranger, proxy = care.worker("council", made.place_id), factories.user("person", made.place_id)
    factories.run("insert into access_accessgrant (id, subject_id, person_id, purpose, source, starts_at, version) "
                  "values (gen_random_uuid(), %s, %s, 'proxy', 'lpa_health:x', now() - interval '1 day', 1)",
                  [proxy.id, person.id])  # fmt: skip
    for who, status in ((stranger, 404), (made.provider, 403), (made.commissioner, 403), (proxy, 403)):
        refused = client(who).post(address)
        assert (refused.status_code, b"amount_pence" in refused.content) == (status, False), who
