"""Does a restored backup equal its source, and does a file or a copy that is not whole say so by name?

The source is this worker's own database with loaded people, a row in each personal table, and sealed logs.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import time
import zipfile
from datetime import date
from pathlib import Path

import psycopg
import pytest

from joinedup.base.errors import OperatorMustAct, PersonMustAct, SenderMustAct
from tests import factories

TORBAY = "E06000027"


def say(words: str) -> None:
    """Progress is for people at a terminal."""


@pytest.fixture(scope="module")
def names(server, database):
    """Makes names for restored databases, and drops what stands under them afterwards."""
    from config.databases import drop_database

    made: list[str] = []

    def name() -> str:
        made.append(f"restored_{os.getpid()}_{len(made)}")
        return made[-1]

    yield name
    for each in made:
        drop_database(server, each)
        drop_database(server, f"{each}_restoring")


@pytest.fixture(scope="module")
def user(database) -> factories.MadeUser:
    """Somebody who is signed in when the backup is made."""
    return factories.user("coordinator", factories.place(TORBAY))


@pytest.fixture(scope="module")
def backup(server, database, user, tmp_path_factory) -> Path:
    """A backup of people loaded from files, one in every personal table, and both logs sealed."""
    from joinedup.exchange.generate.command import write

    folder = tmp_path_factory.mktemp("backup")
    (folder / "files").mkdir()
    manifest = write(folder / "files", [TORBAY], 12, 7, date(2026, 11, 2))
    load = manifest["loads"][0]
    command = [sys.executable, "-m", "joinedup", "load", *(str(folder / "files" / path) for path in load["paths"])]
    done = subprocess.run(
        [*command, "--source", load["source"], "--place", load["place"]], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    person = factories.person(factories.place(TORBAY))
    factories.grant(user.id, person.id)
    factories.run("update person_person set phone = '01632 960000' where id = %s", [person.id])
    with psycopg.connect(**words(server, "worker")) as worker:
        assert worker.execute("select access.seal('log', 1000), access.seal('history', 1000)").fetchone() > (0, 0)
    file = folder / "place.backup"
    assert joinedup("backup", str(file)) == 0
    return file


def words(server, role: str, name: str | None = None) -> dict:
    """Connection arguments of a role to this worker's database, or to one of another name."""
    from config.databases import connection_words

    return connection_words(server, role, name or os.environ["JOINEDUP_DATABASE_NAME"])


def joinedup(*argv: str) -> int:
    """Run the command in this process."""
    from joinedup.cli import main

    return main(list(argv))


def test_a_restored_backup_equals_its_source(server, backup, names, user, capsys):
    name = names()
    assert joinedup("restore", str(backup), "--into", name, "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert report["whole"]
    assert report["faults"] == []
    assert report["log_entries"]["log"] > 0
    assert report["log_entries"]["history"] > 0
    count = "select (select count(*) from person_person), (select count(*) from person_timelineentry)"
    with psycopg.connect(**words(server, "owner")) as source, psycopg.connect(**words(server, "owner", name)) as copy:
        held = copy.execute(count).fetchone()
        assert held == source.execute(count).fetchone()
        assert held[0] > 5


def test_nobody_enters_a_restored_database_by_what_the_source_knew(server, backup, names, user):
    from config.backups import ANEW, read_manifest, restore_backup

    name = names()
    restore_backup(server, backup, read_manifest(backup), name=name, keep=False, say=say)
    enter = "select access.enter(%s)"
    with psycopg.connect(**words(server, "app")) as source, psycopg.connect(**words(server, "app", name)) as copy:
        assert source.execute(enter, [user.token]).fetchone() == (user.id,)
        assert copy.execute(enter, [user.token]).fetchone() in (None, (None,))
        assert copy.execute("select count(*) from person_person").fetchone() == (0,)
    with psycopg.connect(**words(server, "owner")) as source, psycopg.connect(**words(server, "owner", name)) as copy:
        key = "select key from access.secret"
        assert len(copy.execute(key).fetchall()) == 1
        assert copy.execute(key).fetchone() != source.execute(key).fetchone()
        for table in ("access.session", "access.delegation", "django_session"):
            assert table in ANEW
            assert copy.execute(f"select count(*) from {table}").fetchone() == (0,)


def test_the_file_holds_no_key_and_is_private(server, backup, user):
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    with zipfile.ZipFile(backup) as archive:
        listed = archive.read("manifest.json").decode()
    tables = json.loads(listed)["contents"]["tables"]
    keys = {"access.secret", "access.session", "access.delegation", "access.extract_run", "public.django_session"}
    assert not keys & set(tables)
    assert tables["public.person_person"]["rows"] > 5


def test_a_backup_never_overwrites(backup, capsys):
    before = backup.read_bytes()
    assert joinedup("backup", str(backup)) == PersonMustAct.exit_code
    assert "[backup-file-exists]" in capsys.readouterr().err
    assert backup.read_bytes() == before
    assert [path.name for path in backup.parent.iterdir() if path.name.startswith(".")] == []


def test_restoring_into_an_existing_database_is_refused(backup, capsys):
    assert joinedup("restore", str(backup), "--into", os.environ["JOINEDUP_DATABASE_NAME"]) == PersonMustAct.exit_code
    assert "[restore-name-taken]" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["Robert'); drop", "postgres", "1st", "a" * 51, ""])
def test_an_odd_name_is_refused(server, backup, name):
    from config.backups import read_manifest, restore_backup

    with pytest.raises(PersonMustAct) as refused:
        restore_backup(server, backup, read_manifest(backup), name=name, keep=False, say=say)
    assert refused.value.code == "restore-name"


