"""Can everybody read the chart: seen, heard, small, on paper, without colour, and with hostile texts in it?"""

from __future__ import annotations

import doctest
import re
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from joinedup.web import charts
from joinedup.web.charts import Pair, paired_bars, table_of

SVG = "{http://www.w3.org/2000/svg}"
PAIRS = [
    Pair("Emergency admissions", -106_000, 87_000, "admissions", "£311m published"),
    Pair("Days of delayed discharge", -293_000, 185_000, "days", "£146m published"),
]
VALUES = st.integers(min_value=-(10**12), max_value=10**12)


def numbers(element: ElementTree.Element, *names: str) -> list[float]:
    return [float(element.attrib[name]) for name in names]


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_examples_in_the_docstrings() -> None:
    assert doctest.testmod(charts).failed == 0


def test_it_has_a_title_a_description_and_every_number_in_words() -> None:
    drawn = ElementTree.fromstring(paired_bars("Promised and happened", PAIRS, name="home"))
    assert drawn.attrib["role"] == "img"
    title, described = drawn.find(f"{SVG}title"), drawn.find(f"{SVG}desc")
    assert title is not None
    assert described is not None
    assert drawn.attrib["aria-labelledby"] == title.attrib["id"] == "home-title"
    assert drawn.attrib["aria-describedby"] == described.attrib["id"] == "home-desc"
    written = [each.text for each in drawn.iter(f"{SVG}text")]
    assert "Promised −106,000 admissions" in written
    assert "Happened +185,000 days" in written
    assert "£311m published" in str(described.text)


def test_the_table_beside_it_holds_the_same_numbers() -> None:
    columns, rows = table_of(PAIRS)
    assert len(columns) == len(rows[0]) == 4
    assert rows[0] == ["Emergency admissions", "−106,000", "+87,000", "£311m published"]


def test_a_fall_lies_left_of_nought_and_a_rise_right_in_proportion() -> None:
    drawn = ElementTree.fromstring(paired_bars("t", PAIRS[:1]))
    promised, happened = (numbers(each, "x", "width") for each in drawn.iter(f"{SVG}rect"))
    nought = float(next(drawn.iter(f"{SVG}line")).attrib["x1"])
    assert abs(sum(promised) - nought) < 0.2
    assert abs(happened[0] - nought) < 0.2
    assert abs(promised[1] / happened[1] - 106 / 87) < 0.01


def test_nothing_comes_from_elsewhere_and_no_style_stands_in_it() -> None:
    text = paired_bars("t", PAIRS)
    assert not re.search(r"style|script|href|url\(|import|on[a-z]+=", text)
    assert re.findall(r"https?://[^\"]+", text) == ["http://www.w3.org/2000/svg"]


def test_colours_pass_contrast_and_differ_without_colour() -> None:
    assert contrast(charts.INK, "#ffffff") >= 7
    assert contrast(charts.HAPPENED_COLOUR, "#ffffff") >= 4.5
    assert contrast(charts.HAPPENED_COLOUR, charts.PROMISED_COLOUR) >= 3


def test_hostile_texts_stay_texts() -> None:
    bad = '</title><script>alert("&")</script>'
    text = paired_bars(bad, [Pair(bad, 1, -1, bad, bad)], description=bad, name='"><script>')
    assert "<script" not in text
    assert {each.tag.removeprefix(SVG) for each in ElementTree.fromstring(text).iter()} <= {
        *("svg", "title", "desc", "text", "rect", "line"),
    }


@given(VALUES, VALUES, st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=200))
def test_whatever_the_numbers_it_stays_inside_its_box(promised: int, happened: int, label: str) -> None:
    drawn = ElementTree.fromstring(paired_bars("t", [Pair(label or "x", promised, happened, "days", "note " * 30)]))
    width, height = (float(each) for each in drawn.attrib["viewBox"].split()[2:])
    assert width <= 320
    for bar in drawn.iter(f"{SVG}rect"):
        x, y, wide, high = numbers(bar, "x", "y", "width", "height")
        assert x >= -charts.SHORTEST_BAR
        assert x + wide <= width + charts.SHORTEST_BAR
        assert y + high <= height
    assert all(float(each.attrib["y"]) <= height for each in drawn.iter(f"{SVG}text"))
    assert all(len(str(each.text)) <= charts.LINE_CHARACTERS for each in drawn.iter(f"{SVG}text"))


def test_nothing_to_draw_is_no_failure() -> None:
    ElementTree.fromstring(paired_bars("t", []))
    ElementTree.fromstring(paired_bars("t", [Pair("x", 0, 0, "days")]))
