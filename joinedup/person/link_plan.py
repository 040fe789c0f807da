"""What joining two records and taking it back does to every table that refers to a person: one plan, as data.

Nothing is moved when records are joined, so each table stays with the key it was written under. What differs is how a
row comes to be there. `told` rows come from what bodies sent and follow the sender's own identifier. `shown` rows are
worked out again from what was told. `written` rows are somebody's work: those that appeared or changed while two
people were wrongly joined are listed after an undo, for somebody to decide whose they are; a `part` goes with the row
it belongs to. `linking` rows are the links and questions themselves and stand outside the proof. Pure data; a test
compares it with the database's own foreign keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SHAPES = ("told", "shown", "written", "part", "linking")


@dataclass(frozen=True, slots=True)
class TablePlan:
    """One column that refers to a person: its shape, what people call a row, and by what a row is known again.

    `key` are columns that stay when a row is made again; `left_out` those that say nothing of the person.
    """

    table: str
    column: str
    shape: str
    words: str
    key: tuple[str, ...] = ("id",)
    left_out: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The table, with its column where that is not the usual one."""
        return self.table if self.column in ("person_id", "id") else f"{self.table}.{self.column}"


def _work(shape: str, *tables: tuple[str, str]) -> tuple[TablePlan, ...]:
    return tuple(TablePlan(table, "person_id", shape, words) for table, words in tables)


PLAN: tuple[TablePlan, ...] = (
    TablePlan("person_person", "id", "shown", "who this is", left_out=("updated_at", "canonical_id")),
    TablePlan("person_personname", "person_id", "shown", "names", ("family_folded", "given_folded"), ("id",)),
    TablePlan("person_personidentifier", "person_id", "shown", "identifiers", ("system", "value"), ("id",)),
    TablePlan("person_personpostcode", "person_id", "shown", "postcodes, now and before", ("postcode",), ("id",)),
    TablePlan("person_sourceidentity", "person_id", "told", "senders' identifiers"),
    TablePlan("person_sourcerecord", "person_id", "told", "rows that bodies sent"),
    TablePlan("person_sourcecontent", "person_id", "told", "what those rows held", ("record_id",)),
    TablePlan("person_timelineentry", "person_id", "told", "lines of the timeline", ("body_id", "source_key"),
              ("id", "recorded_at")),
    TablePlan("person_aboutme", "person_id", "written", "“About me”", ("person_id",)),
    TablePlan("access_accessgrant", "person_id", "told", "who may see the record"),
    *_work(
        "written", ("door_contact", "calls"), ("door_request", "requests"), ("door_referral", "referrals"),
        ("assessment_assessment", "assessments"), ("assessment_eligibility", "decisions on eligibility"),
        ("plan_plan", "plans"), ("plan_casemanager", "case managers"), ("plan_visit", "visits"),
        ("plan_stoppedvisit", "stopped visits"), ("plan_handover", "plans offered to another place"),
        ("funding_assessment", "charges"), ("funding_evidence", "evidence of money"),
        ("funding_adjustment", "adjustments of charges"), ("funding_firstestimate", "first estimates"),
        ("funding_appeal", "appeals against charges"), ("funding_takentest", "tests taken"),
        ("funding_owntelling", "what they tell of their own money"),
        ("funding_healthcaredecision", "decisions on continuing healthcare"),
        ("commissioning_package", "packages"), ("commissioning_decision", "decisions to buy"),
        ("commissioning_deliveredweek", "delivered weeks"), ("person_personrelationship", "people close to them"),
        ("commissioning_item", "items of the panel"), ("commissioning_recommendation", "recommendations"),
        ("commissioning_telling", "tellings of the family"), ("commissioning_dispute", "disputes about who pays"),
        ("commissioning_residence", "places of residence"), ("commissioning_aftercare", "who owes aftercare"),
        ("commissioning_review", "looks again at packages"),
        ("access_consent", "consents"), ("access_optout", "opt-outs"), ("access_proxy", "who acts for them"),
        ("access_legalhold", "legal holds"), ("access_lookquestion", "questions about looks"),
        ("access_breakglass", "times that the glass was broken"),
    ),
    TablePlan("person_personrelationship", "other_person_id", "part", "whom they are close to"),
    *_work(
        "part", ("assessment_section", "sections of assessments"), ("assessment_writing", "savings of sections"),
        ("commissioning_condition", "conditions of decisions"), ("commissioning_settledweek", "settled weeks"),
        ("commissioning_adjustedweek", "adjusted weeks"),
        ("plan_goal", "goals"), ("plan_line", "lines of plans"), ("commissioning_split", "payers of packages"),
        ("commissioning_reportedweek", "reported weeks"), ("funding_estimatedifference", "differences of estimates"),
        ("funding_appealoutcome", "answers to appeals"), ("funding_owntellingend", "answers to what they tell"),
        ("funding_appealhandover", "appeals handed over"),
        ("commissioning_disputehandover", "disputes handed over"),
        ("commissioning_proposedend", "proposed ends of disputes"),
    ),
    TablePlan("person_person", "canonical_id", "linking", "who is canonical"),
    TablePlan("person_workitem", "person_id", "linking", "questions"),
    TablePlan("person_workitem", "other_person_id", "linking", "questions"),
    TablePlan("person_persontocompare", "person_id", "linking", "who waits to be compared", ("person_id",)),
    TablePlan("person_personlink", "one_id", "linking", "links"),
    TablePlan("person_personlink", "other_id", "linking", "links"),
    TablePlan("person_notthesame", "one_id", "linking", "pairs that are not the same"),
    TablePlan("person_notthesame", "other_id", "linking", "pairs that are not the same"),
)  # fmt: skip
PROVED = tuple(each for each in PLAN if each.shape != "linking")
Marks = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class TableProof:
    """What became of one table's rows of one person between a link and its undoing, by the keys of the rows."""

    plan: TablePlan
    same: int
    changed: tuple[str, ...]
    gone: tuple[str, ...]
    new: tuple[str, ...]

    @property
    def identical(self) -> bool:
        """Whether every row is as it was, and none came or went."""
        return not (self.changed or self.gone or self.new)


def compare(before: Marks, after: Marks) -> tuple[TableProof, ...]:
    """Table by table, what is the same, changed, gone and new of one person's rows.

    >>> [proof] = [each for each in compare({"plan_plan": {"1": "a"}}, {"plan_plan": {"1": "a", "2": "b"}}) if each.new]
    >>> proof.plan.words, proof.same, proof.new
    ('plans', 1, ('2',))
    """
    proofs = []
    for plan in PROVED:
        was, now = before.get(plan.name, {}), after.get(plan.name, {})
        both = was.keys() & now.keys()
        changed = tuple(sorted(key for key in both if was[key] != now[key]))
        proofs.append(
            TableProof(plan, len(both) - len(changed), changed, tuple(sorted(was.keys() - now.keys())),
                       tuple(sorted(now.keys() - was.keys())))
        )  # fmt: skip
    return tuple(proofs)
