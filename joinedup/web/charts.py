"""How is "promised beside happened" drawn, so that everybody can read it?

A pure function from numbers to SVG text: two bars a pair, to the left and right of one line of nought, with words and
number above each bar, so that nothing is said by colour alone. It has a title and a description, asks no other host for
anything, uses presentation attributes and no style (the content policy forbids it), and is drawn 320 units wide with
text of 14, so that it can be read on a small phone and on paper. The page puts a table with the same numbers beside
it: `table_of`. Left out: choosing what to draw.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Protocol

WIDTH = 320
MARGIN = 2
LINE_HEIGHT = 20
BAR_HEIGHT = 18
BAR_GAP = 8
PAIR_GAP = 20
LINE_CHARACTERS = 42
SHORTEST_BAR = 2
NOUGHT_OVERHANG = 3

INK = "#212b32"
PROMISED_COLOUR = "#d8dde0"
HAPPENED_COLOUR = "#005eb8"
"""On white, ink is about 14:1 and the blue 6:1. The grey of what was promised has an edge of ink, because grey alone
would be too faint; on a black and white printer the two stay light with an edge, and dark."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two bars: what was promised and what happened, both as changes (below nought: a fall), and a note below them."""

    label: str
    promised: int
    happened: int
    unit: str
    note: str = ""


def paired_bars(title: str, pairs: Sequence[Pair], description: str = "", name: str = "chart") -> str:
    """An SVG as text, safe to put into a page as it is: every text given is escaped.

    Each pair has its own scale, since admissions and days cannot share one; the numbers are written out. Without a
    description the numbers are told in words. `name` keeps its ids apart from those of another chart on the page.

    >>> "<b>" in paired_bars("<b>", [Pair("<b>", -2, 1, "<b>", "<b>")], name="<b>")
    False
    """
    parts: list[str] = []
    top = MARGIN
    for pair in pairs:
        drawn, top = _pair(pair, top)
        parts += drawn
    return _svg(parts, top, title, description or described(pairs), name)


def _svg(parts: Sequence[str], height: int, title: str, description: str, name: str) -> str:
    safe = "".join(letter for letter in name if letter.isascii() and (letter.isalnum() or letter == "-")) or "chart"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="joinedup-chart" viewBox="0 0 {WIDTH} {max(height, 1)}"'
            f' role="img" aria-labelledby="{safe}-title" aria-describedby="{safe}-desc"'
            f' font-family="Arial, sans-serif" font-size="14" fill="{INK}" preserveAspectRatio="xMinYMin meet">',
            f'<title id="{safe}-title">{escape(title)}</title>',
            f'<desc id="{safe}-desc">{escape(description)}</desc>',
            *parts,
            "</svg>",
        ]
    )


class Weight(Protocol):
    """A bar with words and a value to either side of nought."""

    @property
    def label(self) -> str: ...
    @property
    def value(self) -> float: ...


def weight_chart(title: str, bars: Sequence[Weight], unit: str = "bits", name: str = "weights") -> str:
    """One bar a line on one common scale, to the left and right of nought, as an SVG that is safe in a page."""
    lowest, highest = min((bar.value for bar in bars), default=0), max((bar.value for bar in bars), default=0)
    scale = (WIDTH - 2 * MARGIN) / ((max(highest, 0) - min(lowest, 0)) or 1)
    nought, top, parts = MARGIN - min(lowest, 0) * scale, MARGIN, []
    for bar in bars:
        colour = HAPPENED_COLOUR if bar.value > 0 else PROMISED_COLOUR
        words, top = _lines(f"{bar.label} {bar.value:+.1f} {unit}".replace("-", "−"), top)
        top += NOUGHT_OVERHANG
        parts += [*words, *_bar(bar.value, nought, scale, top, colour)]
        top += BAR_HEIGHT + BAR_GAP
    told = "; ".join(f"{bar.label} {bar.value:+.1f} {unit}" for bar in bars)
    return _svg(parts, top, title, told, name)


def table_of(pairs: Sequence[Pair], note_heading: str = "Cost of the gap") -> tuple[list[object], list[list[str]]]:
    """Columns and rows of the same numbers for the `table` component."""
    columns: list[object] = [
        "What",
        {"text": "Promised", "numeric": True},
        {"text": "Happened", "numeric": True},
        note_heading,
    ]
    return columns, [[pair.label, signed(pair.promised), signed(pair.happened), pair.note] for pair in pairs]


def described(pairs: Sequence[Pair]) -> str:
    """The chart in words, for whoever hears it.

    >>> described([Pair("Emergency admissions", -106_000, 87_000, "admissions")])
    'Emergency admissions: promised −106,000 admissions, happened +87,000 admissions.'
    """
    return " ".join(
        f"{pair.label}: promised {signed(pair.promised)} {pair.unit}, happened {signed(pair.happened)} {pair.unit}."
        + (f" {pair.note}." if pair.note else "")
        for pair in pairs
    )


def signed(value: int) -> str:
    """A change with its sign.

    >>> signed(87_000), signed(-106_000), signed(0)
    ('+87,000', '−106,000', '0')
    """
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{abs(value):,}"


def _pair(pair: Pair, top: int) -> tuple[list[str], int]:
    """The lines of one pair and where the next one may begin."""
    drawn, top = _lines(pair.label, top, weight=' font-weight="bold"')
    lowest, highest = min(pair.promised, pair.happened, 0), max(pair.promised, pair.happened, 0)
    scale = (WIDTH - 2 * MARGIN) / ((highest - lowest) or 1)
    nought = MARGIN - lowest * scale
    bars = (("Promised", pair.promised, PROMISED_COLOUR), ("Happened", pair.happened, HAPPENED_COLOUR))
    for word, value, colour in bars:
        words, top = _lines(f"{word} {signed(value)} {pair.unit}", top)
        top += NOUGHT_OVERHANG
        drawn += [*words, *_bar(value, nought, scale, top, colour)]
        top += BAR_HEIGHT + BAR_GAP
    notes, top = _lines(pair.note, top)
    return drawn + notes, top + PAIR_GAP


def _bar(value: float, nought: float, scale: float, top: int, colour: str) -> list[str]:
    length = max(abs(value) * scale, SHORTEST_BAR) if value else 0
    left = nought - length if value < 0 else nought
    end = top + BAR_HEIGHT
    return [
        f'<rect x="{left:.1f}" y="{top}" width="{length:.1f}" height="{BAR_HEIGHT}" fill="{colour}" stroke="{INK}"/>',
        f'<line x1="{nought:.1f}" y1="{top - NOUGHT_OVERHANG}" x2="{nought:.1f}" y2="{end + NOUGHT_OVERHANG}"'
        f' stroke="{INK}" stroke-width="2"/>',
    ]


def _lines(text: str, top: int, weight: str = "") -> tuple[list[str], int]:
    """A text on as many lines as it needs, and where the next thing may begin."""
    lines = textwrap.wrap(text, LINE_CHARACTERS)
    drawn = [
        f'<text x="{MARGIN}" y="{top + 14 + number * LINE_HEIGHT}"{weight}>{escape(line)}</text>'
        for number, line in enumerate(lines)
    ]
    return drawn, top + len(lines) * LINE_HEIGHT
