"""The only reads of `exchange` for others: loads and their reports."""

from __future__ import annotations

from uuid import UUID

from joinedup.base.errors import NotFound
from joinedup.exchange.facts import Refusal as RefusalFact
from joinedup.exchange.models import Load
from joinedup.exchange.report import Report


def report_of(load_id: UUID) -> Report:
    """The report of one load. NotFound when there is no such load."""
    load = load_of(load_id)
    refused = tuple(
        RefusalFact(each.code, each.file, each.row, each.field, each.why, each.mend, each.whole)
        for each in load.refusals.order_by("file", "row", "code")
    )
    skipped = tuple(load.files.filter(shape="", finished=True).order_by("name").values_list("name", flat=True))
    return Report(
        load_id=load.id, read=load.read, accepted=load.accepted, kept_unknown=load.kept_unknown, refused=refused,
        skipped_files=skipped, already_held=load.already_held, people_made=load.people_made,
    )  # fmt: skip


def load_of(load_id: UUID) -> Load:
    """One load with its body and place. NotFound when there is none."""
    load = Load.objects.select_related("body", "place").filter(id=load_id).first()
    if load is None:
        raise NotFound("load-not-found", "There is no such load.", "", "Choose one from the list of loads.")
    return load


def recent_loads(limit: int = 50) -> list[Load]:
    """The newest loads first, unfinished ones included."""
    return list(Load.objects.select_related("body", "place").order_by("-started_at")[:limit])
