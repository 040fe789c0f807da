"""What do we call a column of whole pence or of yes and no, and how are such columns made?

int64 pence and booleans, one entry a person; a list of one person is a column of length one. Left out: any other
unit.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Pence = NDArray[np.int64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


def whole(values: Iterable[int]) -> Whole:
    """A column of whole numbers.

    >>> whole([250, 0]).tolist()
    [250, 0]
    """
    return np.array(list(values), dtype=np.int64)


def flags(values: Iterable[bool]) -> Flags:
    """A column of yes and no."""
    return np.array(list(values), dtype=np.bool_)
