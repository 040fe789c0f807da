"""How is an entry made so that it balances for every holder, and how does one trial balance give four accounts?

Pure functions over whole pence, debit positive and credit negative. A holder is a partner, by its body's code, or
`people`: everybody who pays charges. An account's code is purpose and holder ('cash:QJK'). The four accounts are the
NHS, the council, the people and the public, which is all three; they add up because each account has one holder. The
text that hledger and beancount read is made here too. Source for pooled funds and the partners' memorandum accounts:
National Health Service Act 2006, section 75, and SI 2000/617. Left out: risk shares at the year's end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from joinedup.base.errors import BadValue
from joinedup.base.money import Money, share_out

PEOPLE = "people"
COLUMNS = ("nhs", "council", PEOPLE)
KINDS = ("asset", "liability", "equity", "income", "expense")
ROOTS = {
    "asset": "Assets",
    "liability": "Liabilities",
    "equity": "Equity",
    "income": "Income",
    "expense": "Expenses",
}
EVERYBODY: Mapping[str, tuple[str, str]] = {
    "cash": ("asset", "Cash held by the host"),
    "receivable": ("asset", "Called for and not yet received"),
    "payable": ("liability", "Owed to providers"),
}
EACH_PARTNER: Mapping[str, tuple[str, str]] = {
    "contribution": ("income", "Contributions"),
    "transfer": ("equity", "Transfers between partners"),
}
THE_PEOPLE: Mapping[str, tuple[str, str]] = {"charge": ("income", "Charges to people")}
THE_NHS: Mapping[str, tuple[str, str]] = {
    "cost-funded-nursing-care": ("expense", "NHS-funded nursing care"),
    "cost-continuing-healthcare": ("expense", "NHS continuing healthcare"),
}
"""What the NHS bears alone, whoever shares the rest: a partner of its side has an account of its own for each."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an entry: the account's code and pence, debit positive, credit negative."""

    account: str
    amount_pence: int


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be opened: code ('cost-home-care:QJK'), name without the holder, kind, and what it is for."""

    code: str
    name: str
    kind: str
    earmark: str = ""

    @property
    def holder(self) -> str:
        """A partner's body code, or 'people'."""
        return self.code.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Balance:
    """One row of a trial balance: an account and its pence on a day. `side` is 'nhs', 'council' or 'people'."""

    code: str
    name: str
    kind: str
    holder: str
    side: str
    balance_pence: int

    @property
    def purpose(self) -> str:
        """What the account is, whoever holds it: 'cash'."""
        return self.code.partition(":")[0]


@dataclass(frozen=True, slots=True)
class FourLine:
    """One purpose in the four accounts, in pence as in the trial balance; `public_pence` is the sum of the three."""

    purpose: str
    name: str
    kind: str
    nhs_pence: int
    council_pence: int
    people_pence: int

    @property
    def public_pence(self) -> int:
        """What the public is told: all three together."""
        return self.nhs_pence + self.council_pence + self.people_pence


@dataclass(frozen=True, slots=True)
class Account:
    """One of the four accounts in three figures, in pence: what came in, what was spent, what is left.

    `left_pence` is taken from what is held and owed, not from the other two: `agrees` says that both ways meet.
    """

    side: str
    received_pence: int
    spent_pence: int
    left_pence: int

    @property
    def agrees(self) -> bool:
        """Whether what came in less what was spent is what is left."""
        return self.received_pence - self.spent_pence == self.left_pence


@dataclass(frozen=True, slots=True)
class FourAccounts:
    """The NHS's, the council's, the people's and the public's account of one fund on one day."""

    lines: tuple[FourLine, ...]
    accounts: tuple[Account, ...]

    def account(self, side: str) -> Account:
        """One account by its side: 'nhs', 'council', 'people' or 'public'. KeyError for another."""
        return {each.side: each for each in self.accounts}[side]

    @property
    def agrees(self) -> bool:
        """Whether each account agrees with itself and the public's is the other three, to the penny."""
        *three, public = self.accounts
        figures = ("received_pence", "spent_pence", "left_pence")
        summed = all(sum(getattr(one, name) for one in three) == getattr(public, name) for name in figures)
        return summed and all(each.agrees for each in self.accounts)


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """A line as it stands in the ledger: account code, its kind, and pence."""

    account: str
    kind: str
    amount_pence: int


