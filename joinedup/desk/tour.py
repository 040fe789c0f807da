"""Which complaints does the tour answer, where, and how can each answer be proved?

The twelve stops (design §6) and the tiles of the home page, as pure data. Complaints are in our own words and
carry their ids in the list of what the program answers. A stop or tile without `url_name` is not built, and its page
says so; a stop never points at a page that only looks as if it worked.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of the tour.

    `answers` are ids such as M1; `role` is the role that the page needs ('' for anybody); `url_name` and `query` lead
    to it (None while not built); `proof` is a path under the repository or a command line, None while there is none.
    """

    number: int
    title: str
    complaint: str
    answers: tuple[str, ...]
    role: str = ""
    url_name: str | None = None
    query: str = ""
    proof: str | None = None

    @property
    def built(self) -> bool:
        """Whether its page works now."""
        return self.url_name is not None


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile of the home page; `url_name` is None while its page is not built."""

    title: str
    sentence: str
    url_name: str | None = None
    query: str = ""


STOPS: tuple[Stop, ...] = (
    Stop(
        number=1,
        title="One call",
        complaint="A doctor wants to ring one person who then sorts out everything, and rings six.",
        answers=("M1",),
        role="coordinator",
        url_name="desk:call",
        proof="tests/pages/test_call_pages.py",
    ),
    Stop(
        number=2,
        title="Two records become one, and two again",
        complaint="The hospital and the council each hold half of Mrs Smith, on systems that cannot talk.",
        answers=("M36",),
        role="coordinator",
        url_name="person:questions",
        proof="tests/steps/test_links.py",
    ),
    Stop(
        number=3,
        title="One assessment",
        complaint="She tells her story to the nurse and again to the social worker; whether she may decide for "
        "herself is settled before anybody looks.",
        answers=("M3", "M34"),
        role="practitioner",
    ),
    Stop(
        number=4,
        title="The plan and the case manager",
        complaint="She was promised an agreed plan and one named person, and nobody notices when the name is gone.",
        answers=("M13", "M3"),
        role="case_manager",
        url_name="desk:gaps",
        proof="tests/steps/test_plan.py",
    ),
    Stop(
        number=5,
        title="The second visit, stopped",
        complaint="Two people from two bodies drive to the same house on the same morning to do the same job.",
        answers=("M2",),
        role="case_manager",
        url_name="plan:mine",
        proof="tests/steps/test_plan_visits.py",
    ),
    Stop(
        number=6,
        title="Five streams, four tests, one bill",
        complaint="One half of her care is free and the other is means-tested, by four tests that ask alike questions.",
        answers=("M5", "M40"),
        role="accounting_officer",
        url_name="desk:money",
        proof="tests/pages/test_my_money_pages.py",
    ),
    Stop(
        number=7,
        title="The agreement, mended and signed",
        complaint="Everybody may pool money, few know how, and the agreement turns out to say nothing about losses.",
        answers=("M6", "M40"),
        role="commissioner",
    ),
    Stop(
        number=8,
        title="One accounting officer, four accounts",
        complaint="Whoever commissions answers to the NHS, the council and the public, each in its own sums.",
        answers=("M9", "M10"),
        role="accounting_officer",
        url_name="desk:funds",
        proof="tests/steps/test_commissioning_refusals.py",
    ),
    Stop(
        number=9,
        title="Planned, happened, expected, and what it cost",
        complaint="Plans promised fewer admissions, more came, and the gap in money was found out years later.",
        answers=("M30", "M32"),
        url_name="desk:promised",
        proof="tests/pages/test_promised_page.py",
    ),
    Stop(
        number=10,
        title="An evaluation that found nothing, published",
        complaint="Nearly every place says that joining up works, and nobody can show that it does.",
        answers=("M31", "M26"),
        role="analyst",
    ),
    Stop(
        number=11,
        title="Postcode, leaders, vacancies",
        complaint="People cannot find out which partnership they live in, or who leads it this year.",
        answers=("M42", "M18", "M17"),
        url_name="places:by_postcode",
        query="postcode=TQ1+3DR",
        proof="tests/steps/test_places.py",
    ),
    Stop(
        number=12,
        title="From the public figure back to the call",
        complaint="A figure in a report cannot be followed to the people behind it by those with the right to.",
        answers=("M12", "M33"),
        role="accounting_officer",
        url_name="desk:follow",
        proof="tests/steps/test_way_back.py",
    ),
)

TILES: tuple[Tile, ...] = (
    Tile("Call", "One call, and the next step is agreed before it ends.", "desk:call"),
    Tile("Record", "Who this is, what each body told us, and what is happening now.", "person:search"),
    Tile("Plan", "What was agreed, who is the case manager, what is due.", "plan:mine"),
    Tile("Money", "What you pay and why, to the penny.", "desk:money"),
    Tile("Commissioner", "Every pound in the pooled fund leads to somebody's plan.", "desk:funds"),
    Tile("Outcomes", "One framework: the figure, its code, its limits.", "outcomes:figures"),
    Tile("Leaders", "Who holds which office, which stand empty.", "places:by_postcode", "postcode=TQ1+3DR"),
    Tile("Panel", "Both sides see cost and share before anybody says yes.", "commissioning:panel"),
    Tile("Does it work?", "What joining up changed, for whom, at what cost."),
)
