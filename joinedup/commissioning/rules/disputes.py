"""What is owed to whom when a dispute about who pays has ended, week by week, to the penny?

Pure, in whole pence. The interim payer bore all of a week that the person does not. From the settled day the rest is
borne by the settled payer alone, or by the partners' parts: whoever should have borne a part owes exactly that part to
the interim payer. Nothing that was posted changes; a new entry moves the cost from one to the other.
"""

from __future__ import annotations

from collections.abc import Mapping

from joinedup.base.errors import BadValue
from joinedup.ledger.rules import Line, pooled


def borne_when_settled(rest_pence: int, settled_payer: str, shares: Mapping[str, int]) -> dict[str, int]:
    """Who should have borne what of a week's rest, by body code: the settled payer, or ('') the partners by parts.

    Parts sum exactly to the rest, the largest remainder first.

    >>> borne_when_settled(10000, "QJK", {"QJK": 60, "E06000027": 40})
    {'QJK': 10000}
    >>> borne_when_settled(10001, "", {"QJK": 60, "E06000027": 40})
    {'QJK': 6001, 'E06000027': 4000}
    """
    return {settled_payer: rest_pence} if settled_payer else pooled(rest_pence, shares)


def owed_to_interim(rest_pence: int, interim_payer: str, settled: Mapping[str, int]) -> dict[str, int]:
    """Who owes the interim payer how much for a week of which it bore the whole rest. BadValue when parts do not sum.

    >>> owed_to_interim(10001, "E06000027", {"QJK": 6001, "E06000027": 4000})
    {'QJK': 6001}
    >>> owed_to_interim(10001, "QJK", {"QJK": 10001})
    {}
    """
    if sum(settled.values()) != rest_pence:
        raise BadValue("settlement", "The parts are not the whole.", "", "Work the parts out again.")
    return {code: pence for code, pence in settled.items() if code != interim_payer and pence}


def settlement_lines(cost_account: str, owed_by: str, owed_to: str, amount_pence: int) -> tuple[Line, ...]:
    """The entry that moves a week's cost from the interim payer to who must bear it; both balance by a transfer.

    >>> [(each.account, each.amount_pence) for each in settlement_lines("cost-home-care", "QJK", "E06000027", 5)]
    [('cost-home-care:QJK', 5), ('transfer:QJK', -5), ('cost-home-care:E06000027', -5), ('transfer:E06000027', 5)]
    """
    return (
        Line(f"{cost_account}:{owed_by}", amount_pence), Line(f"transfer:{owed_by}", -amount_pence),
        Line(f"{cost_account}:{owed_to}", -amount_pence), Line(f"transfer:{owed_to}", amount_pence),
    )  # fmt: skip
