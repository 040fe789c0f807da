"""The only reads of `person` for others, limited to whose record the caller may see.

Finding people, the record with its one timeline, “About me”, who looked, and the questions about who is who. What
bodies sent stays where it is; these give what it says together, each fact with who told it and when.
"""

from joinedup.person.queries.about_me import AboutMeShown, about_me
from joinedup.person.queries.fact_sources import FactSources, fact_sources
from joinedup.person.queries.likeness import kept_model, kept_models
from joinedup.person.queries.links import ApartShown, LinkShown, Review, apart, apart_of, link_of, links_of, review
from joinedup.person.queries.looks import Asked, Looks, look_to_question, looks
from joinedup.person.queries.questions import Question, Questions, Side, work_items
from joinedup.person.queries.record import Fact, MovedTo, Now, Record, record
from joinedup.person.queries.relationships import RelationshipShown, person_to_write_about, relationship
from joinedup.person.queries.retention import RetentionShown, retention
from joinedup.person.queries.sealing import line_to_seal, possible_readers
from joinedup.person.queries.search import PersonFound, SearchResults, person_of_number, search
from joinedup.person.queries.sharing import Sharing, only_person_of_proxy, person_and_user, sharing
from joinedup.person.queries.timeline import EntryShown, TimelinePage, Wanted
from joinedup.person.queries.watching import (
    PrivacyDesk,
    glass_to_review,
    privacy_desk,
    question_to_answer,
    unusual_item,
)

__all__ = [
    "AboutMeShown",
    "ApartShown",
    "Asked",
    "EntryShown",
    "Fact",
    "FactSources",
    "LinkShown",
    "Looks",
    "MovedTo",
    "Now",
    "PersonFound",
    "PrivacyDesk",
    "Question",
    "Questions",
    "Record",
    "RelationshipShown",
    "RetentionShown",
    "Review",
    "SearchResults",
    "Sharing",
    "Side",
    "TimelinePage",
    "Wanted",
    "about_me",
    "apart",
    "apart_of",
    "fact_sources",
    "glass_to_review",
    "kept_model",
    "kept_models",
    "line_to_seal",
    "link_of",
    "links_of",
    "look_to_question",
    "looks",
    "only_person_of_proxy",
    "person_and_user",
    "person_of_number",
    "person_to_write_about",
    "possible_readers",
    "privacy_desk",
    "question_to_answer",
    "record",
    "relationship",
    "retention",
    "review",
    "search",
    "sharing",
    "unusual_item",
    "work_items",
]
