"""How is the result of a what-if told: in tables, in a terminal, and drawn?

Everything is made from the result document alone, so that page, terminal, file and chart say the same. The drawing is
SVG made here: words and amounts stand above each bar, nothing is said by colour alone, and it asks no other host.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from joinedup.base.money import Money

WIDTH = 320
LINE = 20
BAR = 16
GAP = 14
SHORTEST = 2
INK = "#212b32"
BEFORE = "#d8dde0"
AFTER = "#005eb8"
CHARACTERS = 42
HIDDEN = "not shown"
PAYERS = {"person": "People themselves", "council": "Councils", "nhs": "NHS", "other": "Others (top-ups)"}
POUND = 100
MINUS = "−"

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """One table: its caption, columns (numeric ones said so) and rows of text."""

    caption: str
    columns: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def headings(self) -> list[object]:
        """The columns as the table component takes them."""
        return [{"text": text, "numeric": True} if numeric else text for text, numeric in self.columns]


def tables(document: Document) -> tuple[Shown, ...]:
    """Who pays, and who pays less and more, by income and by age."""
    found, weeks = document["results"], document["inputs"]["weeks"]
    payers = tuple(
        (PAYERS[row["payer"]], pounds(row["before_pence"]), pounds(row["after_pence"]),
         changed(row["change_pence"]), changed(row["change_weekly_pence"]))
        for row in found["payers"]
    )  # fmt: skip
    total = pounds(found["cost_pence"])
    columns = (("Payer", False), ("Now", True), ("With the reform", True), ("Change", True), ("Change a week", True))
    return (
        Shown(f"Who pays over {weeks} weeks", columns, (*payers, ("Together", total, total, "£0.00", "£0.00"))),
        _bands("Who pays less and more, by weekly income", "Income", found["by_income"], found["everybody"]),
        _bands("Who pays less and more, by age", "Age", found["by_age"], found["everybody"]),
    )


def as_text(document: Document) -> str:
    """The result for a terminal."""
    inputs = document["inputs"]
    people = inputs["people"]
    whom = (
        f"{people['count']:,} generated people, seed {people['seed']}"
        if people["kind"] == "generated"
        else f"the caseload: {people['count']:,} cases that you may see"
    )
    lines = [f"{inputs['reform']['name']} on {inputs['as_at']}, {whom}", document["about"], ""]
    for each in tables(document):
        lines += [each.caption, *_columns(each), ""]
    lines += [*document["warnings"], f"digest {document['digest']}"]
    return "\n".join(lines)


def chart(document: Document, name: str = "what-if") -> str:
    """What each payer pays now and with the reform, as SVG text; every text in it is escaped."""
    rows = [row for row in document["results"]["payers"] if row["before_pence"] or row["after_pence"]]
    most = max([1, *(max(row["before_pence"], row["after_pence"]) for row in rows)])
    title = f"Who pays over {document['inputs']['weeks']} weeks, now and with {document['inputs']['reform']['name']}"
    parts, top = list[str](), 0
    for row in rows:
        top = _text(parts, PAYERS[row["payer"]], top, ' font-weight="bold"')
        for word, pence, colour in (("Now", row["before_pence"], BEFORE), ("Reform", row["after_pence"], AFTER)):
            top = _text(parts, f"{word}: {pounds(pence)}", top)
            length = max(round(pence / most * (WIDTH - 4)), SHORTEST) if pence else 0
            parts.append(f'<rect x="2" y="{top + 2}" width="{length}" height="{BAR}" fill="{colour}" stroke="{INK}"/>')
            top += BAR + GAP // 2
        top += GAP
    words = " ".join(
        f"{PAYERS[row['payer']]}: now {pounds(row['before_pence'])}, reform {pounds(row['after_pence'])}."
        for row in rows
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="joinedup-chart" viewBox="0 0 {WIDTH} {max(top, 1)}"'
            f' role="img" aria-labelledby="{name}-title" aria-describedby="{name}-desc"'
            f' font-family="Arial, sans-serif" font-size="14" fill="{INK}" preserveAspectRatio="xMinYMin meet">',
            f'<title id="{name}-title">{escape(title)}</title>',
            f'<desc id="{name}-desc">{escape(words)}</desc>',
            *parts,
            "</svg>",
        ]
    )


def pounds(pence: int) -> str:
    """Whole pounds for large sums, to the penny for small ones.

    >>> pounds(12_345_678), pounds(12_345)
    ('£123,457', '£123.45')
    """
    if abs(pence) < POUND * POUND * 10:
        return Money(pence).display().replace("-", MINUS)
    whole = (abs(pence) + POUND // 2) // POUND
    return f"{MINUS if pence < 0 else ''}£{whole:,}"


def changed(pence: int) -> str:
    """A change with its sign.

    >>> changed(500), changed(-12_345_678)
    ('+£5.00', '−£123,457')
    """
    return f"+{pounds(pence)}" if pence > 0 else pounds(pence)


def _bands(caption: str, what: str, rows: Sequence[Document], everybody: Document) -> Shown:
    columns = (
        (what, False), ("People", True), ("Pay less", True), ("Pay more", True), ("Pay the same", True),
        ("Middle change", True), ("All changes", True),
    )  # fmt: skip
    return Shown(caption, columns, tuple(_band(row) for row in (*rows, everybody)))


def _band(row: Document) -> tuple[str, ...]:
    counts = (row[name] for name in ("people", "pay_less", "pay_more", "pay_same"))
    sums = (row[name] for name in ("median_change_pence", "change_pence"))
    return (
        str(row["band"]).capitalize(),
        *(HIDDEN if each is None else f"{each:,}" for each in counts),
        *(HIDDEN if each is None else changed(each) for each in sums),
    )


def _columns(each: Shown) -> list[str]:
    rows = [tuple(text for text, _ in each.columns), *each.rows]
    widths = [max(len(row[place]) for row in rows) for place in range(len(each.columns))]
    return [
        "  "
        + "  ".join(
            text.rjust(width) if numeric else text.ljust(width)
            for text, width, (_, numeric) in zip(row, widths, each.columns, strict=True)
        )
        for row in rows
    ]


def _text(parts: list[str], text: str, top: int, weight: str = "") -> int:
    for line in textwrap.wrap(text, CHARACTERS):
        parts.append(f'<text x="2" y="{top + 14}"{weight}>{escape(line)}</text>')
        top += LINE
    return top
