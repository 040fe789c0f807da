"""Which figures of the charge hold on this day?

Gathers the dated parameters of one day once, so that one person and a caseload take the same. Nothing is guessed: a
day that the files do not cover is refused with the name of the figure. Only what few cases need is left open (a savings
credit, a care home) and refused when it is asked for. Left out: what the figures are, which stands in
parameters/charging-*.yaml.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

import numpy as np

from joinedup.base.parameters import Parameter, Parameters
from joinedup.funding.rules.arrays import Pence
from joinedup.funding.rules.treatments import PREMIUMS, WORKING_AGE_PREMIUMS

DAYS_A_WEEK = 7
MINIMUM_GROUPS = (
    "single-18-to-24",
    "single-25-to-pension-age",
    "single-pension-age",
    "couple-working-age",
    "couple-pension-age",
)
"""The groups of regulation 7; a caseload names each by its place in this list."""


@dataclass(frozen=True, slots=True)
class ChargeLaw:
    """The figures of the charge for one day. Make it with `at`.

    `minimum` has a value a group of MINIMUM_GROUPS; `premiums` has (premium, couple?) for each of PREMIUMS.
    """

    day: date
    parameters: Parameters
    capital_lower_limit: Parameter
    capital_upper_limit: Parameter
    tariff_band: Parameter
    tariff_per_band: Parameter
    minimum: Mapping[str, Parameter]
    premiums: Mapping[tuple[str, bool], Parameter]
    per_child: Parameter
    war_widow_disregard: Parameter
    asked: dict[tuple[str, str | None], Parameter] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def at(cls, parameters: Parameters, day: date) -> ChargeLaw:
        """The law of a day. OperatorMustAct (parameter-missing) names the first figure that is not known for it."""
        return cls(
            day=day,
            parameters=parameters,
            minimum=MappingProxyType(
                {group: parameters.value_at("minimum-income-guarantee", day, group) for group in MINIMUM_GROUPS}
            ),
            premiums=MappingProxyType(
                {
                    (premium, couple): parameters.value_at(
                        "minimum-income-premium", day, premium_group(premium, couple)
                    )
                    for premium in PREMIUMS
                    for couple in (False, True)
                }
            ),
            per_child=parameters.value_at("minimum-income-per-child", day),
            capital_lower_limit=parameters.value_at("capital-lower-limit", day),
            capital_upper_limit=parameters.value_at("capital-upper-limit", day),
            tariff_band=parameters.value_at("tariff-income-band", day),
            tariff_per_band=parameters.value_at("tariff-income-weekly-per-band", day),
            war_widow_disregard=parameters.value_at("war-widow-pension-disregard", day),
        )

    @staticmethod
    def first_day(parameters: Parameters) -> date:
        """The first day of the charge: the one from which every group has its minimum income."""
        begins = [
            min(each.starts_on or date.min for each in parameters.history("minimum-income-guarantee", group))
            for group in MINIMUM_GROUPS
        ]
        return max(begins)

    def minimum_pence(self) -> Pence:
        """The minimum income of each group of MINIMUM_GROUPS, in its order: int64 pence."""
        return np.array([self.minimum[group].money().pence for group in MINIMUM_GROUPS], dtype=np.int64)

    def figure(self, name: str, group: str | None = None) -> Parameter:
        """Another figure of the day. OperatorMustAct (parameter-missing) when it is not known."""
        if (name, group) not in self.asked:
            self.asked[name, group] = self.parameters.value_at(name, self.day, group)
        return self.asked[name, group]

    def within_weeks(self, name: str, since: date | None) -> bool:
        """Whether the day lies within so many weeks from a day, that day included; not when there was none."""
        return since is not None and 0 <= (self.day - since).days < self.figure(name).count() * DAYS_A_WEEK

    def savings_credit(self, couple: bool) -> tuple[Parameter, Parameter, Parameter]:
        """Threshold, standard minimum guarantee, most that is left out. OperatorMustAct names what is missing."""
        group = "couple" if couple else "single"
        names = ("savings-credit-threshold", "standard-minimum-guarantee", "savings-credit-disregard")
        threshold, guarantee, most = (self.parameters.value_at(name, self.day, group) for name in names)
        return threshold, guarantee, most


def premium_group(premium: str, couple: bool) -> str:
    """The group of `minimum-income-premium` that holds a premium; the carer premium is one for all.

    >>> premium_group("enhanced_disability", couple=True), premium_group("carer", couple=True)
    ('enhanced-disability-couple', 'carer')
    """
    household = ("-couple" if couple else "-single") if premium in WORKING_AGE_PREMIUMS else ""
    return f"{premium.replace('_', '-')}{household}"


def minimum_group(household: str, age_group: str, dependent_children: int) -> str:
    """Which minimum income is this person's? A single person with a child at home (a lone parent) has the higher one.

    >>> minimum_group("single", "18_to_24", 0), minimum_group("single", "18_to_24", 1)
    ('single-18-to-24', 'single-25-to-pension-age')
    """
    if household != "single":
        return household.replace("_", "-")
    if age_group == "18_to_24" and dependent_children:
        return "single-25-to-pension-age"
    return f"single-{age_group.replace('_', '-')}"
