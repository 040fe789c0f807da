"""Destroying what is older than its time, and taking in the national list of those who opted out.

Both work on everybody and therefore under services: the worker destroys, the loader reads the list. The schedule
stands in parameters/retention.yaml; the database asks each person's time again, a legal hold refuses, and each run is
counted and chained (sql/0036_retention_runs.sql).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.acts import check_request_key
from joinedup.base.identifiers import new_id
from joinedup.base.nhs_number import NhsNumber
from joinedup.base.parameter_files import shipped
from joinedup.base.parameters import Parameters
from joinedup.person.retention_schedule import RECORDED, schedule


@dataclass(frozen=True, slots=True)
class Expired:
    """A person whose time is over: since when nothing happened, by which rule, whether a hold stands, how many rows."""

    person_id: UUID
    last_on: date
    rule: str
    held: bool
    contents: int


@dataclass(frozen=True, slots=True)
class RetentionReport:
    """One run: who was due, how many contents were destroyed, and the digest by which the run is proved.

    `recorded` is what this system recorded itself and is past its time, by class as its rule: counted, not destroyed.
    """

    run_id: UUID
    as_at: date
    dry: bool
    due: tuple[Expired, ...]
    destroyed: int
    digest: str
    recorded: tuple[Expired, ...] = ()

    def counts_of_recorded(self) -> dict[str, dict[str, int]]:
        """Of each class of what was recorded here: rows past their time, and rows that a legal hold keeps."""
        return {
            name: {
                "past_their_time": sum(each.contents for each in self.recorded if each.rule == name and not each.held),
                "held": sum(each.contents for each in self.recorded if each.rule == name and each.held),
            }
            for name in RECORDED
        }

    def to_json(self) -> dict[str, object]:
        """Counts and keys, no content."""
        return {
            "schema": "retention/1", "run": str(self.run_id), "as_at": self.as_at.isoformat(), "dry_run": self.dry,
            "people_due": sum(not each.held for each in self.due), "people_held": sum(each.held for each in self.due),
            "contents_destroyed": self.destroyed, "digest": self.digest, "recorded": self.counts_of_recorded(),
            "people": [
                {"person": str(each.person_id), "last": each.last_on.isoformat(), "rule": each.rule,
                 "held": each.held, "contents": each.contents}
                for each in self.due
            ],
        }  # fmt: skip


def run_retention(
    *, by: Caller, at: datetime, request_key: str, as_at: date, destroys: Collection[str], asked_by: str
) -> RetentionReport:
    """Destroy what classes named in `destroys` hold of everybody whose time was over before a day; keep the digests.

    A legal hold refuses. Classes not named are counted. `by` is the service worker, whose transaction is open: all or
    nothing. What the run found stays on record, chained to the run before. A run under any key destroys nothing twice,
    because what was destroyed is due no more.
    """
    del by  # the database checks the role
    check_request_key(request_key)
    law = shipped()
    found, run_id = schedule(law, as_at), new_id()
    limits, going = _limits(law, as_at), sorted(destroys)
    history = json.dumps([each.to_json() for each in found if each.kind.tables])
    years = json.dumps({each.kind.code: each.years for each in found if each.kind.recorded})
    with connection.cursor() as cursor:
        cursor.execute("select * from access.count_retention(%s, %s, %s, %s, %s::text[], %s, %s::jsonb) order by 2, 1",
                       [run_id, as_at, *limits, history])  # fmt: skip
        due = tuple(Expired(*row) for row in cursor.fetchall())
        cursor.execute("select * from access.count_recorded(%s, %s, %s) order by 2, 3, 1", [run_id, as_at, years])
        recorded = tuple(Expired(row[0], row[2], row[1], row[3], row[4]) for row in cursor.fetchall())
        destroyed = 0
        for each in due:
            if not each.held and each.rule in going:
                cursor.execute("select access.destroy_content(%s, %s, %s, %s, %s, %s::text[], %s)",
                               [each.person_id, run_id, as_at, *limits])  # fmt: skip
                destroyed += int(cursor.fetchone()[0])
        cursor.execute("select access.close_retention(%s, %s, %s, %s::jsonb, %s::jsonb, %s)",
                       [run_id, as_at, asked_by, json.dumps(going),
                        json.dumps([each.to_json() for each in found]), at])  # fmt: skip
        digest = str(cursor.fetchone()[0])
    note("retention.ran" if going else "retention.tried", thing_id=run_id, found=destroyed, reason=digest[:60])
    return RetentionReport(run_id, as_at, not going, due, destroyed, digest, recorded)


def load_opt_outs(*, by: Caller, at: datetime, request_key: str, lines: Iterable[str]) -> int:
    """Take the national list as it stands now: one NHS number a line. Returns how many people here stand by it.

    `by` is the service loader. SenderMustAct is not raised for a line that holds no number: it is left out.
    """
    del by
    check_request_key(request_key)
    numbers = [number for number in map(_number, lines) if number]
    with connection.cursor() as cursor:
        cursor.execute("select access.load_opt_outs(%s::text[], %s)", [numbers, at])
        standing = int(cursor.fetchone()[0])
    note("opt_outs.loaded", found=standing)
    return standing


def _number(line: str) -> str:
    try:
        return str(NhsNumber.parse(line.strip().strip('"').split(",")[0])).replace(" ", "")
    except ValueError:
        return ""


def _limits(law: Parameters, as_at: date) -> tuple[int, int, list[str], int]:
    years, longer, child = (
        law.value_at(name, as_at).count()
        for name in ("retention-years", "retention-years-mental-health", "retention-child-until-age")
    )
    return years, longer, law.value_at("mental-health-bodies", as_at).text().split(), child
