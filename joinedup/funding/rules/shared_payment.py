"""Who pays which part when NHS and council share a cost, and what flows when the person buys the care?

Aftercare under s 117 of the Mental Health Act 1983 is paid by NHS and council by their local split, to the penny, and
never by the person. A direct payment (Care Act 2014 s 31) is paid net, when the person adds the charge, or gross, when
the council collects it afterwards; what everybody bears is the same. Left out: how the split is agreed, and the charge.
"""

from __future__ import annotations

from fractions import Fraction

from joinedup.base.explanation import Explanation, Step
from joinedup.base.parameters import Parameters
from joinedup.base.rulebook import Case, Rule
from joinedup.funding.rules import case_reader
from joinedup.funding.rules.case_reader import NOTHING, CaseReader, answer_schema, case_schema, money_in, one_of

AFTERCARE_SOURCE = "Mental Health Act 1983 s 117"
DIRECT_SOURCE = "Care Act 2014 s 31"
UNREAD = "The law named was not read for this rule: check it before anybody relies on the answer."


def aftercare_split(case: Case, parameters: Parameters) -> Explanation:
    """What NHS and council pay of aftercare; the two parts sum to the cost, and the person pays nothing of it.

    Answer: nhs_pays, council_pays, person_pays (0.00), top_up; warnings. SenderMustAct (s117-case) names fields.
    """
    reader = CaseReader("s117", case, parameters)
    cost, chosen = reader.amount("weekly_cost"), reader.amount("chosen_home_weekly_cost")
    percent = reader.percent("nhs_percent")
    reader.done()
    share = Fraction(percent or 0) / 100
    nhs, council = cost.share_out([share.numerator, share.denominator - share.numerator])
    top_up = max(NOTHING, chosen - cost) if "chosen_home_weekly_cost" in case else NOTHING
    steps = (
        Step("never-charged", "Aftercare is never charged to the person.", AFTERCARE_SOURCE, NOTHING),
        Step(
            "split",
            "NHS and council share the cost by their agreement; a penny left over goes to the part that lost most.",
            "The local agreement, as the case gives it",
            nhs,
            inputs={"weekly_cost": cost, "nhs_percent": percent, "council_pays": council},
        ),
        Step("top-up", "The person may pay more for a home that they prefer.", AFTERCARE_SOURCE, top_up),
    )
    answer = {"nhs_pays": nhs, "council_pays": council, "person_pays": NOTHING, "top_up": top_up, "warnings": [UNREAD]}
    return Explanation(answer, steps)


def direct_payment(case: Case, parameters: Parameters) -> Explanation:
    """What flows when the person buys the care: net or gross, the person bears the charge and the council the rest.

    Answer: council_pays_out, person_adds, person_pays_back, person_bears, council_bears (Money a week); warnings.
    SenderMustAct (direct-payment-case) names fields.
    """
    reader = CaseReader("direct-payment", case, parameters)
    budget, charge = reader.amount("weekly_budget"), reader.amount("weekly_charge")
    if charge > budget:
        reader.faults.append("weekly_charge must be at most weekly_budget: nobody pays more than the care costs")
    reader.done()
    net = case["paid"] == "net"
    paid_out = budget - charge if net else budget
    steps = (
        Step(
            "paid-out",
            "Net: the council keeps back the charge. Gross: it pays all and collects the charge afterwards.",
            DIRECT_SOURCE,
            paid_out,
            inputs={"weekly_budget": budget, "weekly_charge": charge, "paid": str(case["paid"])},
        ),
        Step("council-bears", "In the end the council bears this much.", DIRECT_SOURCE, budget - charge),
    )
    answer = {
        "council_pays_out": paid_out,
        "person_adds": charge if net else NOTHING,
        "person_pays_back": NOTHING if net else charge,
        "person_bears": charge,
        "council_bears": budget - charge,
        "warnings": [UNREAD],
    }
    return Explanation(answer, steps)


_OUT: dict[str, case_reader.Schema] = {"nhs_pays": case_reader.MONEY_OUT, "council_pays": case_reader.MONEY_OUT}

AFTERCARE_RULE = Rule(
    name="s117",
    question="What do NHS and council each pay of aftercare under section 117?",
    run=aftercare_split,
    input_schema=case_schema(
        ["weekly_cost", "nhs_percent"],
        on=case_reader.ON,
        weekly_cost=money_in("What the aftercare costs a week."),
        nhs_percent={"type": "string", "maxLength": 10, "description": "The NHS's part by local agreement: 50"},
        chosen_home_weekly_cost=money_in("What a dearer home costs that the person prefers."),
    ),
    output_schema=answer_schema("s117/1", **_OUT, person_pays=case_reader.MONEY_OUT, top_up=case_reader.MONEY_OUT),
)

DIRECT_RULE = Rule(
    name="direct-payment",
    question="What does the council pay out, and what does the person add or pay back, when the person buys the care?",
    run=direct_payment,
    input_schema=case_schema(
        ["weekly_budget", "weekly_charge", "paid"],
        on=case_reader.ON,
        weekly_budget=money_in("The personal budget a week."),
        weekly_charge=money_in("The charge, as the rule charge finds it."),
        paid=one_of(("net", "gross")),
    ),
    output_schema=answer_schema(
        "direct-payment/1",
        council_pays_out=case_reader.MONEY_OUT,
        person_adds=case_reader.MONEY_OUT,
        person_pays_back=case_reader.MONEY_OUT,
        person_bears=case_reader.MONEY_OUT,
        council_bears=case_reader.MONEY_OUT,
    ),
)
