"""The only reads of `person` for others, limited to whose record the caller may see.

Finding people, the record with its one timeline, “About me”, who looked, and the questions about who is who. What
bodies sent stays where it is; these give what it says together, each fact with who told it and when.
"""

from joinedup.person.queries.about_me import AboutMeShown, about_me
from joinedup.person.queries.links import LinkShown, Review, link_of, links_of, review
from joinedup.person.queries.looks import Looks, looks
from joinedup.person.queries.questions import Question, Questions, Side, work_items
from joinedup.person.queries.record import Fact, MovedTo, Now, Record, record
from joinedup.person.queries.search import PersonFound, SearchResults, search
from joinedup.person.queries.timeline import EntryShown, TimelinePage

__all__ = [
    "AboutMeShown",
    "EntryShown",
    "Fact",
    "LinkShown",
    "Looks",
    "MovedTo",
    "Now",
    "PersonFound",
    "Question",
    "Questions",
    "Record",
    "Review",
    "SearchResults",
    "Side",
    "TimelinePage",
    "about_me",
    "link_of",
    "links_of",
    "looks",
    "record",
    "review",
    "search",
    "work_items",
]
