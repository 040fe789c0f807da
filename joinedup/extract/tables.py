"""Which tables does an extract hold, and what does each column mean?

The declared extract: the SQL views of sql/ give exactly these columns, a test compares, and the manifest beside the
files repeats them, so that a reader of the files needs nothing of ours. No name, number, postcode, address or free
text stands in any of them. `pseudonym` is a person, by a key of this run alone; `place` an ONS code; days are days in
England.
"""

from __future__ import annotations

from dataclasses import dataclass

TYPES = ("varchar", "date", "bigint", "boolean")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its type (one of TYPES, as DuckDB calls it) and what it says."""

    name: str
    type: str
    says: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the extract; its view in the database is called `extract_<name>`."""

    name: str
    says: str
    columns: tuple[Column, ...]

    @property
    def view(self) -> str:
        """The view that gives its rows."""
        return f"extract_{self.name}"


_PERSON = Column("pseudonym", "varchar", "a person, by the key of this run")
_PLACE = Column("place", "varchar", "ONS code of the place where they live")
_SEX = Column("sex", "varchar", "male, female, other or unknown, as the sources say")
_AGE = Column("age_band", "varchar", "0-17, 18-64, 65-74, 75-84, 85+ or unknown, on the day of the row")

TABLES: tuple[Table, ...] = (
    Table("person", "everybody with a record, on the day of the extract",
          (_PERSON, _PLACE, _SEX, _AGE, Column("alive", "boolean"))),
    Table("stay", "hospital stays and emergency attendances",
          (_PERSON, _PLACE, _SEX, _AGE, Column("kind", "varchar", "admission or attendance"),
           Column("how", "varchar", "emergency, other, or not_sent"), Column("starts_on", "date"),
           Column("ends_on", "date"), Column("ready_on", "date", "when they no longer needed the hospital, if sent"))),
    Table("request", "requests at the front door",
          (_PERSON, _PLACE, _SEX, _AGE, Column("urgency", "varchar"), Column("state", "varchar"),
           Column("first_contact_on", "date"), Column("first_service_on", "date"))),
    Table("plan", "plans that were agreed",
          (Column("plan", "varchar", "a plan, by the key of this run"), _PERSON, _PLACE, _AGE,
           Column("state", "varchar", "agreed or ended"), Column("agreed_on", "date"), Column("ended_on", "date"),
           Column("manager_named", "boolean", "a case manager is named and in post at the instant of the extract"))),
    Table("service", "services that a council reported, outside the pooled funds",
          (_PERSON, _PLACE, _AGE, Column("starts_on", "date"), Column("ends_on", "date", "empty: still going on"),
           Column("weekly_pence", "bigint", "planned cost of a week, where it was sent"))),
    Table("estimate", "people who were given a first estimate and have a bill, each once",
          (_PERSON, _PLACE, Column("first_bill_on", "date", "from when the first charge holds"),
           Column("first_off_pence", "bigint", "0 within the range, else pence above or (negative) below it"),
           Column("last_off_pence", "bigint", "the same of the last bill, adjustments counted"))),
    Table("posting", "lines of the pooled funds' journals, debit positive",
          (Column("fund", "varchar"), _PLACE, Column("purpose", "varchar", "the account, such as cost-home-care"),
           Column("kind", "varchar", "asset, liability, equity, income or expense"),
           Column("side", "varchar", "nhs, council or people"), Column("dated_on", "date"),
           Column("amount_pence", "bigint"),
           Column("pseudonym", "varchar", "whose care it was, where that is known"))),
)  # fmt: skip
