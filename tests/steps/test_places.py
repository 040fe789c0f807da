"""Does a fresh database know both demo places, refuse what cannot be, and lead a postcode to its council?

Bodies and offices come with the migrations, so most of this reads what is there. Postcodes are loaded from the
installed list, of small areas only: Shetland ('ZE'), and Torquay's ('TQ') once.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count

import pytest

from joinedup.base.errors import BadValue, NotFound, OperatorMustAct
from joinedup.exchange.generate.practices import PLACES, PRACTICES
from joinedup.places import body_files, postcode_list

TODAY = date(2026, 11, 2)
AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
TORBAY, BRADFORD = "E06000027", "E08000032"
CODES = (f"T{number:04}" for number in count())


# The files


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("kind: council", "sort: council"), "keys missing"),
        (("from: 1998-04-01", "from: April"), "a date"),
        (("successor: QJK", "successor: QJX"), "finds no bodies"),
        (("- body: RWV\n    title: Chief", "- body: RWX\n    title: Chief"), "does not describe"),
        (('["914"]', "[914]"), "in quotes"),
        (("place:\n", "place:\n  code: E1\n"), "stands twice"),
    ],
)
def test_a_wrong_place_file_is_named_with_what_is_wrong(change, said):
    text = (body_files.FOLDER / "torbay.yaml").read_text(encoding="utf-8")
    assert change[0] in text
    with pytest.raises(OperatorMustAct, match=said) as refused:
        body_files.read("torbay.yaml", text.replace(*change, 1))
    assert refused.value.code == "place-file"
    assert "torbay.yaml" in refused.value.what


def test_the_generator_and_the_place_files_name_the_same_practices_and_senders():
    known = {body.code: body for entry in body_files.shipped() for body in entry.bodies if body.period.is_open}
    practices = {code: body.name for code, body in known.items() if body.kind == "gp_practice"}
    assert practices == {practice.code: practice.name for practice in PRACTICES}
    assert {source.code for place in PLACES.values() for source in place.sources} <= set(known)


def test_invented_things_are_marked():
    entries = body_files.shipped()
    assert all(entry.is_demo for entry in entries)
    assert all(body.is_demo for entry in entries for body in entry.bodies if body.kind == "gp_practice")


@pytest.mark.parametrize("area", ["X", "tq", "TQ1", "", "Torbay"])
def test_an_area_that_no_file_can_hold_is_refused(area):
    with pytest.raises(OperatorMustAct) as refused:
        postcode_list.letters([area])
    assert refused.value.code == "postcode-area"


def test_the_list_is_read_into_the_stored_form():
    letter = postcode_list.read_letter("Z", ["ZE"])
    assert len(letter.postcodes) > 500
    assert postcode_list.areas_in(letter) == {"ZE"}
    assert all(text[-4] == " " and "  " not in text for text in letter.postcodes)
    assert set(letter.councils) == {"S12000027"}


# What the migrations brought


def test_a_fresh_database_knows_both_places_and_their_bodies(database):
    from joinedup.places import queries

    assert {place.code for place in queries.places()} >= {TORBAY, BRADFORD}
    torbay = queries.bodies_of(queries.find_place(TORBAY), TODAY)
    assert [body.code for body in torbay if body.kind not in queries.UNDER_CONTRACT] == [
        TORBAY, "QJK", "RWV", "RA9", "HWB-E06000027",
    ]  # fmt: skip
    assert sum(body.kind == "gp_practice" for body in torbay) == 8
    bradford = {body.code for body in queries.bodies_of(queries.find_place(BRADFORD), TODAY)}
    assert {"RAE", "RCF", "TAD", "QWO"} <= bradford


def test_the_line_runs_from_trust_to_group_to_board(database):
    from joinedup.places import queries

    board = queries.find_body("QJK", TODAY)
    assert [(body.code, body.kind) for body in queries.lineage(board)] == [
        ("5CW", "pct"), ("TAL", "care_trust"), ("99Q", "ccg"), ("15N", "ccg"), ("QJK", "icb"),
    ]  # fmt: skip
    west_yorkshire = [body.code for body in queries.lineage(queries.find_body("QWO", TODAY))]
    assert west_yorkshire == ["5NY", "02N", "02R", "02W", "36J", "QWO"]


def test_a_code_means_the_body_of_its_day(database):
    from joinedup.places import queries

    assert queries.find_body("15N", date(2020, 1, 1)).kind == "ccg"
    assert queries.find_body("15N", date(2022, 7, 1)).code == "QJK"
    assert queries.find_body(" 914 ", TODAY).code == TORBAY
    assert queries.find_body("e54000054", TODAY).code == "QWO"
    assert queries.find_body("RA9", date(2015, 9, 30)).name == "South Devon Healthcare NHS Foundation Trust"
    assert queries.find_body("RA9", date(2015, 10, 1)).name == "Torbay and South Devon NHS Foundation Trust"


def test_an_unknown_code_stops_with_the_list(database):
    from joinedup.places import queries

    with pytest.raises(OperatorMustAct) as refused:
        queries.find_body("R0X", TODAY)
    assert refused.value.code == "unknown-body"
    assert "RA9 Torbay and South Devon NHS Foundation Trust" in refused.value.why
    assert "15N" not in refused.value.why
    with pytest.raises(OperatorMustAct) as refused:
        queries.find_place("E09000001")
    assert f"{TORBAY} Torbay" in refused.value.why
    assert f"{BRADFORD} Bradford" in refused.value.why


def test_a_code_of_another_day_says_who_came_after(database):
    from joinedup.places import queries

    with pytest.raises(OperatorMustAct) as refused:
        queries.find_body("99Q", TODAY)
    assert refused.value.code == "body-not-in-force"
    assert "2013-04-01 to 2019-04-01" in refused.value.why
    assert "15N NHS Devon CCG" in refused.value.next_step


def test_offices_show_holder_turnover_and_vacancy(database):
    from joinedup.places import queries

    council = {each.office.title: each for each in queries.offices_of(queries.find_body(TORBAY, TODAY), TODAY)}
    director = council["Director of adult social services"]
    assert director.is_vacant
    assert director.vacant_since == date(2026, 7, 1)
    assert "1970" in director.office.statutory_basis
    assert council["Leader of the council"].holder.how == "elected"
    board = {each.office.title: each for each in queries.offices_of(queries.find_body("QJK", TODAY), TODAY)}
    chair = board["Chair of the board"]
    assert [each.period.ends_on for each in chair.earlier] == [chair.holder.period.starts_on]
    for code in (TORBAY, BRADFORD):
        page = queries.place_page(code, TODAY)
        assert page.vacancies
        assert any(office.earlier for shown in page.bodies for office in shown.offices if office.holder)


def test_writing_the_place_files_again_changes_nothing(database):
    from django.apps import apps

    from joinedup.places import seeding

    names = ("Place", "Body", "BodyPlace", "BodySuccession", "Office", "OfficeHolder")
    models = [apps.get_model("places", name) for name in names]
    before = [list(model.objects.order_by("pk").values()) for model in models]
    for entry in body_files.shipped():
        seeding.write(entry, lambda name: apps.get_model("places", name), "owner")
    assert [list(model.objects.order_by("pk").values()) for model in models] == before


# What the database refuses


@pytest.fixture
def body(database):
    """A body of this test's own, from 2020 on."""
    return make_body(next(CODES), starts_on=date(2020, 1, 1))


