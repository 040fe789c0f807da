"""Does /why say of each line whether it is built, and is the chart readable at 320 pixels, by axe and on paper?"""

from __future__ import annotations

import pytest

from joinedup.desk import why
from joinedup.evaluation import figure_files
from joinedup.evaluation.rules import chart_rows
from joinedup.web.charts import Pair, paired_bars, table_of

CHART = """
{% extends "web/page.html" %}
{% from "web/components.html" import table %}
{% set title = "Promised, happened, cost" %}
{% block body %}{{ chart }}{{ table("The same numbers", columns, rows) }}{% endblock %}
"""


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """Both pages, rendered in this process without a database."""
    import django

    django.setup()
    from tests.pages import web_samples as samples

    return {"/why": samples.desk.why(samples.request("/why")).content.decode(), "/chart": chart_page(samples)}


def chart_page(samples) -> str:
    from django.template import engines
    from django.utils.safestring import mark_safe

    rows = chart_rows(figure_files.shipped())
    pairs = [Pair(each.label, each.promised, each.happened, each.unit, each.cost) for each in rows]
    columns, cells = table_of(pairs)
    chart = mark_safe(paired_bars("Promised and happened, 2015-16", pairs))
    context = {"chart": chart, "columns": columns, "rows": cells}
    return engines.all()[0].from_string(CHART).render(context, samples.request("/chart"))


def test_each_line_says_whether_it_is_built(pages):
    found, page = why.shipped(), pages["/why"]
    assert page.count('class="joinedup-stop"') == len(found.lines) == 45
    assert page.count(">Not built<") == len(found.lines) - found.built_count
    assert page.count(">Built<") == found.built_count
    assert all(f'id="{line.id}"' in page for line in found.lines)


def test_a_page_that_is_named_is_linked_and_its_test_shown(pages):
    for line in why.shipped().lines:
        if line.built:
            assert f'Open the page<span class="nhsuk-u-visually-hidden"> for {line.id}</span>' in pages["/why"]
            assert line.test in pages["/why"]


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/why", "/chart"])
@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing_and_nothing_overflows(pages, path, width):
    from tests.pages import browser as chrome

    site = chrome.Site(pages)
    with chrome.chromium() as chromium:
        page = site.open(chromium, path, size={"width": width, "height": 900})
        assert chrome.axe(page) == []
        assert not chrome.overflows(page)
        if path == "/chart":
            letters = page.evaluate("document.querySelector('.joinedup-chart text').getBoundingClientRect().height")
            assert letters >= 12
    assert site.complaints == []
    assert site.refused == []
