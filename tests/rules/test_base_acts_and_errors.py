"""Do errors say who must act, and do acts recognise a repeat and a conflict?"""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from joinedup.base import acts, errors
from joinedup.base.explanation import plain
from joinedup.base.money import Money
from joinedup.base.period import Period


def test_exit_codes_tell_who_must_act() -> None:
    kinds = (errors.PersonMustAct, errors.SenderMustAct, errors.OperatorMustAct, errors.WeMustAct)
    assert [kind.exit_code for kind in kinds] == [2, 3, 4, 5]
    for refusal in (errors.NotAllowed, errors.NotNow, errors.NotFound, errors.Conflict, errors.BadValue):
        assert issubclass(refusal, errors.PersonMustAct)
    assert issubclass(errors.BadValue, ValueError)


def test_errors_travel_between_processes() -> None:
    conflict = errors.Conflict("changed", "It changed.", theirs={"goal": "Walk"}, yours={"goal": "Swim"})
    back = pickle.loads(pickle.dumps(conflict))
    assert (back.to_json(), back.theirs, back.yours) == (conflict.to_json(), conflict.theirs, conflict.yours)


@pytest.mark.parametrize(
    "key", ["", "short", "-starts-badly", "has space in it", "x" * 101, "line\nbreak-123", "good-key\n"]
)
def test_malformed_request_keys(key: str) -> None:
    with pytest.raises(errors.PersonMustAct):
        acts.Act(UUID(int=1), datetime(2026, 1, 1, tzinfo=UTC), key)


def test_an_act_needs_a_zone() -> None:
    with pytest.raises(errors.WeMustAct):
        acts.Act(UUID(int=1), datetime(2026, 1, 1), "good-key-1")


def test_a_derived_key_is_a_key() -> None:
    assert acts.check_request_key(acts.derived_request_key("load", "file.json", "7"))


def test_the_digest_ignores_order_and_sees_content() -> None:
    one = {"paid": Money(100), "days": Period(date(2026, 4, 6))}
    assert acts.result_digest(one) == acts.result_digest(dict(reversed(list(one.items()))))
    assert acts.result_digest(one) != acts.result_digest({**one, "paid": Money(101)})


def test_a_conflict_keeps_both_texts_of_what_differs() -> None:
    both = {"theirs": {"goal": "Walk", "why": "same"}, "yours": {"goal": "Swim", "why": "same"}}
    acts.check_version(expected_version=3, version=3, what="The plan has changed.", **both)
    with pytest.raises(errors.Conflict) as caught:
        acts.check_version(expected_version=3, version=4, what="The plan has changed.", **both)
    assert (caught.value.theirs, caught.value.yours) == ({"goal": "Walk"}, {"goal": "Swim"})


def test_floats_are_never_written_down() -> None:
    with pytest.raises(errors.WeMustAct):
        plain({"share": 0.1})