def make_body(code, **fields):
    from joinedup.places.models import Body

    known = {"kind": "provider", "name": "A body", "chosen_by": "contractor", "source": "test"}
    return Body.objects.using("owner").create(code=code, **(known | fields))


def make(model_name, **fields):
    from django.apps import apps

    return apps.get_model("places", model_name).objects.using("owner").create(**fields)


def hold(office, starts_on, ends_on=None, how="appointed"):
    return make("OfficeHolder", office=office, holder_name="X", starts_on=starts_on, ends_on=ends_on, appointed_how=how)


def refuses(name, make_it):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError) as refused, transaction.atomic(using="owner"):
        make_it()
    assert refused.value.__cause__.diag.constraint_name == name


def test_one_office_has_one_holder_at_a_time(body):
    office = make("Office", body=body, title="Chair")
    hold(office, date(2024, 1, 1), date(2025, 1, 1))
    hold(office, date(2025, 1, 1))
    refuses("office_held_by_one_at_a_time", lambda: hold(office, date(2024, 6, 1), date(2024, 7, 1)))
    refuses("office_held_by_one_at_a_time", lambda: hold(office, date(2030, 1, 1)))
    hold(office, date(2023, 1, 1), date(2024, 1, 1))


def test_offices_and_holders_are_well_formed(body):
    office = make("Office", body=body, title="Director")
    day = date(2024, 1, 1)
    refuses("office_holder_ends_after_start", lambda: hold(office, day, date(2023, 1, 1)))
    refuses("office_holder_ends_after_start", lambda: hold(office, day, day))
    refuses("office_holder_appointed_how_known", lambda: hold(office, day, how="found"))
    refuses("office_once_in_a_body", lambda: make("Office", body=body, title="Director"))
    refuses("office_statutory_names_its_law", lambda: make("Office", body=body, title="Officer", is_statutory=True))


