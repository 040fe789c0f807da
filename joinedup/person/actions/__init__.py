"""The only writes of `person`: taking in what bodies sent, and what people write on the record."""

from joinedup.person.actions.about_me import save_about_me
from joinedup.person.actions.adopt import Adopted, adopt_sources
from joinedup.person.actions.timeline import append_timeline, ask_for_rebuild, end_timeline, rebuild_timeline

__all__ = [
    "Adopted",
    "adopt_sources",
    "append_timeline",
    "ask_for_rebuild",
    "end_timeline",
    "rebuild_timeline",
    "save_about_me",
]
