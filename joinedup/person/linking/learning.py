"""Learning the kept model: Splink and what goes on after it (model.py), and the check of what was learnt."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from joinedup.person.linking import cleaning, model
from joinedup.person.linking.checking import check
from joinedup.person.linking.comparing import Ladder
from joinedup.person.linking.weighing import weights_of


@dataclass(frozen=True, slots=True)
class Learnt:
    """What is kept: fields compared, weights by comparison, the share of true pairs, and the report."""

    fields: list[str]
    weights: list[dict[str, Any]]
    share: float
    report: dict[str, Any]


def learn(rows: Sequence[Mapping[str, str]], truth: Sequence[Hashable], say: Callable[[str], None]) -> Learnt:
    """Learn from rows of one list; `truth` says whose each is ('': nobody knows) and is read for the report alone."""
    cleaned = [cleaning.clean(row) for row in rows]
    used = sorted(cleaning.used_fields(cleaned))
    outcome = model.link([cleaned], used, least=0.5, say=say)
    weights = [
        _weights(ladder, each) for ladder, each in zip(outcome.ladders, outcome.settings["comparisons"], strict=True)
    ]
    share = float(outcome.settings["probability_two_random_records_match"])
    say("checking the rule on the same rows, with and without their numbers")
    kept = weights_of(used, weights, share)
    known = [place for place, key in enumerate(truth) if key]
    told, keys = [cleaned[place] for place in known], [truth[place] for place in known]
    report = {
        "rows": len(rows), "rows_checked": len(known),
        "compared_pairs": outcome.compared_pairs, "expected_pairs": round(outcome.expected_pairs),
        "keys": outcome.keys, "with_numbers": check(kept, told, keys, numbers=True).to_json(),
        "numbers_hidden": check(kept, told, keys, numbers=False).to_json(),
    }  # fmt: skip
    return Learnt(used, weights, share, report)


def _weights(ladder: Ladder, comparison: Mapping[str, Any]) -> dict[str, Any]:
    levels = [
        {"words": level["label_for_charts"], "m": level["m_probability"], "u": level["u_probability"]}
        for level in comparison["comparison_levels"] if not level.get("is_null_level")
    ]  # fmt: skip
    return {"name": ladder.name, "words": ladder.words, "levels": levels}
