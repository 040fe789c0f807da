"""Does the search forgive what people mistype and mishear, rank the likeliest first, and still use its indexes?

Once for somebody who may see a few people, all of whom are compared, and once for somebody who may see thousands, where
candidates come from indexes.
"""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID

import pytest

from tests import factories
from tests.steps.telling import AT, body, client, lives, named, seen_by, somebody, tell

TOLD, LATER = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
CROWD = 4_000
MAKE_CROWD = """
    with made as (
        insert into person_person (id, place_id, nhs_number, family, given, prefix, family_folded, birth_date,
            gender, deceased, address, postcode, phone, gp_practice_code, restricted, updated_at)
        select gen_random_uuid(), %(place)s, '', f.name, g.name, '', lower(f.name),
            date '1920-01-01' + (n * 7) %% 36000,
            'unknown', false, '', 'BD' || 1 + n %% 18 || ' 1AA', '', '', false, now()
        from generate_series(1, %(people)s) n,
            lateral (select (array['Appleyard','Barraclough','Crabtree','Dewhirst','Fearnley','Greenwood','Holroyd',
                'Illingworth','Jagger','Kershaw'])[1 + n %% 10] || case when n %% 3 = 0 then '' else
                chr(97 + n %% 26) || chr(97 + (n / 26) %% 26) end as name) f,
            lateral (select (array['Ann','Brian','Carol','Derek','Eve','Frank','Gill'])[1 + n %% 7] as name) g
        returning id, family, given, family_folded
    ), named as (
        insert into person_personname (id, person_id, family, given, family_folded, given_folded, use)
        select gen_random_uuid(), id, family, given, family_folded, lower(given), 'usual' from made
    )
    insert into access_accessgrant (id, subject_id, person_id, purpose, source, starts_at, version)
    select gen_random_uuid(), %(user)s, id, 'direct_care', 'test', now() - interval '1 day', 1 from made"""


@pytest.fixture(scope="module")
def crowd(database):
    """Somebody who may see four thousand people and the few of `few`; statistics are fresh."""
    user = factories.user("coordinator", factories.place(factories.BRADFORD))
    factories.run(MAKE_CROWD, {"place": factories.place(factories.BRADFORD), "people": CROWD, "user": user.id})
    for table in ("person_person", "person_personname", "person_nameword", "access_accessgrant"):
        factories.run(f"analyze {table}")
    return user


@pytest.fixture(scope="module")
def known(database, crowd):
    """Robert O'Brienz, Siobhan Quirkley (born Maddenby) and Edith Smithers, seen by both users."""
    trust = body("Forgiving Trust")
    bob, siobhan, edith = somebody(), somebody(), somebody()
    number = factories.nhs_number()
    tell(
        bob, trust, TOLD, names=named("Robert James", "O'Brienz"), birth_date="1941-03-02", gender="male",
        nhs_number=number, nhs_number_verified=True, addresses=lives("1 Now Road", "TQ8 8AA"),
        gp_practice_code="L83ZZ1",
    )  # fmt: skip
    tell(siobhan, trust, TOLD, names=[{"use": "maiden", "given": ["Siobhan"], "family": "Maddenby", "prefix": ""}],
         birth_date="1962-10-11", addresses=lives("1 Old Road", "TQ7 7AB"))  # fmt: skip
    tell(siobhan, trust, LATER, names=named("Siobhan", "Quirkley"), birth_date="1962-10-11",
         addresses=lives("2 New Road", "TQ9 9AB"))  # fmt: skip
    tell(edith, trust, TOLD, names=named("Edith", "Smithers"), birth_date="1941-05-06",
         addresses=lives("3 Sea Road", "TQ8 8AB"))  # fmt: skip
    few = seen_by(factories.user("coordinator"), bob, siobhan, edith)
    seen_by(crowd, bob, siobhan, edith)
    return SimpleNamespace(bob=bob, siobhan=siobhan, edith=edith, number=number, few=few, many=crowd)


