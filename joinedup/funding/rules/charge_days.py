"""What is due for each day of service, by the evidence of that day and the rules then in force?

Stretches of days on which neither law nor evidence changes are charged once: a rate that changes in the middle of a
week, an age that is reached, the end of twelve weeks or of six free ones each begin a new stretch. A week's amounts are
shared over its days by largest remainder, the earliest days first, so that seven days of one stretch are exactly the
week. Notional capital falls each week by the charge that it caused. What was charged before is never edited: where it
differs, an adjustment names the week. Left out: who sends the bill.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from joinedup.base.errors import SenderMustAct
from joinedup.base.explanation import Explanation
from joinedup.base.money import Money, share_out
from joinedup.base.parameters import Parameters
from joinedup.base.period import Period
from joinedup.funding.rules.caseload import Person, columns, placed
from joinedup.funding.rules.charge import charge_of, law_of
from joinedup.funding.rules.charge_words import Figures
from joinedup.funding.rules.engine import charge_many
from joinedup.funding.rules.evidence import Evidence
from joinedup.funding.rules.law import ChargeLaw

DAY, WEEK_DAYS = timedelta(days=1), 7
EACH_DAY = (1,) * WEEK_DAYS
PARTS = ("charge", "nhs", "council")
LONGEST = WEEK_DAYS * 10 * 10 * 7
"""Days in one question: seven hundred weeks, from the Care Act's first day until now and beyond."""


@dataclass(frozen=True, slots=True)
class Version:
    """Evidence as it holds in a period; its `as_at` is of no account."""

    period: Period
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days of one weekly charge. `evidence` is that of its first day, so that `explained` gives the same figures."""

    period: Period
    evidence: Evidence
    weekly_charge: Money
    council_pays: Money
    nhs_pays: Money

    def explained(self, parameters: Parameters) -> Explanation:
        """The weekly charge of the stretch with every step."""
        return charge_of(self.evidence, parameters)


@dataclass(frozen=True, slots=True)
class Week:
    """What seven days, or the fewer at the end, come to; the three parts sum to the cost of those days."""

    begins_on: date
    days: int
    charge: Money
    council: Money
    nhs: Money


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A week that was charged otherwise before; `difference` is what is still due, negative what is owed back."""

    begins_on: date
    was: Money
    is_now: Money

    @property
    def difference(self) -> Money:
        """What is still due."""
        return self.is_now - self.was


@dataclass(frozen=True, slots=True)
class Charged:
    """Stretches in order, and weeks counted from the first day."""

    stretches: tuple[Stretch, ...]
    weeks: tuple[Week, ...]


