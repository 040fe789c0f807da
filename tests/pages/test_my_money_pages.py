"""Can a family go the whole way by the pages alone: evidence, charge, my money, statement, appeal, outcome?"""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path

import pytest

from tests import care_scene as care
from tests import factories as make
from tests import money_scene as money
from tests.pages.test_money_pages import FORM, form_address, looked_at
from tests.pages.test_plan_pages import client_of, form_with, sent, text_of

PIECE = {
    "what": "income/state_pension", "amount": "230.25", "starts_on": "6 4 2026", "ends_on": "", "share": "1",
    "living": "", "children": "", "occupied_by": "", "document": "Pension letter", "seen_on": "1 10 2026",
    "told_by": "Her daughter",
}  # fmt: skip
WAY = {
    "income/attendance_allowance_lower": {"amount": "73.90"}, "capital/savings": {"amount": "16100"},
    "disability_related_expenditure/laundry": {"amount": "12"}, "household/living": {"amount": "", "living": "single"},
}  # fmt: skip


@pytest.fixture
def made(database) -> money.Scene:
    return money.scene()


def own_user(made: money.Scene) -> make.MadeUser:
    """The person, who may see their own record."""
    own = make.user("person", made.place_id)
    make.grant(own.id, made.person.id, "own_record")
    return own


def own_client(made: money.Scene):
    """The person, signed in to their own record."""
    return client_of(own_user(made))


def all_told(made: money.Scene, client) -> None:
    """The whole evidence, by the page."""
    address = f"/money/{made.person.id}/evidence/"
    sent(client, address, 'name="what"', **PIECE)
    for what, words in WAY.items():
        sent(client, address, 'name="what"', **(PIECE | {"what": what} | words))


def page_text(content: bytes) -> str:
    """The words of a PDF."""
    from pypdf import PdfReader

    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_a_family_goes_the_whole_way_by_the_pages(made):
    worker = client_of(made.care.social_worker)
    all_told(made, worker)
    form = text_of(worker.get(form_address(made)))
    assert "Nothing has to be told twice" in form
    assert 'value="16100.00"' in form
    decided = text_of(sent(worker, form_address(made), "weekly_cost", act="decide", **FORM))
    assert "The charge is decided" in decided
    # the form told nothing that the set did not hold: each piece was told once
    assert make.run("select count(*) from funding_evidence where person_id = %s", [made.person.id]) == [(6,)]
    family = own_client(made)
    page = text_of(family.get("/my-money/", follow=True))
    for words in ("My money", "£58.70", "Council care at home", "Touches now", "NHS Continuing Healthcare",
                  "£7,150.00 more would reach the upper limit", "£10.00 a week less to pay",
                  "Decided on 2 November 2026: the person pays £58.70 a week"):  # fmt: skip
        assert words in page
    assert "<details" in page
    assert "<details" not in text_of(family.get(f"/my-money/{made.person.id}/?paper"))
    charge = make.run("select id from funding_assessment where person_id = %s", [made.person.id])[0][0]
    statement = text_of(family.get(f"/money/charges/{charge}/statement/"))
    for words in ("£230.25 + £73.90 = £304.15", "£312.15 − £253.45 = £58.70", "The law behind line 1", "Ombudsman"):
        assert words in statement
    raised = sent(family, f"/money/charges/{charge}/appeal/", 'name="words"', kind="appeal", raised_for="family",
                  words="The night heating was not counted.")  # fmt: skip
    assert "Not" not in text_of(raised).split("Appeals and complaints")[1].split("</table>")[0].replace("Not ans", "")
    appeal = make.run("select id, owner_id, due_on from funding_appeal where person_id = %s", [made.person.id])[0]
    assert appeal[1:] == (made.commissioner.id, date(2026, 11, 30))
    officer = client_of(made.commissioner)
    assert "1 waits for an answer, 0 of them late" in text_of(officer.get("/money/appeals/"))
    answered = sent(
        officer, f"/money/appeals/{appeal[0]}/", 'name="reason"', outcome="partly", reason="Heating counts."
    )
    assert "Partly upheld after 0 days" in text_of(answered)
    assert b"partly" not in (rows := officer.get("/money/appeals.csv").content.lower().split(b"\n"))[0]
    assert b"partly upheld,0,no" in rows[1]
    assert "Heating counts." in text_of(family.get(f"/my-money/{made.person.id}/"))