def test_one_code_is_one_body_at_a_time(body):
    refuses("body_code_once_at_a_time", lambda: make_body(body.code, starts_on=date(2024, 1, 1)))
    refuses("body_code_once_a_start", lambda: make_body(body.code, starts_on=body.starts_on))
    make_body(body.code, starts_on=date(2019, 1, 1), ends_on=date(2020, 1, 1))


def test_bodies_are_well_formed(database):
    day = date(2020, 1, 1)
    refuses("body_kind_known", lambda: make_body(next(CODES), starts_on=day, kind="club"))
    refuses("body_chosen_by_known", lambda: make_body(next(CODES), starts_on=day, chosen_by="lot"))
    refuses("body_ends_after_start", lambda: make_body(next(CODES), starts_on=day, ends_on=day))
    refuses("body_code_shape", lambda: make_body("a b", starts_on=day))


def test_a_body_serves_a_place_once_at_a_time_and_follows_another(body):
    from joinedup.places import queries

    place = queries.find_place(TORBAY)
    serves = {"body_id": body.pk, "place_id": place.pk}
    ended = date(2021, 1, 1)
    make("BodyPlace", **serves, starts_on=date(2020, 1, 1), ends_on=ended)
    refuses("body_serves_place_once_at_a_time", lambda: make("BodyPlace", **serves, starts_on=date(2020, 6, 1)))
    refuses("body_place_ends_after_start", lambda: make("BodyPlace", **serves, starts_on=ended, ends_on=ended))
    assert body in queries.bodies_of(place, date(2020, 12, 31))
    assert body not in queries.bodies_of(place, ended)
    assert body in queries.bodies_of(place, ended, known_before=True)
    other = make_body(next(CODES), starts_on=ended)
    make("BodySuccession", body=body, successor=other, on=ended)
    refuses("body_succeeded_once_by_each", lambda: make("BodySuccession", body=body, successor=other, on=TODAY))
    refuses("body_succeeds_another", lambda: make("BodySuccession", body=body, successor=body, on=TODAY))


def test_places_are_known_by_their_ons_codes(database):
    refuses("place_code_once", lambda: make("Place", code=TORBAY, name="Again"))
    refuses("place_code_is_ons", lambda: make("Place", code="TORBAY", name="Torbay"))


# Postcodes


def load(areas, key):
    from joinedup.places import actions

    return actions.load_postcodes(by="test", at=AT, request_key=key, areas=areas, using="owner")


