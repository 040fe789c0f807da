"""Do figures become public only when a second person releases them, suppressed, and do they stay as they were?"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from tests import care_scene as care
from tests import factories as make
from tests.outcomes.invented import Stay, write_extract


@pytest.fixture
def made(database, tmp_path) -> SimpleNamespace:
    """A place of its own, an extract of it, an analyst and a board member."""
    place_id = make.place()
    code = make.run("select code from places_place where id = %s", [place_id])[0][0]
    write_extract(tmp_path, place=code, older_people=100, stays=[Stay(date(2026, 9, 1 + day)) for day in range(12)])
    return SimpleNamespace(
        place_id=place_id, code=code, extracts=tmp_path, analyst=make.user("analyst", place_id),
        board=make.user("board_member", place_id), officer=make.user("accounting_officer", place_id),
    )  # fmt: skip


def prepared(made, who=None, **arguments):
    from joinedup.outcomes.actions import prepare_release

    return care.do(prepare_release, who or made.analyst, place_id=made.place_id, extracts=made.extracts, **arguments)


def approved(release_id, who, *, version=1, **arguments):
    from joinedup.outcomes.actions import approve_release

    return care.do(approve_release, who, release_id=release_id, expected_version=version, **arguments)


def figures(release_id, role="owner"):
    wanted = "measure, part, events, suppressed"
    rows = make.run(f"select {wanted} from outcomes_figure where release_id = %s", [release_id], role=role)
    return {(measure, part): (events, suppressed) for measure, part, events, suppressed in rows}


def test_figures_are_prepared_then_released_by_another_and_their_words_are_kept(made):
    release_id = prepared(made)
    held = figures(release_id)
    assert held["emergency_admissions_older", ""] == (12, "")
    assert held["emergency_admissions_older", "2026-09"] == (12, "")
    assert held["case_manager_named", ""] == (None, "nothing")
    assert approved(release_id, made.board) == 2
    name, role, state = make.run(
        "select decided_by_name, decided_by_role, state from outcomes_release where id = %s", [release_id]
    )[0]
    assert (name, role, state) == ("Invented user", "Board member", "approved")
    described = make.run("select described from outcomes_figure where release_id = %s and measure = 'joint_spending'",
                         [release_id])[0][0]  # fmt: skip
    described = json.loads(described) if isinstance(described, str) else described
    assert described["promised"] == "No promise set."
    acts = make.run("select act from access_logentry where thing_id = %s order by id", [release_id])
    assert [act for (act,) in acts] == ["release.prepared", "release.approved"]


def test_small_numbers_are_suppressed_before_they_are_kept(made, tmp_path):
    write_extract(tmp_path / "small", place=made.code, older_people=100, stays=[
        *(Stay(date(2026, 9, 1 + day)) for day in range(12)), *(Stay(date(2026, 8, 1 + day)) for day in range(3)),
        *(Stay(date(2026, 7, 1 + day)) for day in range(20)),
    ])  # fmt: skip
    held = figures(prepared(SimpleNamespace(**{**vars(made), "extracts": tmp_path / "small"})))
    assert held["emergency_admissions_older", "2026-08"] == (None, "small")
    assert held["emergency_admissions_older", "2026-09"] == (None, "further")
    assert held["emergency_admissions_older", "2026-07"] == (20, "")
    assert held["emergency_admissions_older", ""] == (35, "")


def test_nobody_releases_their_own_figures_whatever_their_roles(made):
    from joinedup.base.errors import NotNow

    make.role(made.analyst.id, "board_member", made.place_id)
    release_id = prepared(made)
    with pytest.raises(NotNow) as refused:
        approved(release_id, made.analyst)
    assert refused.value.code == "own-figures"
    with pytest.raises(psycopg.errors.CheckViolation) as broken:
        _by_hand(made.analyst, "update outcomes_release set state = 'approved', decided_by_id = prepared_by_id, "
                 "decided_by_name = 'x', decided_at = now() where id = %s", release_id)  # fmt: skip
    assert broken.value.diag.constraint_name == "release_approved_by_another"


@pytest.mark.parametrize("role", ["analyst", "commissioner", "practitioner", "administrator"])
def test_only_board_member_and_accounting_officer_of_the_place_release(made, role):
    from joinedup.base.errors import JoinedUpError

    release_id = prepared(made)
    for other in (make.user(role, made.place_id), make.user("board_member", make.place(make.BRADFORD))):
        with pytest.raises(JoinedUpError) as refused:
            approved(release_id, other)
        assert refused.value.code in ("permission-missing", "release-not-found")
        changed = _by_hand(other, "update outcomes_release set state = 'approved', decided_by_id = access.caller(), "
                           "decided_by_name = 'x', decided_at = now() where id = %s", release_id)  # fmt: skip
        assert changed == 0
    assert approved(release_id, made.officer) == 2


def test_the_database_and_the_roles_agree_on_who_may():
    from joinedup.access.roles import ROLES

    holders = {each.code for each in ROLES if "release_figures" in each.permissions}
    assert holders == {"board_member", "accounting_officer"}
    assert {each.code for each in ROLES if "prepare_figures" in each.permissions} == {"analyst"}


def test_a_second_set_waits_and_a_stale_or_repeated_approval_is_told_apart(made):
    from joinedup.base.errors import Conflict, NotNow

    key = care.key()
    release_id = prepared(made, request_key=key)
    assert prepared(made, request_key=key) == release_id
    with pytest.raises(NotNow) as refused:
        prepared(made)
    assert refused.value.code == "release-waits"
    first = care.key()
    assert approved(release_id, made.board, request_key=first) == 2
    assert approved(release_id, made.board, request_key=first) == 2
    with pytest.raises(Conflict):
        approved(release_id, made.officer)


def test_figures_that_are_set_aside_never_become_public(made, connect):
    from joinedup.base.errors import NotNow
    from joinedup.outcomes.actions import set_aside_release

    release_id = prepared(made)
    with pytest.raises(NotNow):
        care.do(set_aside_release, made.board, release_id=release_id, expected_version=1, remark=" ")
    care.do(set_aside_release, made.board, release_id=release_id, expected_version=1, remark="A body is missing")
    public = connect("public_reader")
    assert public.execute("select 1 from outcomes_release where id = %s", [release_id]).fetchall() == []
    assert prepared(made) != release_id


def test_the_publics_role_sees_nothing_until_then_and_can_change_nothing(made, connect):
    release_id = prepared(made)
    public = connect("public_reader")
    for table, column in (("outcomes_release", "id"), ("outcomes_figure", "release_id")):
        assert public.execute(f"select 1 from {table} where {column} = %s", [release_id]).fetchall() == []
    public.commit()
    approved(release_id, made.board)
    assert public.execute("select count(*) > 5 from outcomes_figure where release_id = %s", [release_id]).fetchone()[0]
    for statement in ("update outcomes_figure set events = 1", "delete from outcomes_figure",
                      "insert into outcomes_release (id) values (gen_random_uuid())"):  # fmt: skip
        public.rollback()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            public.execute(statement)


def test_the_publics_role_reads_places_and_releases_and_no_personal_table(connect):
    public = connect("public_reader")
    names = make.run("select oid::regclass::text from pg_class where relkind in ('r', 'p', 'v') "
                     "and relnamespace in ('public'::regnamespace, 'access'::regnamespace)")  # fmt: skip
    readable = set()
    for (name,) in names:
        try:
            public.execute(f"select 1 from {name} limit 1")
            readable.add(name)
        except psycopg.errors.InsufficientPrivilege:
            public.rollback()
    assert readable == {
        "places_place", "places_body", "places_bodyplace", "places_bodysuccession", "places_office",
        "places_officeholder", "places_postcode", "outcomes_release", "outcomes_figure",
    }  # fmt: skip


@pytest.mark.parametrize("statement", [
    "update outcomes_figure set events = 99 where release_id = %s",
    "delete from outcomes_figure where release_id = %s",
    "update outcomes_release set as_at = '2020-01-01' where id = %s",
    "update outcomes_release set state = 'prepared', decided_by_id = null where id = %s",
    "delete from outcomes_release where id = %s",
    "insert into outcomes_figure (id, release_id, position, measure, described, part, starts_on, ends_on, events, "
    "suppressed) values (gen_random_uuid(), %s, 9, 'x', '{}', '', '2026-01-01', '2026-01-02', 1, '')",
])  # fmt: skip
def test_not_even_the_owner_changes_what_was_released(made, connect, statement):
    release_id = prepared(made)
    approved(release_id, made.board)
    with pytest.raises(psycopg.errors.InsufficientPrivilege) as refused:
        connect("owner").execute(statement, [release_id])
    assert refused.value.diag.constraint_name in ("figures_are_immutable", "release_is_immutable")


def test_a_suppressed_figure_that_holds_a_number_is_refused(made, connect):
    owner = connect("owner")
    release = owner.execute(
        "insert into outcomes_release (id, place_id, as_at, extract_run, extract_digest, figures_digest, state, "
        "prepared_by_id, prepared_by_name, prepared_at, decided_by_name, decided_by_role, remark, version) values "
        "(gen_random_uuid(), %s, '2026-11-02', gen_random_uuid(), '', '', 'prepared', gen_random_uuid(), 'x', now(), "
        "'', '', '', 1) returning id", [made.place_id]).fetchone()[0]  # fmt: skip
    with pytest.raises(psycopg.errors.CheckViolation) as broken:
        owner.execute("insert into outcomes_figure (id, release_id, position, measure, described, part, starts_on, "
                      "ends_on, events, suppressed) values (gen_random_uuid(), %s, 0, 'x', '{}', '', '2026-01-01', "
                      "'2026-01-02', 3, 'small')", [release])  # fmt: skip
    assert broken.value.diag.constraint_name == "figure_suppressed_holds_no_number"


def test_an_extract_that_was_changed_afterwards_is_refused(made):
    from joinedup.base.errors import OperatorMustAct

    (file,) = made.extracts.glob("*/stay.parquet")
    file.write_bytes(Path(file).read_bytes() + b" ")
    with pytest.raises(OperatorMustAct) as refused:
        prepared(made)
    assert refused.value.code == "extract-damaged"


def _by_hand(user, statement: str, release_id) -> int:
    """Rows changed by hand-written SQL as `app`, with the user as the caller."""
    from config.databases import connection_words
    from config.environment import database_address, environment

    with psycopg.connect(**connection_words(database_address(), "app", environment().database_name)) as app:
        make.enter(app, user.token)
        return app.execute(statement, [release_id]).rowcount
