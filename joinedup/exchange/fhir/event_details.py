"""What do lists inside a resource say: what kind of alert, who is in the team, who to reach, what was answered?

Each type that needs more than single elements has one function here, giving label and text in the order of showing.
An alert's kind is in one of five words, so that a page can put safeguarding, adjustments and legal information first
whoever sent them. Addresses and telephone numbers of contacts are left out: the person may be restricted, and a
relative's address can give theirs away; they stay in the kept source.
"""

from __future__ import annotations

from collections.abc import Callable

from joinedup.exchange.fhir.bundle_index import BundleIndex, human_name
from joinedup.exchange.fhir.elements import Json, code_of, codes_of, objects, pick, string, text_of
from joinedup.exchange.values import clean

Resource = dict[str, Json]
Details = list[tuple[str, str]]
LIST_LIMIT = 12

ALERT_LABEL = "Alert"
SAFEGUARDING, ADJUSTMENT, LEGAL, ADVANCE, OTHER = (
    "Safeguarding", "Reasonable adjustment", "Legal", "Advance decision", "Other alert",
)  # fmt: skip
ALERT_KINDS = (SAFEGUARDING, ADJUSTMENT, LEGAL, ADVANCE, OTHER)
CATEGORY_CODES = {"SG": SAFEGUARDING, "RA": ADJUSTMENT, "RT": ADVANCE}
TELLING_WORDS = (
    (SAFEGUARDING, ("safeguard", "child protection", "looked after child", "unborn child protection", "abuse")),
    (ADVANCE, ("respect", "resuscitat", "dnacpr", "advance decision", "advance care", "recommended summary plan")),
    (
        LEGAL,
        ("power of attorney", "court of protection", "deprivation of liberty", "mental health act", "guardianship"),
    ),
    (ADJUSTMENT, ("reasonable adjustment", "rarecord", "adjustment")),
)
ADVANCE_CONSENTS = {"ACD", "DNR", "EMRGONLY", "HCD", "NPP", "POLST"}


def more_details(resource: Resource, index: BundleIndex) -> Details:
    """Details of one resource beyond its single elements, at most LIST_LIMIT of a list."""
    tell = TELLERS.get(str(resource.get("resourceType")))
    return tell(resource, index) if tell else []


def title_from_parts(resource: Resource) -> str:
    """A title that no single element holds; '' for most types."""
    if resource.get("resourceType") != "RelatedPerson":
        return ""
    name, relation = human_name(resource.get("name")), text_of(resource.get("relationship"))
    return f"{name} ({relation})" if name and relation else name or relation


def alert_kind(resource: Resource) -> str:
    """Which of ALERT_KINDS a Flag is, by its category's code, else by the words of category and code.

    >>> alert_kind({"category": [{"coding": [{"code": "SG"}]}]})
    'Safeguarding'
    """
    categories = objects(resource.get("category"))
    for category in categories:
        for code in sorted(codes_of(category.get("coding"))):
            if code in CATEGORY_CODES:
                return CATEGORY_CODES[code]
    said = " ".join(_words(item) for item in [*categories, *objects(resource.get("code"))]).casefold()
    return next((kind for kind, words in TELLING_WORDS if any(word in said for word in words)), OTHER)


def is_safeguarding(resource: Resource) -> bool:
    """Is this an alert that may be about somebody close to the person, and so not for every eye?"""
    return resource.get("resourceType") == "Flag" and alert_kind(resource) == SAFEGUARDING


def _words(concept: Resource) -> str:
    codings = objects(concept.get("coding"))
    parts = (string(coding.get(key)) for coding in codings for key in ("display", "system", "code"))
    return " ".join([string(concept.get("text")), *parts])


def _flag(resource: Resource, index: BundleIndex) -> Details:
    codings = [coding for item in objects(resource.get("code")) for coding in objects(item.get("coding"))]
    displays = [string(coding.get("display")) for coding in codings]
    title = text_of(resource.get("code"))
    also = [display for display in displays if display and display != title]
    return [(ALERT_LABEL, alert_kind(resource)), *(("Also", display) for display in also[:LIST_LIMIT])]