@dataclass(frozen=True, slots=True)
class WrittenJournal:
    """An entry as it stands in the ledger. `source` is kind and key ('delivered_week/0198…'), `corrects` a number."""

    fund: str
    number: int
    dated_on: date
    memo: str
    source: str
    purpose: str
    corrects: int | None
    lines: tuple[WrittenLine, ...]


def standard_chart(
    partners: Sequence[str], cost_kinds: Mapping[str, str], nhs: Sequence[str] = ()
) -> tuple[NewAccount, ...]:
    """The accounts of a new fund: for each partner (body codes) and the people, and one of cost for each kind.

    `cost_kinds` maps code to name: {'home-care': 'Care at home'} opens 'cost-home-care:…' for each holder. Partners
    named in `nhs` have an account for each cost that the NHS bears alone.

    >>> [each.code for each in standard_chart(["QJK"], {})]
    ['cash:QJK', 'receivable:QJK', 'payable:QJK', 'contribution:QJK', 'transfer:QJK', 'cash:people', \
'receivable:people', 'payable:people', 'charge:people']
    """
    costs = {f"cost-{code}": ("expense", name) for code, name in cost_kinds.items()}
    chart = []
    for holder in (*partners, PEOPLE):
        own = THE_PEOPLE if holder == PEOPLE else EACH_PARTNER
        alone = THE_NHS if holder in nhs else {}
        for purpose, (kind, name) in {**EVERYBODY, **own, **costs, **alone}.items():
            chart.append(NewAccount(f"{purpose}:{holder}", name, kind))
    return tuple(chart)


def pooled(amount_pence: int, shares: Mapping[str, int]) -> dict[str, int]:
    """What each partner bears of a shared amount, by its parts; sums exactly. Raises BadValue without any parts.

    >>> pooled(100, {"QJK": 2, "E06000027": 1})
    {'QJK': 67, 'E06000027': 33}
    """
    return dict(zip(shares, share_out(amount_pence, list(shares.values())), strict=True))


def entry(debit: str, credit: str, amounts_pence: Mapping[str, int]) -> tuple[Line, ...]:
    """Lines that move an amount for each holder from the credited purpose to the debited one; nothing for nothing.

    >>> entry("cost-home-care", "payable", {"people": 6755, "QJK": 0})
    (Line(account='cost-home-care:people', amount_pence=6755), Line(account='payable:people', amount_pence=-6755))
    """
    borne = {holder: pence for holder, pence in amounts_pence.items() if pence}
    debits = tuple(Line(f"{debit}:{holder}", pence) for holder, pence in borne.items())
    return debits + tuple(Line(f"{credit}:{holder}", -pence) for holder, pence in borne.items())


def check_lines(lines: Sequence[Line]) -> None:
    """Refuse lines that the database would refuse when the transaction ends, in words. Raises BadValue."""
    if len(lines) < 2:
        raise _unfit("journal-too-short", "An entry has at least two lines.", "Money comes from somewhere.")
    if any(not line.amount_pence for line in lines):
        raise _unfit("posting-nothing", "A line of this entry moves nothing.", "Its amount is 0.")
    left_pence: dict[str, int] = {}
    for line in lines:
        holder = line.account.partition(":")[2]
        left_pence[holder] = left_pence.get(holder, 0) + line.amount_pence
    over = {holder: pence for holder, pence in left_pence.items() if pence}
    if sum(over.values()):
        raise _unfit("journal-unbalanced", "Debits and credits of this entry differ.", _differences(over))
    if over:
        raise _unfit("journal-unbalanced-holder", "This entry mixes the holders' money.", _differences(over))