def found(user, text: str) -> list:
    """The people that a search as this user finds, best first."""
    from django.db import transaction

    from joinedup.access.callers import enter
    from joinedup.person.queries import search

    with transaction.atomic():
        caller = enter(user.token)
        return list(search(caller, user.token, text, AT).found)


def keys(user, text: str) -> list[UUID]:
    return [each.person_id for each in found(user, text)]


@pytest.mark.parametrize("who", ["few", "many"])
@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("bob obrienz", "bob"), ("bobby o brienz", "bob"), ("robert o'brienz", "bob"), ("O’Brienz Bob", "bob"),
        ("rob obrienz 2 march 1941", "bob"), ("obrienz 1941", "bob"), ("obrienz tq8 1941", "bob"),
        ("1941 TQ8 obrienz", "bob"), ("tq8 bob 1941 obrienz", "bob"), ("bob obrienz 03/02/1941", "bob"),
        ("obrienz 2/3/41", "bob"), ("obrienz 2nd of March 1941", "bob"), ("obrienz 1941-03-02", "bob"),
        ("obrinz", "bob"), ("robret obrienz", "bob"), ("obryens", "bob"),
        ("shivaun quirkley", "siobhan"), ("Siobhán Quirkley", "siobhan"), ("chevonne quirkly", "siobhan"),
        ("siobhan maddenby", "siobhan"), ("madenby", "siobhan"), ("quirkley TQ7 7AB", "siobhan"),
        ("quirkley tq7 1962", "siobhan"), ("siobhan quirkley 10.11.1962", "siobhan"), ("tq77ab", "siobhan"),
        ("edyth smythers", "edith"), ("edie smithers", "edith"), ("tq8 1941 edith smithers", "edith"),
    ],
)  # fmt: skip
def test_people_are_found_as_people_type(known, who, text, meant):
    assert keys(getattr(known, who), text)[0] == getattr(known, meant)


@pytest.mark.parametrize("who", ["few", "many"])
@pytest.mark.parametrize(
    "text",
    [
        "obrienz 1942", "obrienz tq9 1941", "bob obrienz 2 april 1941", "siobhan quirkley 12.11.1962",
        "obrienz tq7 7ab", "wotherspoonery", "zzxq qqzx",
    ],
)  # fmt: skip
def test_what_was_typed_and_does_not_fit_finds_nobody(known, who, text):
    assert keys(getattr(known, who), text) == []


@pytest.mark.parametrize("shape", ["{0} {1} {2}", "{0}-{1}-{2}", "{0}{1}{2}", " {0}  {1}  {2} ", "{0}.{1}.{2}"])
def test_a_number_is_found_in_any_spacing(known, shape):
    number = known.number
    assert keys(known.many, shape.format(number[:3], number[3:6], number[6:])) == [known.bob]
    assert keys(known.many, " ".join(number)) == [known.bob]


def test_the_answer_says_by_what_somebody_was_found_that_does_not_hold_now(known):
    former = found(known.few, "siobhan maddenby tq7 7ab 11 october 1962")[0]
    assert (former.former_name, former.former_postcode, former.other_date) == ("Maddenby", True, False)
    turned = found(known.few, "bob obrienz 03/02/1941")[0]
    assert (turned.former_name, turned.former_postcode, turned.other_date) == ("", False, True)
    assert turned.practice == "L83ZZ1"
    page = client(known.few).get("/people/", {"q": "siobhan maddenby 11/10/1962"}).content.decode()
    assert "Found as Maddenby." in page
    assert "Lived at this postcode before" not in page


