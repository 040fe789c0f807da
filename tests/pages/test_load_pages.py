"""Does the page of a load count, group refusals with their remedy, and keep names of people out of names of files?"""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from psycopg.types.json import Jsonb

from joinedup.exchange.progress import LOADING, lock_words
from tests import factories
from tests.pages import browser as chrome
from tests.steps.telling import AT, body, client
from tests.steps.test_record import text_of

FILES = ("Aaron_Namedafter.json", "notes.txt", "rows.csv")


@pytest.fixture
def place(database):
    return factories.place()


@pytest.fixture
def load(place) -> UUID:
    """Ten rows read from two files: seven accepted, one kept, two refused whole; a field refused; one file skipped."""
    key = factories.insert(
        "exchange_load", body_id=body("Sending Trust"), place_id=place, started_by_id=uuid4(), started_at=AT,
        finished_at=AT, paths_digest=uuid4().hex, read=10, accepted=7, kept_unknown=1, already_held=2, people_made=3,
    )  # fmt: skip
    for name, shape in zip(FILES, ("fhir", "", "cld"), strict=True):
        factories.insert(
            "exchange_loadfile", load_id=key, name=name, shape=shape, rows_done=5, known_done=4, unknown_done=3,
            held_before=0, finished=True, unknown_kinds=Jsonb({"Claim": 2, "Practitioner": 1}),
        )  # fmt: skip
    refused = [("json-broken", FILES[0], 3, "", True), ("json-broken", FILES[0], 4, "", True),
               ("postcode-invalid", FILES[2], 2, "=Postcode", False)]  # fmt: skip
    for code, file, row, field, whole in refused:
        factories.insert(
            "exchange_refusal", load_id=key, code=code, file=file, row=row, field=field, why=f"Why {code}.",
            mend=f"Mend {code}.", whole=whole,
        )  # fmt: skip
    return key


def test_the_list_and_the_report_say_what_was_taken_and_what_to_mend(place, load):
    analyst = factories.user("analyst", place)
    listed = text_of(client(analyst).get("/loads/"))
    assert "Sending Trust" in listed
    page = text_of(client(analyst).get(f"/loads/{load}/"))
    assert "Read 10 rows from 3 files" in page
    assert "Accepted 7 2 of all rows were held before" in page
    assert "Kept, no line of its own 1 kept whole" in page
    assert "Used within their bundle to say who, where and what: Practitioner 3. Not understood: Claim 6." in page
    assert "Refused 2 1 more refusals are of one field" in page
    assert "json-broken × 2 Whole rows" in page
    assert "To put it right: Mend json-broken." in page
    assert "First: file 1 (.json), row 3; file 1 (.json), row 4" in page
    assert "postcode-invalid × 1 One field, row kept" in page
    assert "1 file is of no shape that we know: file 2 (.txt)." in page


def test_no_name_of_a_file_is_shown_because_some_are_names_of_people(place, load):
    analyst = factories.user("analyst", place)
    for address in ("/loads/", f"/loads/{load}/", f"/loads/{load}/refusals.csv"):
        assert "Namedafter" not in client(analyst).get(address).content.decode()


def test_refusals_are_taken_away_as_a_file_that_runs_no_formula(place, load):
    file = client(factories.user("administrator", place)).get(f"/loads/{load}/refusals.csv")
    assert file["Content-Type"].startswith("text/csv")
    assert "attachment" in file["Content-Disposition"]
    rows = file.content.decode("utf-8-sig").splitlines()
    assert rows[0] == "code,file,row,field,whole row,why,to put it right"
    assert rows[-1] == "postcode-invalid,file 3 (.csv),2,'=Postcode,no,Why postcode-invalid.,Mend postcode-invalid."
    assert len(rows) == 4


def test_an_unfinished_load_says_that_it_can_be_gone_on_with(place, load):
    factories.run("update exchange_load set finished_at = null, read = 0, accepted = 0 where id = %s", [load])
    analyst = factories.user("analyst", place)
    assert "Not finished" in text_of(client(analyst).get("/loads/"))
    page = text_of(client(analyst).get(f"/loads/{load}/"))
    assert "15 rows are stored so far" in page
    assert "nobody is working on it: it was cut off" in page
    assert "left" not in page


def test_a_running_load_says_how_far_it_is_and_about_how_long_it_will_take(place, load):
    factories.run(
        "update exchange_load set finished_at = null, phase = 'reading', share_done = 0.25, seconds_taken = 200 "
        "where id = %s", [load],
    )  # fmt: skip
    body_id, digest = factories.run("select body_id, paths_digest from exchange_load where id = %s", [load])[0]
    analyst = factories.user("analyst", place)
    words = [LOADING, lock_words(body_id, place, digest)]
    factories.run("select pg_advisory_lock(%s, hashtext(%s))", words)
    page = text_of(client(analyst).get(f"/loads/{load}/"))
    factories.run("select pg_advisory_unlock(%s, hashtext(%s))", words)
    assert "This load is running: reading, 25% done, about 10 minutes left." in page
    assert "it was cut off" in text_of(client(analyst).get(f"/loads/{load}/")), "nobody holds its lock"


def test_a_load_of_another_place_is_worded_like_none(place, load):
    elsewhere = factories.user("analyst", factories.place())
    pages = [client(elsewhere).get(f"/loads/{key}/") for key in (load, uuid4())]
    assert [page.status_code for page in pages] == [404, 404]
    assert text_of(pages[0]) == text_of(pages[1])
    assert client(elsewhere).get(f"/loads/{load}/refusals.csv").status_code == 404
    assert "Sending Trust" not in text_of(client(elsewhere).get("/loads/"))


