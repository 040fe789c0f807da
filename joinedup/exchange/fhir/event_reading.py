"""What does one FHIR resource say happened?

Applies the table of `events.py`. A date that cannot be true costs the date, never the event; something that the sender
marks as entered in error makes no event; something that was not done, ruled out or cancelled says so in its title,
because a record that drops the 'not' is dangerous.
"""

from __future__ import annotations

from datetime import date, datetime

from joinedup.exchange.facts import EventFact
from joinedup.exchange.fhir.bundle_index import NO_BUNDLE, BundleIndex
from joinedup.exchange.fhir.elements import Json, Path, code_of, objects, pick, string, text_of
from joinedup.exchange.fhir.event_details import is_safeguarding, more_details, title_from_parts
from joinedup.exchange.fhir.event_shape import EventShape
from joinedup.exchange.fhir.events import ENCOUNTER_KINDS, NEGATED_TITLES, PLAIN_TITLES
from joinedup.exchange.fhir.patient import is_restricted
from joinedup.exchange.refusal_codes import RefusalList
from joinedup.exchange.values import (
    ISO_FORM,
    TITLE_LIMIT_CHARACTERS,
    clean,
    day_in_words,
    day_of,
    fault_of_day,
    is_partial_date,
    iso_moment,
)

IN_ERROR = "entered-in-error"

Moment = date | datetime | None


def read_event(
    resource: dict[str, Json], shape: EventShape, today: date, refusals: RefusalList, index: BundleIndex = NO_BUNDLE
) -> EventFact | None:
    """The event in our words, or None when the sender says that it was entered in error or is superseded."""
    statuses = {code_of(resource.get(path[0])) for path in shape.statuses}
    resource_type = str(resource["resourceType"])
    if IN_ERROR in statuses:
        refusals.add("entered-in-error", f"{resource_type}.{shape.statuses[0][0]}")
        return None
    if statuses & shape.withdrawn_statuses:
        refusals.add("superseded", f"{resource_type}.{shape.statuses[0][0]}")
        return None
    may_be_future = shape.may_be_future or bool(statuses & shape.planned_statuses)
    starts, starts_sent = _moment(resource, shape.starts, resource_type, may_be_future, today, refusals)
    ends, ends_sent = _moment(resource, shape.ends, resource_type, True, today, refusals)
    if starts is not None and ends is not None and _is_before(ends, starts):
        refusals.add("end-before-start", f"{resource_type}.{'.'.join(shape.ends[0])}")
        ends = None
    is_open, expected = bool(statuses & shape.open_statuses), ""
    if is_open and ends is not None and shape.end_is_expected_while_open:
        expected = day_in_words(day_of(ends))
        ends = None
    detail = _details(resource, shape, index)
    if expected:
        detail.append(("Expected end", expected))
    detail += [(label, text) for label, text in (("Date as sent", starts_sent), ("End as sent", ends_sent)) if text]
    return EventFact(
        kind=_kind(resource, shape),
        title=_title(resource, shape, statuses, index),
        starts=starts,
        ends=ends,
        open_ended=is_open and (bool(expected) or not _has_any(resource, shape.ends)),
        detail=tuple(detail),
        sensitivity="sensitive" if is_restricted(resource) or is_safeguarding(resource) else "ordinary",
    )


def _kind(resource: dict[str, Json], shape: EventShape) -> str:
    if resource["resourceType"] == "Encounter":
        return ENCOUNTER_KINDS.get(code_of(resource.get("class")).upper(), shape.kind)
    return shape.kind


def _title(resource: dict[str, Json], shape: EventShape, statuses: set[str], index: BundleIndex) -> str:
    title = next((text for path in shape.titles if (text := _text_at(resource, path, index))), "")
    title = title or title_from_parts(resource) or PLAIN_TITLES.get(_kind(resource, shape), shape.plain_title)
    negation = next((words for status, words in NEGATED_TITLES.items() if status in statuses), "")
    if resource.get("doNotPerform") is True:
        negation = "Do not give" if shape.kind == "medicine" else "Do not do"
    return clean(f"{negation}: {title}" if negation else title, TITLE_LIMIT_CHARACTERS)


def _text_at(resource: dict[str, Json], path: Path, index: BundleIndex) -> str:
    """The text where a path leads; where it leads to a reference without words, the name of what is meant."""
    found = pick(resource, path)
    if text := text_of(found):
        return text
    if path[-1] == "display":
        return index.name_of(pick(resource, path[:-1]), resource)
    return index.name_of(found, resource) if isinstance(found, dict) and "reference" in found else ""


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


def _details(resource: dict[str, Json], shape: EventShape, index: BundleIndex) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for label, path in shape.details:
        text = _text_at(resource, path, index)
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
    told = {text for _, text in found}
    return found + [(label, text) for label, text in more_details(resource, index) if text and text not in told]


def _extension_text(resource: dict[str, Json], path: Path, ending: str) -> str:
    """The value of the first extension whose address ends so, as text; '' when there is none."""
    for extension in objects(pick(resource, path)):
        if string(extension.get("url")).endswith(ending):
            values = (text_of(part) for key, part in extension.items() if key.startswith("value"))
            return next(filter(None, values), "")
    return ""
