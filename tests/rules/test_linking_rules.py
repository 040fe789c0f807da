"""Are the pure parts of linking people files right: columns, cleaning, sounds, keys, learning, groups?"""

from __future__ import annotations

import doctest
import random

import numpy as np
import pytest

from joinedup.base.errors import SenderMustAct
from joinedup.person import nicknames
from joinedup.person.linking import (
    blocking,
    cleaning,
    columns,
    comparing,
    conditions,
    deciding,
    estimating,
    evidence,
    groups,
    reading,
    sound,
    weighing,
)  # fmt: skip
from joinedup.person.linking.cleaning import CleanRow, clean


@pytest.mark.parametrize(
    "module", [blocking, cleaning, columns, comparing, deciding, evidence, groups, nicknames, sound]
)
def test_what_the_docstrings_show_is_so(module: object) -> None:
    tried = doctest.testmod(module)  # type: ignore[arg-type]
    assert tried.attempted
    assert not tried.failed


def test_columns_are_known_in_many_spellings_and_the_rest_is_left_out() -> None:
    found = columns.named(["Unique ID", " First-Name", "LastName", "D.O.B.", "Post Code", "cluster", "shoe size"])
    assert found.places == {"id": 0, "given": 1, "family": 2, "born": 3, "postcode": 4}
    assert found.left_out == ("cluster", "shoe size")


def test_each_spelling_means_one_thing() -> None:
    said = [spelling for spellings in columns.SPELLINGS.values() for spelling in spellings]
    assert len(said) == len(set(said))
    assert set(columns.SPELLINGS) == set(columns.WORDS)


def test_the_usual_spelling_wins_wherever_it_stands_and_the_other_is_named() -> None:
    assert columns.named(["name_last", "surname"]).places == {"family": 1}
    assert columns.named(["name_last", "surname"]).left_out == ("name_last",)
    assert columns.named(["id", "key", "surname"], "key").places == {"id": 1, "family": 2}
    assert columns.named(["id", "surname"], "").places == {"family": 1}


@pytest.mark.parametrize(
    ("content", "encoding", "family"),
    [
        ("\ufeffsurname,dob\nZoë,1990-01-01\n".encode(), "UTF-8", "Zoë"),
        ("surname;dob\nZoë;1990-01-01\n".encode("cp1252"), "Windows-1252", "Zoë"),
        ("surname\tdob\nZoë\t1990-01-01\n".encode("utf-16"), "UTF-16", "Zoë"),
    ],
)
def test_files_are_read_whatever_wrote_them(content: bytes, encoding: str, family: str) -> None:
    found = reading.from_bytes(content, "a.csv")
    assert (found.encoding, found.rows[0]["family"], found.ids) == (encoding, family, ["1"])


def test_ragged_rows_are_kept_and_counted() -> None:
    found = reading.from_bytes(b"id,surname,dob\n1,Smith\n2,Jones,1990-01-01,extra\n\n3,Brown,1991-01-01,\n", "a.csv")
    assert [row["family"] for row in found.rows] == ["Smith", "Jones", "Brown"]
    assert (found.rows[0]["born"], found.short_rows, found.long_rows) == ("", 1, 1)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "link-file-empty"),
        (b"\n\n", "link-file-empty"),
        (b"surname,dob\n", "link-file-no-rows"),
        (b"id,shoe size\n1,9\n", "link-file-no-column"),
        (b"id,surname\n1,Smith\n1,Jones\n", "link-file-same-id"),
        (b"id,surname\n1,Smith\n,Jones\n", "link-file-no-id"),
        (b'id,surname\n1,"' + b"x" * (reading.FIELD_SIZE_BYTES + 1), "link-file-not-csv"),
    ],
)
def test_what_cannot_be_used_is_refused_without_saying_who(content: bytes, code: str) -> None:
    with pytest.raises(SenderMustAct) as refusal:
        reading.from_bytes(content, "a.csv")
    assert refusal.value.code == code
    assert refusal.value.next_step
    assert "Smith" not in str(refusal.value)


def test_names_in_all_their_forms() -> None:
    one = clean({"given": "Anne-Marie Louise", "family": "Smith-O\u2019Brien"})
    assert (one.given_first, one.initial, one.middle) == ("anne", "a", "marielouise")
    assert (one.family, one.family_parts) == ("smithobrien", ("smith", "obrien"))
    assert clean({"whole_name": "SMITH, Ann"}).given == "ann"
    assert clean({"given": "unknown", "family": " "}) == CleanRow()