def _related_person(resource: Resource, index: BundleIndex) -> Details:
    relations = [text for item in objects(resource.get("relationship")) if (text := text_of(item))]
    found: Details = [("Relationship", ", ".join(dict.fromkeys(relations)))] if relations else []
    if resource.get("active") is False:
        found.append(("Status", "no longer a contact"))
    for communication in objects(resource.get("communication"))[:1]:
        found.append(("Language", text_of(communication.get("language"))))
    return found


def _care_team(resource: Resource, index: BundleIndex) -> Details:
    return [("With", text) for item in _first(resource, "participant") if (text := _member(item, resource, index))]


def _member(participant: Resource, resource: Resource, index: BundleIndex) -> str:
    name, role = index.name_of(participant.get("member"), resource), text_of(participant.get("role"))
    return f"{name} ({role})" if name and role else name or role


def _care_plan(resource: Resource, index: BundleIndex) -> Details:
    activities = [text_of(pick(item, ("detail", "code"))) or text_of(pick(item, ("detail", "description")))
                  for item in _first(resource, "activity")]  # fmt: skip
    return [("Activity", text) for text in activities if text]


def _appointment(resource: Resource, index: BundleIndex) -> Details:
    found: Details = []
    for participant in _first(resource, "participant"):
        actor = participant.get("actor")
        target = " ".join(string(item.get("reference")) for item in objects(actor))
        if "Patient/" in target or target.rpartition(":")[2] in index.patients:
            continue
        if name := index.name_of(actor, resource):
            found.append(("Where" if "Location/" in target else "With", name))
    return found


def _answers(resource: Resource, index: BundleIndex) -> Details:
    found: Details = []
    _gather(objects(resource.get("item")), found, 0)
    return found[:LIST_LIMIT]


def _gather(items: list[Resource], found: Details, depth: int) -> None:
    for item in items:
        if len(found) >= LIST_LIMIT or depth > 10:
            return
        answers = [text for answer in objects(item.get("answer")) if (text := _answer(answer))]
        if answers:
            question = clean(string(item.get("text")) or string(item.get("linkId")) or "Answer", 120)
            found.append((question, clean("; ".join(answers))))
        _gather(objects(item.get("item")), found, depth + 1)


def _answer(answer: Resource) -> str:
    return next((text for key, value in answer.items() if key.startswith("value") and (text := text_of(value))), "")


def _consent(resource: Resource, index: BundleIndex) -> Details:
    codes = {code for item in objects(resource.get("category")) for code in codes_of(item.get("coding"))}
    found: Details = [(ALERT_LABEL, ADVANCE)] if codes & ADVANCE_CONSENTS else []
    refused = code_of(pick(resource, ("provision", "type"))) == "deny"
    return [*found, ("Meaning", "The person does not agree")] if refused else found


def _encounter(resource: Resource, index: BundleIndex) -> Details:
    """What the law says about a stay: UK Core keeps it in an extension within an extension."""
    found: Details = []
    for extension in objects(resource.get("extension")):
        if string(extension.get("url")).endswith("Extension-UKCore-LegalStatus"):
            for part in objects(extension.get("extension")):
                if string(part.get("url")) == "legalStatusClassification":
                    found.append(("Legal status", text_of(part.get("valueCodeableConcept"))))
    return [each for each in found if each[1]]


def _first(resource: Resource, element: str) -> list[Resource]:
    return objects(resource.get(element))[:LIST_LIMIT]


MORE_LABELS = {
    "Appointment": ("With", "Where"),
    "CarePlan": ("Activity",),
    "CareTeam": ("With",),
    "Consent": (ALERT_LABEL, "Meaning"),
    "Encounter": ("Legal status", "Expected end"),
    "Flag": (ALERT_LABEL, "Also"),
    "QuestionnaireResponse": ("each question and its answer",),
    "RelatedPerson": ("Relationship", "Status", "Language"),
}

TELLERS: dict[str, Callable[[Resource, BundleIndex], Details]] = {
    "Appointment": _appointment,
    "CarePlan": _care_plan,
    "CareTeam": _care_team,
    "Consent": _consent,
    "Encounter": _encounter,
    "Flag": _flag,
    "QuestionnaireResponse": _answers,
    "RelatedPerson": _related_person,
}
