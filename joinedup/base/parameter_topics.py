"""What does one file of parameters hold, beside its values?

The sentence of each parameter, its topic, and whether a council may set it otherwise: what a page or a list shows to
people. Rules need none of it and take `Parameters`. Left out: reading the files, which is `parameter_files`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from joinedup.base.parameters import Parameter, Parameters, Unit

Local = Literal["at-least", "at-most", "any"]


@dataclass(frozen=True, slots=True)
class Described:
    """One parameter with every value that its file gives it.

    `local` says how a council may differ: at-least (never below the national value), at-most (never above it), any, or
    None: not at all. `introduced` is for overlays: the law knows no such value, the reform brings it.
    """

    name: str
    question: str
    unit: Unit
    values: tuple[Parameter, ...]
    local: Local | None = None
    introduced: bool = False


@dataclass(frozen=True, slots=True)
class Topic:
    """One file: what its parameters are for, and they."""

    name: str
    about: str
    parameters: tuple[Described, ...]


def values_of(topics: Iterable[Topic]) -> Parameters:
    """The values of topics as one layer. OperatorMustAct when two of one name and group hold on the same day."""
    return Parameters.of(value for topic in topics for described in topic.parameters for value in described.values)
