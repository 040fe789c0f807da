"""How far is a load, and about how long will it still take?

A load has two phases, reading and linking, each with its own measure: bytes of the files, and rows that wait for their
person. The time left is the time taken so far by this phase times what is left over what is done; no promise, and the
words say so. Left out: the time from which a file is passed over because it was read before the load was cut off.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from uuid import UUID

PHASES = ("reading", "linking")
LEAST_SHARE_TO_TELL = 0.01
LOADING = 7_304_413
"""The class of the locks that running loads hold; a killed process's lock goes with its connection."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a load is: the phase, the file, rows done in this phase, the share of the phase that is done (0 to 1), and
    the seconds that the phase took so far."""

    phase: str
    file: str
    done: int
    share: float = 0.0
    seconds: float = 0.0

    @property
    def seconds_left(self) -> float | None:
        """About how long this phase will still take; None while too little is done to tell."""
        return seconds_left(self.share, self.seconds)


def lock_words(body_id: UUID, place_id: UUID, digest: str) -> str:
    """What a running load of some files holds its lock under."""
    return f"{body_id}/{place_id}/{digest}"


def seconds_left(share: float, seconds: float) -> float | None:
    """The time left of something of which a share took these seconds; None while too little is done to tell.

    >>> seconds_left(0.25, 60.0), seconds_left(0.001, 5.0)
    (180.0, None)
    """
    if share < LEAST_SHARE_TO_TELL:
        return None
    return max(0.0, seconds * (1 - min(share, 1.0)) / share)


def in_words(seconds: float | None) -> str:
    """A time left as one would say it.

    >>> in_words(None), in_words(20), in_words(200), in_words(5400)
    ('', 'less than a minute left', 'about 3 minutes left', 'about 1 hour 30 minutes left')
    """
    if seconds is None:
        return ""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "less than a minute left"
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "hour"), (minutes, "minute")]
    told = " ".join(f"{count} {name}{'s' if count != 1 else ''}" for count, name in parts if count)
    return f"about {told} left"


@dataclass(slots=True)
class Meter:
    """Measures one phase: how much there is, how much was done before, and since when it runs."""

    phase: str
    total: int
    done_before: int = 0
    began: float = field(default_factory=time.monotonic)
    finished: int = 0
    current: int = 0

    def ends(self, size: int) -> None:
        """A file of this size is done."""
        self.finished += size
        self.current = 0

    def goes_on(self, size: int, limit: int) -> None:
        """So much more of the present file is done, which is no longer than the limit."""
        self.current = min(self.current + size, limit)

    def told(self, file: str, done: int) -> Progress:
        """Where the phase is now."""
        whole = max(self.total - self.done_before, 1)
        share = min(1.0, (self.finished + self.current) / whole)
        return Progress(self.phase, file, done, share, time.monotonic() - self.began)
