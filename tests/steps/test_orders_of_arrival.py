"""Do rows of one person that several bodies told end as one record in whatever order they came, and twins as two?

Every set of rows is told once in each order, under names and homes of its own, so that all orders stand in one place
and a handful of loads tells them all. After each load whoever waits is compared, as always.
"""

from __future__ import annotations

import random
from collections import defaultdict
from itertools import permutations
from uuid import uuid4

import pytest
from psycopg.types.json import Jsonb

from tests.kept_model import FIELDS, weights
from tests.steps.loading import COUNCIL, ICB, TRUST, fresh_place, lines_file, number, patient

BODIES = (ICB, TRUST, COUNCIL)
DRAWN = 4

# What each of three bodies says: given name, home, telephone, and whether the NHS number is known.
BY_HAND = (
    # The first and the last share nothing but the names: the one between them brings them together.
    (("Margaret", 0, None, False), ("Margaret", 0, "landline", False), ("Margaret", 1, "landline", False)),
    # A short form between two homes.
    (("Margaret", 0, "mobile", True), ("Peggy", 1, "mobile", False), ("Margaret", 1, None, False)),
    # A telephone that only the body that told first still holds.
    (("Margaret", 0, "landline", True), ("Margaret", 0, "mobile", True), ("Margaret", 1, "landline", False)),
)
# Two short forms of one name stand for one person or for twins: nobody but a person can tell.
SHORT_FORMS = (("Maggie", 1, None, False), ("Margaret", 1, "landline", False), ("Peggy", 1, None, False))
TWINS = (("Margaret", 0, "landline", False), ("Madge", 0, "landline", False), ("Magdalen", 0, "landline", False))


def drawn_sets() -> list[tuple]:
    draw = random.Random(20261126)
    return [
        tuple(
            (draw.choice(("Margaret", short)), draw.randrange(2), draw.choice((None, "landline", "mobile")),
             draw.random() < 0.4)
            for _ in BODIES
        )
        for short in ("Maggie", "Peggy") * (DRAWN // 2)
    ]  # fmt: skip


class Family:
    """One set of rows told in one order, with a family name, a date of birth and homes of its own."""

    def __init__(self, nth: int, rows: tuple, order: tuple[int, ...]) -> None:
        self.nth, self.rows, self.order = nth, rows, order
        draw = random.Random(nth)
        self.family = "".join(
            draw.choice(("ba", "do", "fi", "gu", "ke", "lo", "mi", "nu", "ra", "te")) for _ in range(5)
        )
        self.born = f"{1930 + nth % 60}-{1 + nth % 12:02}-{1 + nth // 12 % 28:02}"

    def row(self, place: int) -> dict:
        given, home, phone, numbered = self.rows[place]
        digits = {"landline": f"01803 {100000 + self.nth}", "mobile": f"07700 {200000 + self.nth}"}
        told = {"telecom": [{"system": "phone", "value": digits[phone]}]} if phone else {}
        letters = "ABDEFGHJLN"
        code = f"TQ{1 + home}{self.nth // 100 % 10} {self.nth % 10}{letters[self.nth // 10 % 10]}{letters[home]}"
        return patient(
            f"f{self.nth}-{place}", nhs=number(1_000 + self.nth) if numbered else "", family=self.family.title(),
            given=given, born=self.born, gender="female",
            address=[{"line": [f"{1 + self.nth} Invented Road"], "postalCode": code, "use": "home"}], **told,
        )  # fmt: skip


@pytest.fixture(scope="module")
def told(database, server, template, tmp_path_factory):
    """All families, told row by row; by family the groups that its rows ended in."""
    folder, sets = tmp_path_factory.mktemp("orders"), [*BY_HAND, *drawn_sets(), SHORT_FORMS, TWINS]
    families = [
        Family(nth, rows, order)
        for nth, (rows, order) in enumerate((rows, order) for rows in sets for order in permutations(range(3)))
    ]
    with fresh_place(server, template) as place:
        place.rows(
            "insert into person_linkmodel (id, version, learnt_from, rows, share, fields, weights, report, made_by_id, "
            "made_at) values (%s, 1, 'words of a test', 2, 0.00001, %s, %s, '{}', %s, now())",
            [uuid4(), Jsonb(list(FIELDS)), Jsonb(weights()), uuid4()],
        )
        for turn in range(3):
            for body_at, body in enumerate(BODIES):
                rows = [each.row(body_at) for each in families if each.order[turn] == body_at]
                place.load(lines_file(folder / f"{turn}-{body}.ndjson", *rows), source=body)
        assert place.count("person_persontocompare") == 0
        ended = place.rows(
            "select s.subject, coalesce(p.canonical_id, p.id) from person_sourceidentity s "
            "join person_person p on p.id = s.person_id"
        )
        waits = {
            frozenset(pair)
            for pair in place.rows(
                "select coalesce(a.canonical_id, a.id), coalesce(b.canonical_id, b.id) from person_workitem w "
                "join person_person a on a.id = w.person_id join person_person b on b.id = w.other_person_id "
                "where w.kind = 'likely_same' and w.done_at is null"
            )
        }
        asked = place.rows(
            "select kind, decision, reason, decided_by_id is not null from person_workitem where done_at is not null"
        )
    groups: dict[int, dict[object, set[int]]] = defaultdict(lambda: defaultdict(set))
    for subject, person in ended:
        family, row = subject[1:].split("-")
        groups[int(family)][person].add(int(row))
    by_set: dict[tuple, list[frozenset]] = defaultdict(list)
    open_pairs = []
    for each in families:
        by_set[each.rows].append(frozenset(frozenset(rows) for rows in groups[each.nth].values()))
        if each.rows == SHORT_FORMS:
            of_margaret = next(key for key, rows in groups[each.nth].items() if 1 in rows)
            others = groups[each.nth].keys() - {of_margaret}
            open_pairs.append([frozenset((of_margaret, other)) in waits for other in others])
    return by_set, asked, open_pairs


def test_rows_of_one_person_end_in_the_same_groups_in_every_order(told):
    by_set, _, _ = told
    told_apart = (SHORT_FORMS, TWINS)
    differ = {rows: set(ended) for rows, ended in by_set.items() if rows not in told_apart and len(set(ended)) > 1}
    assert differ == {}
    whole = frozenset({frozenset({0, 1, 2})})
    assert all(set(by_set[rows]) == {whole} for rows in BY_HAND)
    assert sum(ended[0] == whole for ended in by_set.values()) > DRAWN / 3


def test_twins_are_never_brought_together_by_a_short_form_of_both_names(told):
    by_set, _, _ = told
    assert len(by_set[TWINS]) == 6
    assert not [group for ended in by_set[TWINS] for group in ended if {0, 2} <= group]


def test_two_short_forms_of_one_name_in_one_home_are_asked_about_in_every_order(told):
    by_set, _, open_pairs = told
    assert not [group for ended in by_set[SHORT_FORMS] for group in ended if {0, 2} <= group]
    assert len(open_pairs) == 6
    assert all(pairs and all(pairs) for pairs in open_pairs)


def test_what_a_rule_alone_asked_is_answered_by_the_link_that_follows(told):
    _, answered, _ = told
    assert answered
    assert all(
        kind == "likely_same" and decision == "same" and reason.startswith("Joined by likeness") and by
        for kind, decision, reason, by in answered
    )
