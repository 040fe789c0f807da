"""Does a council's own policy hold in the charge by itself, and is a word that it may not have named?"""

from __future__ import annotations

from datetime import date

import pytest

from joinedup.base import parameter_local
from joinedup.base.errors import OperatorMustAct
from joinedup.base.parameter_files import shipped
from joinedup.base.parameters import Parameters
from joinedup.funding.rules import RULES

KNOWN, TODAY = shipped(), date(2026, 11, 2)
AT_HOME: dict[str, object] = {
    "as_at": "2026-11-02", "setting": "home", "pension_age": True, "household": "single", "weekly_cost": "400.00",
    "income": [{"kind": "state_pension", "weekly": "350.00"}], "capital": [],
}  # fmt: skip


def test_a_councils_policy_holds_in_the_charge_without_being_told_in_the_case() -> None:
    charge = RULES[0]
    national = charge.answer(AT_HOME, KNOWN, TODAY)
    bradford = charge.answer(AT_HOME, parameter_local.for_council("E08000032", with_invented=True), TODAY)
    pence = int(str(bradford["assessed_maximum"]).replace(".", ""))
    assert int(str(bradford["weekly_charge"]).replace(".", "")) == pence * 90 // 100
    assert national["weekly_charge"] == national["assessed_maximum"]


@pytest.mark.parametrize("name", ["savings-credit-ignored", "short-term-rules"])
def test_a_word_that_a_policy_may_not_have_is_named(name: str) -> None:
    (found,) = KNOWN.history(name)
    odd = type(found)(found.name, None, "text", "perhaps", None, None, "made up", False)
    setting = "home" if name == "savings-credit-ignored" else "care_home_short_term"
    with pytest.raises(OperatorMustAct, match="It may be"):
        RULES[0].answer(AT_HOME | {"setting": setting}, KNOWN.overlaid(Parameters.of([odd])), TODAY)
