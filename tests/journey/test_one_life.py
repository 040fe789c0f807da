"""One life from the call to the public figure and back, and one that moves to the city in the middle.

A daughter telephones about her mother, 84, living alone after a fall. The record is made of what a hospital and a
council sent; nurse and social worker assess; a plan is agreed and a case manager named; a second visit is stopped;
charge, package, decision, delivered weeks, postings, measure, release, the public page by postcode. Then backwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from tests.journey import life
from tests.journey.house import LOADED, House, Visitor, house
from tests.pages.browser import chromium
from tests.steps.loading import number

pytestmark = pytest.mark.browser
CHARGE_PENCE = 72_55
FIRST_MONDAY, A_WEEK = date(2026, 10, 5), timedelta(days=7)
MOTHERS = (
    life.Mother("Edith", "Dartmoor", number(440_001), date(1942, 3, 12)),
    life.Mother("Ivy", "Combeford", number(440_002), date(1942, 5, 30)),
    life.Mother("Winifred", "Holbeton", number(440_003), date(1942, 1, 9)),
)


@pytest.fixture(scope="module")
def place() -> Iterator[House]:
    """Torbay and Bradford with some hundred people, whom generated files made."""
    with house(FIRST_MONDAY) as standing:
        files = standing.folder / "files"
        standing.command("generate", "--people", 150, "--seed", 1, "--out", files)
        standing.python(LOADED.format(folder=str(files)), role="loader")
        yield standing


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


def to_care(house: House, who: Visitor, mother: life.Mother, begins: date) -> tuple[str, str, str, date]:
    """From the call to committed care: paths of request, plan and package, and the first day of care."""
    house.go_to(begins)
    life.sources(house, mother, begins)
    request = life.call(who, mother)
    person = life.person_behind(who, mother)
    house.go_to(begins + timedelta(days=2))
    plans = life.assess(who, mother, request)
    plan = life.plan(who, mother, plans, begins + A_WEEK)
    life.visits(who, mother, person, begins + timedelta(days=4))
    package = life.money(who, mother, person, begins + A_WEEK)
    return request, plan, package, begins + A_WEEK


def monday_after(day: date) -> date:
    """The first Monday on or after a day."""
    return day + timedelta(days=-day.weekday() % 7)


@pytest.mark.parametrize(("mother", "script"), [(MOTHERS[0], True), (MOTHERS[1], False)], ids=["script", "no-script"])
def test_one_life_from_the_call_to_the_public_figure_and_back(place: House, browser, mother, script):
    who = Visitor(browser, place, script=script)
    request, plan, package, first = to_care(place, who, mother, monday_after(place.today))
    place.go_to(first + 2 * A_WEEK)
    life.deliver(who, package, [first, first + A_WEEK], "torbay-provider", "torbay-commissioner")
    life.release(place, who)
    reference = life.seen_by_the_public(place, who, mother, "Torbay")
    officer = "torbay-accounting-officer"
    assert life.back_from_the_figure(who, mother, reference, officer) == plan
    assert life.back_from_the_fund(who, mother, "TORBAY-POOL", officer, CHARGE_PENCE) == plan
    assert life.back_from_the_plan(who, mother, plan, "torbay-case-manager") == request
    assert "TORBAY-POOL: whole" in place.command("ledger", "check")
    who.leave()


def test_a_life_that_moves_to_the_city_in_the_middle(place: House, browser):
    mother = MOTHERS[2]
    who = Visitor(browser, place, script=True)
    request, plan, package, first = to_care(place, who, mother, monday_after(place.today))
    moves_on = first + A_WEEK + timedelta(days=3)
    place.go_to(first + A_WEEK)
    life.deliver(who, package, [first], "torbay-provider", "torbay-commissioner")
    life.sent_by_bradford(place, mother, "BD1 1HX")
    life.hand_over(who, mother, plan, request, moves_on)
    life.end_here(who, package, moves_on)
    there = life.package(
        who, mother, "bradford-commissioner", "bradford-accounting-officer", life.BRADFORD_PROVIDER, moves_on
    )
    place.go_to(moves_on + A_WEEK)
    life.deliver(who, package, [first + A_WEEK], "torbay-provider", "torbay-commissioner")
    life.deliver(who, there, [moves_on], "bradford-provider", "bradford-commissioner")
    who.sign_in("bradford-case-manager")
    who.open(plan)
    assert life.back_from_the_plan(who, mother, plan, "bradford-case-manager") == request
    who.says("Delivered: Help with washing and breakfast", "£182.00", "Bradford")
    assert life.back_from_the_fund(
        who, mother, "BRADFORD-POOL", "bradford-accounting-officer", CHARGE_PENCE) == plan  # fmt: skip
    who.sign_in("torbay-accounting-officer")
    who.open("/funds/TORBAY-POOL/accounts/cost-home-care:people/")
    cut_pence = round(CHARGE_PENCE * 3 / 7)
    who.says(life.pounds(CHARGE_PENCE), life.pounds(cut_pence))
    who.leave()