def test_a_postcode_of_torquay_leads_to_torbay(database):
    from joinedup.places import actions, queries

    said = []
    loaded = actions.load_postcodes(
        by="test", at=AT, request_key="tq", areas=["tq "], using="owner", progress=lambda *seen: said.append(seen)
    )
    assert loaded.areas == ("TQ",)
    assert loaded.rows_read > 10_000
    assert said[0] == (loaded.rows_read, "letter T read")
    answer = queries.place_of_postcode("tq1 1hj")
    assert (answer.postcode, answer.council_code, answer.place.name) == ("TQ1 1HJ", TORBAY, "Torbay")
    outside = queries.place_of_postcode("TQ7 1AA")
    assert outside.council_code == "E07000044"
    assert outside.place is None
    with pytest.raises(NotFound):
        queries.place_of_postcode("TQ0 0AA")
    with pytest.raises(BadValue):
        queries.place_of_postcode("Torquay")


def test_loading_again_writes_the_difference_of_the_named_area_only(database):
    from joinedup.places.models import Postcode

    rows = Postcode.objects.using("owner")
    first = load(["ZE"], "ze-1")
    kept = rows.filter(postcode__startswith="ZE").count()
    assert kept == first.rows_read
    rows.create(postcode="ZE9 9ZZ", council_code="S12000027")
    rows.get_or_create(postcode="ZA9 9ZZ", council_code="S12000027")
    moved = rows.filter(postcode__startswith="ZE").order_by("postcode").first()
    rows.filter(pk=moved.pk).update(council_code=TORBAY)
    second = load(["ZE"], "ze-2")
    assert (second.rows_read, second.rows_written, second.rows_removed) == (kept, 1, 1)
    assert rows.get(pk=moved.pk).council_code == moved.council_code
    assert rows.filter(pk="ZA9 9ZZ").exists()
    assert load(["ZE"], "ze-3").rows_written == 0
    assert load(["ZE"], "ze-2") == second


def test_a_key_stands_for_one_act_and_an_unknown_area_changes_nothing(database):
    from joinedup.places.models import Postcode, PostcodeLoad

    load(["ZE"], "one-act")
    with pytest.raises(BadValue) as refused:
        load(["TQ"], "one-act")
    assert refused.value.code == "request-key-reused"
    before = Postcode.objects.count(), PostcodeLoad.objects.using("owner").count()
    with pytest.raises(OperatorMustAct) as refused:
        load(["ZE", "ZQ"], "unknown-area")
    assert refused.value.code == "postcode-area"
    assert (Postcode.objects.count(), PostcodeLoad.objects.using("owner").count()) == before


def test_no_serving_role_may_change_what_everybody_reads(database):
    from django.db import ProgrammingError, transaction

    from joinedup.places.models import Body, Postcode

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Postcode.objects.create(postcode="TQ1 9ZZ")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Body.objects.filter(code="RA9").update(name="Another")


# The page


def shown_page(code, query=""):
    from django.test import RequestFactory

    from joinedup.places import views

    return views.place(RequestFactory().get(f"/places/{code}/{query}"), code=code)


def test_the_page_names_who_is_in_charge_and_what_is_vacant(database):
    page = shown_page(TORBAY)
    text = page.content.decode()
    assert page.status_code == 200
    for words in (
        "Torbay Council", "NHS Devon Integrated Care Board", "Elected by residents", "(demo)",
        "vacant since 1 July 2026",
        "Director of adult social services", "Local Authority Social Services Act 1970", "Torbay Care Trust",
        "Chelston Surgery (demo)",
    ):  # fmt: skip
        assert words in text


def test_the_page_shows_another_day(database):
    text = shown_page(BRADFORD, "?on=1+5+2018").content.decode()
    assert "NHS Bradford City CCG" in text
    assert "West Yorkshire Integrated Care Board" not in text
    assert "1 May 2018" in text


def test_a_day_that_does_not_exist_is_refused_beside_its_field(database):
    page = shown_page(TORBAY, "?on=31+2+2018")
    assert page.status_code == 422
    assert "Enter a real date" in page.content.decode()


def test_a_place_that_is_not_here_is_not_found(database):
    with pytest.raises(NotFound) as refused:
        shown_page("E09000001")
    assert refused.value.code == "unknown-place"
