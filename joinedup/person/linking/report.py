"""What `joinedup link-file` tells whoever ran it: rows, columns, pairs, how sure; and each pair's weights in words.

Nothing here holds what stands in a row: an explanation says 'nearly the same', never what.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from joinedup.person.linking.columns import WORDS
from joinedup.person.linking.model import Scored
from joinedup.person.linking.running import Linked

SURENESS = (0.5, 0.9, 0.99)
PAIR_HEADINGS = ("id_l", "id_r", "probability")
THROUGH_OTHERS = "joined through other rows"
WITH_GROUP = "weighed together with the other rows of its group"
MAY_BE_RELATIVES = "less sure than its weights: one house may explain it"


def report(linked: Linked) -> str:
    """The report, as text of some lines."""
    lines = []
    for each in linked.files:
        lines.append(f"{each.name}: {len(each.rows):,} rows, read as {each.encoding}")
        if each.naming.left_out:
            lines.append(f"  columns left out: {', '.join(each.naming.left_out)}")
        if each.short_rows:
            lines.append(f"  {each.short_rows:,} rows with too few cells: what is missing counts as not known")
        if each.long_rows:
            lines.append(f"  {each.long_rows:,} rows with too many cells: what is over was left out")
    lines.append(f"Compared by: {', '.join(WORDS[field] for field in linked.used)}")
    if linked.not_in_both:
        lines.append(f"In one file only, so left out: {', '.join(linked.not_in_both)}")
    if linked.says_nothing:
        lines.append(f"Empty or the same everywhere, so left out: {', '.join(linked.says_nothing)}")
    lines += _keys(linked) + _sureness(linked)
    return "\n".join(lines)


def explanations(linked: Linked) -> Iterator[list[str]]:
    """Rows of the explaining file, headings first: what each comparison found, and its weight in bits."""
    ladders = linked.outcome.ladders
    share = float(linked.outcome.settings["probability_two_random_records_match"])
    start = f"{math.log2(share / (1 - share)):.2f}"
    headings = [part for each in ladders for part in (each.words, f"{each.words} bits")]
    yield [*PAIR_HEADINGS, "start_bits", *headings, "one house bits", "note"]
    for (left, right, _), (left_id, right_id, probability) in zip(linked.pairs, linked.ids(), strict=True):
        pair = linked.scored.get((left, right))
        told: list[str] = []
        for place, ladder in enumerate(ladders):
            step = pair.steps[place] if pair else None
            told += ["" if step is None else ladder.words_of(step), f"{pair.bits[place]:.2f}" if pair else ""]
        yield [left_id, right_id, f"{probability:.6f}", start, *told, _held(pair, start), _note(pair, probability)]


def _held(pair: Scored | None, start: str) -> str:
    """How many bits are taken off because one house may explain the likeness; nothing for other pairs."""
    if pair is None or not pair.held_down:
        return ""
    weighed = float(start) + sum(round(bits, 2) for bits in pair.bits)
    return f"{math.log2(pair.probability / (1 - pair.probability)) - weighed:.2f}"


def _note(pair: Scored | None, probability: float) -> str:
    if pair is None:
        return THROUGH_OTHERS
    if pair.held_down:
        return MAY_BE_RELATIVES
    return "" if f"{pair.probability:.6f}" == f"{probability:.6f}" else WITH_GROUP


def _keys(linked: Linked) -> list[str]:
    outcome = linked.outcome
    what = f"sharing {', '.join(outcome.keys)}" if outcome.keys else "every pair there is"
    lines = [f"Pairs compared: {outcome.compared_pairs:,} ({what})"]
    if outcome.keys_left_out:
        lines.append(f"Would have made too many pairs, so not searched by: {', '.join(outcome.keys_left_out)}")
    return lines


def _sureness(linked: Linked) -> list[str]:
    probabilities = [pair[2] for pair in linked.pairs]
    lines = [f"Pairs above {least:g}: {sum(each > least for each in probabilities):,}" for least in SURENESS]
    if not probabilities:
        return [*lines, "No two rows look like one person."]
    right = sum(probabilities)
    lines.append(
        f"How sure: by its own reckoning about {right:,.0f} of the {len(probabilities):,} pairs listed are right, "
        f"and about {linked.outcome.expected_pairs:,.0f} pairs are one person in all. Nobody has checked."
    )
    return lines
