"""A place with its fund, officers and a provider, and a person whose care is charged, bought and delivered there.

What tests of funding and commissioning start from. Everything is done by the real actions, as `app`, after an
enter; each scene has a place of its own, so that exactly one accounting officer is in
post.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from tests import care_scene as care
from tests import factories as make

CASE = {
    "household": "single", "premiums": [], "dependent_children": 0,
    "income": [
        {"kind": "state_pension", "weekly": "230.25"}, {"kind": "attendance_allowance_lower", "weekly": "73.90"},
    ],
    "capital": [{"kind": "savings", "amount": "16100.00", "share": "1"}],
    "disability_related_expenditure": [{"kind": "laundry", "weekly": "12.00"}],
}  # fmt: skip
WEEK_PENCE, CHARGE_PENCE = 16450, 5870
NURSED = {
    "setting": "care_home_permanent", "became_permanent_on": "2026-01-05", "funded_nursing_care": "standard",
    "household": "single", "income": [{"kind": "state_pension", "weekly": "230.25"}], "capital": [],
}  # fmt: skip
"""A care home with nursing: of 1,100.00 a week the NHS pays 267.68 and the person what is above their allowance."""
NURSED_WEEK_PENCE, NURSING_PENCE, NURSED_CHARGE_PENCE = 110_000, 26_768, 19_845
RATE_PENCE, HOURS = 2350, Decimal(7)
FIRST_DAY = date(2026, 10, 5)
WEEKS = (date(2026, 10, 5), date(2026, 10, 12), date(2026, 10, 19), date(2026, 10, 26))


@dataclass(frozen=True, slots=True)
class Scene:
    """Who is there, and the plan with its line of seven hours of home care."""

    care: care.Scene
    plan_id: UUID
    line_id: UUID
    commissioner: make.MadeUser
    officer: make.MadeUser
    board: make.MadeUser
    provider: make.MadeUser
    provider_id: UUID
    fund_id: UUID
    fund_code: str

    @property
    def person(self) -> make.MadePerson:
        return self.care.person

    @property
    def place_id(self) -> UUID:
        return self.care.place_id


def scene(*, limit_pence: int = 100_000) -> Scene:
    """An agreed plan in a place of its own, with a fund, and a delegation of that limit (0: none)."""
    place_id = make.place()
    code = make.run("select code from places_place where id = %s", [place_id])[0][0]
    made = care.scene(code)
    plan_id = care.agreed(made)
    line_id = make.run("select id from plan_line where plan_id = %s and kind = 'care'", [plan_id])[0][0]
    commissioner = care.worker("council", place_id, "commissioner", "Cora Commissioner")
    officer = care.worker("council", place_id, "accounting_officer", "Otto Officer")
    board = care.worker("icb", place_id, "board_member", "Bea Board")
    provider = care.worker("provider", place_id, "provider", "Pia Provider")
    provider_id = serving(provider, place_id)
    fund_id, fund_code = opened_fund(officer, place_id)
    whole = Scene(made, plan_id, line_id, commissioner, officer, board, provider, provider_id, fund_id, fund_code)
    if limit_pence:
        delegated(whole, limit_pence)
    return whole


def serving(worker: make.MadeUser, place_id: UUID) -> UUID:
    """The body of a provider's worker, serving the place."""
    body_id = make.run("select body_id from access_subject where id = %s", [worker.id])[0][0]
    make.insert("places_bodyplace", body_id=body_id, place_id=place_id, starts_on=date(2020, 4, 1))
    return body_id


def opened_fund(officer: make.MadeUser, place_id: UUID) -> tuple[UUID, str]:
    """A fund of two partners, 60 to 40, with an account for care at home."""
    from joinedup.ledger.actions import NewPartner, open_fund

    nhs, council = make.body(), make.body()
    code = f"POOL-{care.key()[-8:].upper()}"
    fund_id = care.do(
        open_fund, officer, place_id=place_id, code=code, name="Invented pooled fund", host_id=council,
        starts_on=date(2025, 4, 1), ends_on=date(2028, 4, 1), basis="invented agreement",
        partners=[NewPartner(nhs, "nhs", 60), NewPartner(council, "council", 40)],
        cost_kinds={"home-care": "Care at home", "nursing-home": "Care homes with nursing"},
    )  # fmt: skip
    return fund_id, code


