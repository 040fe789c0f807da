"""Does a sharing agreement between bodies cover this look? Asked on every page that opens something of one person.

In a place without agreements, on one's own record, by consent and behind broken glass none is needed; the database says
so (`access.agreement_gaps`).
"""

from __future__ import annotations

from joinedup.access.logbook import note
from joinedup.access.queries import Gaps, sight_and_gaps
from joinedup.base.errors import NotAllowed
from joinedup.person.models import Person


def agreed_look(person: Person) -> tuple[str, ...]:
    """Bodies whose rows the caller's body sees by no agreement, noted in the log. NotAllowed when none covers it."""
    return agreed(person, sight_and_gaps(person.id)[1])


def agreed(person: Person, gaps: Gaps) -> tuple[str, ...]:
    """Bodies whose rows the caller's body sees by no agreement, noted in the log. NotAllowed when all are."""
    missing = gaps.missing
    if missing and not gaps.covered:
        raise NotAllowed(
            "no-sharing-agreement", "No sharing agreement covers this look.",
            f"An agreement is missing between your body and {' or '.join(missing)}, for direct care.",
            "Ask the privacy officer. In an emergency you can break the glass.",
        )  # fmt: skip
    if missing:
        note("agreement.missing", person_id=person.id, place_id=person.place_id, found=len(missing))
    return missing