def test_what_is_not_known_is_nothing_and_a_wrong_value_is_kept() -> None:
    assert clean({"sex": "9", "nhs_number": "0000000000", "phone": "n/a", "postcode": "", "born": "NULL"}) == CleanRow()
    one = clean({"nhs_number": "943 476 591", "born": "31/02/1971", "postcode": "4011", "phone": "+44 (0)7700 900123"})
    assert (one.nhs_number, one.born, one.postcode, one.phone) == ("943476591", "19710231", "4011", "7700900123")
    assert clean({"phone": "07700 900123"}).phone == one.phone


def test_a_mobile_is_known_by_its_number_and_a_practice_by_its_code() -> None:
    one = clean({"phone": "01803 960123", "mobile": "+44 7700 900456", "practice": "L83 801"})
    assert (one.phone, one.mobile, one.practice) == ("1803960123", "7700900456", "l83801")
    assert clean({"phone": "07700 900456"}).mobile == one.mobile
    assert clean({"mobile": "01803 960123"}) == CleanRow(phone="1803960123")
    found = columns.named(["surname", "GP Code", "Landline", "Mobile No", "Phone 2"])
    assert (found.places, found.left_out) == ({"family": 0, "phone": 2, "mobile": 3, "practice": 1}, ("Phone 2",))


def test_one_house_does_not_count_twice_by_its_practice_nor_as_much_by_its_telephone_as_by_a_mobile() -> None:
    """Practice and postcode are one comparison, and a house's telephone stands on another step than a mobile."""
    home = {"postcode": "tq11aa", "practice": "l83801", "phone": "1803960123"}
    one = CleanRow(given="ann", mobile="7700900456", **home)
    others = [
        CleanRow(given="ann", mobile="7700900456", **home), CleanRow(given="bea", mobile="7700900111", **home),
        CleanRow(given="ann", mobile="7700900456", postcode="tq52bb", practice="l83801", phone="1803960999"),
        CleanRow(given="ann", postcode="tq52bb", practice="x", phone="7700900456"),
    ]  # fmt: skip
    ladders = comparing.ladders(("given", "mobile", "phone", "postcode", "practice"))
    weights = weighing.Weights(tuple(ladders), {each.name: (0.0,) * (len(each.levels) + 1) for each in ladders}, 0.0)
    people = [[one], *([each] for each in others)]
    weighed = weighing.weigh(weights, people, [(0, place) for place in range(1, len(people))])
    told = [{each.about: each.words for each in evidence.evidence_of(weights, pair, kept=True)} for pair in weighed]
    area, phone = "postcode and GP practice", "phone"
    assert [(each[area], each[phone]) for each in told] == [
        ("the same postcode", "the same mobile"), ("the same postcode", "the same"),
        ("the same GP practice", "the same mobile"), ("different", "the same"),
    ]  # fmt: skip


def test_addresses_lose_their_spelling_and_give_up_their_number() -> None:
    one = clean({"line_1": "Flat 2, 12a High Street"})
    other = clean({"number": "12A", "line_1": "HIGH ST."})
    assert (one.number, one.line_1) == (other.number, other.line_1) == ("12a", "high st")


def test_the_one_list_of_nicknames_gives_plain_lower_case_full_names() -> None:
    table = nicknames.full_names()
    assert all(form.isalpha() and form == form.lower() for form in table)
    assert all(full in nicknames.roots(full) for names in table.values() for full in names)


def test_a_key_that_makes_too_many_pairs_is_narrowed_and_then_named() -> None:
    def pairs_of(key: blocking.Key) -> int:
        return {"date of birth": 1_000, "town": 900, "town and family name": 10}.get(key.words, 500)

    keys, left_out = blocking.chosen({"born", "family", "town"}, 20, pairs_of)
    assert [key.words for key in keys] == ["town and family name"]
    assert "date of birth and family name" in left_out


def test_learning_finds_the_weights_that_made_the_pairs() -> None:
    """Pairs invented from known m, u and share: learning must come back to them from a wrong start."""
    made = np.random.default_rng(7)
    m, u, share, many = [0.05, 0.15, 0.8], [0.9, 0.08, 0.02], 0.01, 200_000
    true = made.random(many) < share
    steps = np.where(true[:, None], made.choice(3, (many, 4), p=m), made.choice(3, (many, 4), p=u))
    shapes, counts = np.unique(steps, axis=0, return_counts=True)
    patterns = estimating.Patterns(shapes.astype(np.int64), counts.astype(float), np.ones(len(counts)))
    seen = [np.bincount(steps[:, place], minlength=3) / many for place in range(4)]
    start = estimating.Weights([np.array([0.1, 0.3, 0.6])] * 4, seen, 0.1)
    found = estimating.estimate(patterns, start, seen, many)
    assert found.share == pytest.approx(true.mean(), rel=0.05)
    for place in range(4):
        assert found.m[place] == pytest.approx(m, abs=0.03)
        assert found.u[place] == pytest.approx(u, abs=0.01)


