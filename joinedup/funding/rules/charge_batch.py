"""What do many cases of the charge come to, in whole pence, with settings and days mixed?

Cases of one day go through the engine together, so that a caseload costs little more than its reading. A case that
cannot be charged has its refusal in its place and holds up no other. Left out: steps and warnings, which
`charge.charge` gives for any one of the same cases, with the same figures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from joinedup.base.case_schema import faults
from joinedup.base.errors import JoinedUpError
from joinedup.base.parameters import Parameters
from joinedup.funding.rules.caseload import Person, columns, placed
from joinedup.funding.rules.charge import REST_OF_ANSWER, law_of, refusal_of_local_minimum
from joinedup.funding.rules.charge_form import CHARGE_INPUT
from joinedup.funding.rules.charge_reading import not_chargeable, read_case
from joinedup.funding.rules.charge_words import Figures
from joinedup.funding.rules.engine import charge_many
from joinedup.funding.rules.evidence import Evidence
from joinedup.funding.rules.law import ChargeLaw

FIGURES = ("weekly_charge", "council_pays", *REST_OF_ANSWER)
InPence = Mapping[str, int]
"""The amounts of an answer of `joinedup rule charge` by their names, in pence."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A person and their place among the cases."""

    place: int
    person: Person


def charge_cases(cases: Sequence[Mapping[str, object]], parameters: Parameters) -> list[InPence | JoinedUpError]:
    """For each case, in order, its amounts, or the error that `joinedup rule charge` would end with.

    Raises nothing for a case that cannot be used; a fault of our own is still raised.
    """
    answers: list[InPence | JoinedUpError | None] = [None] * len(cases)
    by_day: dict[date, list[_Placed]] = defaultdict(list)
    laws: dict[date, ChargeLaw] = {}
    for place, case in enumerate(cases):
        try:
            evidence = _read(case)
            law = laws.get(evidence.as_at) or laws.setdefault(evidence.as_at, law_of(parameters, evidence.as_at))
            by_day[evidence.as_at].append(_Placed(place, placed(evidence, law)))
        except JoinedUpError as error:
            answers[place] = error
    for day, group in by_day.items():
        for each, answer in zip(group, _together(group, laws[day]), strict=True):
            answers[each.place] = answer
    return [answer for answer in answers if answer is not None]


def _read(case: Mapping[str, object]) -> Evidence:
    if found := list(faults(CHARGE_INPUT, case)):
        raise not_chargeable(found)
    return read_case(case)


def _together(group: Sequence[_Placed], law: ChargeLaw) -> list[InPence | JoinedUpError]:
    """The answers of one day; one by one when a figure of law is missing that not all of them need."""
    try:
        charges = charge_many(columns([each.person for each in group]), law)
    except JoinedUpError as error:
        return [error] if len(group) == 1 else [answer for each in group for answer in _together([each], law)]
    by_name = {name: getattr(charges, f"{name}_pence").tolist() for name in FIGURES}
    return [
        refusal_of_local_minimum(each.person, Figures(charges, row))
        or {name: held[row] for name, held in by_name.items()}
        for row, each in enumerate(group)
    ]
