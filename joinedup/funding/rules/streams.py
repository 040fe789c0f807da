"""Which streams of money can touch one person's care, and by which test does each open?

The Public Accounts Committee counted five streams and four means tests (HC 1376, 2018) and listed none of them, so
these tables are ours and are data: who pays, whether need or means opens it, by which law, and which rule of `joinedup
rule` works it out. One evidence set serves them all: each test names what it reads. Left out: amounts, which the rules
find, and whether a stream touches a given person, which pages show.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Gate = Literal["need", "means", "need and means", "choice"]


@dataclass(frozen=True, slots=True)
class MeansTest:
    """One test that opens a stream, of need or of means.

    `rule` is its name for `joinedup rule`, None where people decide without one. `evidence` names what it reads.
    `verified` says that somebody read the law named.
    """

    name: str
    title: str
    gate: Gate
    law: str
    verified: bool
    rule: str | None
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FundingStream:
    """One stream of money: who pays, what opens it, by which law, through which tests (of MEANS_TESTS)."""

    name: str
    title: str
    payers: tuple[str, ...]
    gate: Gate
    law: str
    verified: bool
    tests: tuple[str, ...]
    about: str


MEANS_TESTS: tuple[MeansTest, ...] = (
    MeansTest(
        "care-act-needs",
        "Eligible needs",
        "need",
        "Care Act 2014 s 13; SI 2015/313",
        True,
        "care-act-eligibility",
        ("needs",),
    ),
    MeansTest(
        "charge-at-home",
        "Charge for care at home",
        "means",
        "Care Act 2014 s 14 and s 17; SI 2014/2672 reg 7",
        True,
        "charge",
        ("income", "capital", "household", "housing costs", "disability costs"),
    ),
    MeansTest(
        "charge-in-care-home",
        "Charge for a care home",
        "means",
        "Care Act 2014 s 14 and s 17; SI 2014/2672 reg 6",
        True,
        "charge",
        ("income", "capital", "home", "household"),
    ),
    MeansTest(
        "continuing-healthcare-checklist",
        "Checklist for continuing healthcare",
        "need",
        "National Framework for NHS Continuing Healthcare",
        True,
        "chc-checklist",
        ("needs",),
    ),
    MeansTest(
        "continuing-healthcare-tool",
        "Decision Support Tool",
        "need",
        "National Framework for NHS Continuing Healthcare",
        True,
        "dst",
        ("needs",),
    ),
    MeansTest(
        "funded-nursing-care",
        "Need of a registered nurse in a care home",
        "need",
        "National Framework for NHS-funded Nursing Care",
        True,
        "fnc",
        ("needs",),
    ),
    MeansTest(
        "facilities-grant-resources",
        "Test of resources for a Disabled Facilities Grant",
        "means",
        "Housing Grants, Construction and Regeneration Act 1996; SI 1996/2890",
        True,
        "dfg",
        ("income", "capital", "benefits"),
    ),
    MeansTest(
        "deferral-security",
        "Room to defer against a home",
        "means",
        "Care Act 2014 ss 34 to 36; SI 2014/2671",
        False,
        "deferred-payment",
        ("income", "capital", "home"),
    ),
    MeansTest(
        "direct-payment-flow",
        "Net or gross",
        "means",
        "Care Act 2014 s 31",
        False,
        "direct-payment",
        ("charge",),
    ),
    MeansTest(
        "own-money",
        "How long own money lasts",
        "means",
        "SI 2014/2672 part 3",
        True,
        "self-funding",
        ("income", "capital"),
    ),
    MeansTest(
        "benefit-tests",
        "Tests of the DWP",
        "need and means",
        "Social security law, in outline",
        False,
        "benefits-check",
        ("income", "capital", "household", "needs"),
    ),
    MeansTest(
        "aftercare-duty",
        "Detained before, and aftercare not ended",
        "need",
        "Mental Health Act 1983 s 117",
        False,
        "s117",
        ("needs",),
    ),
)

FUNDING_STREAMS: tuple[FundingStream, ...] = (
    FundingStream(
        "continuing-healthcare",
        "NHS Continuing Healthcare",
        ("NHS",),
        "need",
        "National Framework for NHS Continuing Healthcare",
        True,
        ("continuing-healthcare-checklist", "continuing-healthcare-tool"),
        "The NHS pays for all care of somebody whose main need is for health care. Means are never asked.",
    ),
    FundingStream(
        "funded-nursing-care",
        "NHS-funded nursing care",
        ("NHS",),
        "need",
        "National Framework for NHS-funded Nursing Care",
        True,
        ("funded-nursing-care",),
        "A flat weekly sum to a nursing home for nursing, before the means test of the council.",
    ),
    FundingStream(
        "section-117-aftercare",
        "Aftercare after detention",
        ("NHS", "council"),
        "need",
        "Mental Health Act 1983 s 117",
        False,
        ("aftercare-duty",),
        "NHS and council share the cost by their local split; the person is never charged but may top up a home.",
    ),
    FundingStream(
        "disabled-facilities-grant",
        "Disabled Facilities Grant",
        ("housing authority",),
        "need and means",
        "Housing Grants, Construction and Regeneration Act 1996",
        True,
        ("facilities-grant-resources",),
        "Adapts a home, up to a ceiling, less what the person is taken to be able to borrow. Free for children.",
    ),
    FundingStream(
        "equipment-and-minor-adaptations",
        "Equipment and minor adaptations",
        ("council", "NHS"),
        "need",
        "SI 2014/2672 part 2",
        True,
        ("care-act-needs",),
        "Free whatever somebody has, up to a cost for each (parameter equipment-free-up-to).",
    ),
    FundingStream(
        "reablement",
        "Reablement and intermediate care",
        ("council", "NHS", "pooled fund"),
        "need",
        "SI 2014/2672 part 2",
        True,
        ("care-act-needs",),
        "Free for the first weeks (parameter reablement-free-weeks).",
    ),
    FundingStream(
        "personal-health-budget",
        "Personal health budget",
        ("NHS",),
        "need",
        "NHS England, right to have one under CHC, s 117 and for wheelchairs",
        False,
        ("continuing-healthcare-tool", "aftercare-duty"),
        "Money of the NHS that the person directs. Means are never asked.",
    ),
    FundingStream(
        "direct-payment-net",
        "Direct payment, net of the charge",
        ("council", "person"),
        "need and means",
        "Care Act 2014 s 31",
        False,
        ("care-act-needs", "charge-at-home", "direct-payment-flow"),
        "The council pays its part; the person adds the charge and buys the care.",
    ),
    FundingStream(
        "direct-payment-gross",
        "Direct payment, gross",
        ("council", "person"),
        "need and means",
        "Care Act 2014 s 31",
        False,
        ("care-act-needs", "charge-at-home", "direct-payment-flow"),
        "The council pays it all and collects the charge afterwards.",
    ),
    FundingStream(
        "pooled-fund-lines",
        "Lines of the pooled fund",
        ("pooled fund",),
        "need",
        "NHS Act 2006 s 75",
        False,
        ("care-act-needs",),
        "Care that NHS and council pay from the pooled fund by their agreement; a charge, where one is due, stays due.",
    ),
    FundingStream(
        "council-care-at-home",
        "Council care at home",
        ("council", "person"),
        "need and means",
        "Care Act 2014 s 14 and s 17; SI 2014/2672",
        True,
        ("care-act-needs", "charge-at-home"),
        "The person pays up to what is above the minimum income, the council the rest.",
    ),
    FundingStream(
        "council-care-home",
        "Council care home place",
        ("council", "person"),
        "need and means",
        "Care Act 2014 s 14 and s 17; SI 2014/2672",
        True,
        ("care-act-needs", "charge-in-care-home"),
        "The person pays all but a personal allowance, the council the rest, up to the personal budget.",
    ),
    FundingStream(
        "deferred-payment",
        "Deferred payment",
        ("council", "person"),
        "means",
        "Care Act 2014 ss 34 to 36; SI 2014/2671",
        False,
        ("deferral-security",),
        "The council lends part of a care home's fee against the person's home.",
    ),
    FundingStream(
        "self-funding",
        "The person's own money",
        ("person",),
        "choice",
        "Care Act 2014 s 14; SI 2014/2672 part 3",
        True,
        ("own-money",),
        "Above the upper capital limit the person pays, until savings come down to it.",
    ),
    FundingStream(
        "benefits",
        "Benefits",
        ("DWP",),
        "need and means",
        "Social security law, in outline",
        False,
        ("benefit-tests",),
        "Paid to the person; most of them then count as income in the means test.",
    ),
)


def stream(name: str) -> FundingStream:
    """The stream of that name. Raises KeyError for another.

    >>> stream("self-funding").payers
    ('person',)
    """
    return {each.name: each for each in FUNDING_STREAMS}[name]


def means_test(name: str) -> MeansTest:
    """The test of that name. Raises KeyError for another.

    >>> means_test("charge-at-home").rule
    'charge'
    """
    return {each.name: each for each in MEANS_TESTS}[name]
