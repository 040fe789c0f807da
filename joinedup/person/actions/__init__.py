"""The only writes of `person`: taking in what bodies sent, and what people write on the record."""

from joinedup.person.actions.about_me import save_about_me
from joinedup.person.actions.adopt import Adopted, adopt_sources
from joinedup.person.actions.links import (
    ask_somebody,
    decide_not_same,
    decide_same,
    open_both,
    settle_work,
    unlink,
)
from joinedup.person.actions.timeline import append_timeline, ask_for_rebuild, end_timeline, rebuild_timeline

__all__ = [
    "Adopted",
    "adopt_sources",
    "append_timeline",
    "ask_for_rebuild",
    "ask_somebody",
    "decide_not_same",
    "decide_same",
    "end_timeline",
    "open_both",
    "rebuild_timeline",
    "save_about_me",
    "settle_work",
    "unlink",
]
