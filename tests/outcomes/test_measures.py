"""Do the measures count what their descriptions say? Each on rows that were made to be told apart."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest

from joinedup.base.errors import OperatorMustAct
from joinedup.outcomes import catalogue, extract_reading
from joinedup.outcomes.computing import figures_of
from joinedup.outcomes.measures import EXPRESSIONS, NEEDED
from joinedup.outcomes.printing import as_json, as_text, statements
from tests.outcomes.invented import Stay, write_extract

PLACE = "E99000001"
TODAY = date(2026, 11, 2)


def figures(folder, name):
    measured = {each.measure.name: each.figures for each in figures_of(extract_reading.checked(folder))[PLACE]}
    return measured[name]


def whole(folder, name):
    return figures(folder, name)[0]


def test_open_plans_with_a_named_case_manager(tmp_path):
    plans = [("agreed", True)] * 30 + [("agreed", False)] * 10 + [("ended", False)] * 50
    found = whole(write_extract(tmp_path, plans=plans), "case_manager_named")
    assert (found.events, found.of, found.value) == (30, 40, Decimal("75.0000"))
    assert found.lower < 75 < found.upper
    assert (found.starts_on, found.ends_on) == (TODAY, TODAY + timedelta(days=1))


def test_days_to_the_first_service_count_those_who_wait_and_only_the_last_year(tmp_path):
    day = date(2026, 6, 1)
    served = [(day, day + timedelta(days=days)) for days in (2, 4, 4, 6, 8, 10, 12, 14, 16)]
    waiting = [(day, None)] * 3
    old = [(date(2025, 11, 2), date(2026, 10, 1))] * 9
    backwards = [(day, day - timedelta(days=1))]
    found = whole(write_extract(tmp_path, requests=[*served, *waiting, *old, *backwards]), "first_service_days")
    assert (found.events, found.of, found.value) == (9, 13, Decimal("8.0000"))
    assert (found.lower, found.upper) == (Decimal("2.0000"), Decimal("16.0000"))


def test_emergency_admissions_count_older_people_once_a_day_in_complete_months(tmp_path):
    stays = [Stay(date(2026, 10, 1 + day)) for day in range(20)]
    stays += [Stay(date(2026, 9, 5), pseudonym="b" * 32)] * 2  # told by two bodies: one of them counts
    stays += [Stay(date(2026, 9, 6), pseudonym=f"{day:032}") for day in range(9)]
    stays += [Stay(date(2026, 11, 1))] * 30 + [Stay(date(2025, 10, 31))] * 30  # outside the twelve months
    stays += [Stay(date(2026, 10, 2), age_band="18-64")] * 30 + [Stay(date(2026, 10, 2), how="other")] * 30
    stays += [Stay(date(2026, 10, 3), how="not_sent") for _ in range(4)]
    found = figures(write_extract(tmp_path, older_people=200, stays=stays), "emergency_admissions_older")
    total, *months = found
    assert (total.events, total.of, total.value, total.left_out) == (30, 200, Decimal("150.0000"), 4)
    assert (total.starts_on, total.ends_on) == (date(2025, 11, 1), date(2026, 11, 1))
    shown = {month.part: month.events for month in months}
    assert len(shown) == 12
    assert (shown["2026-10"], shown["2026-09"], shown["2025-11"]) == (20, 10, 0)


def test_delay_is_from_ready_to_leaving_and_says_how_many_did_not_say(tmp_path):
    first = date(2026, 9, 1)
    ready = [Stay(first, first + timedelta(days=9 + wait), first + timedelta(days=9)) for wait in range(10)]
    unsaid = [Stay(first, first + timedelta(days=9))] * 5
    after = [Stay(first, first + timedelta(days=9), first + timedelta(days=10))]
    still_in = [Stay(first, None, first + timedelta(days=9))]
    found = whole(write_extract(tmp_path, stays=[*ready, *unsaid, *after, *still_in]), "discharge_delay")
    assert (found.events, found.of, found.value, found.left_out) == (10, 16, Decimal("4.5000"), 6)


def test_the_joint_share_is_of_what_is_known_to_be_spent(tmp_path):
    on = date(2026, 10, 1)
    postings = [("expense", "nhs", on, 30_000_00, f"{who:032}") for who in range(8)]
    postings += [("expense", "people", on, 99_000_00, None), ("liability", "nhs", on, -30_000_00, None)]
    postings += [("expense", "council", date(2025, 11, 2), 99_000_00, None)]  # a day too early
    weeks = date(2026, 11, 2) - timedelta(days=69)  # ten weeks with both ends
    services = [(weeks, None, 9_000_00)] * 8 + [(weeks, None, None)] * 3 + [(date(2024, 1, 1), date(2025, 1, 1), 5)]
    found = whole(write_extract(tmp_path, postings=postings, services=services), "joint_spending")
    assert (found.events, found.of, found.left_out) == (240_000_00, 960_000_00, 3)
    assert found.value == Decimal("25.0000")
    assert found.lower is None


@pytest.mark.parametrize("behind", [[None] * 20, ["a" * 32] * 20, [f"{who:032}" for who in range(7)]])
def test_the_money_of_a_few_people_is_suppressed_however_many_postings_there_are(tmp_path, behind):
    postings = [("expense", "nhs", date(2026, 10, 1), 1_000_00, who) for who in behind]
    services = [(date(2026, 1, 1), None, 9_000_00)] * 20
    found = whole(write_extract(tmp_path, postings=postings, services=services), "joint_spending")
    assert (found.suppressed, found.events, found.of, found.value) == ("small", None, None, None)


FIRST_BILLS = "first_bill_as_estimated", "last_bill_as_estimated", "first_bill_off_estimate"


def test_bills_are_held_against_the_first_estimate_and_the_median_is_a_whole_pound(tmp_path):
    begins = date(2026, 3, 1)
    within = [(begins, 0, 0)] * 20 + [(begins, 0, 500)] * 10
    above, below = [(begins, pence, 0) for pence in (120, 140, 260, 330, 410)], [(begins, -1049, -1049)] * 5
    old = [(date(2025, 11, 2), 9900, 9900)] * 20 + [(date(2026, 11, 3), 9900, 9900)] * 20
    folder = write_extract(tmp_path, estimates=[*within, *above, *below, *old])
    first, last, off = (whole(folder, name) for name in FIRST_BILLS)
    assert (first.events, first.of, first.value) == (30, 40, Decimal("75.0000"))
    assert (last.events, last.of, last.value) == (25, 40, Decimal("62.5000"))
    assert (off.events, off.of, off.value) == (10, 40, Decimal("700.0000"))  # between 4.10 and 10.49
    assert (off.lower, off.upper) == (Decimal("100.0000"), Decimal("1000.0000"))
    said = as_text(extract_reading.checked(folder), figures_of(extract_reading.checked(folder)))
    assert "£7  (£1 to £10; 10 of 40)" in said


@pytest.mark.parametrize(("within", "off"), [(7, 30), (30, 7), (3, 3)])
def test_neither_a_few_whose_bill_was_as_told_nor_a_few_whose_bill_was_not_are_shown(tmp_path, within, off):
    begins = date(2026, 3, 1)
    folder = write_extract(tmp_path, estimates=[(begins, 0, 0)] * within + [(begins, 900, 900)] * off)
    for name in FIRST_BILLS:
        found = whole(folder, name)
        assert (found.suppressed, found.events, found.of, found.value) == ("small", None, None, None)


def test_where_every_bill_was_as_told_there_is_no_median(tmp_path):
    folder = write_extract(tmp_path, estimates=[(date(2026, 3, 1), 0, 0)] * 20)
    assert whole(folder, FIRST_BILLS[0]).value == 100
    assert whole(folder, FIRST_BILLS[2]).suppressed == "nothing"


def test_an_extract_from_before_there_were_estimates_is_still_counted_and_followed(tmp_path):
    from joinedup.outcomes.rows_behind import rows_behind

    older = write_extract(tmp_path, plans=[("agreed", True)] * 9, without=["estimate"])
    assert whole(older, "case_manager_named").value == 100
    assert {whole(older, name).suppressed for name in FIRST_BILLS} == {"nothing"}
    (plans,) = rows_behind(extract_reading.checked(older), catalogue.measure("case_manager_named"), PLACE)
    assert len(plans.rows) == 9


def test_an_empty_extract_says_that_there_was_nothing_to_count(tmp_path):
    found = figures_of(extract_reading.checked(write_extract(tmp_path)))[PLACE]
    assert {each.figures[0].suppressed for each in found} == {"nothing"}
    assert all(each.figures[0].value is None for each in found)


def test_every_measure_is_described_and_every_description_is_counted():
    assert [each.name for each in catalogue.shipped()] == list(EXPRESSIONS)
    promises = catalogue.promises()
    assert all(each.promise or each.promised.startswith("No promise set") for each in catalogue.shipped())
    assert catalogue.measure("case_manager_named").promise_on(TODAY, promises).percent() == 100


def test_what_the_measures_need_is_what_the_extract_holds():
    """Two declarations, because files stand between them: the reader's may ask for no more than the writer's gives."""
    from joinedup.extract.tables import TABLES

    written = {table.name: {column.name: column.type for column in table.columns} for table in TABLES}
    for name, columns in NEEDED.items():
        assert columns.items() <= written[name].items(), name


def test_the_expressions_give_whole_numbers_only(tmp_path):
    from joinedup.outcomes.computing import days
    from joinedup.outcomes.measures import Span, unbound_tables

    folder = write_extract(
        tmp_path, older_people=9, stays=[Stay(date(2026, 9, 1), date(2026, 9, 9), date(2026, 9, 4))],
        requests=[(TODAY, TODAY)], plans=[("agreed", True)], services=[(TODAY, None, 700)],
        postings=[("expense", "nhs", TODAY, 5, "a")], estimates=[(TODAY, 5, 0)],
    )  # fmt: skip
    with extract_reading.engine(extract_reading.checked(folder)) as running:
        for measure in catalogue.shipped():
            starts_on, ends_on = days(measure, TODAY)
            for make in EXPRESSIONS[measure.name].values():
                rows = running.rows(make(unbound_tables(), Span(starts_on, ends_on - timedelta(days=1))))
                kinds = {type(value) for row in rows for name, value in row.items() if name != "place"}
                assert kinds <= {int, type(None)}, measure.name


def test_the_command_prints_the_same_as_json_and_as_lines(tmp_path):
    extract = extract_reading.checked(write_extract(tmp_path, plans=[("agreed", True)] * 3))
    found = figures_of(extract)
    text, data = as_text(extract, found), as_json(extract, found)
    assert "Agreed plans with a named case manager: Suppressed: the number is small" in text
    assert data["schema"] == "measures/1"
    first = data["places"][PLACE][0]
    assert (first["name"], first["figures"][0]["suppressed"], first["figures"][0]["events"]) == (
        "case_manager_named", "small", None,
    )  # fmt: skip
    json.dumps(data)
    assert len(list(statements(TODAY))) == 11


@pytest.mark.parametrize("name", ["stay.parquet", "manifest.json"])
def test_a_damaged_extract_is_refused(tmp_path, name):
    folder = write_extract(tmp_path)
    (folder / name).write_bytes(b"{}")
    with pytest.raises(OperatorMustAct) as refused:
        extract_reading.checked(folder)
    assert refused.value.code == "extract-damaged"


def test_without_an_extract_it_says_how_to_make_one(tmp_path):
    with pytest.raises(OperatorMustAct) as refused:
        extract_reading.newest(tmp_path)
    assert "joinedup extract" in refused.value.next_step


@pytest.mark.parametrize(("old", "new", "said"), [
    ("kind: share", "kind: guess", "kind must be"), ("better: higher", "worse: higher", "must have the keys"),
    ("name: first_service_days", "name: case_manager_named", "stands twice"),
    ("measures:", "rows:", "the key measures"),
])  # fmt: skip
def test_a_careless_change_of_the_catalogue_is_refused(old, new, said):
    from joinedup.base.errors import WeMustAct

    text = catalogue.FILE.read_text(encoding="utf-8")
    with pytest.raises(WeMustAct) as refused:
        catalogue.read(text.replace(old, new, 1))
    assert said in str(refused.value)
