"""One life, told by the people who work with it, page by page: what the journey tests are made of.

Everybody acts under their own sign-in in a browser. What bodies know beforehand comes from files through the loader.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, timedelta

from tests.journey.house import House, Visitor
from tests.steps.loading import VERIFICATION, bundle, cld_file, cld_row, condition

TRUST, COUNCIL, TORBAY = "RA9", "E06000027", "E06000027"
BRADFORD, BRADFORD_ICB = "E08000032", "QWO"
PROVIDER, BRADFORD_PROVIDER = "Sunrise Home Care", "Aire Valley Home Care"
WEEKLY_COST = "£182.00"
ADMISSION_METHOD = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-AdmissionMethod"
SOCIAL_CARE = {
    "impairment": "yes", "nutrition": "needs_assistance", "hygiene": "needs_assistance", "toilet": "able",
    "clothing": "able", "home_safety": "endangers_self_or_others", "habitable_home": "able", "relationships": "able",
    "work_and_learning": "able", "community": "able", "caring_for_child": "not_theirs",
    "seen": "Cannot get into the bath since the fall.", "changes": "no", "wellbeing": "yes",
    "wellbeing_area": "dignity", "home": "A house with stairs, alone.", "carers": "Her daughter rings every day.",
    "wants": "To stay in my own house.",
}  # fmt: skip
HEALTH = {
    "function": "Manages stairs slowly with the rail.", "mobility": "aid", "falls": "one",
    "mental_state": "Clear; worried about falling again.", "continence": "continent",
}  # fmt: skip
MEANS = {
    "income_1_kind": "State pension", "income_1_amount": "241.30", "income_2_kind": "Attendance allowance lower",
    "income_2_amount": "76.70", "capital_1_kind": "Savings", "capital_1_amount": "16,100",
    "disability_related_expenditure_1_kind": "Laundry", "disability_related_expenditure_1_amount": "12",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mother:
    """Whom the call is about: 84, alone after a fall, known to a hospital and to a council."""

    given: str
    family: str
    nhs_number: str
    born: date
    postcode: str = "TQ1 3DR"

    @property
    def name(self) -> str:
        """As pages show it."""
        return f"{self.given} {self.family}"


def written(number: int, on: date) -> str:
    """A day as people type it into a form."""
    day = on + timedelta(days=number)
    return f"{day.day} {day.month} {day.year}"


def shown(on: date) -> str:
    """A day as pages show it."""
    return f"{on.day} {on:%B %Y}"


def sources(house: House, mother: Mother, on: date) -> None:
    """The hospital's and the council's files about her, loaded by the command."""
    folder = house.folder / "sent" / mother.nhs_number
    folder.mkdir(parents=True)
    stay = {
        "resourceType": "Encounter", "id": f"stay-{mother.nhs_number}", "status": "finished",
        "class": {"code": "IMP"}, "subject": {"reference": f"Patient/{mother.nhs_number}"},
        "type": [{"text": "Admitted after a fall"}],
        "period": {"start": (on - timedelta(days=20)).isoformat(), "end": (on - timedelta(days=16)).isoformat()},
        "hospitalization": {"extension": [{
            "url": ADMISSION_METHOD,
            "valueCodeableConcept": {"coding": [{"code": "21", "display": "Emergency Admission: Emergency Care "
                                                 "Department or dental casualty department"}]},
        }]},
    }  # fmt: skip
    hospital = bundle(patient(mother), stay, condition(f"hip-{mother.nhs_number}", mother.nhs_number, "Osteoarthritis"))
    (folder / "hospital.json").write_text(json.dumps(hospital))
    council = cld_file(
        folder / "council.csv",
        cld_row(f"C{mother.nhs_number}", NHS_Number=mother.nhs_number, First_Name=mother.given,
                Last_Name=mother.family, Date_of_Birth=f"{mother.born:%d/%m/%Y}", Postcode=mother.postcode),
    )  # fmt: skip
    for path, source in ((folder / "hospital.json", TRUST), (council, COUNCIL)):
        house.command("load", path, "--source", source, "--place", TORBAY)


def patient(mother: Mother, *, postcode: str = "", told: str = "") -> dict:
    """What a body sends of who she is, her NHS number verified."""
    verified = {"coding": [{"code": "01", "display": "number-present-and-verified"}]}
    return {
        "resourceType": "Patient", "id": mother.nhs_number, "gender": "female", "birthDate": mother.born.isoformat(),
        "identifier": [{
            "system": "https://fhir.nhs.uk/Id/nhs-number", "value": mother.nhs_number,
            "extension": [{"url": VERIFICATION, "valueCodeableConcept": verified}],
        }],
        "name": [{"use": "usual", "family": mother.family, "given": [mother.given]}],
        "address": [{"line": ["1 Sea View"], "postalCode": postcode or mother.postcode, "use": "home"}],
        **({"meta": {"lastUpdated": told}} if told else {}),
    }  # fmt: skip


def call(who: Visitor, mother: Mother) -> str:
    """Her daughter telephones; the path of the request."""
    who.sign_in("torbay-coordinator")
    who.open("/call/")
    who.fill({
        "caller_name": "Ann Dart", "caller_relationship": "Daughter", "caller_phone": "01632 960123",
        "given": mother.given, "family": mother.family, "birth_date": f"{mother.born:%d %m %Y}",
        "what_is_wrong": "She lives alone, fell and is afraid of the bath.", "what_they_want": "Help in the morning",
    })  # fmt: skip
    who.press("Find the person")
    who.says(mother.name)
    who.press("This is the person")
    who.says("Already asked for", "Who else is going")
    who.unfold("A first estimate of the charge")
    who.fill({"household": "Single", "savings": "£14,250 to £23,250", "income": "£300 to £450",
              "weekly_cost": "182"})  # fmt: skip
    who.press("Work it out")
    who.says("First estimate: they would pay")
    who.fill({"urgency": "soon", "owner": "Torquay zone team", "next_step": "Nurse and social worker visit together"})
    who.press("Take the call")
    who.says("The call is taken.", "Help in the morning", "Torquay zone team")
    return who.here()


def person_behind(who: Visitor, mother: Mother) -> str:
    """The key of her record, which holds what both bodies sent; the open page is her request."""
    who.follow(f"The record of {mother.name}")
    who.says("Osteoarthritis", "Admitted after a fall", "Home support")
    return who.here().strip("/").split("/")[-1]


def assess(who: Visitor, mother: Mother, request: str) -> str:
    """Nurse and social worker each write their section, told once; the path of the person's plans."""
    who.sign_in("torbay-nurse")
    who.open(request)
    who.follow("assessment")
    who.press("Start a joint assessment")
    assessment = who.here()
    for player, side, answers in (
        ("torbay-nurse", "health", HEALTH), ("torbay-social-worker", "social_care", SOCIAL_CARE),
    ):  # fmt: skip
        who.sign_in(player)
        who.open(f"{assessment}{side}/")
        who.fill(answers)
        who.press("Save and mark as done")
    who.says("Complete")
    who.open(f"{assessment}eligibility/")
    who.press("Decide so")
    who.says("Decided by Lena Brandt")
    who.open(assessment)
    who.follow("Plans of")
    return who.here()


