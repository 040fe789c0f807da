"""Who must act, now that something went wrong?

One tree, split by who can put it right. Each error says what happened, why, and what to do next, under a short code
that never changes. No text of an error holds a person's details (a name, a number, a date of birth): messages travel to
logs, terminals and other people's inboxes. `Conflict` alone carries content, in two fields that only its page shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar


class JoinedUpError(Exception):
    """Something that this program foresaw. Raise one of the four kinds below, never this.

    `code` is short and kebab-case; `what`, `why` and `next_step` are whole sentences without personal details.

    >>> error = OperatorMustAct("no-parameter", "No value is known.", "The file ends in 2026.", "Add the new year.")
    >>> str(error)
    'No value is known. The file ends in 2026. Add the new year. [no-parameter]'
    >>> error.exit_code
    4
    """

    exit_code: ClassVar[int] = 5

    def __init__(self, code: str, what: str, why: str = "", next_step: str = "") -> None:
        super().__init__(code, what, why, next_step)
        self.code = code
        self.what = what
        self.why = why
        self.next_step = next_step

    def __str__(self) -> str:
        sentences = [part for part in (self.what, self.why, self.next_step) if part]
        return f"{' '.join(sentences)} [{self.code}]"

    def to_json(self) -> dict[str, str]:
        """Code and sentences, for a report or an answer: keys code, what, why, next_step."""
        return {"code": self.code, "what": self.what, "why": self.why, "next_step": self.next_step}


class PersonMustAct(JoinedUpError):
    """The person at the screen or terminal asked for something that cannot be done as asked."""

    exit_code = 2


class SenderMustAct(JoinedUpError):
    """Whoever sent a file, a message or a case must mend it."""

    exit_code = 3


class OperatorMustAct(JoinedUpError):
    """Whoever runs this system must change its setting, its parameters or its machine."""

    exit_code = 4


class WeMustAct(JoinedUpError):
    """A fault of this program's makers."""

    exit_code = 5


class BadValue(PersonMustAct, ValueError):
    """A text that is not the money, date, number or postcode that it should be.

    Value types raise it. A form shows it beside its field; a loader catches it (it is a ValueError too) and reports a
    refused field to the sender.
    """


class NotAllowed(PersonMustAct):
    """Permission: this may be done, but not by this caller."""


class NotNow(PersonMustAct):
    """Policy: nobody may do this in the state that things are in."""


class NotFound(PersonMustAct):
    """There is no such thing, or the caller may not know of it: the two are worded alike on purpose."""


class Conflict(PersonMustAct):
    """Somebody else changed this since the caller read it: `expected_version` is no longer the version.

    `theirs` and `yours` map each field that differs to its text, so that the conflict page loses neither. They may hold
    personal details, so they stand outside the message and never go to a log.

    >>> error = Conflict("plan-changed", "The plan has changed.", theirs={"goal": "Walk"}, yours={"goal": "Swim"})
    >>> error.theirs["goal"], error.yours["goal"], "Walk" in str(error)
    ('Walk', 'Swim', False)
    """

    def __init__(
        self,
        code: str,
        what: str,
        why: str = "Somebody else saved a change after you opened it.",
        next_step: str = "Compare both texts and save again.",
        *,
        theirs: Mapping[str, str] = MappingProxyType({}),
        yours: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        super().__init__(code, what, why, next_step)
        self.theirs: dict[str, str] = dict(theirs)
        self.yours: dict[str, str] = dict(yours)