def post(client, address: str, act: str, **values: object):
    """Open a page and send the form whose button says this act, with these values."""
    page = text_of(client.get(address))
    form = next(each for each in re.findall(r"<form.*?</form>", page, flags=re.DOTALL) if f'value="{act}"' in each)
    hidden = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', form))
    return client.post(address, hidden | {"act": act} | values, follow=True)


TOLD = {"starts_on": "6 4 2026", "told_by": "Her daughter"}


OWN = {"what": "income/state_pension", "amount": "240", "share": "1", "starts_on": "5 10 2026", "paper": "A letter"}


@pytest.mark.browser
def test_a_family_goes_the_whole_way_in_a_browser_without_script(made, live):
    from tests.pages.browser import DESKTOP, PHONE, chromium, go
    from tests.steps.test_appeals import estimated

    estimated(made, 0, 6000)
    charge = "select id from funding_assessment where person_id = %s"
    with chromium() as browser:

        def page_of(user: make.MadeUser, size: dict[str, int]):
            context = browser.new_context(viewport=size, java_script_enabled=False)
            context.add_cookies([{"name": live.cookie, "value": user.token, "url": live.url}])
            return context.new_page()

        worker = page_of(made.care.social_worker, DESKTOP)
        for what, words in (("income/state_pension", {}), *WAY.items()):
            worker.goto(f"{live.url}/money/{made.person.id}/evidence/")
            asked = PIECE | {"what": what} | words
            for name in ("what", "living"):
                worker.select_option(f"[name={name}]", asked[name])
            for name in ("amount", "starts_on", "document", "seen_on", "told_by"):
                worker.fill(f"[name={name}]", asked[name])
            go(worker.locator("text=Add it"))
            assert worker.is_visible("text=It stands in the evidence")
        worker.goto(live.url + form_address(made))
        worker.fill("[name=weekly_cost]", "164.50")
        go(worker.locator("text=Decide so"))
        assert worker.is_visible("text=The charge is decided")
        key = make.run(charge, [made.person.id])[0][0]
        family = page_of(own_user(made), PHONE)
        worker.goto(f"{live.url}/money/{made.person.id}/tests/dfg/")
        for name, value in {"cost_of_works": "9000", "grant_applicable_amount": "200", "told_by": "She"}.items():
            worker.fill(f"[name={name}]", value)
        worker.select_option("[name=tenure]", "owner")
        go(worker.locator("text=Tell it"))
        go(worker.locator("button:has-text('Keep this answer')"))
        assert worker.is_visible("text=The answer is kept")
        family.goto(f"{live.url}/money/{made.person.id}/own-words/")
        family.select_option("[name=what]", OWN["what"])
        for name in ("amount", "starts_on", "paper"):
            family.fill(f"[name={name}]", OWN[name])
        go(family.locator("button:has-text('Tell it')"))
        assert family.is_visible("text=Waits for an officer")
        family.goto(f"{live.url}/my-money/")
        assert family.is_visible("text=of works of £9,000.00 >> nth=0")
        assert family.is_visible("text=£58.70 >> nth=0")
        assert family.is_visible("text=Inside the range")
        go(family.locator("text=Follow it line by line"))
        assert family.is_visible("text=£312.15 − £253.45 = £58.70")
        with family.expect_download() as file:
            family.click("text=The same as a PDF to print or send")
        assert Path(file.value.path()).read_bytes().startswith(b"%PDF-")
        go(family.locator("text=Appeal against this charge"))
        assert family.url.endswith(f"/money/charges/{key}/appeal/")
        family.check("[name=kind][value=appeal]")
        family.check("[name=raised_for][value=family]")
        family.fill("[name=words]", "The heating was not counted.")
        go(family.locator("text=Raise it"))
        assert family.is_visible("text=Not answered yet")
        officer = page_of(made.commissioner, DESKTOP)
        officer.goto(f"{live.url}/money/appeals/")
        go(officer.locator(f"text={made.person.family}"))
        officer.check("[name=outcome][value=upheld]")
        officer.fill("[name=reason]", "Heating at night counts.")
        go(officer.locator("text=Give this answer"))
        assert officer.is_visible("text=Upheld after 0 days")
        family.reload()
        assert family.is_visible("text=Heating at night counts.")