def test_the_likeliest_stands_first(database):
    trust, user = body("Order Trust"), factories.user("coordinator")
    people = {}
    for given, family in (("Robert", "Tregarthen"), ("Roger", "Tregarthen"), ("Robert", "Tregarthon")):
        people[given, family] = somebody()
        tell(people[given, family], trust, TOLD, names=named(given, family), birth_date="1950-01-02")
    seen_by(user, *people.values())
    order = keys(user, "bob tregarthen")
    assert order[0] == people["Robert", "Tregarthen"]
    assert order[1] == people["Robert", "Tregarthon"]


def test_names_of_one_code_but_other_letters_are_not_alike(database):
    janet, trust = somebody(), body("Coarse Trust")
    tell(janet, trust, TOLD, names=named("Janet", "Moresby"), birth_date="1960-12-16")
    user = seen_by(factories.user("coordinator"), janet)
    assert keys(user, "mrs edith smith") == []
    assert keys(user, "smith") == []


def test_a_name_told_under_a_record_that_was_linked_leads_to_the_one_it_was_linked_into(database):
    one, alias, trust = somebody(), somebody(), body("Linked Trust")
    tell(one, trust, TOLD, names=named("Nell", "Oldcastle"), birth_date="1933-01-02")
    tell(alias, trust, TOLD, names=named("Nell", "Newbridger"), birth_date="1933-01-02")
    factories.run("update person_person set canonical_id = %s where id = %s", [one, alias])
    user = seen_by(factories.user("coordinator"), one, alias)
    assert keys(user, "nell newbridger") == [one]
    half = seen_by(factories.user("coordinator"), alias)
    assert keys(half, "nell newbridger") == [one], "sight of one record of a whole is sight of the whole"
    stranger = factories.user("coordinator")
    assert keys(stranger, "nell newbridger") == []


def test_former_postcodes_of_restricted_people_are_not_kept(database):
    person, trust = somebody(), body("Hiding Trust")
    tell(person, trust, TOLD, names=named("Una", "Hidemore"), addresses=lives("1 Was", "TQ6 6ZQ"))
    user = seen_by(factories.user("coordinator"), person)
    assert keys(user, "TQ6 6ZQ") == [person]
    tell(person, trust, LATER, names=named("Una", "Hidemore"), restricted=True)
    assert factories.run("select postcode from person_personpostcode where person_id = %s", [person]) == []
    for text in ("TQ6 6ZQ", "hidemore tq6 6zq", "hidemore tq6"):
        assert keys(user, text) == []
    [hidden] = found(user, "hidemore")
    assert (hidden.postcode, hidden.practice, hidden.restricted) == ("", "", True)


@pytest.mark.parametrize(
    "text",
    [
        "greenwood", "kershaw brian", "bob kershaw", "kershhaw ann", "jagger 1941", "jagger bd3 1941", "03/04/1950",
        "BD3 1AA fearnley", "bd3 1950", "shivaun quirkly", "9990000018",
    ],
)  # fmt: skip
def test_as_the_role_of_the_pages_no_search_reads_a_whole_table(known, text):
    from django.db import connection, transaction

    from joinedup.access.callers import enter
    from joinedup.person.queries import search

    tables = ["person_person", "person_personname", "person_personpostcode"]
    with transaction.atomic():
        caller = enter(known.many.token)
        with connection.cursor() as cursor:
            cursor.execute("select current_user")
            assert cursor.fetchone() == ("app",)
            before = _whole_reads(cursor, tables)
            search(caller, known.many.token, text, AT)
            assert _whole_reads(cursor, tables) == before


def _whole_reads(cursor, tables: list[str]) -> dict[str, int]:
    """How often this transaction has read each table from end to end."""
    cursor.execute("select relname, seq_scan from pg_stat_xact_user_tables where relname = any (%s)", [tables])
    return dict(cursor.fetchall())


@pytest.mark.parametrize("role", ["app", "worker", "loader", "linker", "public_reader", "gate", "extractor"])
def test_the_words_of_names_are_read_by_no_serving_role(database, role):
    assert factories.run("select has_table_privilege(%s, 'person_nameword', 'select')", [role]) == [(False,)]
