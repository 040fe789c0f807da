"""Is what the NHS pays of a week kept, bought and posted beside the person's part, the three being the whole?"""

from __future__ import annotations

import pytest

from tests import care_scene as care
from tests import factories as make
from tests import money_scene as money


@pytest.fixture
def made(database) -> money.Scene:
    return money.scene()


def nursed(made: money.Scene, **words) -> object:
    """The charge of a place in a care home with nursing."""
    return money.charged(made, **({"case": money.NURSED, "cost_pence": money.NURSED_WEEK_PENCE} | words))


# The charge


def test_a_charge_keeps_what_the_nhs_pays_for_nursing_and_the_three_are_the_whole(made):
    from joinedup.funding.queries import charge_of, statement_of

    assessment_id = nursed(made)
    row = make.run("select weekly_charge_pence, nhs_pays_pence, council_pays_pence, weekly_cost_pence from "
                   "funding_assessment where id = %s", [assessment_id])[0]  # fmt: skip
    assert row[:2] == (money.NURSED_CHARGE_PENCE, money.NURSING_PENCE)
    assert sum(row[:3]) == row[3] == money.NURSED_WEEK_PENCE
    with care.acting(made.care.nurse) as caller:
        shown = charge_of(caller, assessment_id)
        _, statement = statement_of(caller, assessment_id)
    assert shown.nhs_pays_pence == money.NURSING_PENCE
    nursing, *_ = (each for each in statement.lines if each.text.startswith("The NHS pays this for nursing"))
    assert nursing.figure is not None
    assert "267.68" in nursing.figure[0]
    told = make.run("select detail::text from person_timelineentry where person_id = %s and kind = 'charge'",
                    [made.person.id])[0][0]  # fmt: skip
    assert "267.68" in told


def test_under_continuing_healthcare_the_nhs_pays_all_of_it(made):
    nursed(made, case={**money.NURSED, "free_service": {"kind": "nhs_continuing_healthcare"}})
    row = make.run("select weekly_charge_pence, nhs_pays_pence, council_pays_pence from funding_assessment "
                   "where plan_id = %s", [made.plan_id])  # fmt: skip
    assert row == [(0, money.NURSED_WEEK_PENCE, 0)]
