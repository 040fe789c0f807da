"""Which numbers are too small to be shown, so that nobody can be known by them?

A count from one up to the threshold is suppressed; nought is shown. Where a total stands beside its parts, the parts
that are hidden must not follow from the rest: at least two are hidden, and together they count no fewer than the
threshold; else further parts are hidden with them, the smallest first, and where that cannot be, the total. The
threshold is policy (parameters/disclosure.yaml). A suppressed figure is always said to be one, never left blank.

The rest of a share of plans (its denominator without its events) is not hidden: plans without a case manager are a
failing of the service and tell nothing about a person. Of a share of people both sides are people, and neither may be
few.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hidden:
    """Which parts, and whether the total, must not be shown. `first`: the small ones; `further`: those with them."""

    first: tuple[bool, ...]
    further: tuple[bool, ...]
    total: bool

    @property
    def parts(self) -> tuple[bool, ...]:
        """Whether each part is hidden, for whichever reason."""
        return tuple(one or other for one, other in zip(self.first, self.further, strict=True))


def is_small(count: int, smallest_shown: int) -> bool:
    """Whether a count is too small to be shown, and is not nought.

    >>> [is_small(count, 8) for count in (0, 1, 7, 8)]
    [False, True, True, False]
    """
    return 0 < count < smallest_shown


def hidden(parts: Sequence[int], smallest_shown: int) -> Hidden:
    """What must be hidden of parts that stand beside their total. Parts are counts of nought or more.

    >>> hidden([20, 3, 30, 9], 8).parts
    (False, True, False, True)
    >>> hidden([20, 30, 0], 8).parts, hidden([3, 0], 8).total
    ((False, False, False), True)
    """
    first = tuple(is_small(part, smallest_shown) for part in parts)
    held = {index for index, small in enumerate(first) if small}
    others = sorted((part, index) for index, part in enumerate(parts) if part and index not in held)
    further: set[int] = set()
    while held and not _safe(parts, held | further, smallest_shown) and others:
        further.add(others.pop(0)[1])
    total = is_small(sum(parts), smallest_shown) or (bool(held) and not _safe(parts, held | further, smallest_shown))
    return Hidden(first, tuple(index in further for index in range(len(parts))), total)


def _safe(parts: Sequence[int], unseen: set[int], smallest_shown: int) -> bool:
    return len(unseen) > 1 and sum(parts[index] for index in unseen) >= smallest_shown