def test_the_statement_is_a_tagged_pdf_with_a_title_and_the_same_lines(made):
    from pypdf import PdfReader

    charge = money.charged(made)
    answer = client_of(made.care.nurse).get(f"/money/charges/{charge}/statement.pdf")
    assert answer["Content-Type"] == "application/pdf"
    root = (read := PdfReader(io.BytesIO(answer.content))).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert read.metadata.title.startswith("What you pay for care, and why")
    words = page_text(answer.content)
    for line in ("£230.25 + £73.90 = £304.15", "£58.70", "Line 19:", "Ombudsman", "Not verified"):
        assert line in words


def test_backdated_evidence_shows_which_weeks_would_change_and_they_are_adjusted_by_rows(made):
    worker = client_of(made.care.social_worker)
    sent(worker, form_address(made), "weekly_cost", act="decide", **(FORM | {"as_at": "5 10 2026"}))
    address = f"/my-money/{made.person.id}/"
    package_id = money.committed(made)
    money.confirmed(made, package_id, money.WEEKS[2])
    assert "These weeks would change" not in text_of(worker.get(address))
    sent(worker, f"/money/{made.person.id}/evidence/", 'name="what"',
         **(PIECE | {"what": "income/other", "amount": "7", "starts_on": "19 10 2026"}))  # fmt: skip
    page = text_of(worker.get(address))
    assert "2 weeks would be charged otherwise: £14.00 more is due in all" in page
    assert "Adjust these weeks" not in text_of(own_client(made).get(address))
    adjusted = text_of(sent(worker, address, 'name="because"', because="Rent from a lodger"))
    assert "The weeks are adjusted" in adjusted
    assert "These weeks would change" not in adjusted
    rows = make.run(
        "select week_starts_on::text, difference_pence from funding_adjustment where person_id = %s order by 1",
        [made.person.id],
    )
    assert rows == [("2026-10-19", 700), ("2026-10-26", 700)]
    assert "Decided and not in the fund yet: £7.00 more to pay" in adjusted
    buyer, package = client_of(made.commissioner), f"/packages/{package_id}/"
    assert "£7.00 more to pay in all" in text_of(buyer.get(package))
    assert "Post these adjustments" not in text_of(worker.get(package))
    form = form_with(text_of(buyer.get(package)), "Post these adjustments")
    posted = text_of(buyer.post(f"{package}adjustments/", form, follow=True))
    for words in ("The adjustments are posted to the fund", "Adjusted: the person £58.70, now £65.70", "Journal 2"):
        assert words in posted
    mine = text_of(own_client(made).get(address))
    assert "In the fund, for weeks that were charged before: £7.00 more to pay" in mine
    journals = [f"/funds/journals/{key}/" for key, in make.run(
        "select id from ledger_journal where fund_id = %s order by number", [made.fund_id])]  # fmt: skip
    week, adjusting = (text_of(buyer.get(each)) for each in journals)
    for words in ("Adjusted since by", ">journal 2</a>: the person bears £65.70 and no longer £58.70"):
        assert words in week
    for words in ("Rent from a lodger", "It corrects", ">journal 1</a>", "The package: what was bought"):
        assert words in adjusting
    charge = make.run("select id from funding_assessment where person_id = %s", [made.person.id])[0][0]
    statement = text_of(own_client(made).get(f"/money/charges/{charge}/statement/"))
    printed = page_text(own_client(made).get(f"/money/charges/{charge}/statement.pdf").content)
    for words in ("Credit and debt for earlier weeks", "£14.00 more to pay", "Rent from a lodger"):
        assert words in statement
        assert words in printed


