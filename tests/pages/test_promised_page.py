"""Does the page of what was promised show plan, actual and cost with inputs and steps, and claim nothing else?"""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def page() -> str:
    """The page, rendered without a database."""
    from joinedup.desk.views.promised import promised
    from tests.pages import web_samples as samples

    return promised(samples.request("/promised")).content.decode()


def test_plan_actual_and_cost_stand_together_with_inputs_and_steps(page):
    for words in ("−106,000", "+87,000", "193,000", "£311m", "−293,000", "+185,000", "478,000", "£146m", "-82.1%"):
        assert words in page, words
    for words in ("By how many did emergency admissions change?", "National Audit Office", "171 million", "1 million",
                  "That price times the gap."):  # fmt: skip
        assert words in page, words
    assert page.count("Contradicts") == 0


def test_a_rounded_count_is_never_called_exact(page):
    assert "192,000 to 194,000" in page
    assert "£310.4m to £312.3m; with the rounding of the counts too, £" in page
    assert ">exact<" not in page.split("Inputs")[0]


def test_what_was_to_be_expected_is_said_to_be_unknown(page):
    assert page.count("Expected otherwise:</strong> Not known.") == 2


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_it_reads_well(page, width):
    from tests.pages import browser as chrome

    site = chrome.Site({"/promised": page})
    with chrome.chromium() as chromium:
        opened = site.open(chromium, "/promised", size={"width": width, "height": 900})
        assert chrome.axe(opened) == []
        assert not chrome.overflows(opened)
    assert site.complaints == []