def delegated(made: Scene, limit_pence: int, **words: object) -> UUID:
    """A delegation of the board to the accounting officer."""
    from joinedup.commissioning.actions import delegate_authority

    return care.do(delegate_authority, made.board, holder_id=made.officer.id, place_id=made.place_id,
                   weekly_limit_pence=limit_pence, **words)  # fmt: skip


def charged(made: Scene, *, case: dict[str, object] | None = None, cost_pence: int = WEEK_PENCE, **words) -> UUID:
    """The charge of the plan, decided by the social worker."""
    from joinedup.funding.actions import decide_charge

    return care.do(decide_charge, made.care.social_worker, person_id=made.person.id, plan_id=made.plan_id,
                   case=case or CASE, weekly_cost_pence=cost_pence, **words)  # fmt: skip


def proposed(made: Scene, **words) -> UUID:
    """A proposed package of the whole line; the plan is charged first if it is not."""
    from joinedup.commissioning.actions import propose_package

    if not make.run("select 1 from funding_assessment where plan_id = %s", [made.plan_id]):
        charged(made)
    wanted = {
        "line_id": made.line_id, "provider_id": made.provider_id, "quantity_per_week": HOURS,
        "rate_pence": RATE_PENCE, "starts_on": FIRST_DAY,
    }  # fmt: skip
    return care.do(propose_package, made.commissioner, **(wanted | words))


def version_of(package_id: UUID) -> int:
    """The package's version now."""
    return make.run("select version from commissioning_package where id = %s", [package_id])[0][0]


def decided(made: Scene, package_id: UUID, by: make.MadeUser | None = None) -> UUID:
    """The decision on a package."""
    from joinedup.commissioning.actions import decide

    return care.do(decide, by or made.officer, package_id=package_id, expected_version=version_of(package_id))


def committed(made: Scene) -> UUID:
    """A committed package."""
    package_id = proposed(made)
    decided(made, package_id)
    return package_id


def confirmed(made: Scene, package_id: UUID, week: date = FIRST_DAY, **words) -> UUID:
    """A delivered week, confirmed and posted."""
    from joinedup.commissioning.actions import confirm_delivered_week

    return care.do(confirm_delivered_week, made.commissioner, package_id=package_id, week_starts_on=week, **words)


def splits(package_id) -> dict[str, int]:
    """Who bears how much of a package."""
    return dict(make.run("select payer, weekly_pence from commissioning_split where package_id = %s", [package_id]))


def refused(code: str, act, *arguments, **words) -> str:
    """The words of a refusal with this code."""
    from joinedup.base.errors import PersonMustAct

    with pytest.raises(PersonMustAct) as found:
        act(*arguments, **words)
    assert found.value.code == code
    return str(found.value)


def in_a_nursing_home(made: Scene) -> Scene:
    """The scene with a plan of another kind beside it: a week in a care home with nursing, agreed and charged."""
    from joinedup.plan.actions import CareLine, add_line, agree_plan

    plan_id = care.filled(made.care)
    line = CareLine("A room with nursing", "nursing_home", Decimal(1), "week", FIRST_DAY, made.care.social_worker.id)
    line_id = care.do(add_line, made.care.social_worker, plan_id=plan_id, line=line)
    care.do(agree_plan, made.care.social_worker, plan_id=plan_id, expected_version=care.version_of(plan_id),
            agreed_by="Ada", agreed_how="By telephone")  # fmt: skip
    make.grant(made.commissioner.id, made.person.id)
    return replace(made, plan_id=plan_id, line_id=line_id)


def nursed(made: Scene, **words: object) -> UUID:
    """The charge of that plan, of which the NHS pays a part."""
    return charged(made, **({"case": NURSED, "cost_pence": NURSED_WEEK_PENCE} | words))


def nursed_package(made: Scene, **words: object) -> UUID:
    """The room, bought whole; the plan is charged first if it is not."""
    if not make.run("select 1 from funding_assessment where plan_id = %s", [made.plan_id]):
        nursed(made)
    return proposed(made, **({"quantity_per_week": Decimal(1), "rate_pence": NURSED_WEEK_PENCE} | words))


# The panel


@dataclass(frozen=True, slots=True)
class Panel:
    """A package that waits for the panel, its item and meeting, and a member of each side."""

    package_id: UUID
    item_id: UUID
    meeting_id: UUID
    nurse: make.MadeUser
    social_worker: make.MadeUser