def test_evidence_is_corrected_and_ended_by_the_pages(made):
    worker = client_of(made.care.social_worker)
    address = f"/money/{made.person.id}/evidence/"
    sent(worker, address, 'name="what"', **PIECE)
    key = make.run("select id from funding_evidence where person_id = %s", [made.person.id])[0][0]
    wrong = worker.post(address, PIECE | {"amount": "", "seen_on": "", "request_key": care.key()})
    assert wrong.status_code == 422
    for words in ("Enter how much it is", "Enter both the document and the day"):
        assert words in text_of(wrong)
    corrected = sent(worker, f"{address}{key}/", 'name="what"', act="correct", **(PIECE | {"amount": "240"}),
                     because="Last year's letter")  # fmt: skip
    assert "£240.00 a week" in text_of(corrected)
    assert "Corrected since" in text_of(corrected)
    assert worker.get(f"{address}{key}/").status_code == 404


def test_a_care_home_is_charged_from_the_same_evidence_and_a_relative_keeps_the_home_out(made):
    worker = client_of(made.care.social_worker)
    all_told(made, worker)
    home = {"what": "capital/main_home", "amount": "200000", "occupied_by": "relative_60_or_over"}
    sent(worker, f"/money/{made.person.id}/evidence/", 'name="what"', **(PIECE | home))
    stay = {"weekly_cost": "900", "setting": "care_home_permanent", "became_permanent_on": "1 10 2025"}
    form = text_of(worker.get(form_address(made)))
    assert '<option value="relative_60_or_over" selected>' in form
    stay |= {
        "home_occupied_by": "relative_60_or_over",
        "capital_2_kind": "main_home",
        "capital_2_amount": "200000",
        "capital_2_share": "1",
    }
    decided = text_of(sent(worker, form_address(made), "weekly_cost", act="decide", **(FORM | stay)))
    assert "The charge is decided" in decided
    assert "£280.35" in decided  # £312.15 less the personal expenses allowance of £31.80
    page = text_of(worker.get(f"/my-money/{made.person.id}/"))
    assert "A charge for a care home is decided" in page
    assert re.search(r'value="care_home_permanent"[^>]* checked', text_of(worker.get(form_address(made))))


def test_a_form_that_was_filled_in_before_more_was_told_ends_nothing(made):
    worker = client_of(made.care.social_worker)
    opened = text_of(worker.get(form_address(made)))
    mark = re.search(r'name="expected_set"[^>]*value="(\w+)"', opened).group(1)
    sent(worker, f"/money/{made.person.id}/evidence/", 'name="what"', **PIECE)
    late = worker.post(form_address(made), FORM | {"act": "decide", "told_by": "Ada", "expected_set": mark,
                                                   "request_key": care.key()})  # fmt: skip
    assert late.status_code == 422
    assert "The evidence has changed since you opened this form" in text_of(late)


@pytest.mark.parametrize(("kind", "status"), [("consent", 200), ("lpa_health", 403), ("deputy", 403)])
def test_whoever_acts_for_somebody_sees_the_money_unless_for_health_alone(made, kind, status):
    from joinedup.person.actions import Authority, record_proxy

    charge = money.charged(made)
    administrator, daughter = make.user("administrator", made.place_id), make.user("person", made.place_id)
    care.do(record_proxy, administrator, person_id=made.person.id, subject_id=daughter.id,
            authority=Authority(kind, "Registered instrument seen", date(2026, 11, 1), None))  # fmt: skip
    client = client_of(daughter)
    record = client.get(f"/people/{made.person.id}/")
    assert record.status_code == 200
    assert ("58.70" in text_of(record)) == (status == 200)
    for address in (f"/my-money/{made.person.id}/", f"/money/{made.person.id}/evidence/", f"/money/{made.person.id}/"):
        answer = client.get(address)
        assert answer.status_code == status, address
        assert ("58.70" in text_of(answer)) == (status == 200 and "evidence" not in address)
    assert client.get(f"/money/charges/{charge}/statement/").status_code == (200 if status == 200 else 404)


