"""What does one FHIR resource say happened?

Applies the table of `events.py`. A date that cannot be true costs the date, never the event; something that the sender
marks as entered in error makes no event; something that was not done, ruled out or cancelled says so in its title,
because a record that drops the 'not' is dangerous.
"""

from __future__ import annotations

from datetime import date, datetime

from joinedup.exchange.facts import EventFact
from joinedup.exchange.fhir.elements import Json, Path, code_of, objects, pick, string, text_of
from joinedup.exchange.fhir.events import ENCOUNTER_KINDS, NEGATED_TITLES, EventShape
from joinedup.exchange.fhir.patient import is_restricted
from joinedup.exchange.refusal_codes import RefusalList
from joinedup.exchange.values import (
    ISO_FORM,
    TITLE_LIMIT_CHARACTERS,
    clean,
    day_of,
    fault_of_day,
    is_partial_date,
    iso_moment,
)

IN_ERROR = "entered-in-error"

Moment = date | datetime | None


def read_event(resource: dict[str, Json], shape: EventShape, today: date, refusals: RefusalList) -> EventFact | None:
    """The event in our words, or None when the sender says that it was entered in error."""
    statuses = {code_of(resource.get(path[0])) for path in shape.statuses}
    resource_type = str(resource["resourceType"])
    if IN_ERROR in statuses:
        refusals.add("entered-in-error", f"{resource_type}.{shape.statuses[0][0]}")
        return None
    may_be_future = shape.may_be_future or bool(statuses & shape.planned_statuses)
    starts, starts_sent = _moment(resource, shape.starts, resource_type, may_be_future, today, refusals)
    ends, ends_sent = _moment(resource, shape.ends, resource_type, True, today, refusals)
    if starts is not None and ends is not None and _is_before(ends, starts):
        refusals.add("end-before-start", f"{resource_type}.{'.'.join(shape.ends[0])}")
        ends = None
    detail = _details(resource, shape)
    detail += [(label, text) for label, text in (("Date as sent", starts_sent), ("End as sent", ends_sent)) if text]
    return EventFact(
        kind=_kind(resource, shape),
        title=_title(resource, shape, statuses),
        starts=starts,
        ends=ends,
        open_ended=bool(statuses & shape.open_statuses) and not _has_any(resource, shape.ends),
        detail=tuple(detail),
        sensitivity="sensitive" if is_restricted(resource) else "ordinary",
    )


def _kind(resource: dict[str, Json], shape: EventShape) -> str:
    if resource["resourceType"] == "Encounter":
        return ENCOUNTER_KINDS.get(code_of(resource.get("class")).upper(), shape.kind)
    return shape.kind


def _title(resource: dict[str, Json], shape: EventShape, statuses: set[str]) -> str:
    title = next((text for path in shape.titles if (text := text_of(pick(resource, path)))), "")
    title = title or _contained_title(resource) or shape.plain_title
    negation = next((words for status, words in NEGATED_TITLES.items() if status in statuses), "")
    if resource.get("doNotPerform") is True:
        negation = "Do not give" if shape.kind == "medicine" else "Do not do"
    return clean(f"{negation}: {title}" if negation else title, TITLE_LIMIT_CHARACTERS)


def _contained_title(resource: dict[str, Json]) -> str:
    """The name of a medicine that stands inside the resource itself ('#id')."""
    reference = string(pick(resource, ("medicationReference", "reference")))
    if not reference.startswith("#"):
        return ""
    return next(
        (text_of(item.get("code")) for item in objects(resource.get("contained")) if f"#{item.get('id')}" == reference),
        "",
    )


def _moment(
    resource: dict[str, Json],
    paths: tuple[Path, ...],
    resource_type: str,
    may_be_future: bool,
    today: date,
    refusals: RefusalList,
) -> tuple[Moment, str]:
    """The first date given, and its text where it is only a year or a month."""
    for path in paths:
        sent = pick(resource, path)
        if sent is None:
            continue
        field, text = f"{resource_type}.{'.'.join(path)}", string(sent)
        moment = iso_moment(text)
        if moment is None and is_partial_date(text):
            refusals.add("date-partial", field)
            return None, text
        if moment is None:
            refusals.add("date-invalid", field, form=ISO_FORM)
            return None, ""
        if fault := fault_of_day(day_of(moment), today, may_be_future):
            refusals.add(fault, field)
            return None, ""
        return moment, ""
    return None, ""


def _is_before(ends: date | datetime, starts: date | datetime) -> bool:
    if isinstance(ends, datetime) and isinstance(starts, datetime):
        return ends < starts
    return day_of(ends) < day_of(starts)


def _has_any(resource: dict[str, Json], paths: tuple[Path, ...]) -> bool:
    return any(pick(resource, path) is not None for path in paths)


def _details(resource: dict[str, Json], shape: EventShape) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for label, path in shape.details:
        text = text_of(pick(resource, path))
        if text and all(text != shown for _, shown in found):
            found.append((label, text))
    for label, path, ending in shape.extensions:
        if text := _extension_text(resource, path, ending):
            found.append((label, text))
    for component in objects(resource.get("component")):
        values = (text_of(part) for key, part in component.items() if key.startswith("value"))
        value = next(filter(None, values), "")
        if value and (label := text_of(component.get("code"))):
            found.append((label, value))
    return found


def _extension_text(resource: dict[str, Json], path: Path, ending: str) -> str:
    """The value of the first extension whose address ends so, as text; '' when there is none."""
    for extension in objects(pick(resource, path)):
        if string(extension.get("url")).endswith(ending):
            values = (text_of(part) for key, part in extension.items() if key.startswith("value"))
            return next(filter(None, values), "")
    return ""
