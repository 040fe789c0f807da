"""Every code by which something in a sender's file can be refused: why, and how the sender puts it right.

The placeholders in braces take names of columns, elements, lists or limits, never a value from the row. The page of
documentation is printed from it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RefusalCode:
    """One code. `whole` True: the row itself was refused. `why` and `mend` are sentence templates."""

    code: str
    whole: bool
    why: str
    mend: str


_SEND_AGAIN = "and send the file again; rows already taken are not taken twice."

REFUSAL_TABLE = (
    # Files
    RefusalCode(
        "file-unreadable",
        True,
        "The file could not be opened or read to its end.",
        "Check that the file exists, is not locked and may be read, " + _SEND_AGAIN,
    ),
    RefusalCode(
        "file-too-large",
        True,
        "One JSON document may be at most {limit} MB, because it is read in one piece.",
        "Send the same resources as NDJSON, one resource a line; that has no limit.",
    ),
    RefusalCode(
        "encoding-unknown",
        True,
        "The text is in none of the encodings that we read.",
        "Save it as UTF-8 ('CSV UTF-8' in a spreadsheet) " + _SEND_AGAIN,
    ),
    RefusalCode(
        "line-ends-unknown",
        True,
        "The rows are separated by carriage returns alone, as old Macintosh programs did.",
        "Save the file as 'CSV UTF-8' " + _SEND_AGAIN,
    ),
    RefusalCode(
        "encoding-windows-1252",
        False,
        "The file is not UTF-8; this row and others like it were read as Windows-1252, so accented letters may "
        "be wrong.",
        "Save the file as UTF-8 ('CSV UTF-8' in a spreadsheet).",
    ),
    # JSON and FHIR
    RefusalCode(
        "xml-in-json",
        True,
        "The file holds XML, or a web page, where FHIR JSON was expected.",
        "Ask the sending system for application/fhir+json " + _SEND_AGAIN,
    ),
    RefusalCode(
        "json-broken",
        True,
        "This is not complete JSON: it was cut short or a bracket or quote is wrong.",
        "Export it again in full, " + _SEND_AGAIN,
    ),
    RefusalCode(
        "json-too-deep",
        True,
        "The JSON is nested more deeply than any FHIR resource needs.",
        "Check the export: a bundle may hold itself.",
    ),
    RefusalCode(
        "not-an-object",
        True,
        "A FHIR resource is a JSON object; this is a list, a text or a number.",
        "Send one resource, a Bundle, or NDJSON with one resource a line.",
    ),
    RefusalCode(
        "resource-type-missing",
        True,
        "The object does not say what it is: resourceType is missing or empty.",
        "Add resourceType, such as Patient, " + _SEND_AGAIN,
    ),
    RefusalCode(
        "bundle-entry-empty",
        True,
        "An entry of the bundle holds no resource.",
        "Put the resource into the entry, or leave the entry out.",
    ),
    RefusalCode(
        "delete-refused",
        True,
        "The entry asks us to delete a resource. What was sent is kept, and nothing was withdrawn.",
        "Send the resource once more with the status entered-in-error; then it is no longer shown.",
    ),
    RefusalCode(
        "bundle-entries-not-a-list",
        True,
        "The bundle's entry must be a list.",
        "Send entry as a list with one object for each resource.",
    ),
    RefusalCode(
        "subject-missing",
        True,
        "The resource does not say which patient it concerns.",
        "Fill {field} with a reference to the Patient, " + _SEND_AGAIN,
    ),
    RefusalCode(
        "fhir-shape",
        False,
        "{field} does not have the shape that FHIR R4 gives it; we read what we could.",
        "Compare the element with the R4 definition of the resource (single value or list, text or number, "
        "required parts).",
    ),
    RefusalCode(
        "entered-in-error",
        False,
        "The sender marks this resource as entered in error. It was kept, and is not shown as something that happened.",
        "Nothing, if that is right; otherwise correct the status and send it again.",
    ),
    RefusalCode(
        "superseded",
        False,
        "The sender marks this resource as superseded by a later one. It was kept, and is not shown.",
        "Nothing, if that is right; otherwise correct the status and send it again.",
    ),
    RefusalCode(
        "xml-broken",
        True,
        "This is not complete XML: it was cut short, or a tag or a quotation mark is wrong.",
        "Export it again in full, " + _SEND_AGAIN,
    ),
    RefusalCode(
        "xml-not-safe",
        True,
        "The XML declares a document type or an entity. Those can read other files or grow without end, and FHIR needs "
        "none.",
        "Export it without a DOCTYPE, " + _SEND_AGAIN,
    ),
    RefusalCode(
        "xml-not-fhir",
        True,
        "The XML holds elements that are not FHIR's.",
        "Send FHIR resources in the namespace http://hl7.org/fhir, " + _SEND_AGAIN,
    ),
    # Rows of a table
    RefusalCode(
        "column-missing",
        True,
        "These columns are missing, or spelt so differently that we cannot be sure, and no row of the file can be "
        "taken without them: {columns}.",
        "{advice} Then send the file again.",
    ),
    RefusalCode(
        "column-misspelt",
        False,
        "A heading looks like '{column}' but is not spelt so; the column was not taken.",
        "Rename the heading of column {position} to '{column}' and send the file again.",
    ),
    RefusalCode(
        "column-doubled",
        True,
        "The column '{column}' stands twice, so we cannot know which one holds.",
        "Delete or rename one of the two and send the file again.",
    ),
    RefusalCode(
        "columns-absent",
        False,
        "The file lacks these columns of the return, and nothing was taken for them: {columns}.",
        "Nothing, if they are left out on purpose; otherwise add them and send the file again.",
    ),
    RefusalCode(
        "cells-wrong-number",
        True,
        "The row has {found} cells and the heading has {expected}.",
        "Put a text that holds the separator or a line break into double quotes, " + _SEND_AGAIN,
    ),
    RefusalCode(
        "quote-unclosed",
        True,
        "A cell opens a double quote that is never closed.",
        "Close the quote, or double a quote that belongs to the text, " + _SEND_AGAIN,
    ),
    RefusalCode(
        "field-too-long",
        True,
        "A text of this row is longer than {limit} characters.",
        "Shorten it, or take out what does not belong there, such as an embedded document, " + _SEND_AGAIN,
    ),
    RefusalCode(
        "row-too-long",
        True,
        "This row is longer than {limit} MB.",
        "Check that line breaks separate the rows, and take out embedded documents.",
    ),
    RefusalCode(
        "person-id-missing",
        True,
        "The row does not say whom it concerns: '{column}' is empty.",
        "Fill '{column}' " + _SEND_AGAIN,
    ),
    RefusalCode(
        "event-type-missing",
        True,
        "The row does not say what happened: 'Event Type' is empty.",
        "Fill it with Request, Assessment, Service or Review, " + _SEND_AGAIN,
    ),
    RefusalCode(
        "event-type-unknown",
        True,
        "'Event Type' holds none of Request, Assessment, Service or Review.",
        "Correct it " + _SEND_AGAIN,
    ),
    RefusalCode(
        "provider-id-invalid",
        True,
        "'{column}' is empty or is no identifier of a provider, so the row cannot be told from another.",
        "Fill it with the identifier of the directory, such as 1-123456789, " + _SEND_AGAIN,
    ),
    RefusalCode(
        "provider-name-missing",
        True,
        "The row does not say what the provider is called.",
        "Fill '{column}' " + _SEND_AGAIN,
    ),
    RefusalCode(
        "area-other",
        True,
        "The row is about another area than the one this file was loaded for.",
        "Load the row for its own place, or correct its area.",
    ),
    RefusalCode(
        "provider-code-taken",
        True,
        "The identifier belongs to a body that is not a care provider.",
        "Correct the identifier " + _SEND_AGAIN,
    ),
    # Fields
    RefusalCode(
        "area-code-invalid",
        False,
        "{field} is no ONS code: a letter and eight digits. The row was placed by the area's name instead.",
        "Write all nine characters; spreadsheets and copies lose a nought.",
    ),
    RefusalCode(
        "nhs-number-invalid",
        False,
        "The NHS number is not ten digits that pass the modulus 11 check. The person was kept without it.",
        "Trace the number again and send the corrected record.",
    ),
    RefusalCode(
        "nhs-number-conflict",
        False,
        "The record gives two different current NHS numbers. The person was kept without either.",
        "Give one number, and mark a former one with use 'old'.",
    ),
    RefusalCode(
        "postcode-invalid",
        False,
        "The postcode does not have the form of a UK postcode; it was kept as sent.",
        "Correct it, or leave it empty for an address abroad.",
    ),
    RefusalCode(
        "birth-date-future",
        False,
        "The date of birth lies in the future. The person was kept without it.",
        "Correct the date of birth.",
    ),
    RefusalCode(
        "birth-date-partial",
        False,
        "The date of birth is only a year or a month. The person was kept without it, because a made-up day "
        "could join two people.",
        "Send the full date of birth when it is known.",
    ),
    RefusalCode(
        "date-invalid",
        False,
        "{field} is not a date that exists, or not written in a form that we read.",
        "Write dates as {form}.",
    ),
    RefusalCode(
        "date-partial",
        False,
        "{field} is only a year or a month; no day was made up for it.",
        "Send the full date when it is known.",
    ),
    RefusalCode(
        "date-future",
        False,
        "{field} lies in the future, although the row says that it has happened.",
        "Correct the date, or the status if it is still planned.",
    ),
    RefusalCode(
        "date-out-of-range", False, "{field} lies too long ago or too far ahead to be true.", "Check the year."
    ),
    RefusalCode(
        "end-before-start",
        False,
        "{field} lies before the start. The end was not taken.",
        "Correct the start or the end.",
    ),
    RefusalCode(
        "death-before-birth",
        False,
        "The date of death lies before the date of birth. It was not taken.",
        "Correct whichever of the two is wrong.",
    ),
    RefusalCode(
        "start-missing",
        False,
        "{field} is empty, and nothing else in the row says when it began. The row is shown without a date.",
        "Fill the date, " + _SEND_AGAIN,
    ),
    RefusalCode(
        "time-invalid",
        False,
        "{field} is not a time of day. Only the day was taken.",
        "Write times as HHMM or HH:MM, from 0000 to 2359.",
    ),
    RefusalCode(
        "fields-contradict",
        False,
        "{field} and {other} cannot both be true. Both are kept with the row; what could be shown was.",
        "Correct whichever of the two is wrong and send the row again.",
    ),
    RefusalCode(
        "end-missing",
        False,
        "{field} is empty; only a service may still be going on.",
        "Fill the end date, with the start date for something that took one day.",
    ),
    RefusalCode(
        "code-unknown",
        False,
        "{field} holds a value that is not in its list. The value was not taken.",
        "Use a value from the list of {list_name}; GLOSSARY.md says where the lists stand.",
    ),
    RefusalCode(
        "number-invalid",
        False,
        "{field} is not a number that can be true. It was not taken.",
        "Write a plain number of 0 or more, such as 23.50.",
    ),
    # The loader
    RefusalCode(
        "subject-unknown",
        True,
        "The row is about somebody whom this body has not sent. It is kept and waits.",
        "Send the person (Patient, or their row) from the same body; the waiting row is then attached by itself.",
    ),
)
