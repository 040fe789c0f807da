"""For how long is each class of content kept, who says so, and may the job destroy by it?

A class is destroyed by the job only when somebody has read every time that decides about it in its source; until then
it is counted. The row history, and what this system recorded itself, can only be counted: no function destroys them.
Pure: the parameters and the day come in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from joinedup.base.parameters import Parameters

QUESTIONS = ("person_workitem", "access_lookquestion", "person_personlink", "person_notthesame")
PLANS = (
    "door_request", "door_referral", "assessment_assessment", "assessment_section", "plan_plan", "plan_goal",
    "plan_line", "plan_casemanager", "plan_visit", "plan_stoppedvisit", "plan_handover",
)  # fmt: skip
MONEY = ("funding_assessment", "funding_firstestimate", "funding_adjustment", "commissioning_package",
         "commissioning_split", "commissioning_decision", "commissioning_item")  # fmt: skip


@dataclass(frozen=True, slots=True)
class RetentionClass:
    """One class: its code, what it is, what is counted of it, and the parameters that decide when its time is over.

    `years` is the parameter of its years; `besides` are those without which it cannot be told. `tables` are those whose
    row history is counted; `recorded` says that this system recorded it. Neither is ever destroyed.
    """

    code: str
    title: str
    counts: str
    years: str
    besides: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    recorded: bool = False

    @property
    def only_counted(self) -> bool:
        """Whether nothing here can destroy it."""
        return self.recorded or bool(self.tables)


RECORDED = {
    "evidence": "Evidence of money", "appeals": "Appeals against charges", "disputes": "Disputes about who pays",
    "sealed-reasons": "Reasons of seals that were taken off",
}  # fmt: skip
_BODIES_AND_CHILDREN = ("mental-health-bodies", "retention-child-until-age")
CLASSES: Mapping[str, RetentionClass] = MappingProxyType({each.code: each for each in (
    RetentionClass("ordinary", "What bodies sent about a person", "people", "retention-years", _BODIES_AND_CHILDREN),
    RetentionClass("longer", "The same, of somebody whom a mental health trust knew", "people",
                   "retention-years-mental-health", _BODIES_AND_CHILDREN),
    RetentionClass("history-questions", "History of questions and links", "lines", "retention-years-history-questions",
                   tables=QUESTIONS),
    RetentionClass("history-plans", "History of requests, assessments and plans", "lines",
                   "retention-years-history-plans", tables=PLANS),
    RetentionClass("history-money", "History of charges and packages", "lines", "retention-years-history-money",
                   tables=MONEY),
    *(RetentionClass(code, title, "rows", "retention-years-recorded", recorded=True)
      for code, title in RECORDED.items()),
)})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scheduled:
    """What the schedule says of one class on a day: years, source, whether all of it was verified, and what follows."""

    kind: RetentionClass
    years: int
    source: str
    verified: bool

    @property
    def destroys(self) -> bool:
        """Whether the job may destroy it: somebody read its times in their source, and there is a way to destroy it."""
        return self.verified and not self.kind.only_counted

    def to_json(self) -> dict[str, object]:
        """As a run keeps it; tables only of what is counted from the history."""
        held: dict[str, object] = {
            "code": self.kind.code, "years": self.years, "source": self.source, "verified": self.verified,
        }  # fmt: skip
        return held | ({"tables": list(self.kind.tables)} if self.kind.tables else {})


def schedule(law: Parameters, day: date) -> tuple[Scheduled, ...]:
    """Every class as the parameters have it on a day, in the order in which pages show them."""
    return tuple(_scheduled(law, day, kind) for kind in CLASSES.values())


def _scheduled(law: Parameters, day: date, kind: RetentionClass) -> Scheduled:
    years = law.value_at(kind.years, day, kind.code if kind.recorded else None)
    needed = (years, *(law.value_at(name, day) for name in kind.besides))
    return Scheduled(kind, years.count(), years.source, all(each.verified for each in needed))
