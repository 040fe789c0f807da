"""Are grants, deferral and the NHS's tests taken of the one evidence set, kept whole, and decided by people alone?"""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests import care_scene as care
from tests import factories as make
from tests import money_scene as money
from tests.steps.test_funding import columns_of, entered, write
from tests.steps.test_money_evidence import piece, told

TODAY = date(2026, 11, 2)
WORKS = {"cost_of_works": "10000.00", "tenure": "owner", "grant_applicable_amount": "200.00"}
HOME = {"secured_debts": "20000.00", "care_home_fee": "900.00", "deferral_interest": "4.25"}


@pytest.fixture
def made(database) -> money.Scene:
    return money.scene()


def facts(made: money.Scene, by: make.MadeUser | None = None, **words) -> int:
    """Facts told to the social worker today."""
    from joinedup.funding.actions import tell_facts

    source = {"starts_on": TODAY, "told_by": "Her daughter"} | words.pop("source", {})
    return care.do(tell_facts, by or made.care.social_worker, person_id=made.person.id, facts=words, **source)


def shown(made: money.Scene, test: str, who: make.MadeUser | None = None):
    """The page of one test, as somebody sees it."""
    from joinedup.funding.queries import page_of_test

    with care.acting(who or made.care.nurse) as caller:
        return page_of_test(caller, made.person.id, test, TODAY)


def taken(made: money.Scene, test: str, by: make.MadeUser | None = None, **words) -> UUID:
    """A test taken of what holds today, by the social worker."""
    from joinedup.funding.actions import take_test

    words = {"expected_set": shown(made, test).evidence.mark} | words
    return care.do(take_test, by or made.care.social_worker, person_id=made.person.id, test=test, **words)


def savings(pounds: int, kind: str = "savings"):
    return piece(topic="capital", kind=kind, amount_pence=pounds * 100, more={"share": "1"})


def granted(made: money.Scene) -> UUID:
    """The test of a grant, taken: 230.25 and 4 of 1,000 above the disregard, less 200, is 34.25 a week."""
    told(made, piece(), savings(7000))
    facts(made, **WORKS)
    return taken(made, "dfg")


def test_a_grant_is_tested_of_what_was_told_once_and_kept_with_what_it_rests_on(made):
    from joinedup.base.errors import NotNow

    with pytest.raises(NotNow, match="What do the works on the home cost"):
        taken(made, "dfg")
    key = granted(made)
    found = shown(made, "dfg")
    assert found.ready.missing == ()
    assert found.ahead.outcome == found.taken[0].outcome
    assert found.taken[0].outcome.startswith("The grant is £9,")
    assert "If income rose by £10.00 a week, the contribution would be" in found.ahead.changes[0]
    row = columns_of("funding_takentest", key)
    assert len(row["evidence_ids"]) == 5
    assert {each["name"] for each in row["figures"]} >= {"dfg-maximum-grant", "dfg-capital-disregard"}
    assert row["answer"].obj["schema"] == "dfg/1"
    assert any("applicable amount is taken as the case gives it" in each for each in found.ahead.warnings)


def test_a_benefit_that_is_paid_frees_from_the_test_of_the_grant(made):
    told(made, piece(kind="pension_credit_guarantee", amount_pence=5000))
    facts(made, cost_of_works="12000.00", tenure="tenant")
    found = shown(made, "dfg")
    assert found.ready.missing == ()
    assert found.ahead.outcome == "The grant is £12,000.00 of works of £12,000.00; the person pays nothing"
    assert found.ready.case["benefits"] == ["pension_credit_guarantee"]


def test_deferral_says_what_remains_how_long_it_lasts_and_asks_for_the_interest(made):
    """A home of 165,000 with 20,000 owed leaves 114,250 (domain facts A14, 16); what was deferred goes off."""
    told(made, piece(amount_pence=29025), savings(165_000, "main_home"), savings(9000))
    facts(made, **{name: HOME[name] for name in ("secured_debts", "care_home_fee")})
    asked = shown(made, "deferred-payment")
    assert [(each.words, each.needed) for each in asked.ready.missing] == [
        ("Which interest a year does the council's agreement bear?", False)
    ]
    assert "without interest because no rate was told" in asked.ahead.outcome
    facts(made, deferral_interest="4.25", deferred_so_far="14250.00", deferral_fee="0.00")
    found = shown(made, "deferred-payment")
    for words in ("£753.75 a week can be deferred", "£100,000.00 of the limit of £114,250.00 remains",
                  "at 4.25% interest a year", "it lasts until "):  # fmt: skip
        assert words in found.ahead.outcome
    assert found.ready.case["other_capital"] == "9000.00"
    assert any("worth £1,000.00 more, the limit would be £115,150.00" in each for each in found.ahead.changes)
    taken(made, "deferred-payment")
    assert shown(made, "deferred-payment").taken[0].opens


