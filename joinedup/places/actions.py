"""How do postcodes and listed care providers get into the database?

The writing acts of this step; other bodies and offices come with migrations (`seeding.py`). Readers of postcodes are
never shut out: rows are copied beside the table and then taken over by difference, in one transaction, so that the list
is the old one or the new one and never half of either. That needs the database role `owner`, because postcodes belong
to the installation and no serving role may change them; providers are listed by the role `loader`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from joinedup.base.clock import london_date
from joinedup.base.errors import BadValue
from joinedup.places import postcode_list
from joinedup.places.models import Body, BodyPlace, BodySuccession, Place, PostcodeLoad

Progress = Callable[[int, str], None]

_STAGE = (
    'create temporary table postcode_stage (postcode text collate "C", council_code text, easting int, northing int) '
    "on commit drop"
)
_COPY = "copy postcode_stage (postcode, council_code, easting, northing) from stdin"
_UPSERT = """
insert into places_postcode as held (postcode, council_code, easting, northing)
select postcode, council_code, easting, northing from postcode_stage
on conflict (postcode) do update
    set council_code = excluded.council_code, easting = excluded.easting, northing = excluded.northing
    where (held.council_code, held.easting, held.northing)
        is distinct from (excluded.council_code, excluded.easting, excluded.northing)
"""
_REMOVE = """
delete from places_postcode held
where (%(everywhere)s or substring(held.postcode from '^[A-Z]+') = any(%(areas)s))
  and not exists (select from postcode_stage new where new.postcode = held.postcode)
"""


@dataclass(frozen=True, slots=True)
class PostcodesLoaded:
    """What one loading did: the list's edition, its areas (none: all), rows read, written (new or changed), removed."""

    edition: str
    areas: tuple[str, ...]
    rows_read: int
    rows_written: int
    rows_removed: int


def load_postcodes(
    *,
    by: str,
    at: datetime,
    request_key: str,
    areas: Sequence[str] | None = None,
    progress: Progress | None = None,
    using: str = "default",
) -> PostcodesLoaded:
    """Make the table hold exactly what the installed list says of postcode areas ('TQ', 'BD'); none named: of all.

    `by` names the service or command, `at` is an aware instant; the same `by` and `request_key` again return the first
    result without reading anything. `progress` is called with the rows read so far and what was just done. The
    database role behind `using` must own the table. OperatorMustAct: the list is not installed (postcode-list-missing),
    or an area is not in it (postcode-area); then nothing is changed. BadValue: the key was used for other areas
    (request-key-reused).
    """
    wanted = tuple(sorted({area.strip().upper() for area in areas or () if area.strip()}))
    before = PostcodeLoad.objects.using(using).filter(by=by, request_key=request_key).first()
    if before is not None:
        return _replayed(before, wanted)
    edition, letters = postcode_list.edition(), postcode_list.letters(wanted)
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        read = _stage(cursor, letters, wanted, progress)
        if progress is not None:
            progress(read, "all read; writing what changed")
        written, removed = _take_over(cursor, wanted)
        PostcodeLoad.objects.using(using).create(
            by=by,
            request_key=request_key,
            at=at,
            edition=edition,
            areas=list(wanted),
            rows_read=read,
            rows_written=written,
            rows_removed=removed,
        )
    return PostcodesLoaded(edition, wanted, read, written, removed)


def _stage(cursor: CursorWrapper, letters: Sequence[str], areas: Sequence[str], progress: Progress | None) -> int:
    """Copy the letters into a temporary table; returns the rows read. Refuses an area that turns out to be empty."""
    cursor.execute(_STAGE)
    read, seen = 0, set()
    with cursor.copy(_COPY) as copy:
        for letter in letters:
            found = postcode_list.read_letter(letter, areas)
            seen |= postcode_list.areas_in(found) if areas else set()
            for lines in postcode_list.copy_lines(found):
                copy.write(lines)
            read += len(found.postcodes)
            if progress is not None:
                progress(read, f"letter {letter} read")
    for area in areas:
        if area not in seen:
            raise postcode_list.unknown_area(area)
    return read


def _take_over(cursor: CursorWrapper, areas: Sequence[str]) -> tuple[int, int]:
    """Bring the table to what the stage holds; returns rows written and removed."""
    cursor.execute("analyze postcode_stage")
    cursor.execute(_UPSERT)
    written = cursor.rowcount
    cursor.execute(_REMOVE, {"everywhere": not areas, "areas": list(areas)})
    return written, cursor.rowcount


def _replayed(before: PostcodeLoad, wanted: tuple[str, ...]) -> PostcodesLoaded:
    if tuple(before.areas) != wanted:
        raise BadValue(
            "request-key-reused",
            "This request key was used before, for other areas.",
            "A key stands for one act.",
            "Use a new key for a new act.",
        )
    return PostcodesLoaded(
        before.edition, tuple(before.areas), before.rows_read, before.rows_written, before.rows_removed
    )


@dataclass(frozen=True, slots=True)
class ListedProvider:
    """A care provider as a directory lists it: its code there, its name, and where that was said."""

    code: str
    name: str
    source: str


def list_provider(*, by: str, at: datetime, request_key: str, place: Place, listed: ListedProvider) -> str:
    """Make a provider of a place as a directory lists it; says 'made', 'renamed', 'serves' (a place more), 'unchanged'
    or 'taken' (the code is another kind of body's; then nothing is done).

    A provider is never renamed in place: the old name ends today and the new one follows it, but for a row that only
    began today. The same listing again changes nothing, whoever (`by`) sends it under whatever `request_key`. Part of
    the caller's transaction; the role behind it must be the loader.
    """
    del by, request_key
    on = london_date(at)
    body = Body.objects.filter(code=listed.code, ends_on__isnull=True).select_for_update().first()
    if body is not None and body.kind != "provider":
        return "taken"
    outcome = "unchanged"
    if body is None:
        body, outcome = _new_provider(listed, on), "made"
    elif body.name != listed.name:
        body, outcome = _renamed(body, listed, on), "renamed"
    serving = BodyPlace.objects.filter(body=body, place=place, ends_on__isnull=True)
    if not serving.exists():
        BodyPlace.objects.create(body=body, place=place, starts_on=on)
        outcome = "serves" if outcome == "unchanged" else outcome
    return outcome


def _new_provider(listed: ListedProvider, on: date) -> Body:
    return Body.objects.create(
        code=listed.code, kind="provider", name=listed.name, starts_on=on, chosen_by="contractor", source=listed.source
    )


def _renamed(body: Body, listed: ListedProvider, on: date) -> Body:
    if body.starts_on >= on:
        Body.objects.filter(id=body.id).update(name=listed.name, source=listed.source)
        return Body.objects.get(id=body.id)
    Body.objects.filter(id=body.id).update(ends_on=on)
    new = _new_provider(listed, on)
    BodySuccession.objects.create(body=body, successor=new, on=on)
    serving = BodyPlace.objects.filter(body=body, ends_on__isnull=True)
    for held in serving:
        BodyPlace.objects.create(body=new, place_id=held.place_id, starts_on=on)
    serving.filter(starts_on__lt=on).update(ends_on=on)
    return new
