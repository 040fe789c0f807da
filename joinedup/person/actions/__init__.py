"""The only writes of `person`: taking in what bodies sent, and what people write on the record."""

from joinedup.person.actions.about_me import save_about_me
from joinedup.person.actions.adopt import Adopted, adopt_sources
from joinedup.person.actions.alerts import end_alert, raise_alert
from joinedup.person.actions.relationships import ContactPerson, add_contact_person, end_contact_person
from joinedup.person.actions.timeline import append_timeline, ask_for_rebuild, end_timeline, rebuild_timeline

__all__ = [
    "Adopted",
    "ContactPerson",
    "add_contact_person",
    "adopt_sources",
    "append_timeline",
    "ask_for_rebuild",
    "end_alert",
    "end_contact_person",
    "end_timeline",
    "raise_alert",
    "rebuild_timeline",
    "save_about_me",
]
