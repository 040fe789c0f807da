"""The only writes of `person`: taking in what bodies sent, and what people write on the record."""

from joinedup.person.actions.about_me import save_about_me
from joinedup.person.actions.adopt import Adopted, adopt_sources
from joinedup.person.actions.timeline import ask_for_rebuild, rebuild_timeline

__all__ = ["Adopted", "adopt_sources", "ask_for_rebuild", "rebuild_timeline", "save_about_me"]
