"""How far does the first bill lie from what a family was told on their first call? Pure."""

from __future__ import annotations

WHERE = {"inside": "Inside the range", "below": "Below the range", "above": "Above the range"}


def where_it_lies(
    charge_pence: int, cost_pence: int, lowest_pence: int | None, highest_pence: int | None
) -> tuple[str, int]:
    """Inside, below or above the range, and by how many pence. None stands for the whole cost of the care.

    >>> where_it_lies(5870, 16450, 0, 6000), where_it_lies(7000, 16450, 0, 6000), where_it_lies(100, 900, 200, None)
    (('inside', 0), ('above', 1000), ('below', -100))
    """
    lowest = cost_pence if lowest_pence is None else lowest_pence
    highest = cost_pence if highest_pence is None else highest_pence
    if charge_pence < lowest:
        return "below", charge_pence - lowest
    if charge_pence > highest:
        return "above", charge_pence - highest
    return "inside", 0
