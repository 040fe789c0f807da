"""Do the worked cases of care homes, free services, top-ups and councils' own policies come out to the penny?

Cases called A14 are the vectors of the domain facts; the rest were worked by hand, the working beside each.
"""

from __future__ import annotations

from datetime import date

import pytest

from joinedup.base import parameter_files
from joinedup.base.case_schema import faults
from joinedup.base.errors import SenderMustAct
from joinedup.funding.charge_case import worked_out
from joinedup.funding.rules import RULES

CHARGE = RULES[0]
TODAY = date(2026, 11, 2)
IN_2025, IN_2024 = "2025-06-02", "2024-06-03"


def answered(**case: object) -> dict[str, object]:
    whole = {"as_at": IN_2025, "setting": "care_home_permanent", "pension_age": True, "household": "single"} | case
    answer = CHARGE.answer(whole, parameter_files.shipped(), TODAY)
    assert not list(faults(CHARGE.output_schema, answer))
    return answer


def income(**kinds: str) -> list[dict[str, object]]:
    return [{"kind": kind, "weekly": weekly} for kind, weekly in kinds.items()]


def savings(amount: str) -> list[dict[str, object]]:
    return [{"kind": "savings", "amount": amount}]


def told(answer: dict[str, object], *names: str) -> tuple[object, ...]:
    return tuple(answer[name] for name in names)


def steps(answer: dict[str, object], rule: str) -> list[object]:
    return [step["result"] for step in answer["steps"] if step["rule"] == rule]


