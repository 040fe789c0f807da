"""Writing down in which council's area somebody lives from which day, and who owes them aftercare under section 117."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from joinedup.access.actions import once
from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.errors import NotNow, PersonMustAct
from joinedup.base.identifiers import new_id
from joinedup.commissioning.models import Aftercare, Residence
from joinedup.commissioning.queries.aftercare import lived_before
from joinedup.commissioning.refusals import in_words
from joinedup.person.actions import append_timeline
from joinedup.person.queries.person_row import person_row
from joinedup.places.models import Body


def write_residence(
    *, by: Caller, at: datetime, request_key: str, person_id: UUID, council_id: UUID, since: date, basis: str,
    words: str, placed_by_id: UUID | None = None,
) -> UUID:  # fmt: skip
    """Write where somebody lives from a day on, and why that is so. Returns the key; nothing before it is changed.

    `placed_by_id` is the council that arranged the accommodation, for the basis `placed` and no other.
    """
    by.must("tell_family")
    if not words.strip():
        raise PersonMustAct("words-empty", "Say on what this rests.", "", "Write a few words.")
    if (basis == "placed") != (placed_by_id is not None):
        raise PersonMustAct(
            "placed-by", "Say which council arranged the accommodation, for arranged accommodation only.", "",
            "Choose the council, or another basis.",
        )  # fmt: skip
    person = person_row(person_id)

    def act() -> str:
        made = Residence(
            id=new_id(), person_id=person.id, council_id=council_id, since=since, basis=basis,
            placed_by_id=placed_by_id, words=words.strip(), written_by_id=by.id, written_at=at,
        )  # fmt: skip
        made.save(force_insert=True)
        append_timeline(
            by=by, at=at, person_id=person.id, kind="charge", title="Where the person is ordinarily resident",
            detail=(("Area of", Body.objects.get(id=council_id).name), ("Because", made.get_basis_display())),
            source_key=f"commissioning.residence/{made.id}", starts_on=since,
        )  # fmt: skip
        note("residence.written", person_id=person.id, thing_id=made.id, place_id=person.place_id)
        return str(made.id)

    arguments = {
        "person": person_id, "council": council_id, "since": since, "basis": basis, "words": words,
        "placed_by": placed_by_id,
    }  # fmt: skip
    with in_words():
        made = once(by=by.id, at=at, request_key=request_key, action="write_residence", arguments=arguments, act=act)
    return UUID(made)


def write_aftercare(
    *, by: Caller, at: datetime, request_key: str, person_id: UUID, detained_on: date, section: str, icb_id: UUID,
    icb_words: str,
) -> UUID:  # fmt: skip
    """Write who owes somebody aftercare: the council where they lived when they were detained, and the ICB. Returns the
    key. NotNow (residence-before-detention) when nobody has written down where they lived by that day."""
    by.must("tell_family")
    if not icb_words.strip():
        raise PersonMustAct("words-empty", "Say on what the ICB rests.", "", "Write a few words.")
    person = person_row(person_id)

    def act() -> str:
        held = lived_before(person.id, detained_on)
        if held is None:
            raise NotNow(
                "residence-before-detention", "Nobody has written down where they lived on that day.",
                "Aftercare is owed by the area where they lived just before they were detained.",
                "Write down first where they lived, since when, and on what that rests.",
            )  # fmt: skip
        made = Aftercare(
            id=new_id(), person_id=person.id, detained_on=detained_on, section=section, residence_id=held.id,
            council_id=held.council_id, icb_id=icb_id, icb_words=icb_words.strip(), written_by_id=by.id,
            written_at=at,
        )  # fmt: skip
        made.save(force_insert=True)
        append_timeline(
            by=by, at=at, person_id=person.id, kind="charge", title="Who owes aftercare under section 117",
            detail=(("Council", held.council.name), ("ICB", Body.objects.get(id=icb_id).name),
                    ("Because", f"Lived in the area of {held.council.name} since {held.since.isoformat()}")),
            source_key=f"commissioning.aftercare/{made.id}", starts_on=detained_on,
        )  # fmt: skip
        note("aftercare.written", person_id=person.id, thing_id=made.id, place_id=person.place_id)
        return str(made.id)

    arguments = {"person": person_id, "on": detained_on, "section": section, "icb": icb_id, "words": icb_words}
    with in_words():
        made = once(by=by.id, at=at, request_key=request_key, action="write_aftercare", arguments=arguments, act=act)
    return UUID(made)
