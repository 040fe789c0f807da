"""Do the pure rules of the record join whom they should, keep what was told best, and read what somebody types?"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.person.rules import (
    OTHER_BIRTH_DATE,
    TWO_RECORDS,
    Claim,
    KnownPerson,
    NumberClaim,
    Telling,
    best_first,
    claim_of,
    decide_link,
    identity_key,
    number_claim,
    place_of,
    searchable_names,
    settle_number,
    surviving_facts,
    usable_number,
    verified_number,
)

NUMBER, OTHER = "9990000018", "9990000026"
BORN, NOT_BORN = date(1941, 3, 2), date(1950, 1, 1)
ANN, BEN, CAT = (UUID(int=nth) for nth in (1, 2, 3))
START = datetime(2026, 1, 1, tzinfo=UTC)


def telling(day: int = 0, arrival: int = 1, body: UUID = ANN, place: UUID | None = None, **facts: object) -> Telling:
    """Something told on a day of the year."""
    return Telling(body, START + timedelta(days=day), arrival, facts, place)


# Linking


@pytest.mark.parametrize(
    ("verified", "known_verified", "born", "known_born", "linked"),
    [
        (True, True, BORN, BORN, True),
        (True, False, BORN, BORN, True),
        (False, True, BORN, BORN, True),
        (False, False, BORN, BORN, False),
        (True, True, BORN, NOT_BORN, False),
        (True, True, None, None, False),
        (True, True, BORN, None, False),
        (True, True, None, BORN, False),
    ],
)
def test_number_and_birth_date_must_agree_and_one_side_be_verified(verified, known_verified, born, known_born, linked):
    decision = decide_link(Claim(NUMBER, verified, born), [KnownPerson(ANN, known_born, known_verified)])
    assert decision.person_id == (ANN if linked else None)
    assert decision.dispute_with == (ANN if known_verified and not linked else None)


def test_somebody_verified_goes_before_somebody_who_is_not():
    known = [KnownPerson(ANN, BORN, False), KnownPerson(BEN, NOT_BORN, True), KnownPerson(CAT, BORN, True)]
    assert decide_link(Claim(NUMBER, True, BORN), known).person_id == CAT
    assert decide_link(Claim(NUMBER, True, date(1960, 1, 1)), known).dispute_with == BEN


@pytest.mark.parametrize("filler", ["", "0000000000", "4444444444", "9990000019", "999", "about 9990000018"])
def test_a_number_that_tells_nobody_apart_never_links(filler):
    decision = decide_link(Claim(filler, True, BORN), [KnownPerson(ANN, BORN, True)])
    assert (decision.person_id, decision.rule, decision.dispute_with) == (None, "new_without_number", None)
    assert usable_number(filler) == ""


def test_a_superseded_number_links_only_verified_to_verified_with_the_birth_date():
    claim = Claim(NUMBER, True, BORN, OTHER)
    assert decide_link(claim, [], [KnownPerson(ANN, BORN, True)]).rule == "superseded_number_and_birth_date"
    assert decide_link(claim, [], [KnownPerson(ANN, BORN, False)]).person_id is None
    assert decide_link(claim, [], [KnownPerson(ANN, NOT_BORN, True)]).person_id is None
    assert decide_link(Claim(NUMBER, False, BORN, OTHER), [], [KnownPerson(ANN, BORN, True)]).person_id is None
    both = decide_link(claim, [KnownPerson(BEN, BORN, True)], [KnownPerson(ANN, BORN, True)])
    assert both.person_id == BEN


def test_a_proven_number_contradicts_those_known_by_it_without_proof():
    known = [KnownPerson(ANN, NOT_BORN, False), KnownPerson(BEN, BORN, False)]
    decision = decide_link(Claim(NUMBER, True, BORN), known)
    assert (decision.person_id, decision.disputed_by) == (BEN, (ANN,))
    assert decide_link(Claim(NUMBER, True, date(1960, 1, 1)), known).disputed_by == (ANN, BEN)
    assert decide_link(Claim(NUMBER, False, BORN), known).disputed_by == ()


def test_new_people_say_by_which_rule():
    assert decide_link(Claim(NUMBER, True, BORN), []).rule == "new_with_verified_number"
    assert decide_link(Claim(NUMBER, False, BORN), []).rule == "new_with_unverified_number"
    assert decide_link(Claim("", False, BORN), []).rule == "new_without_number"


def test_a_claim_is_made_of_all_that_was_told():
    claim = claim_of([
        telling(1, nhs_number=NUMBER, nhs_number_verified=True, superseded_nhs_number=OTHER),
        telling(2, birth_date="1941-03-02"),
    ])  # fmt: skip
    assert claim == Claim(NUMBER, True, BORN, OTHER)
    assert claim_of([telling(1, nhs_number=NUMBER)]) == Claim(NUMBER, False, None)
    assert claim_of([telling(1, nhs_number="0000000000", nhs_number_verified=True)]) == Claim("", False, None)
    assert claim_of([telling(1, superseded_nhs_number=OTHER)]).superseded == ""


def test_a_number_that_serves_as_identifier_stands_with_the_birth_date():
    facts = {"nhs_number": NUMBER, "birth_date": "1941-03-02"}
    assert identity_key(NUMBER, facts) == f"{NUMBER}/1941-03-02"
    assert identity_key("RA9-17", facts) == "RA9-17"
    assert identity_key(OTHER, facts) == OTHER
    assert identity_key(NUMBER, {"nhs_number": NUMBER}) == NUMBER


# Numbers held


def test_the_newest_verified_number_is_the_persons():
    told = [
        telling(1, nhs_number=NUMBER, nhs_number_verified=True),
        telling(3, nhs_number=OTHER, nhs_number_verified=True),
        telling(9, nhs_number=NUMBER),
        telling(10),
    ]
    assert verified_number(told) == OTHER
    assert verified_number(told[2:]) == ""
    assert verified_number([]) == ""


CLAIMS = (NumberClaim(ANN, 5, "1941-03-02"), NumberClaim(BEN, 3, "1941-03-02"), NumberClaim(CAT, 9, "1950-01-01"))


@given(st.permutations(CLAIMS))
def test_of_several_the_one_told_first_holds_the_number(claims):
    holder, disputes = settle_number(claims)
    assert holder == BEN
    assert {(each.kind, each.person_id, each.holder) for each in disputes} == {
        (TWO_RECORDS, ANN, BEN), (OTHER_BIRTH_DATE, CAT, BEN),
    }  # fmt: skip


def test_since_when_a_number_was_told_is_its_first_row():
    told = [
        telling(2, arrival=8, nhs_number=NUMBER, nhs_number_verified=True, birth_date="1941-03-02"),
        Telling(BEN, START, 7, {"nhs_number": NUMBER, "nhs_number_verified": True}, None, since=4),
        telling(0, arrival=1, nhs_number=NUMBER),
    ]
    assert number_claim(ANN, told, NUMBER) == NumberClaim(ANN, 4, "1941-03-02")


# Survivorship


FACTS = st.fixed_dictionaries(
    {},
    optional={
        "nhs_number": st.sampled_from([NUMBER, OTHER, ""]),
        "nhs_number_verified": st.booleans(),
        "birth_date": st.sampled_from(["1941-03-02", "1950-01-01"]),
        "gender": st.sampled_from(["male", "female", "unknown"]),
        "deceased": st.booleans(),
        "restricted": st.booleans(),
        "names": st.sampled_from([[], [{"family": "Smith"}], [{"family": ""}, {"family": "Smyth", "use": "usual"}]]),
        "addresses": st.sampled_from([[], [{"postcode": "TQ1 1AA"}], [{"postcode": "BD1 1AA", "use": "home"}]]),
        "telecoms": st.sampled_from([[], [{"system": "phone", "value": "1"}], [{"system": "email", "value": "2"}]]),
    },
)
TELLINGS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from([ANN, BEN, CAT]), FACTS), max_size=8
).map(
    lambda rows: [telling(day, arrival, body, **facts) for arrival, (day, body, facts) in enumerate(rows, start=1)]
)  # fmt: skip


@given(TELLINGS, st.integers(0, 1000))
def test_the_order_in_which_tellings_are_read_does_not_matter(tellings, seed):
    mixed = list(tellings)
    random.Random(seed).shuffle(mixed)
    assert surviving_facts(mixed) == surviving_facts(tellings)
    assert verified_number(mixed) == verified_number(tellings)


@given(TELLINGS)
def test_each_fact_that_holds_was_told_and_what_differs_is_kept(tellings):
    for name, told in surviving_facts(tellings).fields.items():
        said = [each for each in best_first(tellings) if (each.body_id, each.told_at) == (told.by, told.on)]
        assert said
        assert told.value not in ("", None)
        assert str(told.value) not in [str(value) for value, _, _ in told.others]
        assert len({str(value) for value, _, _ in told.others}) == len(told.others), name


@given(TELLINGS)
def test_death_and_restriction_are_never_outvoted(tellings):
    facts = surviving_facts(tellings)
    for name in ("deceased", "restricted"):
        assert bool(facts.value(name, False)) == any(each.facts.get(name) for each in tellings)


@given(TELLINGS)
def test_telling_the_same_again_changes_nothing(tellings):
    again = surviving_facts([*tellings, *tellings])
    assert {name: told.value for name, told in again.fields.items()} == {
        name: told.value for name, told in surviving_facts(tellings).fields.items()
    }


def test_verified_before_unverified_then_the_newest():
    facts = surviving_facts([
        telling(9, body=BEN, gender="male", birth_date="1950-01-01"),
        telling(1, body=ANN, nhs_number=NUMBER, nhs_number_verified=True, birth_date="1941-03-02"),
        telling(3, body=CAT, gender="female"),
    ])  # fmt: skip
    assert facts.value("birth_date") == "1941-03-02"
    assert facts.fields["birth_date"].others == (("1950-01-01", BEN, START + timedelta(days=9)),)
    assert facts.value("gender") == "male"


def test_a_person_is_where_they_were_last_told_of():
    assert place_of([telling(5, place=BEN), telling(2, place=CAT), telling(9)]) == BEN
    assert place_of([telling(5)]) is None
    assert place_of([telling(5, arrival=1, place=ANN), telling(5, arrival=2, place=CAT)]) == CAT


def test_the_name_in_use_is_chosen_and_every_name_is_searchable():
    names = [
        {"family": "Jones", "given": ["Margaret"], "use": "maiden"},
        {"family": "O'Brien", "given": ["Margaret", "Rose"], "use": "usual", "prefix": "Mrs"},
        {"family": "Old", "use": "usual", "ends_on": "2001-01-01"},
        {"family": "OBRIEN", "given": ["Margaret", "Rose"], "use": "official"},
    ]
    assert surviving_facts([telling(names=names)]).value("name") == ("O'Brien", "Margaret Rose", "Mrs")
    found = searchable_names({"names": names})
    assert [(family, use) for family, _, _, _, use in found] == [
        ("Jones", "maiden"), ("O'Brien", "usual"), ("Old", "usual"),
    ]  # fmt: skip
    assert searchable_names({"names": [{"family": ""}, {"given": []}, "Smith"]}) == []


def test_the_home_address_in_use_is_chosen():
    addresses = [
        {"lines": ["1 Old Road"], "postcode": "TQ1 1AA", "use": "home", "ends_on": "2020-01-01"},
        {"lines": ["c/o Office"], "use": "work"},
        {"lines": ["2 New Road", "Torquay"], "postcode": "TQ2 2BB", "use": "home"},
    ]
    assert surviving_facts([telling(addresses=addresses)]).value("address") == ("2 New Road, Torquay", "TQ2 2BB")