HOME = [{"kind": "main_home", "amount": "90000.00"}]
STATE_PENSION = income(state_pension="230.25")
GUIDE: dict[str, object] = {
    "as_at": "2025-06-23", "became_permanent_on": "2025-06-02", "weekly_cost": "900.00",
    "income": [*STATE_PENSION, {"kind": "occupational_pension", "weekly": "200.00", "half_to_partner": True}],
    "capital": [*savings("16100.00"), {"kind": "main_home", "amount": "200000.00"}],
}  # fmt: skip
CASES = {
    "A14-6": ({"as_at": IN_2024, "weekly_cost": "800.00", "capital": savings("15250.00"),
               "income": income(other="170.00")}, "143.85", "656.15"),
    "A14-7": ({"weekly_cost": "900.00", "capital": savings("10000.00"),
               "income": income(state_pension="230.25", other="60.00")}, "259.60", "640.40"),
    # 230.25 + half of 200 - 30.65
    "A14-8": ({"weekly_cost": "900.00", "capital": [], "income": [*STATE_PENSION, {
        "kind": "occupational_pension", "weekly": "200.00", "half_to_partner": True}]}, "299.60", "600.40"),
    "A14-15 in week 12": ({"as_at": "2025-06-22", "became_permanent_on": "2025-03-31", "weekly_cost": "900.00",
                           "income": STATE_PENSION, "capital": [*savings("12000.00"), {
                               "kind": "main_home", "amount": "200000.00"}]}, "199.60", "700.40"),
    "A14-15 in week 13": ({"as_at": "2025-06-23", "became_permanent_on": "2025-03-31", "weekly_cost": "900.00",
                           "income": STATE_PENSION, "capital": [*savings("12000.00"), {
                               "kind": "main_home", "amount": "200000.00"}]}, "900.00", "0.00"),
    # Other capital above the limit: the twelve weeks do not help.
    "rich in week 1": ({"became_permanent_on": IN_2025, "weekly_cost": "900.00", "income": [],
                        "capital": [*savings("23250.01"), {"kind": "main_home", "amount": "200000.00"}]},
                       "900.00", "0.00"),
    "A14-18": ({"weekly_cost": "700.00", "chosen_home_weekly_cost": "820.00", "capital": savings("10000.00"),
                "income": income(state_pension="230.25", other="60.00")}, "259.60", "440.40"),
    "A14-20": ({"setting": "care_home_temporary", "weekly_cost": "900.00",
                "income": income(state_pension="230.25", attendance_allowance_lower="73.90"),
                "housing_costs": [{"kind": "rent_net", "weekly": "25.00"}],
                "capital": [{"kind": "main_home", "amount": "200000.00"}]}, "174.60", "725.40"),
    "A14-22": ({"as_at": IN_2024, "weekly_cost": "900.00", "capital": [],
                "income": income(state_pension="200.00", savings_credit="4.00")}, "169.85", "730.15"),
    # Attendance Allowance counts for good: 230.25 + 73.90 - 30.65; neither rent nor the disability's costs help.
    "for good, with costs": ({"weekly_cost": "900.00", "capital": [],
                              "income": income(state_pension="230.25", attendance_allowance_lower="73.90"),
                              "housing_costs": [{"kind": "rent_net", "weekly": "25.00"}],
                              "disability_related_expenditure": [{"kind": "laundry", "weekly": "9.00"}]},
                             "273.50", "626.50"),
    # The example of docs/guides/charge.md, in and after the twelve weeks: 230.25 + 100.00 + 8.00 - 30.65.
    "the guide's": (GUIDE, "307.60", "592.40"),
    "the guide's on its last day": (GUIDE | {"as_at": "2025-08-24"}, "307.60", "592.40"),
    "the guide's later": (GUIDE | {"as_at": "2025-08-25"}, "900.00", "0.00"),
    # A husband lives in it: 230.25 - 30.65, and 12,000 is below the lower limit.
    "home with the partner in it": ({"weekly_cost": "900.00", "income": STATE_PENSION, "capital": [
        *savings("12000.00"), {"kind": "main_home", "amount": "200000.00", "occupied_by": "partner"}]},
        "199.60", "700.40"),
    # Half of 40,001.00 is 20,000.50; less 2,000.05 to sell, less 1,000 owed: 17,000.45, 2,750.45 over: 12 bands.
    "half a small home": ({"weekly_cost": "900.00", "income": STATE_PENSION, "became_permanent_on": "2024-01-01",
                           "capital": [{"kind": "main_home", "amount": "40001.00", "share": "1/2",
                                        "debts_secured": "1000.00"}]}, "211.60", "688.40"),
    # The short stay by the rules of home: A14-9's figures, 67.55.
    "short stay as at home": ({"setting": "care_home_short_term", "weekly_cost": "900.00",
                               "local_policy": {"short_term_rules": "home"}, "capital": savings("16100.00"),
                               "income": income(state_pension="230.25", attendance_allowance_lower="73.90"),
                               "disability_related_expenditure": [{"kind": "alarm", "weekly": "12.00"}]},
                              "67.55", "832.45"),
    # 312.15 - 232.60 - 12 = 67.55, of which 80% is 54.04.
    "four fifths at home": ({"setting": "home", "weekly_cost": "400.00", "local_policy": {"charge_percent": "80"},
                             "capital": savings("16100.00"),
                             "income": income(state_pension="230.25", attendance_allowance_lower="73.90"),
                             "disability_related_expenditure": [{"kind": "alarm", "weekly": "12.00"}]},
                            "54.04", "345.96"),
    # 30,000 at home where the council helps up to 40,000: 15,750 over the lower limit is 63 bands.
    "higher limit at home": ({"setting": "home", "weekly_cost": "400.00", "capital": savings("30000.00"),
                              "local_policy": {"upper_capital_limit": "40000.00"}, "income": STATE_PENSION},
                             "60.65", "339.35"),
    # The same resident for good: the council's own limit is not for them.
    "higher limit in a care home": ({"weekly_cost": "900.00", "capital": savings("30000.00"), "income": STATE_PENSION,
                                     "local_policy": {"upper_capital_limit": "40000.00"}}, "900.00", "0.00"),
    "without consent to more, wealth": ({"weekly_cost": "900.00", "light_touch": {
        "reason": "wealth_above_limit", "consented": True}}, "900.00", "0.00"),
    "benefits show nothing": ({"setting": "home", "weekly_cost": "90.00", "light_touch": {
        "reason": "means_tested_benefits", "consented": True}}, "0.00", "90.00"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_worked_case(name: str) -> None:
    case, charge, council = CASES[name]
    assert told(answered(**case), "weekly_charge", "council_pays") == (charge, council)


def test_a14_18_somebody_else_pays_the_top_up() -> None:
    answer = answered(**CASES["A14-18"][0])
    assert (answer["top_up"], answer["personal_expenses_allowance"]) == ("120.00", "30.65")
    assert steps(answer, "top-up") == ["120.00"]


@pytest.mark.parametrize(
    ("more", "allowed"),
    [({}, False), ({"deferred_payment": True}, True), ({"became_permanent_on": "2025-05-05", "capital": HOME}, True),
     ({"became_permanent_on": "2025-05-05"}, False),
     ({"free_service": {"kind": "section_117_aftercare"}}, True), ({"became_permanent_on": "2025-01-06"}, False)],
)  # fmt: skip
def test_a_resident_pays_a_top_up_only_where_the_law_lets_them(more: dict[str, object], allowed: bool) -> None:
    case = {"weekly_cost": "700.00", "chosen_home_weekly_cost": "820.00", "top_up_paid_by": "resident", "income": []}
    if allowed:
        assert answered(**case, **more)["top_up"] == "120.00"
    else:
        with pytest.raises(SenderMustAct, match="top_up_paid_by must be third_party"):
            answered(**case, **more)


def test_a14_19_the_nhs_pays_nursing_first() -> None:
    case = {"weekly_cost": "1100.00", "funded_nursing_care": "standard", "capital": savings("50000.00"), "income": []}
    assert told(answered(**case), "weekly_charge", "council_pays", "nhs_pays") == ("845.94", "0.00", "254.06")
    cheap = answered(**case | {"weekly_cost": "200.00", "as_at": IN_2025})
    assert told(cheap, "weekly_charge", "council_pays", "nhs_pays") == ("0.00", "0.00", "200.00")


def test_what_is_kept_of_a_charge_are_the_parts_of_all_who_pay() -> None:
    case = {"as_at": IN_2025, "setting": "care_home_permanent", "pension_age": True, "household": "single",
            "weekly_cost": "1100.00", "income": STATE_PENSION, "capital": []}  # fmt: skip
    kept = worked_out(case, parameter_files.shipped(), TODAY)
    assert (kept.nhs_pays_pence, kept.weekly_cost_pence) == (0, 110_000)
    nursed = worked_out(case | {"funded_nursing_care": "standard"}, parameter_files.shipped(), TODAY)
    assert (nursed.nhs_pays_pence, nursed.weekly_cost_pence) == (25_406, 110_000)
    assert nursed.weekly_charge_pence == kept.weekly_charge_pence


def test_a14_13_reablement_is_free_for_six_weeks() -> None:
    """8 weeks costing 150, assessed maximum 60: 6 free and 2 x 60."""
    charged = []
    for week in range(8):
        day = date.fromordinal(date(2025, 6, 2).toordinal() + 7 * week)
        answer = answered(
            setting="home", as_at=day.isoformat(), weekly_cost="150.00", income=income(state_pension="292.60"),
            free_service={"kind": "reablement", "started_on": "2025-06-02"}, capital=[],
        )  # fmt: skip
        charged.append(answer["weekly_charge"])
    assert charged == ["0.00"] * 6 + ["60.00"] * 2


@pytest.mark.parametrize(
    ("kind", "cost", "nhs", "council"),
    [("section_117_aftercare", "900.00", "0.00", "900.00"), ("nhs_continuing_healthcare", "900.00", "900.00", "0.00"),
     ("cjd_care", "900.00", "0.00", "900.00"), ("equipment_or_minor_adaptation", "1000.00", "0.00", "1000.00"),
     ("support_to_cared_for_person", "50.00", "0.00", "50.00")],
)  # fmt: skip
def test_what_is_free_is_free_whatever_one_has(kind: str, cost: str, nhs: str, council: str) -> None:
    answer = answered(weekly_cost=cost, free_service={"kind": kind}, capital=savings("900000.00"))
    assert told(answer, "weekly_charge", "nhs_pays", "council_pays") == ("0.00", nhs, council)


def test_equipment_above_the_sum_is_charged() -> None:
    answer = answered(setting="home", weekly_cost="1000.01", free_service={"kind": "equipment_or_minor_adaptation"},
                      capital=savings("900000.00"))  # fmt: skip
    assert answer["weekly_charge"] == "1000.01"


def test_the_council_asks_a_fee_only_above_the_limit() -> None:
    case = {"setting": "home", "weekly_cost": "300.00", "council_arranges": True, "income": [],
            "local_policy": {"arrangement_fee_weekly": "6.00"}}  # fmt: skip
    rich, poor = answered(**case, capital=savings("50000.00")), answered(**case, capital=savings("9000.00"))
    assert (rich["arrangement_fee"], rich["weekly_charge"], poor["arrangement_fee"]) == ("6.00", "300.00", "0.00")


def test_notional_capital_says_by_how_much_it_falls() -> None:
    """16,100 of which 2,000 given away: without it nothing is above 14,250, with it 8 bands."""
    case = {"weekly_cost": "900.00", "income": STATE_PENSION, "capital": [
        *savings("14100.00"), {"kind": "notional_capital", "amount": "2500.00", "reduced_by": "500.00"}]}  # fmt: skip
    answer = answered(**case)
    assert told(answer, "tariff_income", "weekly_charge", "notional_capital_reduction") == ("8.00", "207.60", "8.00")


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"setting": "home", "funded_nursing_care": "standard"}, "funded_nursing_care"),
        ({"setting": "care_home_temporary", "became_permanent_on": "2025-01-06"}, "became_permanent_on"),
        ({"free_service": {"kind": "reablement"}}, r"free_service\.started_on"),
        ({"free_service": {"kind": "reablement", "started_on": "2025-06-03"}}, r"free_service\.started_on"),
        ({"light_touch": {"reason": "nominal_charge", "consented": False}}, r"light_touch\.consented"),
        ({"income": [{"kind": "state_pension", "weekly": "1.00", "half_to_partner": True}]}, "half_to_partner"),
        ({"capital": [{"kind": "savings", "amount": "1.00", "occupied_by": "partner"}]}, "occupied_by"),
        ({"capital": [{"kind": "main_home", "amount": "1.00", "debts_secured": "-3"}]}, "debts_secured"),
        ({"local_policy": {"charge_percent": "101"}}, r"local_policy\.charge_percent"),
        ({"top_up_paid_by": "third_party"}, "chosen_home_weekly_cost is missing"),
    ],
)
def test_what_cannot_be_used_is_named(more: dict[str, object], field: str) -> None:
    with pytest.raises(SenderMustAct, match=field):
        answered(**{"weekly_cost": "900.00", "income": []} | more)


@pytest.mark.parametrize(
    "more",
    [{"personal_expenses_allowance_weekly": "30.64"}, {"local_policy": {"personal_expenses_allowance_weekly": "30.64"}},
     {"local_policy": {"upper_capital_limit": "23249.99"}}],
)  # fmt: skip
def test_a_council_never_leaves_less_than_the_law(more: dict[str, object]) -> None:
    with pytest.raises(SenderMustAct, match="local-policy-below-national-minimum"):
        answered(weekly_cost="900.00", income=[], **more)
