"""Does each fact say why it holds, and agree with the rule that chooses it?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from joinedup.person.fact_reasons import numbers_told, reason_of
from joinedup.person.rules import TOLD_FIELDS, Telling, surviving_facts

ANN, BEN = UUID(int=1), UUID(int=2)
START = datetime(2026, 1, 1, tzinfo=UTC)
NUMBER, OLDER = "9990000018", "9990000026"


def telling(day: int, body: UUID = ANN, **facts: object) -> Telling:
    """Something told on a day."""
    return Telling(body, START + timedelta(days=day), day, facts)


def rules_of(reason) -> list[str]:
    """The rules that led to a value."""
    return [step.rule for step in reason.explanation.steps]


def test_a_fact_told_once_holds_because_nobody_told_another():
    reason = reason_of("birth_date", [telling(1, birth_date="1941-03-02")])
    assert (reason.value, rules_of(reason), reason.outdone) == ("1941-03-02", ["told"], ())
    assert reason_of("birth_date", [telling(1, gender="female")]) is None
    assert reason_of("gender", [telling(1, gender="unknown")]) is None


def test_the_newest_holds_and_the_older_says_why_not():
    reason = reason_of("gender", [telling(1, BEN, gender="male"), telling(2, gender="female")])
    assert (reason.value, rules_of(reason)) == ("female", ["told", "newest"])
    assert [(each.value, each.body_id, each.why) for each in reason.outdone] == [("male", BEN, "told earlier")]


def test_a_verified_source_goes_before_a_newer_one_that_is_not():
    verified = telling(1, nhs_number=NUMBER, nhs_number_verified=True, birth_date="1941-03-02")
    reason = reason_of("birth_date", [verified, telling(9, BEN, birth_date="1941-02-03")])
    assert (reason.value, reason.verified) == ("1941-03-02", True)
    assert "verified-first" in rules_of(reason)
    assert reason.outdone[0].why == "its source does not state the NHS number verified"


def test_those_who_say_the_same_are_named():
    reason = reason_of("gender", [telling(1, BEN, gender="female"), telling(2, gender="female")])
    assert (reason.agreeing, rules_of(reason)) == ((BEN,), ["told", "all-agree"])


def test_death_holds_once_told():
    reason = reason_of("deceased", [telling(1, deceased=True), telling(5, BEN, deceased=False)])
    assert rules_of(reason) == ["told", "always-holds"]


def test_every_number_told_stands_with_its_verification_and_what_it_replaced():
    told = numbers_told([
        telling(1, nhs_number=NUMBER, nhs_number_verified=True, superseded_nhs_number=OLDER),
        telling(2, BEN, nhs_number=OLDER), telling(3, BEN, nhs_number="0000000000"),
    ])  # fmt: skip
    assert [(each.number, each.body_id, each.verified, each.superseded) for each in told] == [
        (NUMBER, ANN, True, OLDER), (OLDER, BEN, False, ""),
    ]  # fmt: skip


FACTS = st.fixed_dictionaries({}, optional={
    "birth_date": st.sampled_from(["1941-03-02", "1941-02-03"]),
    "gender": st.sampled_from(["male", "female", "unknown"]),
    "nhs_number": st.sampled_from([NUMBER, OLDER]), "nhs_number_verified": st.booleans(), "deceased": st.booleans(),
    "restricted": st.booleans(), "gp_practice_code": st.sampled_from(["L83801", ""]),
})  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from([ANN, BEN]), FACTS), max_size=6))
def test_what_is_explained_is_what_holds(tellings):
    told = [
        Telling(body, START + timedelta(days=day), place, facts) for place, (day, body, facts) in enumerate(tellings)
    ]
    holds = surviving_facts(told)
    for name in TOLD_FIELDS:
        reason = reason_of(name, told)
        assert (reason.value if reason else None) == holds.value(name, None)
        if reason:
            assert {str(each.value) for each in reason.outdone} == {
                str(other) for other, *_ in holds.fields[name].others
            }
