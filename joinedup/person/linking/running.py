"""From people files to pairs: read, clean, score, and make the pairs agree. The command and the bench call this."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from joinedup.base.errors import SenderMustAct
from joinedup.person.linking import cleaning, groups, model
from joinedup.person.linking.columns import ROW_ID, WORDS
from joinedup.person.linking.model import Outcome, Say, Scored
from joinedup.person.linking.reading import PeopleFile, read

LEAST = 0.5
"""A pair is listed when it is likelier one person than two. Not fitted to any file; --least says otherwise."""

WORTH_GROUPING = 0.001
"""Less likely pairs of one file count as most unlikely when pairs are made to agree."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What `link_files` found: pairs by places of rows in file order, and everything that its report says."""

    files: list[PeopleFile]
    pairs: list[tuple[int, int, float]]
    scored: dict[tuple[int, int], Scored]
    outcome: Outcome
    used: list[str]
    not_in_both: list[str]
    says_nothing: list[str]

    def ids(self) -> list[tuple[str, str, float]]:
        """The pairs by the ids of their rows."""
        left, right = self.files[0].ids, self.files[-1].ids
        return [(left[one], right[other], probability) for one, other, probability in self.pairs]


def link_files(
    paths: Sequence[Path], *, least: float = LEAST, id_column: str | None = None, single: bool = False,
    explain: bool = False, say: Say = lambda words: None,
) -> Linked:  # fmt: skip
    """Link the rows of one file, or of two files across. `single` lets each row of two files stand in one pair only."""
    files = [read(path, id_column) for path in paths]
    for each in files:
        say(f"read {len(each.rows):,} rows of {each.name} ({each.encoding})")
    fields = [set(each.naming.places) - {ROW_ID} for each in files]
    shared = set.intersection(*fields)
    rows = [_cleaned(each, shared) for each in files]
    used = cleaning.used_fields([row for each in rows for row in each])
    if not used:
        raise SenderMustAct(
            "link-file-nothing-to-compare", "No column can be compared.",
            "The columns that are known stand in one file only, are empty, or are the same in every row.",
            "Give both files headings such as first_name, surname, dob, postcode.",
        )  # fmt: skip
    one_file = len(files) == 1
    outcome = model.link(rows, used, least=min(least, WORTH_GROUPING) if one_file else least, explain=explain, say=say)
    triples = [(pair.left, pair.right, pair.probability) for pair in outcome.pairs]
    if one_file:
        say("making pairs agree with each other")
        found = groups.grouped(triples, least)
    else:
        found = groups.one_to_one(triples) if single else {(left, right): odds for left, right, odds in triples}
    pairs = sorted((left, right, round(odds, 6)) for (left, right), odds in found.items() if odds >= least)
    return Linked(
        files, pairs, {(pair.left, pair.right): pair for pair in outcome.pairs}, outcome,
        used=[field for field in WORDS if field in used],
        not_in_both=[WORDS[field] for field in WORDS if field in set.union(*fields) - shared],
        says_nothing=[WORDS[field] for field in WORDS if field in shared - used - {"whole_name"}],
    )  # fmt: skip


def _cleaned(file: PeopleFile, fields: set[str]) -> list[cleaning.CleanRow]:
    month_first = cleaning.is_month_first(row.get("born", "") for row in file.rows)
    kept = ({field: text for field, text in row.items() if field in fields} for row in file.rows)
    return [cleaning.clean(row, month_first=month_first) for row in kept]
