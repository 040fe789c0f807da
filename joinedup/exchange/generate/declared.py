"""What was declared before anything was tuned: how people live, what ails them, and what bodies get wrong?

Reads `population.yaml`, `health.yaml` and `mess.yaml` beside this file, strictly. Every share has a reason and says
whether somebody read it in a source. Code holds none of these numbers; the tests measure what was made against them.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from joinedup.base.errors import WeMustAct
from joinedup.base.yaml_text import YamlFault, plain_data

Share = Annotated[float, Field(ge=0, le=1)]
Kind = Literal["practice", "hospital", "community", "council"]
BAND_YEARS = 5

Shape = TypeVar("Shape", bound=BaseModel)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Slip(_Strict):
    """A mistake or a way of sending: which share `of` whom, by kind of body."""

    name: str
    of: str
    shares: dict[Kind, Share]
    why: str
    verified: bool


class Mess(_Strict):
    """All that bodies get wrong, in the order in which it is drawn."""

    mistakes: tuple[Slip, ...]
    delivery: tuple[Slip, ...]


class Habit(_Strict):
    """How often something is so among those named under `of`."""

    name: str
    of: str
    share: Share
    why: str
    verified: bool


class Ages(_Strict):
    """People counted in each place by five years of age; the last band is 90 and over."""

    source: str
    counted_on: date
    verified: bool
    people: dict[str, tuple[int, ...]]


class Deaths(_Strict):
    """The share that died, from each age on."""

    shares: dict[int, Share]
    why: str
    verified: bool


class Households(_Strict):
    """Households in every thousand of a place, by kind and by the age from which the first person's band starts."""

    source: str
    verified: bool
    per_thousand: dict[str, dict[str, dict[int, float]]]


class Population(_Strict):
    """Who lives in the places."""

    ages: Ages
    households: Households
    shares: tuple[Habit, ...]
    deaths_in_two_years: Deaths

    def share(self, name: str) -> float:
        """The share declared under this name. Raises KeyError when none is."""
        return {one.name: one.share for one in self.shares}[name]

    def died_share(self, age_years: int) -> float:
        """The share of people of this age who died within two years."""
        return next(share for start, share in sorted(self.deaths_in_two_years.shares.items(), reverse=True)
                    if age_years >= start or start == 0)  # fmt: skip


class LongTerm(_Strict):
    """A long-term condition by its SNOMED CT code, and the share of people who have it from each age on."""

    code: str
    name: str
    shares: tuple[Share, ...]


class Conditions(_Strict):
    """Long-term conditions by age."""

    why: str
    verified: bool
    ages_from: tuple[int, ...]
    conditions: tuple[LongTerm, ...]


@cache
def health() -> Conditions:
    """What health.yaml declares. WeMustAct when the file is wrong."""
    return _read("health.yaml", Conditions)


@cache
def mess() -> Mess:
    """What mess.yaml declares. WeMustAct when the file is wrong."""
    return _read("mess.yaml", Mess)


@cache
def population() -> Population:
    """What population.yaml declares. WeMustAct when the file is wrong."""
    return _read("population.yaml", Population)


def _read(name: str, shape: type[Shape]) -> Shape:
    try:
        return shape.model_validate(plain_data(Path(__file__).with_name(name).read_text(encoding="utf-8")))
    except (YamlFault, ValidationError) as error:
        raise WeMustAct(
            "generator-file", f"{name} cannot be read.", str(error), "Correct it after its heading."
        ) from None