def charge_days(versions: Sequence[Version], period: Period, parameters: Parameters) -> Charged:
    """Everything due in a closed period, by the day.

    SenderMustAct (charge-period) for a day that no version covers or two do, and for too long a period; as
    `charge.charge` for what cannot be charged. OperatorMustAct (parameter-missing) for a day whose law is not known.
    """
    if period.days > LONGEST:
        raise _refused(f"to must be at most {LONGEST} days after from")
    of_day = [(day, _version_of(versions, day)) for day in _days(period)]
    notional = any(held.kind == "notional_capital" for version in versions for held in version.evidence.capital)
    stretches: list[Stretch] = []
    parts: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0])
    sevenths = 0
    for start in range(0, len(of_day), WEEK_DAYS):
        week = of_day[start : start + WEEK_DAYS]
        reduction = Money(sevenths // WEEK_DAYS) if notional else None
        for day_number, (stretch, weekly_reduction) in enumerate(_week(week, reduction, parameters)):
            _extend(stretches, stretch)
            sevenths += weekly_reduction.pence
            for part, pence in enumerate(_of_day(stretch, day_number)):
                parts[week[0][0]][part] += pence
    weeks = tuple(
        Week(begins, min(WEEK_DAYS, (_end(period) - begins).days), *map(Money, (charge, council, nhs)))
        for begins, (charge, nhs, council) in parts.items()
    )
    return Charged(tuple(stretches), weeks)


def adjustments(before: Mapping[date, Money], now: Sequence[Week]) -> tuple[Adjustment, ...]:
    """Weeks whose charge differs from what was charged before, by the day on which each begins; no other week.

    A week that was not charged before needs none. SenderMustAct (charge-period) for one that does not begin a week.
    """
    charged = {week.begins_on: week.charge for week in now}
    if unknown := sorted(set(before) - set(charged)):
        first = unknown[0].isoformat()
        raise _refused(f"already_charged has a week from {first}, on which no week of the period begins")
    return tuple(
        Adjustment(begins, before[begins], charged[begins])
        for begins in sorted(before)
        if before[begins] != charged[begins]
    )


def _week(
    week: Sequence[tuple[date, Version]], reduction: Money | None, parameters: Parameters
) -> Iterator[tuple[Stretch, Money]]:
    """For each day of a week its stretch of one day, and the weekly reduction of notional capital."""
    mark: object = None
    figures: Figures | None = None
    person: Person | None = None
    for day, version in week:
        evidence = replace(version.evidence, as_at=day)
        if reduction is not None:
            evidence = _reduced(evidence, reduction)
        law = law_of(parameters, day, "from")
        found = placed(evidence, law)
        if (new := _mark(found, law, version)) != mark or figures is None or person is None:
            mark, person, figures = new, found, Figures(charge_many(columns([found]), law))
        yield (
            Stretch(
                Period(day, day + DAY),
                person.evidence,
                figures.money("weekly_charge"),
                figures.money("council_pays"),
                figures.money("nhs_pays"),
            ),
            figures.money("notional_capital_reduction"),
        )


def _mark(person: Person, law: ChargeLaw, version: Version) -> tuple[object, ...]:
    """What two days have in common that are charged alike: everything but the day itself."""
    figures = (
        law.capital_lower_limit, law.capital_upper_limit, law.tariff_band, law.tariff_per_band, *law.minimum.values(),
        *law.premiums.values(), law.per_child, law.war_widow_disregard,
    )  # fmt: skip
    credit = any(line.kind == "savings_credit" for line in person.evidence.income)
    return (
        version.period, person.age_group, person.minimum_group, person.capital, person.terms, figures,
        law.savings_credit(person.is_couple) if credit else (),
    )  # fmt: skip


def _of_day(stretch: Stretch, number: int) -> tuple[int, int, int]:
    """Pence of the nth day of a week: charge, NHS and council; none is below 0 and over seven days each is whole."""
    charge, nhs, council = (money.pence for money in (stretch.weekly_charge, stretch.nhs_pays, stretch.council_pays))
    sums = [share_out(total, EACH_DAY)[number] for total in (charge, charge + nhs, charge + nhs + council)]
    return sums[0], sums[1] - sums[0], sums[2] - sums[1]


def _extend(stretches: list[Stretch], day: Stretch) -> None:
    """Add a day, to the last stretch where it is charged by the same evidence to the same sums."""
    if stretches:
        last = stretches[-1]
        same = (last.weekly_charge, last.council_pays, last.nhs_pays) == (
            day.weekly_charge, day.council_pays, day.nhs_pays,
        )  # fmt: skip
        if same and replace(last.evidence, as_at=day.evidence.as_at) == day.evidence:
            stretches[-1] = replace(last, period=Period(last.period.starts_on, day.period.ends_on))
            return
    stretches.append(day)


def _reduced(evidence: Evidence, reduction: Money) -> Evidence:
    """Notional capital less what its charges have taken off it so far, from the first of such holdings on."""
    left, held = reduction.pence, []
    for each in evidence.capital:
        if each.kind == "notional_capital":
            taken = min(left, max(each.own.pence - each.reduced_by.pence, 0))
            held.append(replace(each, reduced_by=Money(each.reduced_by.pence + taken)))
            left -= taken
        else:
            held.append(each)
    return replace(evidence, capital=tuple(held))


def _version_of(versions: Sequence[Version], day: date) -> Version:
    found = [version for version in versions if version.period.contains(day)]
    if len(found) != 1:
        raise _refused(f"cases must have exactly one for each day; {day.isoformat()} has {len(found)}")
    return found[0]


def _days(period: Period) -> Iterator[date]:
    return (period.starts_on + timedelta(days=number) for number in range(period.days))


def _end(period: Period) -> date:
    return period.starts_on + timedelta(days=period.days)


def _refused(fault: str) -> SenderMustAct:
    return SenderMustAct(
        "charge-period",
        "These days cannot be charged.",
        f"{fault}.",
        "Correct what is named; `joinedup rule --schema charge-period` describes the fields.",
    )
