"""Does the page of a load count, group refusals with their remedy, and keep names of people out of names of files?"""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from joinedup.exchange.progress import LOADING, lock_words
from tests import factories
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
            "exchange_loadfile", load_id=key, name=name, shape=shape, rows_done=5, known_done=4, unknown_done=0,
            held_before=0, finished=True,
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
    assert "Accepted 7 2 of them were held before" in page
    assert "Kept, not understood 1" in page
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
