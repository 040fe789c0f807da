"""A kept model for tests that learn none: weights made by hand, for the comparisons that records have."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

from tests import factories as make

FIELDS = ("born", "family", "given", "line_1", "mobile", "nhs_number", "number", "phone", "postcode", "practice", "sex")


def weights() -> list[dict[str, object]]:
    """Of the same person nine in ten stand on the highest step, of others one in a thousand."""
    from joinedup.person.linking.comparing import ladders

    found = []
    for ladder in ladders(FIELDS):
        words = [*(level.words for level in ladder.levels), "different"]
        rest = len(words) - 1
        levels = [{"words": words[0], "m": 0.9, "u": 0.001}]
        levels += [{"words": each, "m": 0.1 / rest, "u": 0.01 if each != "different" else 0.9} for each in words[1:]]
        found.append({"name": ladder.name, "words": ladder.words, "levels": levels})
    return found


@contextmanager
def kept_model(version: int = 1, fields: tuple[str, ...] = FIELDS) -> Iterator[UUID]:
    """The model stands for as long as the block; then it and what it decided are as if they had never been.

    With fewer `fields` than it has weights for it is a model of another version of the program.
    """
    check = {"true_pairs": 1, "joined_right": 1, "joined_wrong": 0, "asked_right": 0, "asked_wrong": 0}
    report = {"compared_pairs": 10, "expected_pairs": 1, "with_numbers": check, "numbers_hidden": check}
    model = make.insert(
        "person_linkmodel", version=version, learnt_from="words of a test", rows=2, share=0.00001,
        fields=Jsonb(list(fields)), weights=Jsonb(weights()), report=Jsonb(report), made_by_id=uuid4(),
        made_at=datetime(2026, 11, 1, tzinfo=UTC),
    )  # fmt: skip
    try:
        yield model
    finally:
        make.run("update person_personlink set how = 'decided', model_id = null where model_id = %s", [model])
        make.run("alter table person_linkmodel disable trigger link_model_is_kept")
        make.run("delete from person_linkmodel where id = %s", [model])
        make.run("alter table person_linkmodel enable trigger link_model_is_kept")