def plan(who: Visitor, mother: Mother, plans: str, begins: date) -> str:
    """The social worker writes the plan with her, agrees it, names the case manager; the path of the plan."""
    who.open(plans)
    who.press("Draft a plan")
    path = who.here()
    who.open(f"{path}goals/")
    who.fill({"words": "I want to walk to church again."})
    who.press("Add this goal")
    who.open(f"{path}care/")
    who.fill({"service_code": "Home care", "title": "Help with washing and breakfast", "quantity_per_week": "7",
              "unit": "hours", "starts_on": written(0, begins), "owner_id": "Lena Brandt",
              "goal_id": "walk to church"})  # fmt: skip
    who.press("Add care")
    who.open(f"{path}agree/")
    who.fill({"agreed_by": f"{mother.name} herself", "agreed_how": "In person, at home"})
    who.press("Agree")
    who.says("Nobody answers for this plan", "I want to walk to church again.")
    who.open("/plans/gaps/")
    who.says(mother.name)
    who.open(f"{path}case-manager/")
    who.fill({"subject_id": "Priya Nair", "contact": "01632 960110"})
    who.press("Name them")
    who.says("Priya Nair")
    return path


def visits(who: Visitor, mother: Mother, person: str, first: date) -> None:
    """The nurse books an occupational therapy visit; the social worker's second one is stopped and made joint."""
    for number, player, name in ((0, "torbay-nurse", "Sam Okafor"), (1, "torbay-social-worker", "Lena Brandt")):
        who.sign_in(player)
        who.open(f"/plans/people/{person}/visits/book/")
        who.fill({"worker_id": name, "purpose": "Occupational therapy", "on": written(number, first),
                  "starts": "10:00", "ends": "11:00"})  # fmt: skip
        who.press("Book")
    who.says("This visit is not booked yet", "Booked already", "Sam Okafor")
    who.press("Make it joint")
    who.open(f"/plans/people/{person}/visits/")
    who.says("Lena Brandt", "Sam Okafor")