def test_a_stranger_or_a_provider_finds_nothing(made):
    charge = money.charged(made)
    make.grant(made.provider.id, made.person.id)
    addresses = (f"/my-money/{made.person.id}/", f"/money/{made.person.id}/evidence/",
                 f"/money/charges/{charge}/statement/", f"/money/charges/{charge}/statement.pdf",
                 f"/money/charges/{charge}/appeal/")  # fmt: skip
    assert "58.70" not in text_of(client_of(made.provider).get(f"/people/{made.person.id}/"))
    for user, statuses in ((made.care.stranger, (404, 405)), (made.provider, (403, 405))):
        client = client_of(user)
        for address in addresses:
            for method in (client.get, client.post):
                response = method(address, {"request_key": care.key()})
                assert response.status_code in statuses, (address, response.status_code)
                assert made.person.family not in text_of(response)
                assert "58.70" not in text_of(response)


@pytest.fixture(scope="module")
def pictures(database) -> dict[str, str]:
    """Each page as a real user gets it, by a name for its picture."""
    made = money.scene()
    worker, family = client_of(made.care.social_worker), own_client(made)
    all_told(made, worker)
    sent(worker, form_address(made), "weekly_cost", act="decide", **(FORM | {"as_at": "5 10 2026"}))
    lodger = {"what": "income/other", "amount": "7", "starts_on": "19 10 2026", "document": "", "seen_on": ""}
    sent(worker, f"/money/{made.person.id}/evidence/", 'name="what"', **(PIECE | lodger))
    charge = make.run("select id from funding_assessment where person_id = %s", [made.person.id])[0][0]
    sent(family, f"/money/charges/{charge}/appeal/", 'name="words"', kind="appeal", raised_for="family", words="Wrong.")
    appeal = make.run("select id from funding_appeal where person_id = %s", [made.person.id])[0][0]
    piece = make.run(
        "select e.id from funding_evidence e where person_id = %s and kind = 'other' and not exists "
        "(select from funding_evidence c where c.corrects_id = e.id)", [made.person.id],
    )[0][0]  # fmt: skip
    officer = client_of(made.commissioner)
    tests = f"/money/{made.person.id}/tests"
    post(worker, f"{tests}/dfg/", "tell", cost_of_works="9000", tenure="owner", grant_applicable_amount="200", **TOLD)
    post(worker, f"{tests}/dfg/", "take")
    own = f"/money/{made.person.id}/own-words/"
    post(family, own, "tell", **OWN)
    telling = make.run("select id from funding_owntelling where person_id = %s", [made.person.id])[0][0]
    pages = {
        "my-money": (family, f"/my-money/{made.person.id}/"),
        "evidence": (worker, f"/money/{made.person.id}/evidence/"),
        "statement": (family, f"/money/charges/{charge}/statement/"), "appeals": (officer, "/money/appeals/"),
        "appeal": (officer, f"/money/appeals/{appeal}/"), "my-money-staff": (worker, f"/my-money/{made.person.id}/"),
        "my-money-list": (officer, "/my-money/"), "estimates": (officer, "/money/estimates/"),
        "evidence-correct": (worker, f"/money/{made.person.id}/evidence/{piece}/"),
        "appeal-raise": (family, f"/money/charges/{charge}/appeal/"), "charge-form": (worker, form_address(made)),
        "test-of-grant": (worker, f"{tests}/dfg/"), "test-of-need": (worker, f"{tests}/dst/"),
        "own-words": (family, own), "own-words-waiting": (worker, "/money/own-words/"),
        "own-words-answer": (worker, f"/money/own-words/{telling}/"),
    }  # fmt: skip
    return {name: text_of(client.get(address)) for name, (client, address) in pages.items()}


FAMILY = ("my-money", "evidence", "statement", "appeals", "appeal", "test-of-grant", "own-words")


@pytest.mark.browser
def test_the_familys_pages_read_well_at_both_widths_and_axe_finds_nothing(pictures):
    assert looked_at({name: pictures[name] for name in FAMILY}) == ([], [])


@pytest.mark.browser
@pytest.mark.deep
def test_the_other_pages_read_well_at_both_widths_and_axe_finds_nothing(pictures):
    assert looked_at({name: page for name, page in pictures.items() if name not in FAMILY}) == ([], [])
