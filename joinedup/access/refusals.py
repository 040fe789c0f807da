"""What does it mean in words when the database refuses? Each step keeps its own table; this turns one into errors.

A table leads from the name of a constraint to the error that the person reads. A constraint that is in no table is a
fault of ours and passes unchanged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import DatabaseError, IntegrityError

from joinedup.base.errors import PersonMustAct

Refusals = Mapping[str, tuple[type[PersonMustAct], str, str, str]]


@contextmanager
def in_words_of(refusals: Refusals) -> Iterator[None]:
    """Turn a refusal by a known constraint into its words; the code is the constraint's name with hyphens."""
    try:
        yield
    except IntegrityError as error:
        name = constraint_of(error)
        if name not in refusals:
            raise
        kind, what, why, next_step = refusals[name]
        raise kind(name.replace("_", "-"), what, why, next_step) from error


def constraint_of(error: DatabaseError) -> str:
    """The name of the constraint that refused; '' when the database named none."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