def recommended(made: Scene, package_id: UUID, by: make.MadeUser, says: str = "recommend", **words) -> UUID:
    """What one side says of a package, having seen its figures."""
    from joinedup.commissioning.actions import recommend_package

    seen = {"seen_cost_pence": WEEK_PENCE, "seen_person_pence": splits(package_id).get("person", 0)}
    return care.do(recommend_package, by, package_id=package_id, says=says, words="She needs it.", **(seen | words))


def office_of(user: make.MadeUser) -> UUID:
    """The key of the office that somebody holds."""
    return make.run("select id from access_roleholding where subject_id = %s", [user.id])[0][0]


def on_agenda(made: Scene, package_id: UUID | None = None) -> Panel:
    """A package on the agenda of a meeting today, in which a nurse and a social worker sit."""
    from joinedup.commissioning.actions import NewMember, call_meeting, put_on_agenda, queue_for_panel

    package_id = package_id or proposed(made)
    item_id = care.do(queue_for_panel, made.commissioner, package_id=package_id)
    nurse, social = made.care.nurse, made.care.social_worker
    held = make.run("select id from commissioning_meeting where place_id = %s", [made.place_id])
    meeting_id = held[0][0] if held else care.do(
        call_meeting, made.commissioner, place_id=made.place_id, held_on=care.now().date(),
        members=[NewMember(office_of(nurse)), NewMember(office_of(social))],
    )  # fmt: skip
    care.do(put_on_agenda, made.commissioner, item_id=item_id, meeting_id=meeting_id, expected_version=1)
    return Panel(package_id, item_id, meeting_id, nurse, social)


def agreed_by_both(made: Scene, panel: Panel) -> None:
    """Both sides of the panel recommend the package."""
    for who in (panel.nurse, panel.social_worker):
        recommended(made, panel.package_id, who)


def partner_bodies(made: Scene) -> dict[str, UUID]:
    """The fund's partners: side to body key."""
    return dict(make.run("select side, body_id from ledger_fundpartner where fund_id = %s", [made.fund_id]))


def disputed(made: Scene, package_id: UUID, payer: str = "council", **words) -> UUID:
    """A dispute between the fund's partners about who pays, the council paying meanwhile."""
    from joinedup.commissioning.actions import open_dispute

    bodies = partner_bodies(made)
    wanted = {
        "package_id": package_id, "kind": "who_pays", "question": "Is this nursing or social care?",
        "one_body_id": bodies["nhs"], "other_body_id": bodies["council"], "interim_payer_id": bodies[payer],
        "owner_id": made.commissioner.id,
    }  # fmt: skip
    return care.do(open_dispute, made.commissioner, **(wanted | words))


def speaker(made: Scene, body_id: UUID, label: str) -> make.MadeUser:
    """A commissioner in the place who works for a body and may see the person."""
    who = care.worker("council", made.place_id, "commissioner", label)
    make.run("update access_subject set body_id = %s where id = %s", [body_id, who.id])
    make.grant(who.id, made.person.id)
    return who


def two_sides(made: Scene, dispute_id: UUID) -> tuple[make.MadeUser, make.MadeUser]:
    """Somebody who speaks for each party of a dispute."""
    one, other = make.run("select one_body_id, other_body_id from commissioning_dispute where id = %s", [dispute_id])[0]
    return speaker(made, one, "Una One"), speaker(made, other, "Otis Other")


def proposed_end(
    made: Scene, dispute_id: UUID, by: make.MadeUser, payer_id: UUID | None, settled_from: date = FIRST_DAY,
    version: int = 1,
) -> UUID:  # fmt: skip
    """The end of a dispute as one side proposes it."""
    from joinedup.commissioning.actions import propose_end

    return care.do(propose_end, by, dispute_id=dispute_id, expected_version=version, words="Both agreed at the panel.",
                   settled_from=settled_from, settled_payer_id=payer_id)  # fmt: skip


def answered_end(by: make.MadeUser, end_id: UUID, answer: str = "confirmed", version: int = 1, **words) -> int:
    """What the other side makes of a proposed end."""
    from joinedup.commissioning.actions import answer_end

    wanted = {"proposed_end_id": end_id, "answer": answer, "words": "So be it.", "expected_version": version}
    return care.do(answer_end, by, **(wanted | words))


def settled(made: Scene, dispute_id: UUID, payer_id: UUID | None, settled_from: date = FIRST_DAY) -> int:
    """The end of a dispute, proposed by one side and confirmed by the other."""
    one, other = two_sides(made, dispute_id)
    return answered_end(other, proposed_end(made, dispute_id, one, payer_id, settled_from))