def money(who: Visitor, mother: Mother, person: str, begins: date) -> str:
    """Charge, package, decision; the path of the package. Nobody types the plan's words or the charge again."""
    who.sign_in("torbay-social-worker")
    who.open(f"/people/{person}/")
    who.follow("Money")
    who.follow("Work out the charge")
    who.fill({"weekly_cost": "182", "as_at": written(0, begins), "household": "single", **MEANS})
    who.press("Show what the rule says")
    who.press("Decide so")
    who.says("Why, step by step")
    return package(who, mother, "torbay-commissioner", "torbay-accounting-officer", PROVIDER, begins)


def package(who: Visitor, mother: Mother, commissioner: str, officer: str, provider: str, begins: date) -> str:
    """A proposal by a commissioner and its decision by the accounting officer; the path of the package."""
    who.sign_in(commissioner)
    who.open("/packages/")
    link = who.page.locator("tr", has_text=mother.name).get_by_role("link", name="Propose a package").first
    who.open(link.get_attribute("href") or "")
    who.fill({"provider_id": provider, "quantity_per_week": "7", "rate": "26.00", "starts_on": written(0, begins),
              "rest_payer": "pooled_fund"})  # fmt: skip
    who.press("Propose")
    who.says(WEEKLY_COST, "Not decided yet")
    path = who.here()
    who.sign_in(officer)
    who.open(f"{path}decide/")
    who.says("Why the person pays this")
    who.press("Commit")
    who.says("accounting officer")
    return path


def deliver(who: Visitor, path: str, weeks: list[date], provider: str, commissioner: str) -> None:
    """The provider reports each week, the commissioner confirms, and that posts it."""
    for player, button in ((provider, "Report this week"), (commissioner, "Confirm and post")):
        who.sign_in(player)
        who.open(path)
        for week in weeks:
            who.press(button, among=shown(week))
    who.says(*(f"Week from {shown(week)}" for week in weeks), "Journal")


def release(house: House, who: Visitor) -> str:
    """Extract, figures, approval; the path of the release."""
    house.command("extract")
    who.sign_in("torbay-analyst")
    who.open("/figures/")
    who.press("Work out new figures of Torbay")
    path = who.here()
    who.sign_in("torbay-board")
    who.open(path)
    who.page.locator('[name="read"]').check()
    who.press("Release these figures")
    who.says("public from now on")
    return path


def seen_by_the_public(house: House, who: Visitor, mother: Mother, place: str) -> str:
    """Anybody types the postcode: who is in charge, and the five figures; nobody by name. The reference of one."""
    who.open(f"{house.public}/")
    who.fill({"postcode": mother.postcode})
    who.press("Show my place")
    who.says(place, "Accounting officer for the pooled fund", "vacant", "elected")
    who.says("Emergency admissions", "case manager", "Released by Robin Achebe")
    assert mother.family not in who.text()
    found = re.search(r"[0-9a-f-]{36}/emergency_admissions_older", who.text())
    assert found, "the public page gives no reference"
    return found.group()


def back_from_the_figure(who: Visitor, mother: Mother, reference: str, officer: str) -> str:
    """From the reference on the public page to the code, the rows, and her plan; the plan's path."""
    who.sign_in(officer)
    who.open("/follow/")
    who.fill({"reference": reference})
    who.press("Follow it back")
    who.says("The code of this measure", "Rows counted", "Hidden, because you have no grant for the person")
    who.follow(mother.name)
    who.says("Their rows in the figure", "The money", "Sunrise Home Care")
    who.follow("Plan agreed")
    who.says("I want to walk to church again.")
    return who.here()


