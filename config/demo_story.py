"""Mrs Smith's story in the demo, told by the real actions under the real roles: call, assessment, plan, visits.

Her daughter rings; a nurse and a social worker assess; a plan is agreed and a case manager named; a second visit for
the same purpose is stopped before it is booked. A neighbour's plan is left without a case manager, so that the gap list
has something to show, and NHS and council disagree about who pays for her (demo_panel.py). Nothing is inserted: each
line is an act that a person could do on the pages, done once, on the days on which such a story would happen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from config import demo_panel
from config.demo_acts import care_line_of, share_of, subject_of, tell
from joinedup.base import clock

HEALTH = {
    "function": "Manages stairs slowly with the rail. Tires after a few minutes of standing.",
    "mobility": "aid",
    "falls": "one",
    "mental_state": "Clear and cheerful; worried about falling again.",
    "continence": "continent",
}
SOCIAL_CARE = {
    "nutrition": "needs_assistance", "hygiene": "needs_assistance", "toilet": "able", "clothing": "able",
    "home_safety": "endangers_self_or_others", "habitable_home": "able", "relationships": "able",
    "work_and_learning": "able", "community": "able", "caring_for_child": "not_theirs", "impairment": "yes",
    "seen": "Could not get in and out of the bath; the kettle is too heavy since the fall.", "changes": "no",
    "wellbeing": "yes", "wellbeing_area": "dignity", "home": "A house with stairs; lives alone since her husband died.",
    "carers": "Her daughter in Bristol rings every day and comes once a month.",
    "wants": "To stay in her own house and walk to church again.",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PooledPlace:
    """A demo place with a pooled fund: its name in sign-ins, its council's code and its ICB's."""

    name: str
    code: str
    icb: str


TORBAY, BRADFORD = PooledPlace("torbay", "E06000027", "QJK"), PooledPlace("bradford", "E08000032", "QWO")


@dataclass(frozen=True, slots=True)
class Players:
    """Who acts in the story: sign-in names of one place."""

    coordinator: str
    nurse: str
    social_worker: str
    case_manager: str


def tell_story() -> None:
    """As app: Mrs Smith's story whole, and a neighbour's, whose plan has no case manager and whose payers disagree."""
    torbay = Players("torbay-coordinator", "torbay-nurse", "torbay-social-worker", "torbay-case-manager")
    smith = _found(torbay, "margaret smith 02/03/1941")
    if _told_before(torbay, smith):
        return
    for place in (TORBAY, BRADFORD):
        open_pooled_fund(place)
    plan_id = _to_agreed_plan(torbay, smith, "smith", "Daughter", "Fell in the kitchen; afraid to use the bath.", 29)
    _name_case_manager(torbay, plan_id)
    _money(torbay, smith, plan_id)
    _visits(torbay, smith)
    names = ("smith 09/02/1945", "smith", "jones", "taylor", "brown", "williams")
    grown_up = (_found(torbay, name, born_by=1960, but=smith) for name in names)
    if neighbour := next((each for each in grown_up if each), None):
        wrong = "Cannot manage the cooking since her illness."
        plan_id = _to_agreed_plan(torbay, neighbour, "neighbour", "Husband", wrong, 8)
        demo_panel.tell_panel(neighbour, plan_id)


def _told_before(who: Players, person_id: UUID | None) -> bool:
    """Whether an earlier build got as far as her plan: then the story stands as it is."""
    from joinedup.access.sessions import acting_as
    from joinedup.plan.models import Plan

    with acting_as(who.social_worker):
        return Plan.objects.filter(person_id=person_id).exists()


def _found(who: Players, text: str, *, born_by: int = 9999, but: UUID | None = None) -> UUID | None:
    """The first whom a search finds and who was born in that year or before, but not this one."""
    from joinedup.access.sessions import acting_as, open_session_of
    from joinedup.person.queries import search

    token = open_session_of(username=who.coordinator)
    with acting_as(who.coordinator) as caller:
        found = search(caller, token, text, clock.now()).found
    old = (each for each in found if born_by == 9999 or (each.birth_date and each.birth_date.year <= born_by))
    return next((each.person_id for each in old if each.person_id != but), None)


def _to_agreed_plan(who: Players, person_id: UUID | None, name: str, caller_is: str, wrong: str, days_ago: int) -> UUID:
    """From a call some days ago to an agreed plan five days later."""
    from joinedup.assessment.actions import decide_eligibility, save_section, start_assessment
    from joinedup.plan.actions import ActionLine, CareLine, add_goal, add_line, agree_plan, draft_plan

    visited, agreed = days_ago - 2, days_ago - 5
    call = _call_about(who, person_id, caller_is, wrong, days_ago)
    request_id = tell(who.coordinator, call, f"{name}.call", days_ago)
    assessment = tell(who.nurse, start_assessment, f"{name}.start", visited, person_id=person_id, request_id=request_id)
    for player, side, answers in ((who.nurse, "health", HEALTH), (who.social_worker, "social_care", SOCIAL_CARE)):
        tell(player, save_section, f"{name}.{side}", visited, assessment_id=assessment, side=side, answers=answers,
             done=True, expected_version=0)  # fmt: skip
    tell(who.social_worker, decide_eligibility, f"{name}.eligibility", visited, assessment_id=assessment)
    plan_id: UUID = tell(who.social_worker, draft_plan, f"{name}.draft", agreed, assessment_id=assessment)
    goal = tell(
        who.social_worker, add_goal, f"{name}.goal", agreed, plan_id=plan_id, words="I want to walk to church again."
    )
    today, owner = clock.today(), subject_of(who.social_worker)
    begins = today - timedelta(days=days_ago - 8)
    care = CareLine("Help with washing and breakfast", "home_care", Decimal("7"), "hour", begins, owner, goal)
    rail = ActionLine("Fit a grab rail and a bath board", subject_of(who.nurse), today + timedelta(days=10), goal)
    tell(who.social_worker, add_line, f"{name}.care", agreed, plan_id=plan_id, line=care)
    tell(who.social_worker, add_line, f"{name}.rail", agreed, plan_id=plan_id, line=rail)
    tell(who.social_worker, agree_plan, f"{name}.agree", agreed, plan_id=plan_id,
         expected_version=_version(who, plan_id), agreed_by="Herself, with her family",
         agreed_how="In person, at home")  # fmt: skip
    return plan_id


def _call_about(who: Players, person_id: UUID | None, caller_is: str, wrong: str, days_ago: int) -> Callable[..., UUID]:
    from joinedup.door.actions import Call, take_call
    from joinedup.places.models import Place

    began = clock.now() - timedelta(days=days_ago, minutes=6)
    call = Call(
        place_id=Place.objects.get(code=TORBAY.code).id, caller_name="A relative", caller_relationship=caller_is,
        caller_phone="01632 960100", what_is_wrong=wrong, what_they_want="Somebody to come and see what would help.",
        first_contact_at=began, urgency="soon", owner_id=subject_of(who.coordinator), person_id=person_id,
        next_step="Ring the family: how is it going?", next_step_due=clock.now() + timedelta(days=4),
    )  # fmt: skip
    return lambda **words: take_call(call=call, **words)


def _name_case_manager(who: Players, plan_id: UUID) -> None:
    from joinedup.plan.actions import name_case_manager

    tell(
        who.social_worker, name_case_manager, "smith.case-manager", 24, plan_id=plan_id,
        expected_version=_version(who, plan_id), subject_id=subject_of(who.case_manager),
        contact="01632 960110",
    )  # fmt: skip


def open_pooled_fund(place: PooledPlace) -> None:
    """The pooled fund of a place, and its officer's authority from the board."""
    from joinedup.commissioning.actions import delegate_authority
    from joinedup.ledger.actions import NewPartner, open_fund
    from joinedup.places.models import Place
    from joinedup.places.queries import find_body

    council, board = (find_body(code, clock.today()).id for code in (place.code, place.icb))
    officer, place_id = f"{place.name}-accounting-officer", Place.objects.get(code=place.code).id
    tell(officer, open_fund, f"{place.name}.fund", 60, place_id=place_id, code=f"{place.name.upper()}-POOL",
         name=f"{place.name.capitalize()} pooled fund (demo)", host_id=council, starts_on=date(2025, 4, 1),
         ends_on=date(2028, 4, 1), basis="invented agreement",
         partners=[NewPartner(board, "nhs", 60), NewPartner(council, "council", 40)],
         cost_kinds={"home-care": "Care at home", "care-home": "Care homes",
                     "nursing-home": "Care homes with nursing"})  # fmt: skip
    tell(f"{place.name}-board", delegate_authority, f"{place.name}.authority", holder_id=subject_of(officer),
         place_id=place_id, weekly_limit_pence=100_000)  # fmt: skip