@pytest.mark.parametrize("how", ["byte changed", "cut short", "manifest edited", "member added", "no zip"])
def test_a_tampered_file_is_refused_by_name(backup, tmp_path, names, how, capsys):
    changed = tmp_path / "changed.backup"
    tamper(backup, changed, how)
    name = names()
    assert joinedup("restore", str(changed), "--into", name) == SenderMustAct.exit_code
    assert "[backup-changed]" in capsys.readouterr().err


def tamper(source: Path, target: Path, how: str) -> None:
    """Copy a backup and change it in one way."""
    whole = bytearray(source.read_bytes())
    if how == "byte changed":
        whole[len(whole) // 2] ^= 1
    if how == "cut short":
        del whole[len(whole) // 2 :]
    if how == "no zip":
        whole = bytearray(b"not a backup")
    target.write_bytes(whole)
    if how == "manifest edited":
        with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
            manifest = json.loads(old.read("manifest.json"))
            manifest["dump"]["sha256"] = "0" * 64
            new.writestr("database.dump", old.read("database.dump"))
            new.writestr("manifest.json", json.dumps(manifest))
    if how == "member added":
        with zipfile.ZipFile(target, "a") as archive:
            archive.writestr("more.sql", "select 1")


def test_a_manifest_edited_to_fit_is_found_by_the_seal(backup, tmp_path):
    from config.backups import read_manifest

    seal = read_manifest(backup).seal
    edited = tmp_path / "edited.backup"
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(edited, "w") as new:
        new.writestr("database.dump", old.read("database.dump"))
        new.writestr("manifest.json", old.read("manifest.json").replace(b'"made_at": "2', b'"made_at": "1'))
    assert read_manifest(edited).seal != seal
    with pytest.raises(SenderMustAct):
        read_manifest(edited, seal=seal)


def test_a_copy_that_is_not_whole_is_named_and_removed(server, backup, tmp_path, names, capsys):
    lying = tmp_path / "lying.backup"
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(lying, "w") as new:
        manifest = json.loads(old.read("manifest.json"))
        manifest["contents"]["tables"]["public.person_person"]["rows"] += 1
        manifest["contents"]["definitions"]["policy public.person_person granted"] = "0"
        new.writestr("database.dump", old.read("database.dump"))
        new.writestr("manifest.json", json.dumps(manifest))
    name = names()
    assert joinedup("restore", str(lying), "--into", name) == 1
    said = capsys.readouterr().out
    assert "table public.person_person: holds" in said
    assert "policy public.person_person granted: is defined otherwise" in said
    assert standing(server, name) == []
    assert joinedup("restore", str(lying), "--into", name, "--keep") == 1
    assert standing(server, name) == [name]


def standing(server, name: str) -> list[str]:
    """Databases that stand under a name or its unfinished form."""
    with psycopg.connect(**words(server, "bootstrap", "postgres")) as bootstrap:
        found = bootstrap.execute("select datname from pg_database where datname like %s order by 1", [f"{name}%"])
        return [row[0] for row in found]


CHANGES = {
    "update person_person set postcode = 'TQ9 9ZZ' where phone = '01632 960000'": "table public.person_person: a row",
    "delete from person_timelineentry where id in (select id from person_timelineentry limit 1)": "entry: holds",
    "alter table person_person disable row level security": "personal and without row security",
    "drop policy granted on person_aboutme": "policy public.person_aboutme granted: is missing",
    "grant select on access_rowhistory to app": "table public.access_rowhistory: is defined otherwise",
    "alter table access_logentry disable trigger all; update access_logentry set reason = 'x'": "chain 'log', position",
    "select setval('access.arrival', 1)": "sequence access.arrival: stands before",
}


@pytest.mark.parametrize(("change", "named"), CHANGES.items())
def test_a_change_in_the_restored_database_is_named(server, restored, change, named):
    from config.backups import check_restored

    name, manifest = restored
    with psycopg.connect(**words(server, "bootstrap", name)) as superuser:
        reached = superuser.execute("select last_value from access.arrival").fetchone()
        superuser.execute("set search_path = public")
        superuser.execute(change)
        faults = check_restored(superuser, manifest.contents, say)
        superuser.rollback()
        superuser.execute("select setval('access.arrival', %s)", reached)
    assert any(named in fault for fault in faults), faults
    assert not any("01632" in fault for fault in faults)


@pytest.fixture(scope="module")
def restored(server, backup, names):
    """One restored database, whose changes each test takes back."""
    from config.backups import read_manifest, restore_backup

    name, manifest = names(), read_manifest(backup)
    assert restore_backup(server, backup, manifest, name=name, keep=False, say=say).faults == ()
    return name, manifest


def test_a_superuser_sees_a_whole_restore_as_whole_too(server, restored):
    from config.backups import check_restored

    name, manifest = restored
    with psycopg.connect(**words(server, "bootstrap", name)) as superuser:
        assert check_restored(superuser, manifest.contents, say) == []


def test_a_killed_restore_leaves_no_database_under_the_name(server, backup, names):
    name = names()
    words_of = [sys.executable, "-m", "joinedup", "restore", str(backup), "--into", name]
    running = subprocess.Popen(words_of, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert running.stderr is not None
    assert "Restoring" in running.stderr.readline()
    running.kill()
    running.wait()
    running.stderr.close()
    assert name not in standing(server, name)
    for _ in range(50):  # the program that the killed one started notices within moments
        code = joinedup("restore", str(backup), "--into", name)
        if code != OperatorMustAct.exit_code:
            break
        time.sleep(0.2)
    assert code == 0


def test_programs_are_there():
    from config.embedded import shipped_folder

    assert all(shutil.which(str(shipped_folder() / "bin" / program)) for program in ("pg_dump", "pg_restore"))