def reversed_lines(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The lines that undo these."""
    return tuple(Line(line.account, -line.amount_pence) for line in lines)


def four_accounts(rows: Iterable[Balance]) -> FourAccounts:
    """The four accounts out of one trial balance. Rows of one purpose are added up for each side."""
    found: dict[tuple[str, str, str], dict[str, int]] = {}
    for row in rows:
        sums = found.setdefault((row.kind, row.purpose, row.name), dict.fromkeys(COLUMNS, 0))
        sums[row.side] += row.balance_pence
    lines = [
        FourLine(purpose, name, kind, sums["nhs"], sums["council"], sums[PEOPLE])
        for (kind, purpose, name), sums in found.items()
    ]
    lines.sort(key=lambda line: (KINDS.index(line.kind), line.purpose, line.name))
    accounts = (_account(side, lines) for side in (*COLUMNS, "public"))
    return FourAccounts(tuple(lines), tuple(accounts))


def hledger_text(accounts: Iterable[tuple[str, NewAccount]], journals: Iterable[WrittenJournal]) -> Iterator[str]:
    """A journal that `hledger --strict` accepts, piece by piece. `accounts` are pairs of fund code and account."""
    yield "commodity 1000.00 GBP\n"
    for fund, account in accounts:
        yield f"account {hledger_name(fund, account.code, account.kind)}\n"
    for each in journals:
        corrects = "" if each.corrects is None else f", corrects:{each.corrects}"
        yield f"\n{each.dated_on} ({each.number}) {each.memo}\n"
        yield f"    ; fund:{each.fund}, source:{each.source}, purpose:{each.purpose}{corrects}\n"
        for line in each.lines:
            yield f"    {hledger_name(each.fund, line.account, line.kind)}  {_amount(line)}\n"


def beancount_text(
    accounts: Iterable[tuple[str, date, NewAccount]], journals: Iterable[WrittenJournal]
) -> Iterator[str]:
    """A journal that `bean-check` accepts, piece by piece. `accounts` are triples of fund code, first day, account."""
    yield 'option "title" "Pooled funds"\noption "operating_currency" "GBP"\n'
    for fund, starts_on, account in accounts:
        yield f"{starts_on} open {beancount_name(fund, account.code, account.kind)} GBP\n"
    for each in journals:
        corrects = "" if each.corrects is None else f"  corrects: {each.corrects}\n"
        yield f'\n{each.dated_on} * "{each.memo}"\n  number: {each.number}\n  source: "{each.source}"\n'
        yield f'  purpose: "{each.purpose}"\n{corrects}'
        for line in each.lines:
            yield f"  {beancount_name(each.fund, line.account, line.kind)}  {_amount(line)}\n"


def hledger_name(fund: str, code: str, kind: str) -> str:
    """An account as hledger names it.

    >>> hledger_name("TORBAY-POOL", "cash:QJK", "asset")
    'assets:TORBAY-POOL:cash:QJK'
    """
    return f"{ROOTS[kind].lower()}:{fund}:{code}"


def beancount_name(fund: str, code: str, kind: str) -> str:
    """An account as beancount names it: each part begins with a capital or a digit.

    >>> beancount_name("TORBAY-POOL", "charge:people", "income")
    'Income:TORBAY-POOL:Charge:People'
    """
    parts = (part[0].upper() + part[1:] for part in code.split(":"))
    return ":".join((ROOTS[kind], fund, *parts))


def _amount(line: WrittenLine) -> str:
    return f"{Money(line.amount_pence).to_text()} GBP"


def _account(side: str, lines: Iterable[FourLine]) -> Account:
    received_pence = spent_pence = left_pence = 0
    for line in lines:
        pence: int = getattr(line, f"{side}_pence")
        if line.kind == "income":
            received_pence -= pence
        elif line.kind == "expense":
            spent_pence += pence
        else:
            left_pence += pence
    return Account(side, received_pence, spent_pence, left_pence)


def _differences(over_pence: Mapping[str, int]) -> str:
    said = (f"{holder} {Money(pence).display()}" for holder, pence in sorted(over_pence.items()))
    return f"Left over: {', '.join(said)}."


def _unfit(code: str, what: str, why: str) -> BadValue:
    return BadValue(code, what, why, "Make debits and credits equal for each holder and send it again.")
