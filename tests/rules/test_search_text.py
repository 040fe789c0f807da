"""Is what somebody types to find a person understood, in any order and however it is spaced?"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.base.errors import WeMustAct
from joinedup.person.nicknames import alike, read
from joinedup.person.search_text import SearchText, understood

NUMBER = "9990000018"
BORN, TURNED = date(1941, 3, 2), date(1941, 2, 3)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", SearchText()),
        ("  ,  ", SearchText()),
        ("999 000 0018", SearchText(nhs_number=NUMBER)),
        ("999-000-0018", SearchText(nhs_number=NUMBER)),
        ("9990000018", SearchText(nhs_number=NUMBER)),
        ("99 90 00 00 18", SearchText(nhs_number=NUMBER)),
        ("9 9 9 0 0 0 0 0 1 8", SearchText(nhs_number=NUMBER)),
        ("999.000.0018", SearchText(nhs_number=NUMBER)),
        ("smith 999 000 0018 1941", SearchText(nhs_number=NUMBER, words=("smith",), birth_year=1941)),
        ("9990000019", SearchText(nhs_number="9990000019")),  # typed wrongly: it finds nobody, and is no name
        ("O\u2019Brien, Zo\u00eb", SearchText(words=("obrien", "zoe"))),
        ("zoe O Brien", SearchText(words=("zoe", "obrien"))),
        ("smith 2/3/1941", SearchText(words=("smith",), birth_date=BORN, other_dates=(TURNED,))),
        ("1941-03-02 Smith", SearchText(words=("smith",), birth_date=BORN, other_dates=(TURNED,))),
        ("20/3/1941", SearchText(birth_date=date(1941, 3, 20))),
        ("3/20/1941", SearchText(birth_date=date(1941, 3, 20))),
        ("3.3.1941", SearchText(birth_date=date(1941, 3, 3))),
        ("2/3/41", SearchText(birth_date=BORN, other_dates=(TURNED, date(2041, 3, 2), date(2041, 2, 3)))),
        ("2 March 1941", SearchText(birth_date=BORN)),
        ("smith 2nd of mar. 1941", SearchText(words=("smith",), birth_date=BORN)),
        ("March 2, 1941 smith", SearchText(words=("smith",), birth_date=BORN)),
        ("31.02.1941", SearchText(words=("31021941",))),
        ("tq11aa", SearchText(postcode="TQ1 1AA")),
        ("Smith TQ1 1AA", SearchText(words=("smith",), postcode="TQ1 1AA")),
        ("smith tq1 1941", SearchText(words=("smith",), birth_year=1941, district="TQ1")),
        ("1941 tq1 smith", SearchText(words=("smith",), birth_year=1941, district="TQ1")),
        ("EC1A smith", SearchText(words=("smith",), district="EC1A")),
        ("Mrs. Edith Smith", SearchText(words=("edith", "smith"))),
        ("miss", SearchText(words=("miss",))),
        ("a b c", SearchText()),
        ("one two three four five six", SearchText(words=("one", "two", "three", "four", "five"))),
    ],
)  # fmt: skip
def test_what_is_typed_is_understood(text, meant):
    assert understood(text) == meant
    assert understood(text).empty == (meant == SearchText())


@pytest.mark.parametrize("text", ["1941", "tq1", "born 1941"])
def test_a_year_or_a_district_alone_is_too_little(text):
    assert understood(text).empty


@given(st.text(max_size=80) | st.text(alphabet="0123456789 /.-tqmarch", max_size=30))
def test_no_text_breaks_the_search(text):
    found = understood(text)
    assert len(found.words) <= 5
    assert all(len(word) > 1 for word in found.words)


@pytest.mark.parametrize(
    ("called", "written"),
    [
        ("Bob", "robert"), ("robert", "bob"), ("Shivaun", "siobhan"), ("Siobhán", "chevonne"), ("Peggy", "margaret"),
        ("Dai", "david"), ("Nieve", "niamh"), ("Bert", "herbert"), ("Bert", "albert"), ("Jon", "john"),
    ],
)  # fmt: skip
def test_names_that_may_mean_one_person_stand_together(called, written):
    assert written in alike(called)
    assert called.casefold() in alike(called) or called == "Siobhán"


def test_groups_are_not_joined_through_a_name_that_stands_in_several():
    assert "herbert" not in alike("albert")


@pytest.mark.parametrize("text", ["[]", "short: [[bob]]\nspelt: []", "short: [[bob, 3]]\nspelt: []", "short: [a"])
def test_a_damaged_list_is_refused(text):
    with pytest.raises(WeMustAct):
        read(text)
