"""Where somebody was ordinarily resident, and which body the law makes responsible, stream by stream."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.clock import london_date
from joinedup.base.parameter_files import shipped
from joinedup.base.parameters import Parameter
from joinedup.commissioning.models import Aftercare, Residence
from joinedup.commissioning.queries.aftercare import aftercare_of
from joinedup.commissioning.queries.besides import DisputeLine, dispute_line, disputes_shown
from joinedup.commissioning.rules.residence import Lived, Responsible, has_moved, responsible
from joinedup.person.queries.person_row import full_name, person_row
from joinedup.places.models import Body
from joinedup.plan.models import Handover


@dataclass(frozen=True, slots=True)
class ResidenceShown:
    """A person's areas with who wrote each down, what follows, and disputes about it. `continuity` once they moved.

    `aftercare` says who owes aftercare under section 117, the last one written first.

    `moves` are plans that another place accepted: which, and from which day. They say nothing of residence by
    themselves, and so the page asks for it to be written down.
    """

    person_id: UUID
    name: str
    lived: tuple[Residence, ...]
    responsible: tuple[Responsible, ...]
    continuity: Parameter | None
    disputes: tuple[DisputeLine, ...]
    moves: tuple[tuple[str, date], ...]
    councils: tuple[tuple[UUID, str], ...]
    aftercare: tuple[Aftercare, ...]
    icbs: tuple[tuple[UUID, str], ...]


def residence_of(caller: Caller, person_id: UUID, at: datetime) -> ResidenceShown:
    """Where a person lived and who is responsible today; a line of the log. NotFound as the record."""
    caller.must("see_panel")
    person = person_row(person_id)
    today = london_date(at)
    note("residence.opened", person_id=person.id, thing_id=person.id, place_id=person.place_id)
    rows = tuple(
        Residence.objects.select_related("council", "placed_by", "written_by")
        .filter(person_id=person.id)
        .order_by("since", "written_at", "id")
    )
    lived = [
        Lived(each.since, each.council.name, each.basis, each.placed_by.name if each.placed_by else "") for each in rows
    ]
    moved = Handover.objects.filter(person_id=person.id, answer="accepted", moves_on__lte=today).exists()
    about = disputes_shown().filter(person_id=person.id, kind="ordinary_residence")
    return ResidenceShown(
        person.id, full_name(person.prefix, person.given, person.family), rows, responsible(lived, today, shipped()),
        shipped().value_at("residence-rule", today, "continuity") if moved or has_moved(lived, today) else None,
        tuple(dispute_line(each, today) for each in about),
        tuple(
            Handover.objects.filter(person_id=person.id, answer="accepted")
            .order_by("moves_on").values_list("to_place__name", "moves_on")
        ),
        tuple(Body.objects.filter(kind="council", ends_on=None).order_by("name").values_list("id", "name")),
        aftercare_of(person.id),
        tuple(Body.objects.filter(kind="icb", ends_on=None).order_by("name").values_list("id", "name")),
    )  # fmt: skip