def test_what_is_told_otherwise_ends_the_older_piece_and_alike_stays(made):
    assert facts(made, **WORKS, source={"starts_on": date(2026, 10, 1)}) == 3
    assert facts(made, **WORKS) == 0
    assert facts(made, cost_of_works="12000.00") == 1
    seen = {"document": "Builder's estimate", "seen_on": TODAY}
    assert facts(made, cost_of_works="12000.00", source=seen) == 1
    rows = make.run(
        "select amount_pence, starts_on::text, ends_on::text, document from funding_evidence e where person_id = %s "
        "and kind = 'cost_of_works' and not exists (select from funding_evidence c where c.corrects_id = e.id) "
        "order by 2", [made.person.id],
    )  # fmt: skip
    assert rows == [(1_000_000, "2026-10-01", "2026-11-02", ""), (1_200_000, "2026-11-02", None, seen["document"])]


def test_a_charge_ends_no_fact_of_another_test_and_a_changed_set_is_a_conflict(made):
    from joinedup.base.errors import Conflict

    granted(made)
    mark = shown(made, "dfg").evidence.mark
    money.charged(made, told_by="Her daughter")
    assert shown(made, "dfg").ready.case["cost_of_works"] == "10000.00"
    with pytest.raises(Conflict):
        taken(made, "dfg", expected_set=mark)


def test_who_may_not_take_or_see_a_test_is_refused(made):
    from joinedup.base.errors import NotAllowed, NotFound

    granted(made)
    with pytest.raises(NotAllowed):
        taken(made, "dfg", made.commissioner)
    for who, test in ((made.care.stranger, "dfg"), (made.care.nurse, "luck")):
        with pytest.raises(NotFound):
            shown(made, test, who)


# What the database refuses


BY_HAND = (
    ({"test": "luck", "answer": Jsonb({"schema": "luck/1", "steps": [1]})}, "test_known"),
    ({"outcome": ""}, "test_has_an_outcome"),
    ({"recommends": "eligible"}, "test_recommended_by_a_team_with_reasons"),
    ({"test": "dst", "answer": Jsonb({"schema": "dst/1", "steps": [1]})}, "test_recommended_by_a_team_with_reasons"),
    ({"rule_version": 9}, "test_is_what_its_rule_says"),
    ({"answer": Jsonb({"schema": "dfg/1", "steps": []})}, "test_is_what_its_rule_says"),
    ({"on_day": "2026-11-01"}, "test_is_what_its_rule_says"),
    ({"taken_at": "2026-11-01T10:00:00Z"}, "test_on_a_day_that_has_come"),
    ({"evidence_ids": "other"}, "test_reads_the_persons_evidence"),
)


def written(key: UUID) -> dict[str, object]:
    """A test that was taken, to be written again by hand."""
    row = columns_of("funding_takentest", key)
    return row | {"id": str(uuid4()), "figures": Jsonb(row["figures"]),
                  "evidence_ids": [UUID(each) for each in row["evidence_ids"]]}  # fmt: skip


def test_a_test_written_by_hand_is_refused(made, connect):
    good, others = written(granted(made)), told(money.scene())
    for changed, constraint in BY_HAND:
        row = good | changed
        if row["evidence_ids"] == "other":
            row["evidence_ids"] = others
        with pytest.raises(psycopg.errors.CheckViolation) as refused:
            write(connect("owner"), "funding_takentest", row)
        assert refused.value.diag.constraint_name == constraint, changed


def test_no_hand_edits_or_empties_tests_and_only_takers_write_them_in_their_own_name(made, connect):
    from joinedup.access.roles import BY_CODE

    key = granted(made)
    for statement in ("update funding_takentest set outcome = 'x'", "delete from funding_takentest"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege) as refused:
            connect("owner").execute(f"{statement} where id = '{key}'")
        assert refused.value.diag.constraint_name == "takentest_is_append_only"
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connect("owner").execute("truncate funding_takentest cascade")
    row = written(key)
    for code, role in BY_CODE.items():
        who = care.worker("council", made.place_id, code)
        make.grant(who.id, made.person.id)
        app = entered(connect, who)
        row |= {"id": str(who.id), "taken_by_id": str(who.id)}
        if "take_tests" in role.permissions:
            write(app, "funding_takentest", row)
            app.rollback()
            app.execute("select access.enter(%s)", [who.token])
            row["taken_by_id"] = str(made.care.nurse.id)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            write(app, "funding_takentest", row)
        app.close()
    for who, rows in ((made.provider, 0), (made.care.stranger, 0), (made.care.nurse, 1)):
        make.grant(made.provider.id, made.person.id)
        app = entered(connect, who)
        found = app.execute("select count(*) from funding_takentest where person_id = %s", [made.person.id])
        assert found.fetchone() == (rows,)
        app.close()