def _money(who: Players, person_id: UUID | None, plan_id: UUID) -> None:
    """The charge, the package, its decision, and two delivered weeks."""
    from joinedup.commissioning.actions import confirm_delivered_week, decide, propose_package, tell_family
    from joinedup.funding.actions import decide_charge
    from joinedup.places.queries import find_body

    begins, hours, rate_pence = clock.today() - timedelta(days=21), Decimal("7"), 2_600
    case = {
        "household": "single",
        "premiums": [],
        "dependent_children": 0,
        "income": [
            {"kind": "state_pension", "weekly": "241.30"},
            {"kind": "attendance_allowance_lower", "weekly": "76.70"},
        ],
        "capital": [{"kind": "savings", "amount": "16100.00", "share": "1"}],
        "disability_related_expenditure": [{"kind": "laundry", "weekly": "12.00"}],
    }
    tell(who.social_worker, decide_charge, "smith.charge", 23, person_id=person_id, plan_id=plan_id, case=case,
         weekly_cost_pence=int(hours * rate_pence), told_by="Mrs Smith")  # fmt: skip
    commissioner = "torbay-commissioner"
    package_id = tell(
        commissioner, propose_package, "smith.package", 23, line_id=care_line_of(who.social_worker, plan_id),
        provider_id=find_body("DEMO-TQ1", clock.today()).id, quantity_per_week=hours, rate_pence=rate_pence,
        starts_on=begins,
    )  # fmt: skip
    tell("torbay-accounting-officer", decide, "smith.decision", 22, package_id=package_id, expected_version=1)
    tell(who.social_worker, tell_family, "smith.told", 21, package_id=package_id, told_whom="Herself and her daughter",
         told_how="in_person", told_on=clock.today() - timedelta(days=21),
         person_pence=share_of(who.social_worker, package_id))  # fmt: skip
    for week, confirmed in enumerate((13, 6)):
        tell(commissioner, confirm_delivered_week, f"smith.week-{week}", confirmed, package_id=package_id,
             week_starts_on=begins + timedelta(weeks=week))  # fmt: skip


def _visits(who: Players, person_id: UUID | None) -> None:
    from joinedup.plan.actions import book_visit
    from joinedup.plan.booking import Wanted

    starts_at = (clock.now() + timedelta(days=3)).replace(hour=10, minute=0, second=0, microsecond=0)
    for number, player in enumerate((who.nurse, who.social_worker)):
        begins = starts_at + timedelta(days=number)
        wanted = Wanted(person_id, subject_of(player), "occupational_therapy", begins, begins + timedelta(hours=1))
        tell(player, book_visit, f"smith.visit-{number}", wanted=wanted)


def _version(who: Players, plan_id: UUID) -> int:
    from joinedup.access.sessions import acting_as
    from joinedup.plan.models import Plan

    with acting_as(who.social_worker):
        return Plan.objects.get(id=plan_id).version
