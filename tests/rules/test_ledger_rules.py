"""Do entries balance for every holder, do the four accounts add up, and does hledger agree to the penny?

hledger is an outside program: where it is missing these tests fail, because agreement with ourselves proves nothing.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from joinedup.base.errors import BadValue
from joinedup.base.money import Money
from joinedup.ledger import rules
from joinedup.ledger.rules import Balance, Line, WrittenJournal, WrittenLine

NHS, COUNCIL, PEOPLE = "QJK", "E06000027", "people"
SIDES = {NHS: "nhs", COUNCIL: "council", PEOPLE: "people"}
CHART = {each.code: each for each in rules.standard_chart([NHS, COUNCIL], {"home-care": "Care at home"})}
TRANSFERABLE = [("cash", "receivable"), ("receivable", "payable"), ("cost-home-care", "payable"), ("payable", "cash")]
AMOUNTS = some.integers(min_value=-10_000_000_00, max_value=10_000_000_00)
few = settings(max_examples=15, deadline=None, derandomize=True)


def balances(journals: list[tuple[Line, ...]]) -> list[Balance]:
    sums = dict.fromkeys(CHART, 0)
    for lines in journals:
        for line in lines:
            sums[line.account] += line.amount_pence
    return [
        Balance(code, CHART[code].name, CHART[code].kind, CHART[code].holder, SIDES[CHART[code].holder], pence)
        for code, pence in sums.items()
    ]


@some.composite
def entries(draw) -> tuple[Line, ...]:
    debit, credit = draw(some.sampled_from(TRANSFERABLE))
    amounts = draw(some.dictionaries(some.sampled_from(list(SIDES)), AMOUNTS, min_size=1))
    return rules.entry(debit, credit, amounts)


books = some.lists(entries().filter(bool), min_size=1, max_size=12)


def hledger(text: str, *words: str) -> str:
    program = shutil.which("hledger")
    assert program, "hledger is missing: apt-get install hledger"
    done = subprocess.run([program, "-f", "-", *words], input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def written(journals: list[tuple[Line, ...]]) -> list[WrittenJournal]:
    return [
        WrittenJournal(
            "POOL", number, date(2025, 4, 1) + timedelta(days=number % 300), "week", "delivered_week/1", "cost",
            number - 1 if number % 5 == 0 else None,
            tuple(WrittenLine(line.account, CHART[line.account].kind, line.amount_pence) for line in lines),
        )
        for number, lines in enumerate(journals, start=1)
    ]  # fmt: skip


def text_of(journals: list[tuple[Line, ...]]) -> str:
    return "".join(rules.hledger_text((("POOL", account) for account in CHART.values()), written(journals)))


# Entries


def test_the_chart_opens_the_same_purposes_for_each_partner_and_charges_for_the_people_alone():
    assert {code for code in CHART if code.startswith("cost-home-care")} == {
        f"cost-home-care:{holder}" for holder in SIDES
    }
    assert "contribution:people" not in CHART
    assert "charge:people" in CHART
    assert "charge:QJK" not in CHART


@given(some.integers(-(10**9), 10**9), some.dictionaries(some.sampled_from("ABCDE"), some.integers(1, 99), min_size=1))
@few
def test_a_shared_amount_is_shared_to_the_penny(amount_pence, shares):
    assert sum(rules.pooled(amount_pence, shares).values()) == amount_pence


def test_an_entry_of_a_week_is_borne_by_three_and_balances_for_each():
    lines = rules.entry("cost-home-care", "payable", {PEOPLE: 6755, **rules.pooled(33245, {NHS: 60, COUNCIL: 40})})
    assert sum(line.amount_pence for line in lines if line.amount_pence > 0) == 40000
    rules.check_lines(lines)


def test_nothing_moved_is_no_line():
    assert rules.entry("cash", "payable", {NHS: 0}) == ()


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([Line("cash:QJK", 5)], "journal-too-short"),
        ([], "journal-too-short"),
        ([Line("cash:QJK", 0), Line("payable:QJK", 0)], "posting-nothing"),
        ([Line("cash:QJK", 5), Line("payable:QJK", -4)], "journal-unbalanced"),
        ([Line("cash:QJK", 5), Line("payable:people", -5)], "journal-unbalanced-holder"),
    ],
)
def test_what_does_not_balance_is_refused_in_words(lines, code):
    with pytest.raises(BadValue) as refused:
        rules.check_lines(lines)
    assert refused.value.code == code


@given(entries().filter(bool))
@few
def test_whatever_entry_makes_balances_and_its_reversal_undoes_it(lines):
    rules.check_lines(lines)
    undone = rules.reversed_lines(lines)
    rules.check_lines(undone)
    assert all(row.balance_pence == 0 for row in balances([lines, undone]))


# The four accounts


@given(books)
@few
def test_the_four_accounts_are_one_trial_balance(journals):
    rows = balances(journals)
    four = rules.four_accounts(rows)
    assert four.agrees
    assert sum(line.public_pence for line in four.lines) == sum(row.balance_pence for row in rows) == 0
    by_purpose = {line.purpose: line.public_pence for line in four.lines}
    assert by_purpose["cash"] == sum(row.balance_pence for row in rows if row.purpose == "cash")


def test_one_penny_out_of_place_shows():
    rows = balances([rules.entry("cost-home-care", "payable", {NHS: 100})])
    assert rules.four_accounts(rows).agrees
    mine = [row for row in rows if row.code != "payable:QJK"]
    assert not rules.four_accounts(mine).agrees


def test_two_partners_of_one_side_are_added_up():
    rows = [Balance("cash:A", "Cash", "asset", "A", "nhs", 7), Balance("cash:B", "Cash", "asset", "B", "nhs", -3)]
    (line,) = rules.four_accounts(rows).lines
    assert (line.nhs_pence, line.council_pence, line.people_pence, line.public_pence) == (4, 0, 0, 4)


# Other programs


@given(books)
@few
def test_hledger_reads_the_same_balances(journals):
    text = text_of(journals)
    hledger(text, "check", "--strict")
    report = csv.DictReader(io.StringIO(hledger(text, "balance", "-O", "csv", "--no-total", "--flat", "--empty")))
    read = {row["account"]: Money.from_text(row["balance"].removesuffix(" GBP")).pence for row in report}
    ours = {rules.hledger_name("POOL", row.code, row.kind): row.balance_pence for row in balances(journals)}
    assert {name: read.get(name, 0) for name in ours} == ours
    assert set(read) <= set(ours)


def test_hledger_refuses_a_text_that_is_a_penny_out():
    text = text_of([rules.entry("cost-home-care", "payable", {NHS: 12345})]).replace("-123.45", "-123.44")
    with pytest.raises(AssertionError, match="could not balance"):
        hledger(text, "check")


def test_hledger_finds_the_source_and_what_a_journal_corrects():
    entries = [rules.entry("cash", "receivable", {NHS: number}) for number in range(1, 7)]
    found = hledger(text_of(entries), "print", "tag:corrects=^4$", "tag:source=delivered_week/1")
    assert "(5) week" in found
    assert "(4) week" not in found


def test_beancount_text_opens_each_account_before_it_is_used_and_balances():
    journals = [rules.entry("cost-home-care", "payable", {NHS: 12345, PEOPLE: 1})]
    opened = [("POOL", date(2025, 4, 1), account) for account in CHART.values()]
    text = "".join(rules.beancount_text(opened, written(journals)))
    names = re.findall(r"^\d{4}-\d\d-\d\d open (\S+) GBP$", text, flags=re.MULTILINE)
    lines = re.findall(r"^  (\S+:\S+)  (-?\d+\.\d\d) GBP$", text, flags=re.MULTILINE)
    assert len(names) == len(set(names)) == len(CHART)
    assert {name for name, _ in lines} <= set(names)
    assert all(re.fullmatch(r"[A-Z][a-z]+(:[A-Z0-9][A-Za-z0-9-]*)+", name) for name in names)
    assert Money.total(Money.from_text(amount) for _, amount in lines) == Money(0)