def test_what_is_not_known_says_nothing() -> None:
    weights = estimating.Weights([np.array([0.1, 0.9])] * 2, [np.array([0.9, 0.1])] * 2, 0.25)
    patterns = estimating.Patterns(np.array([[-1, -1], [1, -1]]), np.array([1.0, 1.0]), np.ones(2))
    assert estimating.probabilities(patterns, weights) == pytest.approx([0.25, 0.75])


def test_groups_are_whole_and_do_not_depend_on_order() -> None:
    pairs = [(1, 2, 0.99), (2, 3, 0.97), (1, 3, 0.2), (3, 4, 0.55), (4, 5, 0.99), (6, 7, 0.3)]
    found = groups.grouped(pairs, 0.5)
    assert set(found) == {(1, 2), (1, 3), (2, 3), (4, 5)}
    for seed in range(5):
        turned = list(pairs)
        random.Random(seed).shuffle(turned)
        assert groups.grouped(turned, 0.5) == pytest.approx(found)


def test_one_weak_likeness_does_not_chain_two_people() -> None:
    inside = [(one, other, 0.999) for one, other in ((1, 2), (1, 3), (2, 3), (4, 5), (4, 6), (5, 6))]
    assert (3, 4) not in groups.grouped([*inside, (3, 4, 0.8)], 0.5)


def test_what_anything_else_explains_is_never_joined_by_the_rule() -> None:
    """Each sign that a twin, a relative, a slip or a stranger could leave turns a join into a question or nothing."""
    ladders = comparing.ladders(
        {"given", "family", "born", "sex", "postcode", "line_1", "number", "phone", "mobile", "practice", "nhs_number"}
    )
    top = {each.name: len(each.levels) for each in ladders} | {"nhs_number": -1}
    sure = deciding.decide(ladders, top, 40.0, deciding.Standing())
    assert sure.what == deciding.JOIN
    assert "date of birth the same" in sure.why
    others = (
        {"born": top["born"] - 1}, {"born": 0}, {"born": -1}, {"given": 0}, {"given": 1}, {"given": -1}, {"family": 2},
        {"sex": 0}, {"area": 2, "phone": 0}, {"area": -1, "phone": -1}, {"nhs_number": 0, "given": 0},
        {"given": top["given"] - 2}, {"family": top["family"] - 1, "area": 2, "phone": 1},
        {"family": 3, "given": top["given"] - 2}, {"born": top["born"] - 1, "family": 3},
    )  # fmt: skip
    for changed in others:
        assert deciding.decide(ladders, top | changed, 40.0, deciding.Standing()).what != deciding.JOIN, changed
    for slip in ({"family": top["family"] - 1}, {"family": top["family"] - 1, "area": 2}, {"area": 0, "phone": 2}):
        assert deciding.decide(ladders, top | slip, 40.0, deciding.Standing()).what == deciding.JOIN, slip
    number = top | {"nhs_number": 2}
    assert deciding.decide(ladders, number | {"born": top["born"] - 2}, 40.0, deciding.Standing()).what == deciding.JOIN
    for slip in ({"born": top["born"] - 1}, {"family": 0}, {"given": top["given"] - 2}, {"area": 0, "phone": 0}):
        assert deciding.decide(ladders, number | slip, 40.0, deciding.Standing()).what == deciding.JOIN, slip
    day = top["born"] - 2
    for two in (
        {"born": top["born"] - 1, "family": 0},
        {"born": 1},
        {"given": 0},
        {"given": 1},
        {"born": day, "area": 2, "phone": 0},
        {"born": day, "family": 3},
        {"born": day, "given": 4},
    ):
        assert deciding.decide(ladders, number | two, 40.0, deciding.Standing()).what != deciding.JOIN, two
    for standing in ("different_verified_numbers", "restricted", "not_the_same"):
        decided = deciding.decide(ladders, top, 40.0, deciding.Standing(**{standing: True}))
        assert decided.what == deciding.LEAVE
    for standing in ("different_numbers", "doubted_before", "one_has_died"):
        decided = deciding.decide(ladders, top, 40.0, deciding.Standing(**{standing: True}))
        assert decided.what == deciding.ASK
    assert deciding.decide(ladders, top, 8.0, deciding.Standing()).what == deciding.ASK


def test_two_short_forms_of_a_third_name_are_no_short_form_of_each_other() -> None:
    """Amy and Mia are both short for Amelia, and names of twins; Amy and Amelia may be one."""
    [given] = [each for each in comparing.ladders({"given", "family", "born"}) if each.name == "given"]
    step, short = conditions.step_here(given), len(given.levels) - 1
    amelia, amy, mia = (clean({"given": name}) for name in ("Amelia", "Amy", "Mia"))
    assert step(amelia, amy) == step(mia, amelia) == short
    assert step(amy, mia) < short - 1
