"""Where does one type of FHIR resource keep what we show: its title, dates, statuses and details?"""

from __future__ import annotations

from dataclasses import dataclass, field

from joinedup.exchange.fhir.elements import Path


@dataclass(frozen=True, slots=True)
class EventShape:
    """Where one resource type keeps what we show. Paths are tried in order; a list is entered at its first item.

    `extensions` are details that stand in an extension: label, path of the list, and how the extension's address ends.
    `needs_subject` False: a resource of this type that names no patient is about something else, and kept unknown.
    `withdrawn_statuses` take the entry off the record, as an entry in error does.
    """

    kind: str
    plain_title: str
    titles: tuple[Path, ...]
    starts: tuple[Path, ...]
    ends: tuple[Path, ...] = ()
    statuses: tuple[Path, ...] = (("status",),)
    open_statuses: frozenset[str] = frozenset()
    planned_statuses: frozenset[str] = frozenset()
    details: tuple[tuple[str, Path], ...] = ()
    extensions: tuple[tuple[str, Path, str], ...] = ()
    subject: str = "subject"
    may_be_future: bool = False
    needs_subject: bool = True
    withdrawn_statuses: frozenset[str] = frozenset()
    end_is_expected_while_open: bool = False
    elements: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        shown = (*(path for _, path in self.details), *(path for _, path, _ in self.extensions))
        paths = (*self.titles, *self.starts, *self.ends, *self.statuses, *shown)
        object.__setattr__(self, "elements", frozenset({self.subject, *(path[0] for path in paths)}))


def path_of(dotted: str) -> Path:
    return tuple(dotted.split("."))


def paths(*dotted: str) -> tuple[Path, ...]:
    return tuple(path_of(one) for one in dotted)


def labelled_paths(**labelled: str) -> tuple[tuple[str, Path], ...]:
    return tuple((label.replace("_", " "), path_of(dotted)) for label, dotted in labelled.items())