def back_from_the_fund(who: Visitor, mother: Mother, fund: str, officer: str, charge_pence: int) -> str:
    """From the fund's total to the journal, the package, the steps of the charge, and the plan; the plan's path."""
    who.sign_in(officer)
    who.open(f"/funds/{fund}/")
    who.says("They agree to the penny")
    who.follow("cost-home-care:people")
    who.says(pounds(charge_pence))
    journals = who.page.locator("main a", has_text="Journal").evaluate_all("all => all.map(e => e.href)")
    for journal in journals:
        if "not whose care it was" not in who.open(journal) and mother.name in who.follow("The package"):
            break
    who.says(mother.name, WEEKLY_COST)
    package = who.here()
    who.follow("Why the person pays this")
    who.says(pounds(charge_pence), "by step")
    who.open(package)
    who.follow("The plan it belongs to")
    who.says(mother.name, "I want to walk to church again.")
    return who.here()


def back_from_the_plan(who: Visitor, mother: Mother, plan: str, worker: str) -> str:
    """From the plan to the assessment, the call it came of and the record; the path of the request."""
    who.sign_in(worker)
    who.open(plan)
    who.follow("The assessment it rests on")
    who.says("A house with stairs, alone.")
    who.follow("The call it came of")
    who.says("Ann Dart, Daughter", "Help in the morning", "First help")
    request = who.here()
    who.follow(f"The record of {mother.name}")
    who.says("Osteoarthritis", "Admitted after a fall", "Call: Help in the morning", "Delivered: Help with washing")
    return request


def pounds(pence: int) -> str:
    """An amount as pages show it."""
    return f"£{pence / 100:,.2f}"


def sent_by_bradford(house: House, mother: Mother, postcode: str) -> None:
    """Bradford's list says that she lives there now; loaded by the command."""
    path = house.folder / "sent" / f"bradford-{mother.nhs_number}.json"
    told = f"{house.today.isoformat()}T00:30:00Z"
    path.write_text(json.dumps(patient(mother, postcode=postcode, told=told)))
    house.command("load", path, "--source", BRADFORD_ICB, "--place", BRADFORD)


def hand_over(who: Visitor, mother: Mother, plan: str, request: str, moves_on: date) -> None:
    """Torbay offers plan and request to the city's team, which accepts both and names a case manager of its own."""
    who.sign_in("torbay-case-manager")
    who.open(plan)
    who.follow("Hand the plan over to another place")
    who.fill(
        {"receiver": "Bradford city team", "moves_on": written(0, moves_on), "why": "Moves to her son in Bradford."}
    )
    who.press("Offer the plan")
    who.says("Offered to Bradford city team")
    who.sign_in("torbay-coordinator")
    who.open(request)
    who.unfold("Refer or transfer")
    who.fill({"kind": "transfer", "receiver": "Bradford city team", "reason": "She moves to her son."})
    who.press("Ask them")
    who.sign_in("bradford-coordinator")
    who.open("/plans/mine/")
    who.says("Plans offered to me or my team", mother.name)
    who.press("Accept", among=mother.name)
    who.says("The plan is yours now.", "I want to walk to church again.", "Priya Nair")
    who.open(request)
    who.press("Accept")
    who.says("Bradford city team")
    who.sign_in("bradford-social-worker")
    who.open(f"{plan}case-manager/")
    who.fill({"subject_id": "Marta Kowalczyk", "contact": "01632 960190"})
    who.press("Hand over")
    who.says("Marta Kowalczyk", "Case managers before")
    who.open(request)
    who.follow(f"The record of {mother.name}")
    who.follow("Money")
    who.says(WEEKLY_COST)
    who.follow("Decide or see every charge")
    who.press("Let every commissioner see it")


def end_here(who: Visitor, package: str, moves_on: date) -> None:
    """Torbay's commissioner is told, and ends what Torbay buys."""
    who.sign_in("torbay-commissioner")
    who.open("/packages/")
    who.says("Plan moved to Bradford")
    who.open(package)
    who.follow("end it with the last day here")
    who.fill({"ends_on": written(0, moves_on), "why": "Moved to Bradford."})
    who.press("End the package")
    who.says("Ended: Moved to Bradford.")
