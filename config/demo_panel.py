"""A neighbour's package in the demo: the one panel lets her care start while NHS and council disagree about who pays.

The nurse recommends it; the social worker says that the NHS should pay. A dispute names the council as interim payer,
both sides want the care, and the officer commits it with a condition. The NHS has proposed how the dispute ends, and
nobody has told the family yet, so that the panel shows what waits. Told by the real actions like the rest of the story.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from config.demo_acts import care_line_of, office_of, share_of, subject_of, tell
from joinedup.base import clock

COMMISSIONER, OFFICER = "torbay-commissioner", "torbay-accounting-officer"
NHS_COMMISSIONER = "torbay-nhs-commissioner"
NURSE, SOCIAL_WORKER, CASE_MANAGER = "torbay-nurse", "torbay-social-worker", "torbay-case-manager"
HOURS, RATE_PENCE = Decimal("7"), 2_600
CASE = {
    "household": "single", "premiums": [], "dependent_children": 0,
    "income": [{"kind": "state_pension", "weekly": "241.30"}], "capital": [],
    "disability_related_expenditure": [],
}  # fmt: skip


def tell_panel(person_id: UUID, plan_id: UUID) -> None:
    """As app: charge, proposal, queue and meeting three days ago; words, dispute and decision yesterday."""
    from joinedup.commissioning.actions import (
        NewCondition,
        NewMember,
        call_meeting,
        decide,
        propose_package,
        put_on_agenda,
        queue_for_panel,
    )
    from joinedup.funding.actions import decide_charge
    from joinedup.places.models import Place
    from joinedup.places.queries import find_body

    today = clock.today()
    tell(SOCIAL_WORKER, decide_charge, "neighbour.charge", 3, person_id=person_id, plan_id=plan_id, case=CASE,
         weekly_cost_pence=int(HOURS * RATE_PENCE))  # fmt: skip
    package_id = tell(
        COMMISSIONER, propose_package, "neighbour.package", 3, line_id=care_line_of(SOCIAL_WORKER, plan_id),
        provider_id=find_body("DEMO-TQ1", today).id, quantity_per_week=HOURS, rate_pence=RATE_PENCE,
        starts_on=today + timedelta(days=2),
    )  # fmt: skip
    item_id = tell(COMMISSIONER, queue_for_panel, "neighbour.item", 3, package_id=package_id)
    meeting_id = tell(
        COMMISSIONER, call_meeting, "torbay.meeting", 3, place_id=Place.objects.get(code="E06000027").id,
        held_on=today - timedelta(days=1),
        members=[NewMember(office_of(NURSE)), NewMember(office_of(SOCIAL_WORKER))],
    )  # fmt: skip
    tell(COMMISSIONER, put_on_agenda, "neighbour.agenda", 3, item_id=item_id, meeting_id=meeting_id, expected_version=1)
    _words_and_dispute(package_id)
    ask = NewCondition("The therapist has looked at the kitchen", subject_of(CASE_MANAGER), today + timedelta(days=7))
    tell(OFFICER, decide, "neighbour.decision", 1, package_id=package_id, expected_version=1, conditions=[ask])


def _words_and_dispute(package_id: UUID) -> None:
    """What each side said with the figures it saw, and who pays meanwhile."""
    from joinedup.commissioning.actions import open_dispute, propose_end, recommend_package
    from joinedup.places.queries import find_body

    seen = {
        "package_id": package_id, "seen_cost_pence": int(HOURS * RATE_PENCE),
        "seen_person_pence": share_of(SOCIAL_WORKER, package_id),
    }  # fmt: skip
    tell(NURSE, recommend_package, "neighbour.nurse", 1, says="recommend",
         words="Without help she eats nothing warm.", **seen)  # fmt: skip
    tell(SOCIAL_WORKER, recommend_package, "neighbour.social-worker", 1, says="other_payer",
         words="She needs it since her illness; that makes it health care.", **seen)  # fmt: skip
    council, board = (find_body(code, clock.today()).id for code in ("E06000027", "QJK"))
    dispute_id = tell(COMMISSIONER, open_dispute, "neighbour.dispute", 1, package_id=package_id, kind="who_pays",
         question="Does she need this because of her illness (NHS) or to live at home (council)?", one_body_id=board,
         other_body_id=council, interim_payer_id=council, owner_id=subject_of(COMMISSIONER))  # fmt: skip
    tell(NHS_COMMISSIONER, propose_end, "neighbour.end", dispute_id=dispute_id, expected_version=1,
         words="Both need her well: the partners share it by the terms of the fund, from her first day.",
         settled_from=clock.today() + timedelta(days=2), settled_payer_id=None)  # fmt: skip
