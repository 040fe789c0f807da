"""A what-if on generated people beside the same charges alone.

A is `on_generated`: people made from a seed, the law and a reform with a metered cap worked out for all of them, added
up by payer, income and age. B is the least that the answer could cost: the charge of the same people, made beforehand,
under both laws. What everybody pays under the law is compared first. Besides: seconds for each preset and the most
memory that was used. `python -m bench what-if --people 1000000`.
"""

from __future__ import annotations

import resource
import time
from datetime import date
from typing import Any

from bench.side_by_side import compare, say
from joinedup.funding import generated_people as generated
from joinedup.funding import reform_files
from joinedup.funding.rules.engine import charge_many
from joinedup.funding.rules.law import ChargeLaw
from joinedup.funding.what_if_runs import on_generated, weeks_asked

DAY, SEED, PRESET = date(2026, 11, 2), 1, "cap-86000"
KIB = 1_024


def run(people: int, *, rounds: int) -> dict[str, Any]:
    """Measure; each round is all the people once on either side."""
    reform = reform_files.named(PRESET).on(DAY)
    seconds = {}
    for file in reform_files.presets():
        started = time.perf_counter()
        on_generated(file.on(DAY), people, SEED)
        seconds[file.name] = round(time.perf_counter() - started, 2)
        say(f"  {file.name}: {seconds[file.name]} s")
    most_memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // KIB
    laws = [ChargeLaw.at(each.parameters, DAY) for each in (reform_files.law_on(DAY), reform)]
    made = [
        [generated.caseload(block, law) for law in laws]
        for block in generated.blocks(people, SEED, reform_files.law_on(DAY).parameters, DAY)
    ]

    def charges_alone(_: int) -> int:
        paid = 0
        for pair in made:
            before, _after = (charge_many(each, law) for each, law in zip(pair, laws, strict=True))
            paid += int(before.weekly_charge_pence.sum())
        return paid * weeks_asked(DAY)

    row = compare(
        lambda seed: on_generated(reform, people, seed).payers[0].before_pence, charges_alone, [SEED], rounds=rounds
    )
    return row | {"people": people, "seconds": seconds, "most_memory_mib": most_memory}
