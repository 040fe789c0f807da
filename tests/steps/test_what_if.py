"""Is a what-if on the caseload limited to whom the caller may see, logged, and silent where somebody could be known?"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from tests import care_scene as care
from tests import factories as make
from tests import money_scene as money

DAY = date(2026, 11, 2)


@pytest.fixture
def made(database) -> money.Scene:
    return money.scene()


def somebody_else(made: money.Scene, born: int) -> None:
    """Somebody of the same place whom the commissioner may see, with a draft plan and a charge."""
    person = make.person(made.place_id, born=date(born, 5, 1))
    other = replace(made.care, person=person)
    for each in (other.nurse, other.social_worker, made.commissioner):
        make.grant(each.id, person.id)
    money.charged(replace(made, care=other, plan_id=care.drafted(other)))


def asked(made: money.Scene, user: make.MadeUser | None = None):
    from joinedup.desk.what_if_caseload import of_caseload
    from joinedup.funding import reform_files

    with care.acting(user or made.commissioner) as caller:
        return of_caseload(caller, reform_files.named("higher-guarantee"), DAY)


def test_only_who_may_see_money_and_only_whom_they_see(made):
    from joinedup.base.errors import NotAllowed, PersonMustAct
    from joinedup.funding.kept_cases import kept_cases

    money.charged(made)
    money.charged(made, cost_pence=20000)
    with care.acting(made.care.social_worker) as caller:
        (kept,) = kept_cases(caller)
        assert kept.case["weekly_cost"] == "200.00"
        assert [pence for _, pence in kept.charges] == [money.CHARGE_PENCE, money.CHARGE_PENCE]
    with care.acting(made.care.stranger) as caller:
        assert kept_cases(caller) == ()
    with care.acting(made.board) as caller, pytest.raises(NotAllowed):
        kept_cases(caller)
    with pytest.raises(NotAllowed):
        asked(made, made.care.social_worker)
    with pytest.raises(PersonMustAct, match="could tell what one of them pays"):
        asked(made)


def test_a_caseload_is_added_up_and_what_is_small_is_hidden(made):
    from joinedup.desk.what_if import digest
    from joinedup.desk.what_if_shown import as_text

    assessment_id = money.charged(made)
    for born in (*[1938] * 9, 1955, 1955):
        somebody_else(made, born)
    document = asked(made)
    found = document["results"]
    assert found["people"] == 12
    assert found["everybody"]["pay_less"] == found["people"]
    assert sum(row["change_pence"] for row in found["payers"]) == 0
    assert [row["people"] for row in found["by_age"]] == [None, None]
    assert {row["pay_less"] for row in found["by_age"]} == {None}
    assert document["digest"] == digest(document)
    assert "not shown" in as_text(document)
    assert str(assessment_id) not in json.dumps(document)
    logged = make.run("select found from access_logentry where act = 'what_if.asked' and actor_id = %s",
                      [made.commissioner.id])  # fmt: skip
    assert logged == [(found["people"],)]