@pytest.mark.parametrize("role", ["coordinator", "practitioner", "person", "privacy_officer", "board_member"])
def test_loads_are_for_those_who_answer_for_data(place, load, role):
    for address in ("/loads/", f"/loads/{load}/", f"/loads/{load}/refusals.csv"):
        assert client(factories.user(role, place)).get(address).status_code == 403


@pytest.fixture
def refused_row(load) -> UUID:
    """The row of the load that was cut short, kept."""
    raw = b'{"resourceType": "Flag", "id": "f", "code": {"text": "Needs a hoist"}'
    return factories.insert("exchange_refusedrow", load_id=load, file=FILES[0], row=3, digest="d", raw=raw)


def test_a_refused_row_is_seen_corrected_and_sent_again(place, load, refused_row):
    analyst = client(factories.user("analyst", place))
    report = text_of(analyst.get(f"/loads/{load}/"))
    assert "Row file 1 (.json), row 3 Why json-broken What became of it Not put right yet" in report
    page = analyst.get(f"/loads/rows/{refused_row}/")
    assert "Needs a hoist" in page.content.decode()
    assert "Why json-broken." in text_of(page)
    assert "Namedafter" not in page.content.decode()
    key = page.content.decode().partition('name="request_key" value="')[2].partition('"')[0]
    sent = analyst.post(f"/loads/rows/{refused_row}/", {"text": '{"resourceType": "Flag"}', "request_key": key})
    assert (sent.status_code, sent["Location"]) == (302, f"/loads/{load}/")
    other = analyst.post(f"/loads/rows/{refused_row}/", {"text": "other", "request_key": f"{key}2"})
    assert other.status_code == 422
    assert "Mend the row that is shown" in text_of(other)
    assert "Sent again, waits" in text_of(analyst.get(f"/loads/{load}/"))
    assert "waits to be loaded" in text_of(analyst.get(f"/loads/rows/{refused_row}/"))
    taken = loaded_again(place, accepted=1)
    factories.run("update exchange_correction set loaded_as_id = %s where refused_row_id = %s", [taken, refused_row])
    assert "Put right by the load of" in text_of(analyst.get(f"/loads/{load}/"))
    assert "A refused row, put right and sent again: the row that it corrects" in text_of(
        analyst.get(f"/loads/{taken}/")
    )
    assert "This row was put right on" in text_of(analyst.get(f"/loads/rows/{refused_row}/"))


def loaded_again(place: UUID, accepted: int) -> UUID:
    return factories.insert(
        "exchange_load", body_id=body("Sending Trust"), place_id=place, started_by_id=uuid4(), started_at=AT,
        finished_at=AT, paths_digest=uuid4().hex, read=1, accepted=accepted, kept_unknown=0, already_held=0,
        people_made=0,
    )  # fmt: skip


def test_a_correction_that_was_refused_too_may_be_corrected_once_more(place, load, refused_row):
    user = factories.user("analyst", place)
    factories.insert("exchange_correction", refused_row_id=refused_row, text="{", sent_by_id=user.id, sent_at=AT,
                     loaded_as_id=loaded_again(place, accepted=0))  # fmt: skip
    assert "Refused again" in text_of(client(user).get(f"/loads/{load}/"))
    page = text_of(client(user).get(f"/loads/rows/{refused_row}/"))
    assert "was refused too: its report says why" in page
    assert "Send it again" in page


def test_who_may_see_loads_but_not_rows_is_shown_none(place, load, refused_row):
    administrator = client(factories.user("administrator", place))
    page = text_of(administrator.get(f"/loads/{load}/"))
    assert "Refused rows" not in page
    assert administrator.get(f"/loads/rows/{refused_row}/").status_code == 403
    elsewhere = client(factories.user("analyst", factories.place()))
    assert elsewhere.get(f"/loads/rows/{refused_row}/").status_code == 404
    assert elsewhere.get(f"/loads/rows/{uuid4()}/").status_code == 404


@pytest.mark.browser
def test_load_and_row_pass_axe_fit_a_phone_and_work_without_script(place, load, refused_row):
    analyst = client(factories.user("analyst", place))
    factories.insert("exchange_refusedrow", load_id=load, file=FILES[0], row=4, digest="e", raw=b"")
    paths = ["/loads/", f"/loads/{load}/", f"/loads/rows/{refused_row}/"]
    pages = {path: analyst.get(path).content.decode() for path in paths}
    pages["/empty"] = analyst.post(paths[2], {"text": "", "request_key": "k"}).content.decode()
    site = chrome.Site(pages)
    wrong: dict[str, list[str]] = {}
    with chrome.chromium() as chromium:
        for size in (chrome.DESKTOP, chrome.PHONE):
            for path in pages:
                page = site.open(chromium, path, size=size)
                found = [*chrome.axe(page), *(["wider than the window"] if chrome.overflows(page) else [])]
                if found:
                    wrong[f"{path} {size['width']}"] = found
                page.context.close()
        bare = site.open(chromium, paths[2], script=False, size=chrome.PHONE)
        assert "Needs a hoist" in bare.input_value("textarea")
        assert bare.is_visible("text=Send it again")
    assert wrong == {}
